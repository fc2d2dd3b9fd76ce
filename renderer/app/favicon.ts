/** The desk state as a small picture that reads without colour: a shape for the worst alarm, a mark when blind. Pure. */
import type { DeskWords } from './desk-words.ts';

const colours = {
  critical: '#ff6259',
  high: '#ff9c41',
  warning: '#eac54f',
  info: '#79b8ff',
  quiet: '#6fcf97',
  unknown: '#97a3b0',
} as const;

const shapes = {
  critical: '<path d="M16 3l13 13-13 13L3 16z"/>',
  high: '<path d="M16 4l13 24H3z"/>',
  warning: '<circle cx="16" cy="16" r="12"/>',
  info: '<circle cx="16" cy="16" r="10" fill="none" stroke="#79b8ff" stroke-width="5"/>',
  quiet:
    '<path d="M5 17l7 7L27 8" fill="none" stroke="#6fcf97" stroke-width="5" stroke-linecap="round"/>',
  unknown:
    '<circle cx="16" cy="16" r="11" fill="none" stroke="#97a3b0" stroke-width="4" stroke-dasharray="6 4"/>',
} as const;

const blindMark =
  '<circle cx="23" cy="23" r="9" fill="#231a2e" stroke="#c792ea" stroke-width="2"/>' +
  '<path d="M20 21a3 3 0 1 1 4 2.6c-.8.4-1 .9-1 1.9M23 28.4v.2" fill="none" stroke="#e3c6f7" stroke-width="2.2" stroke-linecap="round"/>';

export function faviconOf({ worst, sight }: Pick<DeskWords, 'worst' | 'sight'>): string {
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><g fill="${colours[worst]}">` +
    `${shapes[worst]}</g>${sight === 'clear' ? '' : blindMark}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
