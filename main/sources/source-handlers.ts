import { os } from '../router.ts';
import { detect, detectionPlaces } from './setup/detect.ts';
import { readTeamFile, writeTeamFile } from './setup/team-file.ts';
import type { SourceService } from './source-service.ts';

export const sourceHandlers = (sources: SourceService) => ({
  kinds: os.sources.kinds.handler(() => sources.kinds()),
  list: os.sources.list.handler(() => sources.list()),
  test: os.sources.test.handler(({ input }) => sources.test(input)),
  save: os.sources.save.handler(({ input }) => sources.save(input)),
  remove: os.sources.remove.handler(async ({ input }) => {
    await sources.remove(input.id);
    return {};
  }),
  setEnabled: os.sources.setEnabled.handler(({ input }) =>
    sources.setEnabled(input.id, input.isEnabled),
  ),
  detectionPlaces: os.sources.detectionPlaces.handler(() => [...detectionPlaces]),
  detect: os.sources.detect.handler(() => detect(sources.known())),
  readTeamFile: os.sources.readTeamFile.handler(({ input }) =>
    readTeamFile(input.text, input.name, sources.known()),
  ),
  teamFile: os.sources.teamFile.handler(() => ({ text: writeTeamFile(sources.known()) })),
  poll: os.sources.poll.handler(({ input }) => {
    sources.poll(input.id);
    return {};
  }),
});
