/** Alarms: takes snapshots in, and answers what is known. */
import type {
  AlarmDetail,
  AlarmList,
  AlarmRow,
  RunbookMatch,
} from '../../preload/contract/alarms.ts';
import type {
  AlarmId,
  AlarmStatus,
  Instant,
  Severity,
  SourceId,
} from '../../preload/contract/common.ts';
import type { Bus } from '../bus.ts';
import { toInstant, type Clock } from '../clock.ts';
import type { Windows } from '../desk/windows.ts';
import { notFound } from '../errors.ts';
import type { PassedEpisode } from '../sources/connector.ts';
import type { Pace, WritableDb } from '../store/database.ts';
import type { AlarmChange, KnownAlarm, Snapshot } from './alarm.ts';
import { actionsFor, type OfferedActions } from './alarm-actions.ts';
import { createAlarmHistory } from './alarm-history.ts';
import { AlarmIndex } from './alarm-index.ts';
import { toRow, type RowLookups, type SourceHealth } from './alarm-rows.ts';
import { isInSight } from './origins.ts';
import { speaking } from './speaks-for.ts';
import { createAlarmStore, type NewEvent } from './alarm-store.ts';
import { createAlarmQueries } from './alarm-queries.ts';
import type { QueryProblem } from './filter.ts';
import type { Flapping } from './flapping.ts';
import { createIngest } from './ingest.ts';
import { createJoinDecisions } from './join-decisions.ts';
import { createJoins } from './joins.ts';
import type { Member } from './origins.ts';
import { createPassed } from './passed.ts';
import { relatedTo } from './related.ts';

export interface AlarmDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly windows: Windows;
  readonly sources: {
    health(sourceId: SourceId): SourceHealth | undefined;
    connector(sourceId: SourceId): { readonly actions: OfferedActions | null } | null;
    /** Keeps what an upstream severity word means at this source. */
    mapSeverity(sourceId: SourceId, text: string, severity: Severity): void | Promise<void>;
  };
  readonly outbox: Pick<RowLookups, 'pendingFor'>;
  readonly runbooks: Pick<RowLookups, 'markFor'> & {
    matchAlarm(alarm: KnownAlarm): readonly RunbookMatch[];
  };
  readonly incidents: Pick<RowLookups, 'openIncidentOf'>;
  /** The person's; the system's when it is absent or empty. */
  readonly timeZone?: () => string;
  /** See `CoreOptions.alive`. */
  readonly alive?: (() => void) | undefined;
}

export interface AlarmService {
  /**
   * Takes over a snapshot: alarms, episodes and events in one transaction, listeners inside it, windows after it.
   * An unchanged snapshot writes and says nothing.
   *
   * @throws when the store refuses; then nothing has changed.
   */
  apply(sourceId: SourceId, snapshot: Snapshot, atMs: number): readonly AlarmChange[];
  /** Keeps what fired and cleared while nobody looked. Returns how many of them were not known. */
  applyPassed(sourceId: SourceId, episodes: readonly PassedEpisode[], atMs: number): number;
  /** Call after a source's row was deleted: its alarms went with it. */
  forgetSource(sourceId: SourceId): void;
  /** The last known state, also of an alarm that is over. */
  get(id: AlarmId): KnownAlarm | undefined;
  /** In no order. */
  active(): Iterable<KnownAlarm>;
  /** The same, with all that is one condition together, as far as they speak for themselves. */
  conditions(): Iterable<readonly KnownAlarm[]>;
  /** The other alarms of its condition; of one that just ended, as it was until then. */
  joinedWith(id: AlarmId): readonly KnownAlarm[];
  /** For an action on rows: of a condition all alarms in this status; of a lone alarm itself. */
  withJoined(ids: readonly AlarmId[], status: AlarmStatus): AlarmId[];
  /** @throws AppError when it stands alone. */
  separate(id: AlarmId): readonly AlarmId[];
  /** @throws AppError when one of them is over. */
  join(ids: readonly AlarmId[]): AlarmRow;
  rows(ids: readonly AlarmId[]): AlarmRow[];
  list(input: { query: string; groupBy: string }): AlarmList;
  detail(id: AlarmId): AlarmDetail;
  compileQuery(text: string): {
    matches(alarm: KnownAlarm): boolean;
    problems: readonly QueryProblem[];
  };
  /** How many alarms a list with this query has. Quick enough for every saved view at every change. */
  countMatching(query: string): number;
  unseenCount(): number;
  isUnseen(id: AlarmId): boolean;
  /** Null: it does not flap. */
  flapping(id: AlarmId): Flapping | null;
  markSeen(ids: readonly AlarmId[]): void;
  recordEvent(event: NewEvent): void;
  /** The same event for many alarms, in one statement. */
  recordEvents(
    ids: readonly AlarmId[],
    event: Pick<NewEvent, 'kind' | 'origin' | 'text' | 'at'>,
    pace?: Pace,
  ): void;
  comment(id: AlarmId, text: string): { at: Instant };
  mapSeverity(sourceId: SourceId, text: string, severity: Severity): Promise<void>;
  /** Rises with every change that a list may show. */
  revision(): number;
}

const weekMs = 7 * 86_400_000;
const firstRows = 60;
const maxNamed = 300;

/** http and https only; null otherwise. Text from upstream never becomes another kind of link. */
function webAddress(url: string | null): string | null {
  if (url === null || !URL.canParse(url)) return null;
  const { protocol } = new URL(url);
  return protocol === 'https:' || protocol === 'http:' ? url : null;
}

export function createAlarmService(deps: AlarmDeps): AlarmService {
  const { db, clock, bus, windows, sources } = deps;
  const store = createAlarmStore(db);
  const decisions = createJoinDecisions(db);
  const index = new AlarmIndex(store, decisions, clock);
  const history = createAlarmHistory(db);

  const tellWindows = (ids: readonly AlarmId[]): void =>
    windows.changed('alarms', ids.length > maxNamed ? undefined : ids);

  const ingest = createIngest({
    db,
    bus,
    store,
    index,
    sourceName: (id) => sources.health(id)?.name ?? id,
    alive: deps.alive,
    committed(ids) {
      tellWindows(ids);
      if (ids.length > maxNamed) setImmediate(() => queries.warm());
    },
  });

  const applyPassed = createPassed({
    db,
    bus,
    store,
    index,
    sourceName: (id) => sources.health(id)?.name ?? id,
    alive: deps.alive,
    committed: tellWindows,
  });

  const lookups: RowLookups = {
    health: (id) => sources.health(id),
    pendingFor: (id) => deps.outbox.pendingFor(id),
    markFor: (alarm) => deps.runbooks.markFor(alarm),
    openIncidentOf: (id) => deps.incidents.openIncidentOf(id),
    isUnseen: (id) => index.isUnseen(id),
    flapping: (id) => index.flapping.of(id),
  };
  const queries = createAlarmQueries({ index, store, clock, lookups });
  setImmediate(() => queries.warm());

  bus.on('gap.ended', () => ingest.gapEnded());
  // Names, pauses and sight decide where an alarm stands in the list.
  bus.on('source.changed', () => {
    index.touch();
    db.afterCommit(() => tellWindows([]));
  });
  bus.on('settings.changed', () => index.touch());

  const get = (id: AlarmId): KnownAlarm | undefined => index.get(id) ?? store.byId(id)?.alarm;

  const existing = (id: AlarmId): KnownAlarm => {
    const alarm = get(id);
    if (alarm === undefined) throw notFound('This alarm');
    return alarm;
  };

  const joins = createJoins({
    db,
    clock,
    store,
    index,
    decisions,
    existing,
    committed: tellWindows,
  });

  const rowsOf = (alarms: readonly KnownAlarm[]): AlarmRow[] => {
    const from = toInstant(clock.now() - weekMs);
    const episodes = store.episodesSince(
      alarms.map(({ id }) => id),
      from,
    );
    const member = (alarm: KnownAlarm): Member => ({
      alarm,
      health: sources.health(alarm.sourceId),
      joins: index.conditions.joinsOf(alarm.id),
    });
    return alarms.map((alarm) => {
      const [own, ...others] = index.membersOf(alarm);
      return toRow([member(own), ...others.map(member)], episodes.get(alarm.id) ?? 0, lookups);
    });
  };

  const rows = (ids: readonly AlarmId[]): AlarmRow[] =>
    rowsOf(ids.map(get).filter((alarm) => alarm !== undefined));

  /** Of the whole condition, each once: a pager seldom knows the runbook. */
  const runbooksOf = (alarm: KnownAlarm): RunbookMatch[] => {
    const members = index.membersOf(alarm);
    if (members.length === 1) return [...deps.runbooks.matchAlarm(alarm)];
    const found = new Map<string, RunbookMatch>();
    for (const one of members) {
      for (const match of deps.runbooks.matchAlarm(one)) {
        const key = `${match.runbookId} ${match.anchor ?? ''}`;
        if (!found.has(key)) found.set(key, match);
      }
    }
    return [...found.values()].sort(
      (a, b) => Number(b.isCertain) - Number(a.isCertain) || b.score - a.score,
    );
  };

  /** What is joined with it is not beside it. */
  const otherLeads = (alarm: KnownAlarm): KnownAlarm[] => {
    const own = index.conditions.of(alarm.id)?.leadId ?? alarm.id;
    return [...index.leads()].filter(({ id }) => id !== own);
  };

  return {
    apply: (sourceId, snapshot, atMs) => ingest.apply(sourceId, snapshot, atMs),
    applyPassed,

    forgetSource(sourceId) {
      ingest.forget(sourceId);
      index.forget(sourceId);
      db.afterCommit(() => windows.changed('alarms'));
    },

    get,
    rows,
    active: () => index.active(),
    *conditions() {
      for (const alarm of index.leads()) {
        yield speaking(
          index.membersOf(alarm),
          (member) => member,
          ({ sourceId }) => isInSight(sources.health(sourceId)),
        );
      }
    },
    joinedWith: (id) =>
      index.conditions
        .othersOf(id)
        .map((other) => index.get(other))
        .filter((other) => other !== undefined),
    withJoined: (ids, status) => joins.withJoined(ids, status),
    separate: (id) => joins.separate(id),
    join(ids) {
      joins.join(ids);
      const [id] = ids;
      const [row] = id === undefined ? [] : rows([index.conditions.of(id)?.leadId ?? id]);
      if (row === undefined) throw notFound('This alarm');
      return row;
    },
    compileQuery: (text) => queries.compile(text),
    countMatching: (query) => queries.matching(query).length,
    unseenCount: () => index.unseenCount,
    isUnseen: (id) => index.isUnseen(id),
    flapping: (id) => index.flapping.of(id),
    revision: () => index.revision,

    list({ query, groupBy }) {
      const { ids, groups, hiddenCount, problems } = queries.list(query, groupBy);
      return {
        ids: [...ids],
        groups: [...groups],
        rows: rows(ids.slice(0, firstRows)),
        hiddenCount,
        problems: [...problems],
        revision: index.revision,
      };
    },

    detail(id) {
      const alarm = existing(id);
      const [row] = rowsOf([alarm]);
      if (row === undefined) throw notFound('This alarm');
      return {
        row,
        externalId: alarm.externalId,
        labels: { ...alarm.labels },
        annotations: { ...alarm.annotations },
        url: webAddress(alarm.url),
        runbookUrl: alarm.runbookUrl,
        unreadableReason: alarm.unreadableReason,
        severityText: alarm.severityText,
        runbooks: runbooksOf(alarm),
        events: history.events(id),
        decisions: history.decisions(id),
        episodes: history.episodes(id, clock.now()),
        past: history.past(id, deps.timeZone?.() ?? ''),
        related: rowsOf(relatedTo(alarm, otherLeads(alarm))),
        actions: actionsFor(
          alarm,
          sources.health(alarm.sourceId),
          sources.connector(alarm.sourceId),
        ),
      };
    },

    markSeen(ids) {
      const unseen = ids.filter((id) => index.isUnseen(id));
      if (unseen.length === 0) return;
      db.transaction(() => {
        store.markSeen(unseen);
        db.afterCommit(() => {
          index.markSeen(unseen);
          tellWindows(unseen);
        });
      });
    },

    recordEvent(event) {
      store.addEvent(event);
      const { alarmId } = event;
      if (alarmId !== null) db.afterCommit(() => tellWindows([alarmId]));
    },

    recordEvents(ids, event, pace) {
      if (ids.length === 0) return;
      store.addEvents(ids, event, pace);
      db.afterCommit(() => tellWindows(ids));
    },

    comment(id, text) {
      const alarm = existing(id);
      const atMs = clock.now();
      const at = toInstant(atMs);
      db.transaction(() => {
        store.addEvent({
          alarmId: id,
          episodeId: alarm.episodeId,
          sourceId: alarm.sourceId,
          kind: 'note',
          origin: 'you',
          text,
          at,
        });
        bus.emit('alarm.noted', { alarmId: id, text, at: atMs });
        db.afterCommit(() => tellWindows([id]));
      });
      return { at };
    },

    async mapSeverity(sourceId, text, severity) {
      await sources.mapSeverity(sourceId, text, severity);
    },
  };
}
