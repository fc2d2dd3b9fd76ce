/** Incidents: opened from alarms, kept by the timeline, closed by three acts. */
import type { AlarmId, IncidentId, Instant, SourceId } from '../../preload/contract/common.ts';
import type {
  Entry,
  Incident,
  IncidentSeverity,
  IncidentSummary,
} from '../../preload/contract/incidents.ts';
import type { Run } from '../../preload/contract/runbooks.ts';
import { ExecutionId } from '../../preload/contract/running.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import type { AlarmService } from '../alarms/alarm-service.ts';
import { compareAlarms } from '../alarms/order.ts';
import type { Bus } from '../bus.ts';
import { toInstant, toMs, type Clock } from '../clock.ts';
import type { Windows } from '../desk/windows.ts';
import { AppError, notFound } from '../errors.ts';
import type { WritableDb } from '../store/database.ts';
import { nightdesk, readRan, you } from './entries.ts';
import { chosen, entry, summaryOf, type StoredIncident } from './incident.ts';
import { createIncidentStore, type IncidentFields } from './incident-store.ts';
import { createMembership } from './membership.ts';
import { createPast } from './past.ts';
import { inReadingOrder, shorten } from './reading-order.ts';
import { keepTimelines } from './timeline.ts';
import { mitigate, moveImpact, resolve, takeBack, understand, type Act } from './times.ts';
import { countWords, oneLine } from './words.ts';

export interface IncidentDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly windows: Windows;
  readonly alarms: Pick<AlarmService, 'get' | 'rows' | 'recordEvent'>;
  readonly runs: {
    runsOf(incidentId: IncidentId, alarmIds: readonly AlarmId[], since: Instant): Run[];
  };
}

/** An incident with everything that was written about it, for the postmortem. */
export interface IncidentStory {
  readonly summary: IncidentSummary;
  readonly commander: string;
  readonly mitigation: string;
  readonly createdAt: Instant;
  /** In reading order, all of them. */
  readonly entries: Entry[];
}

export type IncidentService = ReturnType<typeof createIncidentService>;

const longestTitle = 200;

const withOutput = (told: Entry): Entry => {
  const executionId = readRan(told);
  return executionId === null ? told : { ...told, executionId: ExecutionId.parse(executionId) };
};

function titleFrom(alarms: readonly KnownAlarm[]): string {
  const [worst] = alarms.toSorted(compareAlarms);
  if (worst === undefined) return 'Incident without an alarm';
  const [title, summary] = [oneLine(worst.title, 100), oneLine(worst.summary, longestTitle)];
  if (title === '') return summary === '' ? 'Incident' : summary;
  return summary === '' || summary === title
    ? title
    : oneLine(`${title}: ${summary}`, longestTitle);
}

function titleTyped(title: string): string {
  const line = oneLine(title, 500);
  if (line !== '') return line;
  throw new AppError('input.invalid', 'An incident needs a title.', {
    next: 'Write what is broken, in a few words.',
  });
}

export function createIncidentService(deps: IncidentDeps) {
  const { db, clock, bus, windows, alarms } = deps;
  const store = createIncidentStore(db);
  const past = createPast(db);
  const sourceNames = db.read<{ name: string }>('SELECT name FROM source WHERE id = @sourceId');
  const sourceName = (sourceId: SourceId): string =>
    sourceNames.get({ sourceId })?.name ?? sourceId;

  /** Of committed incidents only; the newest one where an alarm is in several. */
  let openByAlarm = new Map<AlarmId, IncidentId>();
  const readOpen = (): void => {
    openByAlarm = new Map(store.openMembers().map((item) => [item.alarmId, item.incidentId]));
  };
  readOpen();

  const now = (): Instant => toInstant(clock.now());
  const tell = (ids: readonly IncidentId[]): void =>
    db.afterCommit(() => windows.changed('incidents', ids));
  /** Rows show the incident they are in. */
  const tellAlarms = (ids: readonly AlarmId[]): void =>
    db.afterCommit(() => {
      readOpen();
      windows.changed('alarms', ids);
    });

  const stored = (id: IncidentId): StoredIncident => {
    const incident = store.get(id);
    if (incident === undefined) throw notFound('This incident');
    return incident;
  };
  const memberIds = (id: IncidentId): AlarmId[] => store.members(id).map(({ alarmId }) => alarmId);

  const view = (id: IncidentId): Incident => {
    const incident = stored(id);
    const ids = memberIds(id);
    const { first } = store.bounds(id);
    const since = [first, incident.times.impactBeganAt, incident.createdAt]
      .filter((at) => at !== null)
      .toSorted()[0];
    return {
      summary: summaryOf(incident),
      commander: incident.commander,
      mitigation: incident.mitigation,
      entries: shorten(inReadingOrder(store.entries(id))).map(withOutput),
      alarms: alarms.rows(ids),
      runs: deps.runs.runsOf(id, ids, since ?? incident.createdAt),
    };
  };

  const { copyPast, timesOf, addChosen, joinByRule } = createMembership({
    store,
    past,
    stored,
    sourceName,
    tell,
    tellAlarms,
  });

  const existing = (ids: readonly AlarmId[]): KnownAlarm[] => {
    const found = [...new Set(ids)].flatMap((id) => alarms.get(id) ?? []);
    if (ids.length > 0 && found.length === 0) throw notFound('This alarm');
    return found;
  };

  const openNew = (from: readonly KnownAlarm[], title: string | undefined, at: Instant) => {
    const times = timesOf(from, at);
    const id = store.add(
      {
        title: title === undefined || title.trim() === '' ? titleFrom(from) : titleTyped(title),
        severity: 'unknown',
        impact: '',
        commander: '',
        mitigation: '',
        times: {
          ...times,
          detectedAt: times.detectedAt ?? at,
          mitigatedAt: null,
          resolvedAt: null,
          understoodAt: null,
        },
      },
      at,
    );
    for (const alarm of from)
      store.addMember({ incidentId: id, alarmId: alarm.id, reason: chosen }, at);
    copyPast(id, from);
    if (from.length > 0) {
      const what = countWords(from.length, 'alarm');
      store.addEntry(id, entry(at, 'alarm_joined', you, `Incident opened from ${what}`));
    }
    tellAlarms(from.map((alarm) => alarm.id));
    return id;
  };

  /** One act: the times in order, a line on the timeline, all or nothing. */
  const act = (
    id: IncidentId,
    change: (incident: StoredIncident) => {
      fields: Partial<IncidentFields>;
      lines: readonly { kind: Act | 'reopened'; at: Instant; origin: string; text: string }[];
    },
  ): Incident => {
    db.transaction(() => {
      const incident = stored(id);
      const { fields, lines } = change(incident);
      store.update(id, { ...incident, ...fields });
      for (const { at, kind, origin, text } of lines) {
        store.addEntry(id, entry(at, kind, origin, text));
      }
      const wasOpen = incident.times.resolvedAt === null;
      const isOpen = (fields.times ?? incident.times).resolvedAt === null;
      if (wasOpen !== isOpen) tellAlarms(memberIds(id));
      tell([id]);
    });
    return view(id);
  };

  const stop = keepTimelines({
    bus,
    store,
    past,
    alarms,
    sourceName,
    join(joins, at) {
      const byIncident = Map.groupBy(joins, ({ incidentId }) => incidentId);
      for (const [id, own] of byIncident) joinByRule(id, own, at);
      tellAlarms(joins.map(({ alarm }) => alarm.id));
      tell([...byIncident.keys()]);
    },
    changed: tell,
  });

  return {
    /** Quick: asked for every row of a list. */
    openIncidentOf: (alarmId: AlarmId): IncidentId | null => openByAlarm.get(alarmId) ?? null,

    /** Open ones first, then the newest. */
    list: (): IncidentSummary[] => store.list().map(summaryOf),
    get: view,

    story(id: IncidentId): IncidentStory {
      const incident = stored(id);
      const { commander, mitigation, createdAt } = incident;
      return {
        summary: summaryOf(incident),
        commander,
        mitigation,
        createdAt,
        entries: inReadingOrder(store.entries(id)),
      };
    },

    /** Alarms that are in an open incident already lead there: the others join them. */
    open(input: { alarmIds: readonly AlarmId[]; title?: string | undefined }): Incident {
      const id = db.transaction(() => {
        const at = now();
        const from = existing(input.alarmIds);
        const known = from
          .flatMap((alarm) => store.openOfAlarm(alarm.id))
          .toSorted((a, b) => b - a)[0];
        if (known !== undefined) {
          addChosen(
            known,
            from.filter((alarm) => store.openOfAlarm(alarm.id).length === 0),
            at,
          );
          return known;
        }
        const opened = openNew(from, input.title, at);
        tell([opened]);
        return opened;
      });
      return view(id);
    },

    addAlarms(input: { id: IncidentId; alarmIds: readonly AlarmId[] }): Incident {
      db.transaction(() => addChosen(stored(input.id).id, existing(input.alarmIds), now()));
      return view(input.id);
    },

    update(input: {
      id: IncidentId;
      title?: string | undefined;
      severity?: IncidentSeverity | undefined;
      impact?: string | undefined;
      commander?: string | undefined;
      mitigation?: string | undefined;
      impactBeganAt?: Instant | undefined;
    }): Incident {
      db.transaction(() => {
        const incident = stored(input.id);
        const severity = input.severity ?? incident.severity;
        store.update(input.id, {
          title: input.title === undefined ? incident.title : titleTyped(input.title),
          severity,
          impact: input.impact ?? incident.impact,
          commander: input.commander ?? incident.commander,
          mitigation: input.mitigation ?? incident.mitigation,
          times:
            input.impactBeganAt === undefined
              ? incident.times
              : moveImpact(incident.times, input.impactBeganAt, clock.now()),
        });
        if (severity !== incident.severity) {
          const text =
            incident.severity === 'unknown'
              ? `Severity of the incident: ${severity}`
              : `Severity of the incident: ${severity}, before ${incident.severity}`;
          store.addEntry(input.id, entry(now(), 'severity', you, text));
        }
        tell([input.id]);
      });
      return view(input.id);
    },

    note(input: {
      id: IncidentId;
      text: string;
      kind: 'note' | 'decision' | 'status_update';
    }): Incident {
      db.transaction(() => {
        if (input.text.trim() === '') {
          throw new AppError('input.invalid', 'The note is empty.', {
            next: 'Write what you see or decide.',
          });
        }
        store.addEntry(
          stored(input.id).id,
          entry(now(), input.kind, you, input.text.toWellFormed()),
        );
        tell([input.id]);
      });
      return view(input.id);
    },

    mitigate: (input: { id: IncidentId; mitigation: string; at?: Instant | undefined }): Incident =>
      act(input.id, (incident) => {
        const times = mitigate(incident.times, input.at, clock.now());
        const typed = input.mitigation.trim();
        const text = typed === '' ? 'Mitigated' : `Mitigated: ${oneLine(typed, 1_000)}`;
        return {
          fields: { times, mitigation: typed === '' ? incident.mitigation : typed },
          lines: [{ kind: 'mitigated', at: times.mitigatedAt ?? now(), origin: you, text }],
        };
      }),

    resolve: (input: { id: IncidentId; at?: Instant | undefined }): Incident =>
      act(input.id, (incident) => {
        const times = resolve(incident.times, input.at, clock.now());
        const at = times.resolvedAt ?? now();
        const text =
          'Mitigated at the latest when it was resolved: nobody had marked an earlier time';
        return {
          fields: { times },
          lines: [
            ...(incident.times.mitigatedAt === null
              ? [{ kind: 'mitigated' as const, at, origin: nightdesk, text }]
              : []),
            { kind: 'resolved', at, origin: you, text: 'Resolved' },
          ],
        };
      }),

    understand: (input: { id: IncidentId; at?: Instant | undefined }): Incident =>
      act(input.id, (incident) => {
        const times = understand(incident.times, input.at, clock.now());
        const at = times.understoodAt ?? now();
        return {
          fields: { times },
          lines: [{ kind: 'understood', at, origin: you, text: 'Understood' }],
        };
      }),

    reopen: (id: IncidentId): Incident =>
      act(id, (incident) => {
        const isBoth = store.mitigatedBy(id) === nightdesk;
        const { act: undone, times } = takeBack(incident.times, isBoth);
        const what =
          undone === 'resolved' && isBoth ? 'Resolved, and Mitigated with it' : capital(undone);
        return {
          fields: { times },
          lines: [
            {
              kind: 'reopened',
              at: later(now(), incident.times[`${undone}At`]),
              origin: you,
              text: `Taken back: ${what}`,
            },
          ],
        };
      }),

    stop,
  };
}

const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
/** After a clock that jumped back, what is taken back still comes after what it takes back. */
const later = (a: Instant, b: Instant | null): Instant => (b !== null && toMs(b) > toMs(a) ? b : a);
