/** The real window in a real browser, on the real shell, with the list of alarms in front. */
import { existsSync } from 'node:fs';
import { chromium, type Browser, type Page } from '@playwright/test';
import { must, type Desk } from './desk.ts';
import { Skip } from './figure.ts';

const systemChromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
  existsSync(path),
);

export async function openBrowser(): Promise<Browser> {
  try {
    return await chromium.launch({
      ...(systemChromium === undefined ? {} : { executablePath: systemChromium }),
      args: ['--no-sandbox', '--disable-background-networking', '--no-first-run'],
    });
  } catch (error) {
    throw new Skip(`no Chromium starts here: ${String(error).split('\n')[0]}`);
  }
}

/** Someone who has been here before: no questions at the first start, no 4 AM mode at night. */
export const settleIn = ({ client }: Desk): Promise<unknown> =>
  must(client.settings.update({ hasChosenStart: true, sleepHours: null }), 'settings.update');

/** Shows the list of this desk and waits for its first rows. */
export async function showList(browser: Browser, desk: Desk): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1_280, height: 800 } });
  await page.goto(desk.url);
  await page.getByRole('listbox', { name: 'Alarms' }).getByRole('option').first().waitFor();
  return page;
}
