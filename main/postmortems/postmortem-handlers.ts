import { os } from '../router.ts';
import type { PostmortemService } from './postmortem-service.ts';

/** The postmortems slice of the contract. */
export const postmortemHandlers = (service: PostmortemService) => ({
  list: os.postmortems.list.handler(() => service.list()),
  get: os.postmortems.get.handler(({ input }) => service.get(input.incidentId)),
  save: os.postmortems.save.handler(({ input }) => service.save(input)),
  export: os.postmortems.export.handler(({ input }) => service.export(input.incidentId)),
  actions: os.postmortems.actions.handler(() => service.actions()),
  saveAction: os.postmortems.saveAction.handler(({ input }) => service.saveAction(input)),
  removeAction: os.postmortems.removeAction.handler(({ input }) => service.removeAction(input.id)),
});
