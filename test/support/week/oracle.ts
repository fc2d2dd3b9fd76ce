/**
 * What the desk must say, worked out from the truth and from what the upstreams said, by other means than the program's:
 * no reconcile, no health, no store. It knows the rules of the house only.
 */
import { Severity } from '../../../preload/contract/common.ts';
import type { DeskState } from '../../../preload/contract/desk.ts';
import type { TrueAlarm, Upstream } from './upstream.ts';

const rank = (severity: Severity): number => Severity.options.indexOf(severity);
/** Older than three intervals, at least 45 s. */
const staleMs = ({ intervalMs }: Upstream): number => Math.max(3 * intervalMs, 45_000);
/** The watch looks every second, and an answer may take four. */
const slackMs = 6_000;
/** A source that is there is read again within this after a sleep, a jump of the clock or a new network. */
export const wakeMs = 12_000;

export interface Verdict {
  /** What is wrong with what the desk says; empty when nothing is. */
  readonly lies: readonly string[];
  readonly isQuiet: boolean;
  readonly isBlind: boolean;
}

/** A failed attempt is tried again after a minute at most, and one that hangs is given up after less. */
const recoveryMs = 3 * 60_000;

/** What happened to the laptop last, by the true time. */
export interface Laid {
  /** It slept, was moved to another network, was started again, or its clock was set. */
  readonly at: number;
  /** What was said before that says nothing about now: it slept, or is on another network. */
  readonly isGap: boolean;
}

function mustBeBlind(upstream: Upstream, now: number, laid: Laid): boolean {
  const { provenAt, isProven } = upstream.said;
  if (provenAt === null || !isProven || (laid.isGap && provenAt < laid.at)) return true;
  return now - provenAt > staleMs(upstream) + slackMs;
}

/** It answers, or would if it were asked. */
function mustSee(upstream: Upstream, now: number, laid: Laid): boolean {
  const { said, healthySince, fault, intervalMs } = upstream;
  if (fault === 'none') {
    // After a gap everything is asked at once.
    if (healthySince < laid.at - recoveryMs) return true;
    if (now - healthySince > recoveryMs) return true;
  }
  if (said.provenAt === null || !said.isProven) return false;
  return now - said.provenAt <= intervalMs * 1.2 + slackMs && said.provenAt > laid.at;
}

/** The conditions among these: each once, with its worst severity. */
function conditionsOf(alarms: Iterable<TrueAlarm>): Map<string, Severity> {
  const found = new Map<string, Severity>();
  for (const { condition, severity } of alarms) {
    const other = found.get(condition);
    if (other === undefined || rank(severity) < rank(other)) found.set(condition, severity);
  }
  return found;
}

export function judge(
  state: DeskState,
  upstreams: readonly Upstream[],
  now: number,
  laid: Laid,
): Verdict {
  const isSettled = now - laid.at >= wakeMs;
  const lies: string[] = [];
  const blind = new Set<string>(state.blind.map(({ sourceId }) => sourceId));
  const isQuiet = state.worst === null && state.blind.length === 0;

  for (const upstream of upstreams) {
    const isBlind = blind.has(upstream.name);
    if (!isBlind && isSettled && mustBeBlind(upstream, now, laid)) {
      lies.push(`${upstream.name} is said to be seen, and is not`);
    }
    if (isBlind && isSettled && mustSee(upstream, now, laid)) {
      lies.push(`${upstream.name} is said to be blind, and answers`);
    }
    // The truth itself, whatever was said.
    for (const alarm of upstream.alarms.values()) {
      const isOld = isSettled && now - alarm.saidSince > staleMs(upstream) + slackMs;
      const isShown = state.worst !== null && rank(state.worst.severity) <= rank(alarm.severity);
      if (isOld && !isBlind && !isShown) {
        lies.push(`${alarm.externalId} fires at ${upstream.name}, and nothing says so`);
      }
    }
  }

  // The last known, with every source down too.
  const known = conditionsOf(upstreams.flatMap(({ said }) => [...said.known.values()]));
  const worst = Severity.options.find((severity) => [...known.values()].includes(severity));
  const count = [...known.values()].filter((severity) => severity === worst).length;
  if (state.worst?.severity !== worst || (state.worst?.count ?? 0) !== count) {
    lies.push(
      `the desk says ${state.worst?.count ?? 0} ${state.worst?.severity ?? 'firing'}, it is ${count} ${worst ?? 'firing'}`,
    );
  }
  if (state.counts.firing !== known.size) {
    lies.push(`${state.counts.firing} are said to fire, ${known.size} are known to`);
  }
  return { lies, isQuiet, isBlind: state.blind.length > 0 };
}
