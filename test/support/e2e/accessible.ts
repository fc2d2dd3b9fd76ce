/** Whether a screen can be used by everybody: by axe, by keyboard, with motion reduced, in each theme. */
import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Waits until nothing moves any more: axe judges the colours of a half faded dialog otherwise. */
const settle = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
    await new Promise((resolve) => requestAnimationFrame(resolve));
  });

/** What axe calls serious or critical, with where it is, and still does at a second look. `only`: of one rule. */
export async function violations(page: Page, only?: string): Promise<string[]> {
  const found = await lookOnce(page, only);
  // What is drawn anew at this very moment may have its new ground and its old ink.
  return found.length === 0 ? found : lookOnce(page, only);
}

async function lookOnce(page: Page, only?: string): Promise<string[]> {
  await settle(page);
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  if (only !== undefined) axe.withRules(only);
  const { violations: found } = await axe.analyze();
  return found
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) =>
        `${id}: ${target.join(' ')} ${failureSummary ?? ''}`.replaceAll(/\s+/g, ' '),
      ),
    );
}

/** Nothing moves for longer than an eye can see. */
export async function expectNoMotion(page: Page): Promise<void> {
  const moving = await page.evaluate(() => {
    const longest = (text: string): number =>
      Math.max(0, ...text.split(',').map((part) => Number.parseFloat(part) || 0));
    const found: string[] = [];
    for (const element of document.querySelectorAll('*')) {
      for (const pseudo of [undefined, '::before', '::after']) {
        const style = getComputedStyle(element, pseudo);
        if (longest(style.transitionDuration) > 0.01 || longest(style.animationDuration) > 0.01) {
          found.push(`${element.tagName} ${element.className} ${pseudo ?? ''}`);
        }
      }
    }
    return found;
  });
  expect(moving).toEqual([]);
}

interface Stop {
  readonly name: string;
  readonly isSeen: boolean;
}

/** Goes through the whole screen with Tab, and back to where it began. */
async function tabStops(page: Page): Promise<Stop[]> {
  const stops: Stop[] = [];
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    for (const marked of document.querySelectorAll('[data-reached]')) {
      marked.removeAttribute('data-reached');
    }
  });
  for (let press = 0; press < 300; press += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(async () => {
      const focused = document.activeElement as HTMLElement | null;
      if (focused === null || focused === document.body) return null;
      // A date has several stops within.
      if (focused.getAttribute('data-reached') === 'last') return null;
      if (focused.hasAttribute('data-reached')) return 'again';
      document.querySelector('[data-reached="last"]')?.setAttribute('data-reached', '');
      focused.setAttribute('data-reached', 'last');
      const around = [focused, focused.parentElement, focused.parentElement?.parentElement];
      const look = (): string =>
        around
          .map((element) => {
            if (element === null || element === undefined) return '';
            const { outline, boxShadow, borderColor, backgroundColor } = getComputedStyle(element);
            return `${outline} ${boxShadow} ${borderColor} ${backgroundColor}`;
          })
          .join('\n');
      // Borders of fields fade, and however short that is, it takes until the next frames.
      const isField = focused.matches('input, textarea, select');
      const frames = (): Promise<unknown> =>
        new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      if (isField) await frames();
      const withFocus = look();
      focused.blur();
      if (isField) await frames();
      const without = look();
      focused.focus({ preventScroll: true, focusVisible: true });
      const text = focused.getAttribute('aria-label') ?? focused.textContent ?? '';
      return {
        name: `${focused.tagName.toLowerCase()} ${text.trim().slice(0, 60)}`,
        isSeen: withFocus !== without,
      };
    });
    if (stop === 'again') break;
    if (stop !== null) stops.push(stop);
  }
  return stops;
}

/** What is in sight, can be used, and was not reached. */
const missedControls = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      'button, a[href], input, select, textarea, summary, [role="button"], [role="checkbox"], [contenteditable="true"]',
    );
    return [...controls]
      .filter((control) => {
        if (control.hasAttribute('data-reached')) return false;
        if (control.matches(':disabled, [tabindex="-1"], [aria-hidden="true"] *')) return false;
        // Of a group of radio buttons Tab reaches the chosen one, arrows the others.
        if (control instanceof HTMLInputElement && control.type === 'radio') return !control.name;
        return control.checkVisibility({ visibilityProperty: true });
      })
      .map(
        (control) => `${control.tagName.toLowerCase()} ${control.textContent.trim().slice(0, 60)}`,
      );
  });

/** Every control in sight is reached with Tab, and each shows that it has the focus. */
export async function expectReachable(page: Page): Promise<void> {
  // A screen may grow behind the Tab while alarms come and go: then once more.
  await expect(async () => {
    const stops = await tabStops(page);
    expect(stops.filter(({ isSeen }) => !isSeen).map(({ name }) => name)).toEqual([]);
    expect(await missedControls(page)).toEqual([]);
  }).toPass({ timeout: 20_000 });
}

/** The brightness of what lies under everything, 0 to 255. */
export const brightness = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const [red = 0, green = 0, blue = 0] = (
      getComputedStyle(document.body).backgroundColor.match(/\d+/g) ?? []
    ).map(Number);
    return (red + green + blue) / 3;
  });
