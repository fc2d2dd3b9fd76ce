/**
 * An upstream that takes everything a connector may offer, counts what it got, and fails as it is told to.
 *
 * It outlives the desk: `actionsFor` gives one run of Nightdesk its way to it, which ends when that run is killed.
 */
import { toInstant, toMs, type Clock } from '../../main/clock.ts';
import type { ObservedAlarm } from '../../main/alarms/alarm.ts';
import type {
  ActionKind,
  ConnectorActions,
  UpstreamAction,
  UpstreamSilence,
} from '../../main/sources/connector.ts';
import { matchesAll, matchersKey, proposeMatchers } from '../../main/sources/matchers.ts';
import { SourceError } from '../../main/sources/source-error.ts';

export interface Made {
  readonly ref: string;
  readonly key: string;
  readonly action: Extract<UpstreamAction, { kind: 'acknowledge' | 'silence' }>;
  endsAt: number;
}

export interface Told {
  readonly key: string;
  readonly kind: 'comment' | 'resolve';
  readonly externalId: string;
  readonly note: string;
}

export type Method = 'send' | 'confirm' | 'extend' | 'silences';
/** What one call does instead of working; `lost`: it works, and the answer never arrives. */
export type Fault = Error | 'lost' | 'no';

export const unreachable = (retryAfterMs: number | null = null): SourceError =>
  new SourceError('source.unreachable', 'prod does not answer.', { next: 'Wait.', retryAfterMs });
export const rejected = (): SourceError =>
  new SourceError('source.rejected', 'prod refused it: bad matcher.', { next: 'Change it.' });
export const unauthorized = (): SourceError =>
  new SourceError('source.unauthorized', 'prod refuses the login.', { next: 'Check it.' });

/** One run of the program: `reach` is called before and after everything that leaves it. */
export interface Run {
  readonly isDead: () => boolean;
  reach(point: string): void;
}

const never = new Promise<never>(() => {});
export const immortal: Run = { isDead: () => false, reach: () => {} };

export function createFakeUpstream({ isShared }: { isShared: boolean }) {
  let clock: Pick<Clock, 'now'> = { now: () => 0 };
  const now = (): number => clock.now();
  const made: Made[] = [];
  const asked: { method: Method; action: UpstreamAction | null; key: string | null }[] = [];
  const faults: Record<Method, Fault[]> = { send: [], confirm: [], extend: [], silences: [] };
  const removals: string[] = [];
  /** Comments, and alarms that were said to be over. */
  const told: Told[] = [];
  /** Acknowledgements made although the same thing was acknowledged already. */
  const doubled: string[] = [];
  let waiting: (() => void)[] | null = null;
  const kinds = new Set<ActionKind>([
    'acknowledge',
    'unacknowledge',
    'silence',
    'extend_silence',
    'unsilence',
    'comment',
    'resolve',
  ]);

  const isActive = (each: Made): boolean => each.endsAt > now();
  const isFor = (
    each: Made,
    externalId: string,
    labels: Readonly<Record<string, string>>,
  ): boolean =>
    each.action.kind === 'silence' || isShared
      ? matchesAll(each.action.matchers, labels)
      : each.action.externalId === externalId;

  function take(
    action: UpstreamAction,
    key: string,
  ): { ref: string | null; endsAt: number | null } {
    if (action.kind === 'comment' || action.kind === 'resolve') {
      const { kind, externalId, note } = action;
      if (!told.some((each) => each.key === key)) {
        if (told.some((each) => each.kind === kind && each.externalId === externalId)) {
          doubled.push(key);
        }
        told.push({ key, kind, externalId, note });
      }
      return { ref: key, endsAt: null };
    }
    if (action.kind === 'extend_silence' || action.kind === 'unsilence') {
      const one = made.find(({ ref }) => ref === action.upstreamRef);
      if (one === undefined) throw rejected();
      if (action.kind === 'extend_silence') {
        if (!isActive(one)) throw rejected();
        one.endsAt = toMs(action.endsAt);
      } else if (isActive(one)) {
        one.endsAt = now();
        removals.push(one.ref);
      }
      return { ref: one.ref, endsAt: null };
    }
    if (action.kind === 'unacknowledge') {
      for (const each of made) {
        const isMeant =
          each.ref === action.upstreamRef ||
          (action.upstreamRef === null &&
            each.action.kind === 'acknowledge' &&
            each.action.externalId === action.externalId);
        if (!isMeant || !isActive(each)) continue;
        each.endsAt = now();
        removals.push(each.ref);
      }
      return { ref: action.upstreamRef, endsAt: null };
    }
    const known = made.find((each) => each.key === key);
    if (known !== undefined) return known;
    const same = made.find(
      (each) =>
        isActive(each) &&
        each.action.kind === action.kind &&
        (isShared || each.action.kind === 'silence' || action.kind === 'silence'
          ? matchersKey(each.action.matchers) === matchersKey(action.matchers)
          : each.action.externalId === action.externalId),
    );
    if (same !== undefined) doubled.push(key);
    const endsAt = action.kind === 'silence' ? toMs(action.endsAt) : now() + action.durationMs;
    const one: Made = { ref: `ref-${made.length + 1}`, key, action, endsAt };
    made.push(one);
    return one;
  }

  const isUnresolved = ({ externalId }: ObservedAlarm): boolean =>
    !told.some((each) => each.kind === 'resolve' && each.externalId === externalId);

  const labelsOf = (alarm: ObservedAlarm): Readonly<Record<string, string>> => alarm.labels;

  return {
    made,
    asked,
    removals,
    doubled,
    told,
    /** What it takes; a test may take some away. */
    kinds,
    useClock(next: Pick<Clock, 'now'>): void {
      clock = next;
    },
    active: (): Made[] => made.filter(isActive),
    count: (method: Method): number => asked.filter((each) => each.method === method).length,
    fail(method: Method, ...next: Fault[]): void {
      faults[method].push(...next);
    },
    /** From now on calls wait until `release`. */
    hold(): void {
      waiting ??= [];
    },
    release(): void {
      const held = waiting ?? [];
      waiting = null;
      for (const go of held) go();
    },

    /** As a person could at the upstream itself. */
    remove(ref: string): void {
      for (const each of made) if (each.ref === ref) each.endsAt = now();
    },

    /** What a poll would see: an alarm that is acknowledged here says so. */
    show: (alarms: readonly ObservedAlarm[]): ObservedAlarm[] =>
      alarms.filter(isUnresolved).map((alarm) => {
        const covering = made.filter(
          (each) => isActive(each) && isFor(each, alarm.externalId, labelsOf(alarm)),
        );
        const [ack] = covering.filter(({ action }) => action.kind === 'acknowledge');
        if (covering.some(({ action }) => action.kind === 'silence')) {
          return { ...alarm, status: 'suppressed' as const };
        }
        return ack === undefined
          ? alarm
          : { ...alarm, status: 'acknowledged' as const, ackedBy: ack.action.by };
      }),

    actionsFor(run: Run): ConnectorActions {
      async function answer<Result>(
        method: Method,
        action: UpstreamAction | null,
        key: string | null,
        work: () => Result,
        no?: Result,
      ): Promise<Result> {
        run.reach(`before ${method}`);
        if (run.isDead()) return never;
        await Promise.resolve();
        const queue = waiting;
        if (queue !== null) await new Promise<void>((resolve) => queue.push(resolve));
        if (run.isDead()) return never;
        asked.push({ method, action, key });
        const fault = faults[method].shift();
        if (fault instanceof Error) throw fault;
        const result = fault === 'no' && no !== undefined ? no : work();
        if (fault === 'lost') throw unreachable();
        run.reach(`after ${method}`);
        if (run.isDead()) return never;
        return result;
      }
      return {
        kinds,
        acknowledgeEffect: 'Only a test hears of it.',
        sharesAcknowledgements: isShared,
        propose: (alarm) => proposeMatchers(alarm.labels),
        matches: matchesAll,
        send: (action, key) =>
          answer('send', action, key, () => {
            const { ref, endsAt } = take(action, key);
            return {
              upstreamRef: ref,
              expiresAt:
                endsAt === null || action.kind !== 'acknowledge' ? null : toInstant(endsAt),
            };
          }),
        confirm: (action, receipt) =>
          answer(
            'confirm',
            action,
            null,
            () => {
              if (action.kind === 'comment' || action.kind === 'resolve') {
                return told.some(({ key }) => key === receipt.upstreamRef);
              }
              const one = made.find(({ ref }) => ref === receipt.upstreamRef);
              const is = one !== undefined && isActive(one);
              if (action.kind === 'extend_silence') return is && one.endsAt === toMs(action.endsAt);
              return action.kind === 'unacknowledge' || action.kind === 'unsilence' ? !is : is;
            },
            false,
          ),
        extend: (action, receipt) =>
          answer('extend', action, null, () => {
            const one = made.find((each) => each.ref === receipt.upstreamRef);
            if (one === undefined || action.kind !== 'acknowledge') throw rejected();
            one.endsAt = now() + action.durationMs;
            return { upstreamRef: one.ref, expiresAt: toInstant(one.endsAt) };
          }),
        silences: () =>
          answer('silences', null, null, () =>
            made.map((each): UpstreamSilence => ({
              id: each.ref,
              matchers: each.action.matchers,
              createdBy: each.action.by,
              comment: each.action.note,
              startsAt: toInstant(now()),
              endsAt: toInstant(each.endsAt),
              state: isActive(each) ? 'active' : 'expired',
            })),
          ),
      };
    },
  };
}
export type FakeUpstream = ReturnType<typeof createFakeUpstream>;
