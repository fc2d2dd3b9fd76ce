import { toInstant, type Clock } from '../clock.ts';
import { os } from '../router.ts';
import type { SystemService } from './system-service.ts';

export const systemHandlers = (system: SystemService, clock: Clock) => ({
  info: os.system.info.handler(() => system.info()),
  ping: os.system.ping.handler(() => ({ at: toInstant(clock.now()) })),
  openLink: os.system.openLink.handler(({ input }) => system.openLink(input.url)),
  saveFile: os.system.saveFile.handler(({ input }) => system.saveFile(input)),
  drill: os.system.drill.handler(() => system.drill()),
});
