/** Listens for what must never happen in a window: script from outside, a broken policy, a request to somebody else. */
import { expect, type Page } from '@playwright/test';

export interface PageWatch {
  /** @throws when anything was seen that should not be. */
  expectClean(): Promise<void>;
}

/** Call before the page is opened. */
export async function watchPage(page: Page, url: string): Promise<PageWatch> {
  const seen: string[] = [];
  const { host } = new URL(url);
  page.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => seen.push(`error: ${error.message}`));
  page.on('popup', (popup) => seen.push(`popup: ${popup.url()}`));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' || /content security policy|refused to/i.test(text)) {
      seen.push(`console: ${text}`);
    }
  });
  page.on('request', (request) => {
    const address = new URL(request.url());
    const isOurs = address.host === host || ['data:', 'blob:'].includes(address.protocol);
    if (!isOurs) seen.push(`request: ${request.url().slice(0, 200)}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== host) seen.push(`socket: ${socket.url()}`);
  });
  return {
    async expectClean() {
      const owned = await page.evaluate(() => Reflect.get(window, '__pwned') as unknown);
      expect(owned).toBeUndefined();
      expect(seen).toEqual([]);
    },
  };
}

/** Nothing is wider than the window, and the window itself does not scroll. */
export async function expectNoOverflow(page: Page): Promise<void> {
  const wide = await page.evaluate(() => {
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = document.documentElement;
    const main = document.querySelector('main');
    return {
      window: scrollWidth - clientWidth,
      height: scrollHeight - clientHeight,
      main: main === null ? 0 : main.scrollWidth - main.clientWidth,
    };
  });
  expect(wide).toEqual({ window: 0, height: 0, main: 0 });
}
