import { os } from '../../router.ts';
import type { Queries } from './queries.ts';
import type { RunningService } from './running-service.ts';

/** The running slice of the contract. */
export const runningHandlers = (running: RunningService, queries: Queries) => ({
  sources: os.running.sources.handler(() => running.sources()),
  setSource: os.running.setSource.handler(({ input }) =>
    running.setSource(input.folder, input.isOn),
  ),
  preview: os.running.preview.handler(({ input }) => running.preview(input)),
  start: os.running.start.handler(({ input }) => running.start(input.digest, input.typed)),
  watch: os.running.watch.handler(({ input, signal }) => running.watch(input.id, signal)),
  stop: os.running.stop.handler(({ input }) => {
    running.stop(input.id);
    return {};
  }),
  typeLine: os.running.typeLine.handler(({ input }) => {
    running.typeLine(input.id, input.line, input.isSecret);
    return {};
  }),
  query: os.running.query.handler(({ input }) => queries.query(input)),
  list: os.running.list.handler(({ input }) => running.list(input.runId)),
  get: os.running.get.handler(({ input }) => running.get(input.id)),
});
