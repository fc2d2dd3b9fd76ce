import { os } from '../router.ts';
import type { SilenceService } from './silence-service.ts';

export const silenceHandlers = (silences: SilenceService) => ({
  list: os.silences.list.handler(() => silences.list()),
  get: os.silences.get.handler(({ input }) => silences.get(input)),
  extend: os.silences.extend.handler(({ input }) => silences.extend(input)),
  end: os.silences.end.handler(({ input }) => silences.end(input)),
  undoEnd: os.silences.undoEnd.handler(({ input }) => silences.undoEnd(input.intentId)),
});
