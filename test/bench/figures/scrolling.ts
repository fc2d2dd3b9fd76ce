/** Scrolling through 10,000 alarms by the wheel: the longest time between two frames of each run. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { connectSources, startDesk } from '../desk.ts';
import { numberText, type Figure } from '../figure.ts';
import { startUpstream } from '../start-upstream.ts';
import { openBrowser, settleIn, showList } from '../window.ts';

const rounds = 5;
const turns = 60;
const turnMs = 40;
const pixels = 700;

interface Frames {
  readonly count: number;
  readonly longestMs: number;
  /** The longest piece of work on the page's own thread; 0 when none was longer than 50 ms. */
  readonly longestTaskMs: number;
}

/** Counts frames until the returned function is called. */
async function framesDuring(page: Page, work: () => Promise<void>): Promise<Frames> {
  const frames = page.evaluate(
    () =>
      new Promise<Frames>((resolve) => {
        let [last, count, longestMs, longestTaskMs] = [performance.now(), 0, 0, 0];
        let isDone = false;
        const tasks = new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) {
            longestTaskMs = Math.max(longestTaskMs, duration);
          }
        });
        tasks.observe({ type: 'longtask' });
        document.addEventListener(
          'bench-done',
          () => {
            isDone = true;
          },
          { once: true },
        );
        const frame = (now: number): void => {
          count += 1;
          longestMs = Math.max(longestMs, now - last);
          last = now;
          if (!isDone) {
            requestAnimationFrame(frame);
            return;
          }
          tasks.disconnect();
          resolve({ count, longestMs, longestTaskMs });
        };
        requestAnimationFrame(frame);
      }),
  );
  await work();
  await page.evaluate(() => document.dispatchEvent(new Event('bench-done')));
  return frames;
}

export const figure: Figure = {
  title: 'longest frame while scrolling through 10,000 alarms',
  most: 50,
  unit: 'ms',
  async measure() {
    const browser = await openBrowser();
    const upstream = await startUpstream({ count: 10_000, bornAtMs: Date.now() });
    const desk = await startDesk();
    try {
      await settleIn(desk);
      await connectSources(desk, upstream.urls, 3_600_000);
      const page = await showList(browser, desk);
      await sleep(3_000);
      const still = await framesDuring(page, () => sleep(turns * turnMs));
      await page.getByRole('listbox', { name: 'Alarms' }).hover();
      const runs: Frames[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const direction = round % 2 === 0 ? 1 : -1;
        runs.push(
          await framesDuring(page, async () => {
            for (let turn = 0; turn < turns; turn += 1) {
              await page.mouse.wheel(0, direction * pixels);
              await sleep(turnMs);
            }
          }),
        );
        await sleep(500);
      }
      const tasks = Math.max(...runs.map(({ longestTaskMs }) => longestTaskMs));
      return {
        values: runs.map(({ longestMs }) => longestMs),
        notes: [
          `${runs.reduce((sum, { count }) => sum + count, 0)} frames; without scrolling the longest was ${numberText(still.longestMs)} ms here; ` +
            (tasks === 0
              ? 'no task of the page above 50 ms'
              : `longest task of the page ${numberText(tasks)} ms`),
        ],
      };
    } finally {
      await desk.dispose();
      await browser.close();
      await upstream.stop();
    }
  },
};
