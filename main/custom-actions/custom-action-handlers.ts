import { os } from '../router.ts';
import type { CustomActionService } from './custom-action-service.ts';

export const customActionHandlers = (actions: CustomActionService) => ({
  list: os.customActions.list.handler(({ input }) => actions.list(input.alarmId, input.answers)),
  running: os.customActions.running.handler(() => ({ isOn: actions.isRunningOn() })),
  setRunning: os.customActions.setRunning.handler(({ input }) => {
    actions.setRunning(input.isOn);
    return { isOn: actions.isRunningOn() };
  }),
  done: os.customActions.done.handler(({ input }) => {
    actions.done(input);
    return {};
  }),
  run: os.customActions.run.handler(({ input }) => actions.run(input)),
  stop: os.customActions.stop.handler(({ input }) => {
    actions.stop(input);
    return {};
  }),
});
