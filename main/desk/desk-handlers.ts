import { os } from '../router.ts';
import type { Desk } from './desk-service.ts';

export const deskHandlers = (desk: Desk) => ({
  state: os.desk.state.handler(() => desk.state()),
  watch: os.desk.watch.handler(({ signal }) => desk.watch(signal)),
  notices: os.desk.notices.handler(() => desk.notices()),
  dismissNotice: os.desk.dismissNotice.handler(({ input }) => {
    desk.dismissNotice(input.id);
    return {};
  }),
});
