/**
 * From the shell's runtime being up to the list of 10,000 stored alarms painted in a window: the browser is open already,
 * as its runtime would be, and has never seen the page.
 */
import type { Browser } from '@playwright/test';
import { connectSources, startDesk } from '../desk.ts';
import { inMs, numberText, type Figure } from '../figure.ts';
import { startUpstream } from '../start-upstream.ts';
import { openBrowser, settleIn } from '../window.ts';

const rounds = 7;

/** When the first row of the list was on the screen, by the wall clock. */
async function paintedAt(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1_280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    const seen = new Promise<number>((resolve) => {
      const look = (): void => {
        const isThere = document.querySelector('[role="listbox"] [role="option"]') !== null;
        requestAnimationFrame(
          isThere ? () => resolve(performance.timeOrigin + performance.now()) : look,
        );
      };
      look();
    });
    Object.assign(window, { benchSeen: seen });
  });
  await page.goto(url, { waitUntil: 'commit' });
  const at = await page.evaluate(() => Reflect.get(window, 'benchSeen') as Promise<number>);
  await context.close();
  return at;
}

export const figure: Figure = {
  title: 'start to painted list with 10,000 stored alarms, window included',
  most: 1,
  unit: 's',
  async measure() {
    const browser = await openBrowser();
    const upstream = await startUpstream({ count: 10_000, bornAtMs: Date.now() });
    const first = await startDesk();
    try {
      await settleIn(first);
      await connectSources(first, upstream.urls, 15_000);
      await first.stop();
      await upstream.stop();
      const values: number[] = [];
      const shells: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const desk = await startDesk(first.folder);
        const opened = process.hrtime.bigint();
        const painted = await paintedAt(browser, desk.url);
        const began = BigInt(await desk.ask('beganAt'));
        // Both clocks at one moment, to tell the page's time in ours.
        const [wall, ours] = [performance.timeOrigin + performance.now(), process.hrtime.bigint()];
        values.push((painted - wall + inMs(ours - began)) / 1_000);
        shells.push(inMs(opened - began) / 1_000);
        await desk.stop();
      }
      return {
        values,
        notes: [`of which until the address was known: ${shells.map(numberText).join(', ')} s`],
      };
    } finally {
      await first.dispose();
      await browser.close();
    }
  },
};
