/** Contrast of the tokens, measured: WCAG AA for text (4.5) and for the edges of what one presses (3). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(
  new URL('../../../renderer/app/theme/tokens.css', import.meta.url),
  'utf8',
);

function tokensOf(theme: string): Map<string, string> {
  const block = new RegExp(`\\[data-theme='${theme}'\\] \\{([^}]*)\\}`).exec(css)?.[1] ?? '';
  return new Map(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/gi)].map(([, name, value]) => [
      name!,
      value!,
    ]),
  );
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light! + 0.05) / (dark! + 0.05);
}

const grounds = ['bg', 'panel', 'raised', 'hover'];
const pairs: [string, string, number][] = [
  ...['text', 'muted', 'faint'].flatMap((ink) =>
    grounds.map((ground): [string, string, number] => [ink, ground, 4.5]),
  ),
  ...['critical', 'high', 'warning', 'info', 'blind', 'ok'].flatMap((ink) => [
    ...grounds.map((ground): [string, string, number] => [ink, ground, 4.5]),
    [ink, `${ink}-bg`, 4.5] as [string, string, number],
  ]),
  ...['critical', 'high', 'warning', 'info', 'blind', 'ok'].flatMap((name) =>
    ['text', 'muted'].map((ink): [string, string, number] => [ink, `${name}-bg`, 4.5]),
  ),
  ...grounds.map((ground): [string, string, number] => ['accent', ground, 4.5]),
  ['accent-ink', 'accent', 4.5],
  ['accent-ink', 'accent-hover', 4.5],
  ['accent-ink', 'accent-key', 4.5],
  ['ok-ink', 'ok', 4.5],
  ['fill', 'fill-bg', 4.5],
  ...grounds.map((ground): [string, string, number] => ['focus', ground, 3]),
  ...['bg', 'panel', 'raised'].map((ground): [string, string, number] => [
    'line-strong',
    ground,
    3,
  ]),
];

describe.each(['dark', 'light', 'night'])('the %s theme', (theme) => {
  const tokens = tokensOf(theme);
  it.each(pairs)('shows %s on %s with a contrast of at least %d', (ink, ground, least) => {
    const [a, b] = [tokens.get(ink), tokens.get(ground)];
    expect(a, `--${ink}`).toBeDefined();
    expect(b, `--${ground}`).toBeDefined();
    expect(contrast(a!, b!)).toBeGreaterThanOrEqual(least);
  });
});
