/** Search over 5,000 runbooks, one keystroke after the other, in the core: p95 of each run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../main/clock.ts';
import { createRunbookService } from '../../../main/runbooks/runbook-service.ts';
import { openCoreParts, temporaryFolder } from '../core-parts.ts';
import { runbookText, serviceOf } from '../runbook-corpus.ts';
import { median, numberText, percentile, type Figure } from '../figure.ts';
import { createRunSecrets } from '../../../main/shells/run-secrets.ts';
import { standingRunbookSettings } from '../../support/runbook-settings.ts';

const documents = 5_000;
const rounds = 5;

const typed = [
  'checkout is down',
  'consumer lag',
  'fail over the primary',
  'payments-42',
  'certificate expired quorum',
  'kubectl rollout restart',
  // Slips of the pen, which are looked up among all words.
  'certifcate expierd quorum',
  'chekcout is dwon',
  'kubctl rolout',
];

export const figure: Figure = {
  title: 'runbook search over 5,000 documents per keystroke (p95)',
  most: 10,
  unit: 'ms',
  async measure() {
    const data = temporaryFolder();
    const library = temporaryFolder();
    const parts = await openCoreParts(data.path);
    const runbooks = createRunbookService({
      db: parts.store.db,
      clock: systemClock,
      bus: parts.bus,
      windows: parts.windows,
      alarms: parts.alarms,
      settings: standingRunbookSettings({ runbookFolders: [library.path] }),
      secrets: createRunSecrets('This is a measurement.'),
      folder: join(data.path, 'runbooks'),
      shipped: [],
    });
    try {
      for (let number = 0; number < documents; number += 1) {
        const folder = join(library.path, serviceOf(number));
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, `runbook-${number}.md`), runbookText(number));
      }
      const from = performance.now();
      await runbooks.start();
      const readS = (performance.now() - from) / 1_000;
      await runbooks.library.tidied();
      const count = runbooks.list().runbooks.length;
      if (count !== documents) throw new Error(`${count} runbooks were read`);
      const values: number[] = [];
      const whole: number[] = [];
      let hits = 0;
      for (let round = 0; round < rounds; round += 1) {
        const times: number[] = [];
        for (const text of typed) {
          for (let length = 1; length <= text.length; length += 1) {
            const begun = performance.now();
            hits += runbooks.search({ text: text.slice(0, length), limit: 20 }).hits.length;
            times.push(performance.now() - begun);
          }
        }
        whole.push(...times);
        values.push(percentile(times, 0.95));
      }
      if (hits === 0) throw new Error('nothing was found');
      return {
        values,
        notes: [
          `${whole.length} keystrokes: median ${numberText(median(whole))} ms, longest ${numberText(Math.max(...whole))} ms; reading the folder once took ${numberText(readS)} s`,
        ],
      };
    } finally {
      await runbooks.stop();
      await parts.close();
      data.remove();
      library.remove();
    }
  },
};
