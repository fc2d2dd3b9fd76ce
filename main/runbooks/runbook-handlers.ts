import { os } from '../router.ts';
import type { RunbookService } from './runbook-service.ts';

/** The runbooks slice of the contract. */
export const runbookHandlers = (service: RunbookService) => ({
  list: os.runbooks.list.handler(() => service.list()),
  search: os.runbooks.search.handler(({ input }) => service.search(input)),
  get: os.runbooks.get.handler(({ input }) => service.get(input)),
  startRun: os.runbooks.startRun.handler(({ input }) => service.startRun(input)),
  getRun: os.runbooks.getRun.handler(({ input }) => service.getRun(input.id)),
  setStep: os.runbooks.setStep.handler(({ input }) => service.setStep(input)),
  answer: os.runbooks.answer.handler(({ input }) => service.answer(input)),
  noteCopied: os.runbooks.noteCopied.handler(({ input }) => service.noteCopied(input)),
  updateSource: os.runbooks.updateSource.handler(({ input }) => {
    void service.sources.update(input.folder);
    return {};
  }),
  testGit: os.runbooks.testGit.handler(({ input }) => service.sources.testGit(input)),
  saveGit: os.runbooks.saveGit.handler(({ input }) => service.sources.saveGit(input)),
  removeSource: os.runbooks.removeSource.handler(async ({ input }) => {
    await service.sources.remove(input.folder);
    return {};
  }),
  webSites: os.runbooks.webSites.handler(() => service.sources.webSites()),
  saveSite: os.runbooks.saveSite.handler(({ input }) => service.sources.saveSite(input)),
  removeSite: os.runbooks.removeSite.handler(async ({ input }) => {
    await service.sources.removeSite(input.host);
    return {};
  }),
  asset: os.runbooks.asset.handler(({ input }) => service.asset(input.id, input.path)),
  resolveLinks: os.runbooks.resolveLinks.handler(({ input }) =>
    service.resolveLinks(input.id, input.links),
  ),
  deadLinks: os.runbooks.deadLinks.handler(({ input }) => service.deadLinks(input.alarmId)),
  judge: os.runbooks.judge.handler(({ input }) => service.verdicts.judge(input)),
  takeBackVerdict: os.runbooks.takeBackVerdict.handler(({ input }) =>
    service.verdicts.takeBack(input.id),
  ),
  verdicts: os.runbooks.verdicts.handler(({ input }) => service.verdicts.list(input.alarmId)),
  exportVerdicts: os.runbooks.exportVerdicts.handler(() => service.verdicts.export()),
  hygiene: os.runbooks.hygiene.handler(({ input }) => service.hygiene.report(input)),
  exportHygiene: os.runbooks.exportHygiene.handler(({ input }) => service.hygiene.export(input)),
});
