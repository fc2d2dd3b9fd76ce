import { os } from '../../router.ts';
import { suggestPath } from './file-name.ts';
import type { EditingService } from './editing-service.ts';

/** The editing slice of the contract. */
export const editingHandlers = (service: EditingService) => ({
  source: os.editing.source.handler(({ input }) => service.source(input.id)),
  keep: os.editing.keep.handler(({ input }) => service.keep(input)),
  discard: os.editing.discard.handler(({ input }) => {
    service.discard(input.id);
    return {};
  }),
  save: os.editing.save.handler(({ input }) => service.save(input)),
  markReviewed: os.editing.markReviewed.handler(({ input }) => service.markReviewed(input.text)),
  check: os.editing.check.handler(({ input }) => service.check(input.path, input.text)),
  places: os.editing.places.handler(() => service.places()),
  compose: os.editing.compose.handler(({ input }) => service.compose(input.from)),
  suggestPath: os.editing.suggestPath.handler(({ input }) => ({ path: suggestPath(input.title) })),
  create: os.editing.create.handler(({ input }) => service.create(input)),
  keepNew: os.editing.keepNew.handler(({ input }) => service.keepNew(input)),
  getNew: os.editing.getNew.handler(({ input }) => service.getNew(input.key)),
  discardNew: os.editing.discardNew.handler(({ input }) => {
    service.discardNew(input.key);
    return {};
  }),
  drafts: os.editing.drafts.handler(() => service.drafts()),
  unpushed: os.editing.unpushed.handler(() => service.unpushed()),
  push: os.editing.push.handler(({ input }) => service.push(input.folder)),
  giveUp: os.editing.giveUp.handler(({ input }) => service.giveUp(input.folder)),
});
