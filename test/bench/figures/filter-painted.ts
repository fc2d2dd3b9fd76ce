/**
 * A keystroke in the filter at 10,000 alarms, as the person meets it: from the key to the frame that shows the list it
 * leads to. A key that leaves the same rows in sight changes nothing that could be timed, and is not counted.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from '@playwright/test';
import { connectSources, startDesk } from '../desk.ts';
import { median, numberText, percentile, type Figure } from '../figure.ts';
import { startUpstream } from '../start-upstream.ts';
import { openBrowser, settleIn, showList } from '../window.ts';

const rounds = 5;
/** Digits lead to other alarms with every key. */
const typed = ['checkout 12', 'lag 4071', 'severity>=high 77', '-service=mail 305', '9 18 27'];
/** Slower than people type, so that each key is on its own. */
const pauseMs = 250;

/** Notes when a key was pressed, and when the browser showed the rows that came of it. */
const watch = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const bench = { key: 0, painted: 0 };
    Object.assign(window, { bench });
    window.addEventListener(
      'keydown',
      (event) => {
        bench.key = event.timeStamp;
        bench.painted = 0;
      },
      true,
    );
    // Rows that are new are marked before their first frame, and the browser tells when it has shown them.
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) {
        for (const node of addedNodes) {
          if (!(node instanceof HTMLElement) || node.closest('[role="listbox"]') === null) continue;
          for (const part of [node, ...node.querySelectorAll('*')]) {
            part.setAttribute('elementtiming', 'row');
          }
        }
      }
    }).observe(document.body, { childList: true, subtree: true });
    new PerformanceObserver((list) => {
      for (const { startTime } of list.getEntries()) {
        bench.painted = Math.max(bench.painted, startTime);
      }
    }).observe({ type: 'element' });
  });

const painted = (page: Page): Promise<number | null> =>
  page.evaluate(() => {
    const bench = Reflect.get(window, 'bench') as { key: number; painted: number };
    return bench.painted < bench.key ? null : bench.painted - bench.key;
  });

export const figure: Figure = {
  title: 'filter keystroke at 10,000 alarms to painted list (p95)',
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
      const field = page.getByRole('textbox', { name: 'Filter alarms' });
      await sleep(3_000);
      await watch(page);
      const whole: number[] = [];
      const values: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const times: number[] = [];
        for (const text of typed) {
          await field.fill('');
          await field.focus();
          await sleep(pauseMs);
          for (const letter of text) {
            await page.keyboard.press(letter === ' ' ? 'Space' : letter);
            await sleep(pauseMs);
            const time = await painted(page);
            if (time !== null) times.push(time);
          }
        }
        whole.push(...times);
        if (times.length < 10) throw new Error(`only ${times.length} keys changed the list`);
        values.push(percentile(times, 0.95));
      }
      return {
        values,
        notes: [
          `${whole.length} keystrokes that changed the list: median ${numberText(median(whole))} ms, longest ${numberText(Math.max(...whole))} ms`,
        ],
      };
    } finally {
      await desk.dispose();
      await browser.close();
      await upstream.stop();
    }
  },
};
