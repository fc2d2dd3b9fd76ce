/** Alarms, incidents, postmortems and reviews together on a real store, with plain neighbours. */
import type { Decision } from '../../preload/contract/notifications.ts';
import type { Run } from '../../preload/contract/runbooks.ts';
import type { Intent } from '../../preload/contract/outbox.ts';
import type { AlarmId, Freshness } from '../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../main/alarms/alarm.ts';
import { createIncidentService } from '../../main/incidents/incident-service.ts';
import { createPostmortemService } from '../../main/postmortems/postmortem-service.ts';
import { createReviewService } from '../../main/reviews/review-service.ts';
import { liveHealth, openAlarmDesk } from './alarm-desk.ts';
import { complete, instant, observed, source } from './alarms.ts';
import type { TestStore } from './store.ts';

export function openIncidentDesk(store?: TestStore) {
  const desk = openAlarmDesk(store);
  const { clock, bus, windows, alarms, deps } = desk;
  const { db, connection } = desk.store;
  desk.healths.set(source, { ...liveHealth, name: 'prod' });
  const runs: Run[] = [];
  const settings = { timeZone: 'UTC', person: 'Ada', sleepHours: { from: '22:00', to: '08:00' } };
  const marks = new Map<string, 'certain' | 'suggested'>();
  const incidents = createIncidentService({
    db,
    clock,
    bus,
    windows,
    alarms,
    runs: { runsOf: () => runs },
  });
  Object.assign(deps.incidents, { openIncidentOf: incidents.openIncidentOf });
  const postmortems = createPostmortemService({
    db,
    clock,
    windows,
    settings: { current: () => settings },
    incidents,
  });
  const reviews = createReviewService({
    db,
    clock,
    bus,
    settings: { current: () => settings },
    sources: { health: (id) => desk.healths.get(id) },
    alarms,
    runbooks: { markFor: (alarm) => marks.get(alarm.title) ?? null },
    incidents,
    postmortems,
  });

  const idOf = (externalId: string): AlarmId =>
    connection
      .prepare<[string], AlarmId>('SELECT id FROM alarm WHERE external_id = ?')
      .pluck()
      .get(externalId)!;

  return {
    ...desk,
    db,
    connection,
    settings,
    marks,
    incidents,
    postmortems,
    reviews,
    idOf,
    /** A complete snapshot now; answers the id of its first alarm. */
    poll(...alarmsNow: ObservedAlarm[]): AlarmId {
      desk.alarms.apply(source, complete(...alarmsNow), clock.now());
      return idOf(alarmsNow[0]?.externalId ?? '');
    },
    /** An alarm that began now. */
    fresh: (name: string, change: Partial<ObservedAlarm> = {}): ObservedAlarm =>
      observed({
        externalId: `am:1:${name}`,
        title: name,
        summary: '',
        startsAt: instant(clock.now()),
        ...change,
        labels: { alertname: name, ...change.labels },
      }),
    /** A decision, stored and told as the engine does it. */
    decide(alarmId: AlarmId | null, change: Partial<Decision> = {}): void {
      const at = instant(clock.now());
      const decision: Decision = {
        at,
        alarmId,
        class: 'page',
        occasion: 'fired',
        outcome: 'sent',
        reason: 'critical at Alertmanager prod',
        carrier: 'notify-send',
        ...change,
      };
      const episodeId = alarmId === null ? null : (alarms.get(alarmId)?.episodeId ?? null);
      db.transaction(() => {
        connection
          .prepare(
            `INSERT INTO decision (at, alarm_id, episode_id, source_id, class, occasion, outcome, reason, carrier)
             VALUES (?, ?, ?, NULL, ?, ?, ?, ?, ?)`,
          )
          .run(
            decision.at,
            alarmId,
            episodeId,
            decision.class,
            decision.occasion,
            decision.outcome,
            decision.reason,
            decision.carrier,
          );
        bus.emit('decisions.made', { decisions: [{ ...decision, episodeId }], at: clock.now() });
      });
    },
    /** An intent of the person, stored in this state and told. */
    intend(alarmId: AlarmId, change: Partial<Intent> = {}): Intent {
      const intent: Intent = {
        id: `intent-${alarmId}`,
        kind: 'acknowledge',
        state: 'sent',
        sourceId: source,
        alarmId,
        title: 'Acknowledge',
        createdAt: instant(clock.now()),
        changedAt: instant(clock.now()),
        attempts: 1,
        nextAttemptAt: null,
        error: null,
        ...change,
      };
      connection
        .prepare(
          `INSERT INTO intent (id, kind, state, source_id, alarm_id, title, payload, created_at, changed_at)
           VALUES (@id, @kind, @state, @sourceId, @alarmId, @title, '{}', @createdAt, @changedAt)
           ON CONFLICT (id) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at`,
        )
        .run(intent);
      bus.emit('intents.changed', { intents: [intent], at: clock.now() });
      return intent;
    },
    see(after: Freshness, before: Freshness, reason: string | null = null): void {
      bus.emit('source.changed', {
        sourceId: source,
        sourceName: 'prod',
        before,
        after,
        reason,
        at: clock.now(),
      });
    },
  };
}
