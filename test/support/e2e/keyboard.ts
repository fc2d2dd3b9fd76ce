/** A person without a mouse: keys, and nothing else. */
import { expect, type Locator, type Page } from '@playwright/test';

export interface Hands {
  press(...keys: readonly string[]): Promise<void>;
  /** Writes where the focus is. */
  type(text: string): Promise<void>;
  /** Replaces what stands in the field that has the focus. */
  write(text: string): Promise<void>;
  /** Goes with Tab until it has the focus, as somebody does who cannot point. */
  tabTo(target: Locator): Promise<void>;
  /** Goes down an open menu until it has the focus. */
  arrowTo(target: Locator): Promise<void>;
  /** Goes there with Tab and presses it. */
  use(target: Locator): Promise<void>;
  /** @throws when a pointer was used after all. */
  expectNoPointer(): Promise<void>;
}

/** A screen has fewer stops than this. */
const mostStops = 160;

/** Call before the page is opened, so that pointers are counted from the start. */
export async function handsOn(page: Page): Promise<Hands> {
  await page.addInitScript(() => {
    const seen: string[] = [];
    Reflect.set(window, '__pointers', seen);
    for (const name of ['pointerdown', 'mousedown', 'touchstart', 'wheel']) {
      window.addEventListener(name, () => seen.push(name), { capture: true, passive: true });
    }
  });
  const press = async (...keys: readonly string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const hasFocus = (target: Locator): Promise<boolean> =>
    target.evaluate((element) => element === document.activeElement);
  const goTo = async (target: Locator, key: string): Promise<void> => {
    await expect(target).toBeVisible();
    for (let stop = 0; stop < mostStops; stop += 1) {
      if (await hasFocus(target)) return;
      await page.keyboard.press(key);
    }
    throw new Error(`${key} does not lead to ${String(target)}`);
  };
  const tabTo = (target: Locator): Promise<void> => goTo(target, 'Tab');
  return {
    press,
    type: (text) => page.keyboard.type(text),
    async write(text) {
      await press('ControlOrMeta+a');
      await page.keyboard.type(text);
    },
    tabTo,
    arrowTo: (target) => goTo(target, 'ArrowDown'),
    async use(target) {
      await tabTo(target);
      await press('Enter');
    },
    async expectNoPointer() {
      expect(await page.evaluate(() => Reflect.get(window, '__pointers') as unknown)).toEqual([]);
    },
  };
}
