/**
 * Acknowledgements and silences that Nightdesk itself keeps, for upstreams that know none. Nobody else sees them; they are
 * confirmed once a poll has handed them to the store, so that they are still there after a crash.
 */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { Matcher } from '../../preload/contract/alarms.ts';
import { Instant } from '../../preload/contract/common.ts';
import type { ObservedAlarm } from '../alarms/alarm.ts';
import { toInstant, toMs, type Clock } from '../clock.ts';
import type { ConnectorActions, UpstreamAction, UpstreamSilence } from './connector.ts';
import { matchesAll, proposeMatchers } from './matchers.ts';
import { SourceError, unsupported } from './source-error.ts';

const KeptSilence = z.object({
  id: z.string(),
  matchers: z.array(Matcher),
  by: z.string(),
  note: z.string(),
  startsAt: Instant,
  endsAt: Instant,
});
type KeptSilence = z.infer<typeof KeptSilence>;

/** Every part by itself: one that cannot be read costs no other. */
export const keptFields = {
  /** By the identity of the alarm. */
  acknowledged: z.record(z.string(), z.object({ by: z.string(), at: Instant })).catch({}),
  silences: z.array(KeptSilence).catch([]),
};
const KeptActs = z.object(keptFields);
export type KeptActs = z.infer<typeof KeptActs>;

interface KeptActionDeps<Acts extends KeptActs> {
  readonly clock: Clock;
  /** The kind's name, for people. */
  readonly title: string;
  /** As it is now, with what was just asked for. */
  current(): Acts;
  change(next: Acts): void;
  /** As the last poll handed it on. */
  kept(): Acts;
  /** Null: nothing was read in this run yet, so nobody knows. */
  isActive(externalId: string): boolean | null;
}

const isOver = (silence: KeptSilence, now: number): boolean => toMs(silence.endsAt) <= now;

export function createKeptActions<Acts extends KeptActs>(
  deps: KeptActionDeps<Acts>,
): ConnectorActions {
  const { clock } = deps;
  /** What was taken in this run. What an earlier one took may have ended with it, before a poll handed it on. */
  const taken = new Set<string>();
  const takenAs = (action: UpstreamAction, ref: string | null): string => `${action.kind} ${ref}`;

  function isTrueIn(ledger: KeptActs, action: UpstreamAction, ref: string | null): boolean {
    switch (action.kind) {
      case 'acknowledge':
        return Object.hasOwn(ledger.acknowledged, action.externalId);
      case 'unacknowledge':
        return !Object.hasOwn(ledger.acknowledged, action.externalId);
      case 'silence':
        return ledger.silences.some(({ id }) => id === ref);
      case 'extend_silence':
        return ledger.silences.some(
          ({ id, endsAt }) => id === action.upstreamRef && endsAt === action.endsAt,
        );
      case 'unsilence':
        return !ledger.silences.some(({ id }) => id === action.upstreamRef);
      case 'comment':
      case 'resolve':
        return false;
    }
  }

  const actions: ConnectorActions = {
    kinds: new Set(['acknowledge', 'unacknowledge', 'silence', 'extend_silence', 'unsilence']),

    acknowledgeEffect:
      'Nightdesk itself remembers it, on this computer, until the alarm clears. Nobody else sees it.',

    propose: ({ labels }) => proposeMatchers(labels),

    matches: matchesAll,

    async send(action, key) {
      const ledger = deps.current();
      const { acknowledged, silences } = ledger;
      const now = clock.now();
      switch (action.kind) {
        case 'acknowledge': {
          const { externalId, by } = action;
          const isActive = deps.isActive(externalId);
          if (isActive === null) {
            throw new SourceError('source.unreachable', 'It was not read yet since the start.', {
              next: 'Nightdesk tries again after the first answer.',
            });
          }
          if (!isActive) {
            throw new SourceError('source.rejected', 'This alarm has cleared.', {
              next: 'There is nothing left to do.',
            });
          }
          if (!Object.hasOwn(acknowledged, externalId)) {
            const entry = { by, at: toInstant(now) };
            deps.change({ ...ledger, acknowledged: { ...acknowledged, [externalId]: entry } });
          }
          return { upstreamRef: externalId, expiresAt: null };
        }
        case 'unacknowledge': {
          const { [action.externalId]: _, ...others } = acknowledged;
          deps.change({ ...ledger, acknowledged: others });
          return { upstreamRef: action.externalId, expiresAt: null };
        }
        case 'silence': {
          if (action.matchers.length === 0) {
            throw new SourceError(
              'source.rejected',
              'A silence without labels would silence everything.',
              { next: 'Choose at least one label.' },
            );
          }
          if (!silences.some(({ id }) => id === key)) {
            const { by, note, endsAt } = action;
            const matchers = action.matchers.map((matcher) => ({ ...matcher }));
            const silence = { id: key, matchers, by, note, startsAt: toInstant(now), endsAt };
            deps.change({ ...ledger, silences: [...silences, silence] });
          }
          return { upstreamRef: key, expiresAt: null };
        }
        case 'extend_silence': {
          const { upstreamRef, endsAt } = action;
          if (!silences.some(({ id }) => id === upstreamRef)) {
            throw new SourceError('source.rejected', 'This silence is over already.', {
              next: 'Make a new one from the alarm.',
            });
          }
          deps.change({
            ...ledger,
            silences: silences.map((silence) =>
              silence.id === upstreamRef ? { ...silence, endsAt } : silence,
            ),
          });
          return { upstreamRef, expiresAt: null };
        }
        case 'comment':
        case 'resolve':
          throw unsupported(deps.title, action.kind);
        case 'unsilence':
          deps.change({
            ...ledger,
            silences: silences.filter(({ id }) => id !== action.upstreamRef),
          });
          return { upstreamRef: action.upstreamRef, expiresAt: null };
      }
    },

    async confirm(action, receipt, signal) {
      const ref = receipt.upstreamRef;
      if (
        ref !== null &&
        !taken.has(takenAs(action, ref)) &&
        !isTrueIn(deps.current(), action, ref)
      )
        await actions.send(action, ref, signal);
      return isTrueIn(deps.current(), action, ref) && isTrueIn(deps.kept(), action, ref);
    },

    // Nothing here runs out by itself.
    extend: async (_action, receipt) => receipt,

    async silences() {
      const now = clock.now();
      return deps
        .current()
        .silences.filter((silence) => !isOver(silence, now))
        .map(({ by, note, ...silence }): UpstreamSilence => ({
          ...silence,
          createdBy: by,
          comment: note,
          state: 'active',
        }));
    },
  };
  return {
    ...actions,
    async send(action, key, signal) {
      const receipt = await actions.send(action, key, signal);
      taken.add(takenAs(action, receipt.upstreamRef));
      return receipt;
    },
  };
}

/** What is kept, shown on alarms as an upstream would show it. */
export function withKeptActs(alarm: ObservedAlarm, acts: KeptActs, now: number): ObservedAlarm {
  const ack = Object.hasOwn(acts.acknowledged, alarm.externalId)
    ? acts.acknowledged[alarm.externalId]
    : undefined;
  const isSilenced = acts.silences.some(
    (silence) => !isOver(silence, now) && matchesAll(silence.matchers, alarm.labels),
  );
  if (isSilenced) return { ...alarm, status: 'suppressed', ackedBy: ack?.by ?? alarm.ackedBy };
  if (ack === undefined || alarm.status !== 'firing') return alarm;
  return { ...alarm, status: 'acknowledged', ackedBy: ack.by };
}

/** An acknowledgement ends with its alarm, a silence with its time. */
export function endedActs(
  acts: KeptActs,
  context: {
    readonly isActive: (externalId: string) => boolean;
    readonly isComplete: boolean;
    readonly now: number;
  },
): KeptActs {
  const { isActive, isComplete, now } = context;
  return {
    acknowledged: Object.fromEntries(
      Object.entries(acts.acknowledged).filter(([id]) => isActive(id) || !isComplete),
    ),
    silences: acts.silences.filter((silence) => !isOver(silence, now)),
  };
}

/**
 * For a connector whose upstream knows neither acknowledgements nor silences: `actions`, and `apply` for every poll's alarms.
 * What `apply` returns as `acts` belongs into the `memory` of the poll, under the name `kept`.
 */
export function createKept(deps: {
  readonly clock: Clock;
  readonly title: string;
  /** The `memory` that the connector was created with. */
  readonly memory: Readonly<Record<string, unknown>>;
}) {
  const read = KeptActs.safeParse(deps.memory['kept'] ?? {});
  let current: KeptActs = read.success ? read.data : { acknowledged: {}, silences: [] };
  /** The same object until something changes, which tells the store that there is nothing to keep. */
  let kept = current;
  let active: ReadonlySet<string> = new Set(Object.keys(current.acknowledged));
  let hasRead = false;
  let last: {
    input: readonly ObservedAlarm[];
    acts: KeptActs;
    output: readonly ObservedAlarm[];
  } | null = null;

  return {
    actions: createKeptActions<KeptActs>({
      clock: deps.clock,
      title: deps.title,
      current: () => current,
      change(next) {
        current = next;
      },
      kept: () => kept,
      isActive: (externalId) => active.has(externalId) || (hasRead ? false : null),
    }),

    apply(
      alarms: readonly ObservedAlarm[],
      isComplete: boolean,
    ): { alarms: readonly ObservedAlarm[]; acts: KeptActs } {
      const now = deps.clock.now();
      hasRead = true;
      if (last?.input !== alarms) {
        const ids = alarms.map(({ externalId }) => externalId);
        active = new Set(isComplete ? ids : [...active, ...ids]);
      }
      const next = endedActs(current, { isActive: (id) => active.has(id), isComplete, now });
      current = next;
      if (!isDeepStrictEqual(next, kept)) kept = next;
      if (last === null || last.input !== alarms || last.acts !== kept) {
        const before = new Map(last?.output.map((alarm) => [alarm.externalId, alarm]) ?? []);
        const output = alarms.map((alarm) => {
          const shown = withKeptActs(alarm, kept, now);
          const known = before.get(alarm.externalId);
          return shown !== alarm && known !== undefined && isDeepStrictEqual(known, shown)
            ? known
            : shown;
        });
        last = { input: alarms, acts: kept, output };
      }
      return { alarms: last.output, acts: kept };
    },
  };
}
