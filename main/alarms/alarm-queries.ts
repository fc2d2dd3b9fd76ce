/**
 * Filters and orders the alarms in memory, fast enough for every keystroke: the order is kept and made anew only when
 * an alarm changed, so a query is one pass over it.
 */
import type { AlarmId, SourceId } from '../../preload/contract/common.ts';
import { toInstant, type Clock } from '../clock.ts';
import type { KnownAlarm } from './alarm.ts';
import type { AlarmIndex } from './alarm-index.ts';
import { buildAlarmList, isClear, type OrderedList, type SourceSight } from './alarm-list.ts';
import type { RowLookups } from './alarm-rows.ts';
import type { AlarmStore } from './alarm-store.ts';
import {
  compileFilter,
  haystackOf,
  type Query,
  type QueryContext,
  type QueryProblem,
} from './filter.ts';
import { compareAlarms } from './order.ts';
import { mergedAlarm, type Member } from './origins.ts';

/** How far back `status:resolved` looks. */
const resolvedForMs = 7 * 86_400_000;
const maxResolved = 2_000;
const keptQueries = 64;

interface Kept {
  readonly query: Query;
  revision: number;
  alarms: readonly KnownAlarm[];
}

export function createAlarmQueries(deps: {
  readonly index: AlarmIndex;
  readonly store: AlarmStore;
  readonly clock: Clock;
  readonly lookups: RowLookups;
}) {
  const { index, store, clock, lookups } = deps;

  let sightedAt = -1;
  const sights = new Map<SourceId, SourceSight | undefined>();
  /** The same for one whole pass: freshness also changes by time alone. */
  const look = (): void => {
    const now = clock.monotonic();
    if (now !== sightedAt) sights.clear();
    sightedAt = now;
  };
  const sight = (id: SourceId): SourceSight | undefined => {
    if (sights.has(id)) return sights.get(id);
    const health = lookups.health(id);
    const seen =
      health === undefined
        ? undefined
        : {
            name: health.name,
            freshness: health.freshness,
            isEnabled: health.isEnabled,
            since: health.lastSuccessAt ?? health.since,
          };
    sights.set(id, seen);
    return seen;
  };

  const context: QueryContext = {
    now: () => clock.now(),
    sourceName: ({ sourceId }) => sight(sourceId)?.name ?? sourceId,
    isBlind: ({ sourceId }) => !isClear(sight(sourceId)),
    isUnseen: ({ id }) => index.isUnseen(id),
    isFlapping: ({ id }) => index.flapping.of(id) !== null,
    hasRunbook: (alarm) => lookups.markFor(alarm) !== null,
    hasIncident: ({ id }) => lookups.openIncidentOf(id) !== null,
  };

  let ordered: { revision: number; alarms: readonly KnownAlarm[] } = { revision: -1, alarms: [] };
  /** One per condition, with the worst of all that see it. */
  const inOrder = (): readonly KnownAlarm[] => {
    if (ordered.revision !== index.revision) {
      const alarms = [...index.leads()].map((alarm) => {
        const [lead, ...others] = index.membersOf(alarm);
        if (others.length === 0) return alarm;
        const member = (one: KnownAlarm): Member => ({
          alarm: one,
          health: lookups.health(one.sourceId),
          joins: index.conditions.joinsOf(one.id),
        });
        return mergedAlarm([member(lead), ...others.map(member)]);
      });
      ordered = { revision: index.revision, alarms: alarms.sort(compareAlarms) };
    }
    return ordered.alarms;
  };

  /** A condition matches when any alarm of it does: whoever looks for one source finds what is joined, too. */
  const isAny = (alarm: KnownAlarm, matches: (one: KnownAlarm) => boolean): boolean => {
    if (index.conditions.of(alarm.id) === null) return matches(alarm);
    const others = index.membersOf(alarm).slice(1);
    const own = index.get(alarm.id) ?? alarm;
    return matches(own) || others.some(matches);
  };

  /** Alarms that are over, as far as the query asks for them, and those that flap; never those of the active list. */
  const over = (query: Query): KnownAlarm[] => {
    const found = new Map<AlarmId, KnownAlarm>();
    if (query.wants.unseen || query.wants.resolved) {
      for (const alarm of index.clearedUnseen()) found.set(alarm.id, alarm);
    }
    if (query.wants.resolved) {
      const from = toInstant(clock.now() - resolvedForMs);
      for (const alarm of store.resolvedSince(from, maxResolved)) found.set(alarm.id, alarm);
    }
    for (const alarm of index.clearedFlapping()) found.set(alarm.id, alarm);
    return [...found.values()].filter((alarm) => query.matches(alarm)).sort(compareAlarms);
  };

  const kept = new Map<string, Kept>();
  const keep = (text: string): Kept => {
    const known = kept.get(text);
    const entry = known ?? { query: compileFilter(text, context), revision: -1, alarms: [] };
    // The least recently asked one leaves.
    kept.delete(text);
    kept.set(text, entry);
    if (kept.size > keptQueries) {
      for (const oldest of kept.keys()) {
        kept.delete(oldest);
        break;
      }
    }
    return entry;
  };

  const matching = (text: string): readonly KnownAlarm[] => {
    const entry = keep(text);
    const { query } = entry;
    if (entry.revision === index.revision && !query.isVolatile) return entry.alarms;
    look();
    entry.alarms = [
      ...inOrder().filter((alarm) => isAny(alarm, (one) => query.matches(one))),
      ...over(query),
    ];
    entry.revision = index.revision;
    return entry.alarms;
  };

  return {
    /** In the order of `compareAlarms`. */
    matching,

    /** Makes what free text looks in, so that the first keystroke is as quick as the next. */
    warm(): void {
      for (const alarm of index.active()) haystackOf(alarm);
    },

    compile(text: string): {
      matches(alarm: KnownAlarm): boolean;
      problems: readonly QueryProblem[];
    } {
      const query = compileFilter(text, context);
      return {
        problems: query.problems,
        matches(alarm) {
          look();
          return query.matches(alarm);
        },
      };
    },

    list(
      text: string,
      groupBy: string,
    ): OrderedList & { hiddenCount: number; problems: readonly QueryProblem[] } {
      const alarms = matching(text);
      look();
      const shown = alarms.reduce((count, { status }) => count + Number(status !== 'resolved'), 0);
      return {
        ...buildAlarmList({
          alarms,
          groupBy,
          sight,
          isBlind: (alarm) => !isAny(alarm, ({ sourceId }) => isClear(sight(sourceId))),
        }),
        hiddenCount: inOrder().length - shown,
        problems: keep(text).query.problems,
      };
    },
  };
}
