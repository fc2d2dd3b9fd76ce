import { os } from '../router.ts';
import type { IncidentService } from './incident-service.ts';

/** The incidents slice of the contract. */
export const incidentHandlers = (service: IncidentService) => ({
  list: os.incidents.list.handler(() => service.list()),
  get: os.incidents.get.handler(({ input }) => service.get(input.id)),
  open: os.incidents.open.handler(({ input }) => service.open(input)),
  addAlarms: os.incidents.addAlarms.handler(({ input }) => service.addAlarms(input)),
  update: os.incidents.update.handler(({ input }) => service.update(input)),
  note: os.incidents.note.handler(({ input }) => service.note(input)),
  mitigate: os.incidents.mitigate.handler(({ input }) => service.mitigate(input)),
  resolve: os.incidents.resolve.handler(({ input }) => service.resolve(input)),
  understand: os.incidents.understand.handler(({ input }) => service.understand(input)),
  reopen: os.incidents.reopen.handler(({ input }) => service.reopen(input.id)),
});
