import { os } from '../router.ts';
import type { NotificationService } from './notification-service.ts';

/** The notifications slice of the contract. */
export const notificationHandlers = (service: NotificationService) => ({
  list: os.notifications.list.handler(({ input }) => service.list(input.limit)),
  pages: os.notifications.pages.handler(() => service.pages()),
  onIt: os.notifications.onIt.handler(({ input }) => {
    service.onIt(input.alarmId);
    return {};
  }),
  test: os.notifications.test.handler(({ input }) => service.test(input.class)),
});
