/**
 * Keeps the timelines of open incidents while things happen: alarms, acknowledgements, pages, steps, notes, sight.
 *
 * Runs inside the transaction of whoever tells it, and asks the store what is open each time: a transaction that is taken
 * back leaves nothing behind in memory.
 */
import type { AlarmId, IncidentId, Instant } from '../../preload/contract/common.ts';
import type { AlarmChange, KnownAlarm } from '../alarms/alarm.ts';
import { eventsOf } from '../alarms/change-events.ts';
import type { AlarmService } from '../alarms/alarm-service.ts';
import type { Bus, BusEvents, ChangedIntent } from '../bus.ts';
import { toInstant, toMs } from '../clock.ts';
import {
  collectReminder,
  copiedText,
  entryOfCommand,
  entryOfDecision,
  entryOfEvent,
  entryOfGap,
  entryOfIntent,
  entryOfSight,
  entryOfStep,
  isTold,
  askedText,
  ranText,
  sentStart,
  you,
} from './entries.ts';
import { chosen, entry, type NewEntry } from './incident.ts';
import type { IncidentStore } from './incident-store.ts';
import { createJoinRule, mayJoin, type Join, type JoinTarget } from './joins.ts';
import type { Past } from './past.ts';

/** Reminders of one alarm are one line until it was quiet for this long. */
const remindersForMs = 12 * 3_600_000;
/** A shorter gap is a poll that came late. */
const shortestGapMs = 60_000;

export interface TimelineDeps {
  readonly bus: Bus;
  readonly store: IncidentStore;
  readonly past: Past;
  readonly alarms: Pick<AlarmService, 'get' | 'recordEvent'>;
  readonly sourceName: (sourceId: KnownAlarm['sourceId']) => string;
  /** Puts alarms into incidents, with their past. */
  readonly join: (joins: readonly (Join & { readonly alarm: KnownAlarm })[], at: Instant) => void;
  readonly changed: (ids: readonly IncidentId[]) => void;
}

/** Returns what stops it. */
export function keepTimelines(deps: TimelineDeps): () => void {
  const { bus, store, past, alarms } = deps;

  const write = (ids: readonly IncidentId[], ...entries: readonly NewEntry[]): void => {
    if (ids.length === 0 || entries.length === 0) return;
    for (const id of ids) for (const item of entries) store.addEntry(id, item);
    deps.changed(ids);
  };

  const following = (): Map<AlarmId, IncidentId[]> => {
    const byAlarm = new Map<AlarmId, IncidentId[]>();
    for (const { alarmId, incidentId } of store.openMembers()) {
      byAlarm.set(alarmId, [...(byAlarm.get(alarmId) ?? []), incidentId]);
    }
    return byAlarm;
  };

  const entriesOf = (change: AlarmChange, sourceName: string, at: Instant): NewEntry[] => {
    const { alarm } = change;
    const episode = change.kind === 'fired' ? past.episode(alarm.id) : undefined;
    return eventsOf(change).flatMap(({ kind, text }) => {
      // Ours is told when the source confirms it, with the time of the key press.
      if (kind === 'acknowledged' && past.isOwn(alarm.id, 'acknowledge', at)) return [];
      if (kind === 'suppressed' && past.isOwn(alarm.id, 'silence', at)) return [];
      return entryOfEvent({ at, kind, text, origin: sourceName }, alarm, episode ?? null) ?? [];
    });
  };

  const targets = (): JoinTarget[] => {
    const members = store.openMembers();
    const open = store.open().map((incident) => {
      const own = members.filter(({ incidentId }) => incidentId === incident.id);
      return {
        incidentId: incident.id,
        mitigatedAtMs:
          incident.times.mitigatedAt === null ? null : toMs(incident.times.mitigatedAt),
        lastEntryAtMs: toMs(store.lastEntryAt(incident.id) ?? incident.createdAt),
        joinedCount: own.filter(({ reason }) => reason !== chosen).length,
        chosen: own.flatMap(({ alarmId, reason }) =>
          reason === chosen ? (alarms.get(alarmId) ?? []) : [],
        ),
      };
    });
    // What still hurts first; within that the newest, as the store gave them.
    return open.toSorted(
      (a, b) => Number(a.mitigatedAtMs !== null) - Number(b.mitigatedAtMs !== null),
    );
  };

  const alarmsChanged = ({ sourceName, changes, at: atMs }: BusEvents['alarms.changed']): void => {
    const byAlarm = following();
    if (byAlarm.size === 0) return;
    const at = toInstant(atMs);
    const strangers: KnownAlarm[] = [];
    for (const change of changes) {
      const ids = byAlarm.get(change.alarm.id);
      if (ids === undefined) {
        if (mayJoin(change)) strangers.push(change.alarm);
        continue;
      }
      write(ids, ...entriesOf(change, sourceName, at));
      const isAcked =
        change.alarm.status === 'acknowledged' &&
        (change.kind !== 'changed' || change.before.status !== 'acknowledged');
      if (isAcked && !past.isOwn(change.alarm.id, 'acknowledge', at)) {
        for (const id of ids) store.acknowledge(id, at);
      }
      // The count of firing alarms moved, whether or not the timeline did.
      deps.changed(ids);
    }
    if (strangers.length === 0) return;
    const ruleFor = createJoinRule(targets(), atMs);
    const joins = strangers.flatMap((alarm) => {
      const join = ruleFor(alarm);
      return join === null ? [] : { ...join, alarm };
    });
    if (joins.length > 0) deps.join(joins, at);
  };

  const intentChanged = (intent: ChangedIntent): void => {
    if (intent.state !== 'confirmed') return;
    const own = intent.alarmId === null ? [] : [intent.alarmId];
    for (const alarmId of intent.hidden ?? own) {
      const ids = store.openOfAlarm(alarmId);
      const alarm = ids.length === 0 ? undefined : alarms.get(alarmId);
      if (alarm === undefined) continue;
      const told = entryOfIntent(intent, alarm, deps.sourceName(intent.sourceId));
      if (told === null) continue;
      for (const id of ids) {
        store.addEntryOnce(id, told);
        if (intent.kind === 'acknowledge') store.acknowledge(id, intent.createdAt);
      }
      deps.changed(ids);
    }
  };

  const decisionsMade = ({ decisions }: BusEvents['decisions.made']): void => {
    const byAlarm = following();
    if (byAlarm.size === 0) return;
    for (const decision of decisions) {
      if (decision.alarmId === null || !isTold(decision)) continue;
      const ids = byAlarm.get(decision.alarmId);
      const alarm = ids && alarms.get(decision.alarmId);
      if (ids === undefined || alarm === undefined) continue;
      if (decision.occasion !== 'reminder') {
        const told = entryOfDecision(decision, alarm);
        if (told === null) continue;
        for (const id of ids) {
          const sent =
            decision.outcome === 'failed'
              ? store
                  .notified(id, decision.at)
                  .find(
                    ({ at, text }) => at === told.at && text.startsWith(sentStart(decision, alarm)),
                  )
              : undefined;
          if (sent !== undefined) store.rewriteEntry(sent.id, told.text);
          // An alarm that joined a moment ago brought its decisions with it.
          else store.addEntryOnce(id, told);
        }
      } else if (decision.outcome === 'sent') {
        const from = toInstant(toMs(decision.at) - remindersForMs);
        for (const id of ids) {
          const reminder = collectReminder(decision.at, alarm, store.notified(id, from));
          if ('add' in reminder) store.addEntry(id, reminder.add);
          else store.rewriteEntry(reminder.id, reminder.text);
        }
      }
      deps.changed(ids);
    }
  };

  /** Its own incident, also one that is over; otherwise the open ones of its alarm. */
  const incidentsOf = (event: {
    incidentId: IncidentId | null;
    alarmId: AlarmId | null;
  }): IncidentId[] => {
    const ids = new Set(event.alarmId === null ? [] : store.openOfAlarm(event.alarmId));
    if (event.incidentId !== null && store.exists(event.incidentId)) ids.add(event.incidentId);
    return [...ids];
  };

  const commandCopied = (event: BusEvents['command.copied']): void => {
    const at = toInstant(event.at);
    const alarm = event.alarmId === null ? undefined : alarms.get(event.alarmId);
    if (alarm !== undefined) {
      // Nothing else keeps it, and an incident may be opened only later.
      alarms.recordEvent({
        alarmId: alarm.id,
        episodeId: alarm.episodeId,
        sourceId: alarm.sourceId,
        kind: 'command_copied',
        origin: you,
        text: copiedText(event.number, event.command),
        at,
      });
    }
    write(incidentsOf(event), entryOfCommand(at, event.number, event.command));
  };

  /** On the incidents, and in the history of the alarm: an incident may be opened only later. */
  const commandDone = (
    event: { alarmId: AlarmId | null; incidentId: IncidentId | null; at: number },
    { headline, code }: { readonly headline: string; readonly code: string },
  ): void => {
    const at = toInstant(event.at);
    const alarm = event.alarmId === null ? undefined : alarms.get(event.alarmId);
    if (alarm !== undefined) {
      alarms.recordEvent({
        alarmId: alarm.id,
        episodeId: alarm.episodeId,
        sourceId: alarm.sourceId,
        kind: 'command_ran',
        origin: you,
        text: `${headline}\n${code}`,
        at,
      });
    }
    write(incidentsOf(event), entry(at, 'command', you, headline, code));
  };

  const sourceChanged = (event: BusEvents['source.changed']): void => {
    const isLive = event.after === 'live';
    const wasLive = event.before === 'live';
    // One blindness has one beginning, whatever it is called on the way; a source's first answer is no return.
    if (isLive === wasLive || event.after === 'starting') return;
    if (isLive && event.before === 'starting') return;
    write(
      store.openOfSource(event.sourceId),
      entryOfSight({ ...event, at: toInstant(event.at), isLive }),
    );
  };

  const gapEnded = ({ fromMs, at, reason }: BusEvents['gap.ended']): void => {
    if (at - fromMs < shortestGapMs) return;
    const ids = store.open().map(({ id }) => id);
    write(
      ids,
      entryOfGap(fromMs, at, reason),
      entry(toInstant(at), 'source_live', 'Nightdesk', 'Looking again'),
    );
  };

  const stops = [
    bus.on('alarms.changed', alarmsChanged),
    bus.on('intents.changed', ({ intents }) => intents.forEach(intentChanged)),
    bus.on('decisions.made', decisionsMade),
    bus.on('step.set', (event) =>
      write(incidentsOf(event), entryOfStep({ ...event, at: toInstant(event.at) })),
    ),
    bus.on('command.copied', commandCopied),
    bus.on('command.ran', (event) => commandDone(event, ranText(event))),
    bus.on('query.asked', (event) => commandDone(event, askedText(event))),
    bus.on('custom_action.done', ({ alarmId, text, code, at }) =>
      write(store.openOfAlarm(alarmId), entry(toInstant(at), 'command', you, text, code)),
    ),
    bus.on('alarm.noted', ({ alarmId, text, at }) =>
      write(store.openOfAlarm(alarmId), entry(toInstant(at), 'note', you, text)),
    ),
    bus.on('source.changed', sourceChanged),
    bus.on('gap.ended', gapEnded),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
