import { inflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deskWords } from '../../../main/shells/electron/desk-words.ts';
import { menuTemplate } from '../../../main/shells/electron/menu.ts';
import { encodePng } from '../../../main/shells/electron/png.ts';
import { drawTrayIcon, type IconState } from '../../../main/shells/electron/tray-icon.ts';
import { blindState, startingState } from '../../../main/shells/core-watch.ts';
import { Severity } from '../../../preload/contract/common.ts';
import type { DeskState } from '../../../preload/contract/desk.ts';

const states: IconState[] = [null, ...Severity.options].flatMap((severity) => [
  { severity, isBlind: false },
  { severity, isBlind: true },
]);
const name = (state: IconState): string => `${state.severity ?? 'none'}${state.isBlind ? '?' : ''}`;

/** The share of the icon in which two differ when only light and dark can be told apart. */
function difference(one: IconState, other: IconState, size: number): number {
  const a = drawTrayIcon(one, size, 'template');
  const b = drawTrayIcon(other, size, 'template');
  let sum = 0;
  for (let at = 3; at < a.length; at += 4) sum += Math.abs(a[at]! - b[at]!);
  return sum / 255 / (size * size);
}

describe('the icon', () => {
  const pairs = states.flatMap((one, index) =>
    states.slice(index + 1).map((other) => [name(one), name(other), one, other] as const),
  );

  test.each(pairs)('%s and %s differ without colour at 16 and 22 pixels', (_a, _b, one, other) => {
    for (const size of [16, 22]) expect(difference(one, other, size)).toBeGreaterThan(0.05);
  });

  test('is drawn at every size, transparent outside and never empty', () => {
    for (const state of states) {
      for (const size of [16, 22, 44]) {
        const pixels = drawTrayIcon(state, size);
        expect(pixels).toHaveLength(size * size * 4);
        expect(pixels[3]).toBeLessThan(255);
        expect(pixels.some((value, index) => index % 4 === 3 && value === 255)).toBe(true);
      }
    }
  });

  test('as a template it is black, so that the system may colour it', () => {
    const pixels = drawTrayIcon({ severity: 'high', isBlind: true }, 22, 'template');
    expect(pixels.every((value, index) => index % 4 === 3 || value === 0)).toBe(true);
  });

  test('is a PNG whose rows hold the drawn pixels', () => {
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 12 })
          .chain((size) =>
            fc.tuple(
              fc.constant(size),
              fc.uint8Array({ minLength: size * size * 4, maxLength: size * size * 4 }),
            ),
          ),
        ([size, pixels]) => {
          const png = encodePng(pixels, size);
          expect(png.subarray(1, 4).toString()).toBe('PNG');
          expect(png.readUInt32BE(16)).toBe(size);
          const start = png.indexOf('IDAT') + 4;
          const rows = inflateSync(png.subarray(start, png.length - 16));
          const read = Array.from({ length: size }, (_, row) =>
            Array.from(rows.subarray(row * (size * 4 + 1) + 1, (row + 1) * (size * 4 + 1))),
          );
          expect(read.flat()).toEqual(Array.from(pixels));
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe('the words', () => {
  const clear: DeskState = { ...startingState(0), blind: [], enabledSources: 2 };
  const trouble = { reason: 'It ended.', next: 'Wait.', sinceMs: 0 };
  const critical: DeskState = { ...clear, worst: { severity: 'critical', count: 2 } };

  test.each([
    ['clear and quiet', clear, 'Quiet, sight clear', ''],
    ['firing in clear sight', critical, '2 critical, sight clear', '2'],
    [
      'blind and firing',
      blindState(critical, trouble, 0),
      'Blind: Nightdesk itself; 2 critical',
      '2?',
    ],
    ['blind', blindState(clear, trouble, 0), 'Blind: Nightdesk itself; nothing known to fire', '?'],
    ['without sources', { ...clear, enabledSources: 0 }, 'Blind: no source is switched on', '?'],
  ])('%s', (_name, state, line, sign) => {
    expect(deskWords(state)).toMatchObject({ line, sign });
  });

  test('quiet is never said, in word or icon, unless every source is seen', () => {
    const anyBlind = fc.array(
      fc.record({
        sourceId: fc.constant('a' as never),
        name: fc.string(),
        freshness: fc.constantFrom('stale' as const, 'starting' as const, 'unreachable' as const),
        since: fc.constant('2026-11-24T04:00:00.000Z'),
        reason: fc.string(),
        next: fc.string(),
      }),
      { maxLength: 3 },
    );
    fc.assert(
      fc.property(
        anyBlind,
        fc.integer({ min: 0, max: 3 }),
        fc.option(
          fc.record({
            severity: fc.constantFrom(...Severity.options),
            count: fc.integer({ min: 1, max: 9 }),
          }),
        ),
        (blind, enabledSources, worst) => {
          const words = deskWords({ ...clear, blind, enabledSources, worst });
          const maySayQuiet = blind.length === 0 && enabledSources > 0 && worst === null;
          expect(words.line.startsWith('Quiet')).toBe(maySayQuiet);
          expect(words.severity === null && !words.isBlind).toBe(maySayQuiet);
          expect(words.sign === '').toBe(maySayQuiet);
        },
      ),
    );
  });

  test('a hostile name cannot add lines, controls or endless text', () => {
    const state = blindState(clear, trouble, 0);
    const [own] = state.blind;
    const words = deskWords({
      ...state,
      blind: [
        { ...own!, name: `a\nQuiet, sight clear\u202e\u0000${'x'.repeat(9_000)}`, reason: 'r\nr' },
      ],
    });
    expect(words.line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(words.tooltip.split('\n')).toHaveLength(3);
    expect(words.tooltip.length).toBeLessThan(400);
  });
});

describe('the menu', () => {
  test('has no reload and no inspector in a package', () => {
    const actions = { quit() {}, openProject() {} };
    const text = (isPackaged: boolean): string =>
      JSON.stringify(menuTemplate('linux', isPackaged, actions));
    expect(text(true)).not.toMatch(/reload|toggleDevTools/);
    expect(text(false)).toMatch(/toggleDevTools/);
  });

  test.each(['linux', 'darwin', 'win32'] as const)('can quit and edit on %s', (platform) => {
    const menu = menuTemplate(platform, true, { quit() {}, openProject() {} });
    expect(JSON.stringify(menu)).toContain('"id":"quit"');
    expect(menu.some((item) => item.role === 'editMenu')).toBe(true);
  });
});
