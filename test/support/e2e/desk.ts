/** The screens as a person finds them: by role and name, never by class or position. */
import { expect, type Locator, type Page } from '@playwright/test';

export interface Desk {
  readonly page: Page;
  /** The desk state in words, on every screen. */
  readonly state: Locator;
  /** The list of alarms. */
  readonly list: Locator;
  /** Rows whose words contain this. */
  rows(words?: string | RegExp): Locator;
  /** The row under the cursor. */
  readonly cursor: Locator;
  /** The alarm at the right. */
  readonly detail: Locator;
  readonly history: Locator;
  readonly screen: Locator;
  readonly dialog: Locator;
}

export function deskOf(page: Page): Desk {
  const list = page.getByRole('listbox', { name: 'Alarms' });
  const rows = (words?: string | RegExp): Locator =>
    list.getByRole('option', words === undefined ? {} : { name: words });
  const detail = page.getByRole('region', { name: 'The alarm', exact: true });
  return {
    page,
    state: page.getByRole('group', { name: 'Desk state' }),
    list,
    rows,
    cursor: list.getByRole('option', { selected: true }),
    detail,
    history: detail.getByRole('region', { name: /^History/ }),
    screen: page.getByRole('main'),
    dialog: page.getByRole('dialog'),
  };
}

/** Opens the address that was printed, and waits until the core has spoken. */
export async function openDesk(page: Page, url: string): Promise<Desk> {
  await page.goto(url);
  const desk = deskOf(page);
  await expect(desk.state).not.toContainText('Connecting');
  return desk;
}

/** The picture in the tab, as text. */
export const favicon = (page: Page): Promise<string> =>
  page
    .locator('link[rel="icon"]')
    .evaluate((link) => decodeURIComponent((link as HTMLLinkElement).href));
