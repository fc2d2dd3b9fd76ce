import type { AlarmService } from '../alarms/alarm-service.ts';
import { os } from '../router.ts';
import type { OutboxService } from './outbox.ts';

export const outboxHandlers = (outbox: OutboxService) => ({
  list: os.outbox.list.handler(({ input }) => outbox.list(input.limit)),
  retry: os.outbox.retry.handler(({ input }) => outbox.retry(input.id)),
  drop: os.outbox.drop.handler(({ input }) => outbox.drop(input.id)),
});

/** The methods of the alarms slice that change an upstream. */
export const alarmActionHandlers = (
  outbox: OutboxService,
  { withJoined }: Pick<AlarmService, 'withJoined'>,
) => ({
  acknowledge: os.alarms.acknowledge.handler(({ input }) =>
    outbox.acknowledge(input.isOnlyThese ? input.ids : withJoined(input.ids, 'firing'), input.note),
  ),
  resolve: os.alarms.resolve.handler(({ input }) => outbox.resolve(input.ids, input.note)),
  unacknowledge: os.alarms.unacknowledge.handler(({ input }) =>
    outbox.unacknowledge(input.isOnlyThese ? input.ids : withJoined(input.ids, 'acknowledged')),
  ),
  previewSilence: os.alarms.previewSilence.handler(({ input }) => outbox.previewSilence(input)),
  silence: os.alarms.silence.handler(({ input }) => outbox.silence(input)),
});
