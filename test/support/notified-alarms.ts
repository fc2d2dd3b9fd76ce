/** Desks on which alarms fire and the notification engine decides. */
import { afterEach } from 'vitest';
import type { ObservedAlarm } from '../../main/alarms/alarm.ts';
import type { AlarmId } from '../../preload/contract/common.ts';
import type { Intent } from '../../preload/contract/outbox.ts';
import { complete, instant, observed, source, start } from './alarms.ts';
import { openNotificationDesk } from './notification-desk.ts';

export type Desk = ReturnType<typeof openNotificationDesk>;

let open: Desk[] = [];
export function openDesk(...options: Parameters<typeof openNotificationDesk>): Desk {
  const desk = openNotificationDesk(...options);
  open.push(desk);
  return desk;
}
afterEach(() => {
  for (const { notifications } of open) notifications.stop();
  for (const store of new Set(open.map((desk) => desk.store))) store.close();
  open = [];
});

export const named = (name: string, change: Partial<ObservedAlarm> = {}): ObservedAlarm =>
  observed({ externalId: `am:1:${name}`, title: name, ...change });
export const many = (count: number): ObservedAlarm[] =>
  Array.from({ length: count }, (_, index) => named(`Alarm${index}`));

export const poll = (desk: Desk, ...alarms: ObservedAlarm[]) =>
  desk.alarms.apply(source, complete(...alarms), desk.clock.now());

export const intent = (change: Partial<Intent>): Intent => ({
  id: 'i1',
  kind: 'acknowledge',
  state: 'queued',
  sourceId: source,
  alarmId: 1 as AlarmId,
  title: 'Acknowledge',
  createdAt: instant(start),
  changedAt: instant(start),
  attempts: 0,
  nextAttemptAt: null,
  error: null,
  ...change,
});

/** As the outbox does it: stored, and told inside the same transaction. */
export const setIntent = (desk: Desk, change: Partial<Intent>): void => {
  const one = intent({ changedAt: instant(desk.clock.now()), ...change });
  desk.store.db.transaction(() => {
    desk.store.connection
      .prepare(
        `INSERT INTO intent (id, kind, state, source_id, alarm_id, title, payload, created_at, changed_at)
         VALUES (@id, @kind, @state, @sourceId, @alarmId, @title, '{}', @createdAt, @changedAt)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, changed_at = excluded.changed_at`,
      )
      .run({
        id: one.id,
        kind: one.kind,
        state: one.state,
        sourceId: one.sourceId,
        alarmId: one.alarmId,
        title: one.title,
        createdAt: one.createdAt,
        changedAt: one.changedAt,
      });
    desk.bus.emit('intents.changed', { intents: [one], at: desk.clock.now() });
  });
};
