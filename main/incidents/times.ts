/**
 * The acts of an incident and their order. Pure.
 *
 * Mitigated (the impact stopped), resolved (the incident is over) and understood (we know why) are three acts, each with
 * a time of its own that lies neither before the one it follows nor in the future.
 */
import type { Instant } from '../../preload/contract/common.ts';
import type { IncidentTimes } from '../../preload/contract/incidents.ts';
import { toInstant, toMs } from '../clock.ts';
import { AppError } from '../errors.ts';

export type Act = 'mitigated' | 'resolved' | 'understood';
type Times = Readonly<IncidentTimes>;

/** What a person types as "now" may be a little ahead of us. */
const aheadMs = 60_000;

const wrongOrder = (message: string, next: string): AppError =>
  new AppError('incident.wrong_order', message, { next });

const takeBackFirst = 'To give it another time, take it back with Reopen and mark it again.';

/** The latest act, which is the one that can be taken back. */
export function latestAct(times: Times): Act | null {
  if (times.understoodAt !== null) return 'understood';
  if (times.resolvedAt !== null) return 'resolved';
  return times.mitigatedAt === null ? null : 'mitigated';
}

/** The time of an act: as given, or now. A clock that jumped back makes it no earlier than what it follows. */
function timeOf(
  given: Instant | undefined,
  now: number,
  floor: { at: Instant | null; name: string },
): Instant {
  const from = floor.at === null ? null : toMs(floor.at);
  if (given === undefined) return toInstant(from === null ? now : Math.max(now, from));
  const at = toMs(given);
  if (from !== null && at < from) {
    throw wrongOrder(
      `This time lies before ${floor.name}.`,
      'Choose a later time, or correct the earlier one first.',
    );
  }
  if (at > now + aheadMs) {
    throw new AppError('input.invalid', 'This time lies in the future.', {
      next: 'Choose a time that has passed, or leave it empty for now.',
    });
  }
  return toInstant(from === null ? Math.min(at, now) : Math.max(from, Math.min(at, now)));
}

export function mitigate(times: Times, at: Instant | undefined, now: number): IncidentTimes {
  if (times.mitigatedAt !== null) {
    throw wrongOrder('This incident is already marked as mitigated.', takeBackFirst);
  }
  const mitigatedAt = timeOf(at, now, { at: times.impactBeganAt, name: 'the impact began' });
  return { ...times, mitigatedAt };
}

/** Resolving what nobody marked as mitigated marks both: over means that the impact has stopped at the latest then. */
export function resolve(times: Times, at: Instant | undefined, now: number): IncidentTimes {
  if (times.resolvedAt !== null) {
    throw wrongOrder('This incident is already marked as resolved.', takeBackFirst);
  }
  const floor =
    times.mitigatedAt === null
      ? { at: times.impactBeganAt, name: 'the impact began' }
      : { at: times.mitigatedAt, name: 'it was mitigated' };
  const resolvedAt = timeOf(at, now, floor);
  return { ...times, mitigatedAt: times.mitigatedAt ?? resolvedAt, resolvedAt };
}

export function understand(times: Times, at: Instant | undefined, now: number): IncidentTimes {
  if (times.understoodAt !== null) {
    throw wrongOrder('This incident is already marked as understood.', takeBackFirst);
  }
  if (times.resolvedAt === null) {
    throw wrongOrder(
      'An incident is understood after it is over.',
      'Mark it as resolved first, then as understood.',
    );
  }
  const understoodAt = timeOf(at, now, { at: times.resolvedAt, name: 'it was resolved' });
  return { ...times, understoodAt };
}

/** `isBoth`: the latest act was a resolving that marked mitigated with it. */
export function takeBack(times: Times, isBoth: boolean): { act: Act; times: IncidentTimes } {
  const act = latestAct(times);
  switch (act) {
    case 'understood':
      return { act, times: { ...times, understoodAt: null } };
    case 'resolved':
      return {
        act,
        times: {
          ...times,
          resolvedAt: null,
          mitigatedAt: isBoth ? null : times.mitigatedAt,
        },
      };
    case 'mitigated':
      return { act, times: { ...times, mitigatedAt: null } };
    case null:
      throw wrongOrder(
        'This incident is open: there is nothing to take back.',
        'Write a note instead.',
      );
  }
}

/** The impact may begin after it was detected: an alarm that fires before anyone is hurt is a good one. */
export function moveImpact(times: Times, at: Instant, now: number): IncidentTimes {
  const began = toMs(at);
  if (began > now + aheadMs) {
    throw new AppError('input.invalid', 'This time lies in the future.', {
      next: 'Choose when the impact began, as well as you know.',
    });
  }
  const next = times.mitigatedAt ?? times.resolvedAt;
  if (next !== null && began > toMs(next)) {
    throw wrongOrder(
      'The impact cannot begin after it was mitigated.',
      'Choose an earlier time, or take *Mitigated* back with Reopen.',
    );
  }
  return { ...times, impactBeganAt: toInstant(Math.min(began, next === null ? now : toMs(next))) };
}
