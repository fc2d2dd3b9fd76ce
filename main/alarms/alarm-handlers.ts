import { os } from '../router.ts';
import type { AlarmService } from './alarm-service.ts';

/** Reading, and what stays on this laptop. What changes an upstream is among the outbox's handlers. */
export const alarmHandlers = (alarms: AlarmService) => ({
  list: os.alarms.list.handler(({ input }) => alarms.list(input)),
  rows: os.alarms.rows.handler(({ input }) => alarms.rows(input.ids)),
  get: os.alarms.get.handler(({ input }) => alarms.detail(input.id)),
  comment: os.alarms.comment.handler(({ input }) => alarms.comment(input.id, input.text)),
  join: os.alarms.join.handler(({ input }) => alarms.join(input.ids)),
  separate: os.alarms.separate.handler(({ input }) => ({ ids: [...alarms.separate(input.id)] })),
  markSeen: os.alarms.markSeen.handler(({ input }) => {
    alarms.markSeen(input.ids);
    return {};
  }),
  mapSeverity: os.alarms.mapSeverity.handler(async ({ input }) => {
    await alarms.mapSeverity(input.sourceId, input.text, input.severity);
    return {};
  }),
});
