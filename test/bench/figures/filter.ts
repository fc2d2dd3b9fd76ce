/**
 * A keystroke in the filter at 10,000 alarms, as far as the window's question and its answer: compiling, matching,
 * ordering, grouping, rows, validation and the way through the shell and back. What the window then does is the figure
 * `filter-painted`.
 */
import { connectSources, startDesk } from '../desk.ts';
import { median, numberText, percentile, type Figure } from '../figure.ts';
import { startUpstream } from '../start-upstream.ts';

/** Typed one letter after the other, each a question the core has not heard before. */
const typed = [
  'checkout',
  'service=payments pod~a',
  'severity>=high',
  '-status:suppressed crash',
  'replica lag 12',
  'nothing is called this',
];

export const figure: Figure = {
  title: 'filter keystroke at 10,000 alarms, asked and answered (p95)',
  most: 50,
  unit: 'ms',
  async measure() {
    const upstream = await startUpstream({ count: 10_000, bornAtMs: Date.now() });
    const desk = await startDesk();
    try {
      await connectSources(desk, upstream.urls, 3_600_000);
      const ask = async (query: string): Promise<number> => {
        const from = performance.now();
        await desk.client.alarms.list({ query, groupBy: 'service' });
        return performance.now() - from;
      };
      const first = await ask('c');
      const whole: number[] = [];
      const values: number[] = [];
      for (let round = 0; round < 3; round += 1) {
        const times: number[] = [];
        for (const text of typed) {
          for (let length = 1; length <= text.length; length += 1) {
            times.push(await ask(`${text.slice(0, length)}${' '.repeat(round)}`));
          }
        }
        whole.push(...times);
        values.push(percentile(times, 0.95));
      }
      return {
        values,
        notes: [
          `${whole.length} keystrokes: median ${numberText(median(whole))} ms, longest ${numberText(Math.max(...whole))} ms; the very first ${numberText(first)} ms`,
        ],
      };
    } finally {
      await desk.dispose();
      await upstream.stop();
    }
  },
};
