/**
 * Draws the desk state as an icon that reads without colour: each severity has its own shape, and a desk that cannot
 * see carries a bar across it. With nothing known to fire, blind is a crossed-out eye and shares nothing with quiet.
 */
import type { Severity } from '../../../preload/contract/common.ts';

export interface IconState {
  readonly severity: Severity | null;
  readonly isBlind: boolean;
}

type Shape = (x: number, y: number) => boolean;

const disc =
  (cx: number, cy: number, radius: number): Shape =>
  (x, y) =>
    Math.hypot(x - cx, y - cy) <= radius;

const box =
  (left: number, top: number, right: number, bottom: number): Shape =>
  (x, y) =>
    x >= left && x <= right && y >= top && y <= bottom;

const minus =
  (shape: Shape, ...holes: readonly Shape[]): Shape =>
  (x, y) =>
    shape(x, y) && !holes.some((hole) => hole(x, y));

const union =
  (...shapes: readonly Shape[]): Shape =>
  (x, y) =>
    shapes.some((shape) => shape(x, y));

/** Points up. */
const triangle: Shape = (x, y) =>
  y >= 0.06 && y <= 0.92 && Math.abs(x - 0.5) <= ((y - 0.06) / 0.86) * 0.48;

const diamond =
  (radius: number): Shape =>
  (x, y) =>
    Math.abs(x - 0.5) + Math.abs(y - 0.5) <= radius;

const octagon =
  (radius: number): Shape =>
  (x, y) => {
    const dx = Math.abs(x - 0.5);
    const dy = Math.abs(y - 0.5);
    return Math.max(dx, dy) <= radius && dx + dy <= radius * 1.42;
  };

/** An exclamation mark as a hole in a filled shape. */
const mark = (top: number, middle: number, bottom: number): Shape =>
  union(box(0.42, top, 0.58, middle), box(0.42, middle + 0.09, 0.58, bottom));

const lens: Shape = (x, y) => disc(0.5, 0.8, 0.56)(x, y) && disc(0.5, 0.2, 0.56)(x, y);
const lensHole: Shape = (x, y) => disc(0.5, 0.8, 0.46)(x, y) && disc(0.5, 0.2, 0.46)(x, y);

/** From the lower left to the upper right. */
const bar =
  (halfWidth: number): Shape =>
  (x, y) =>
    Math.abs(x + y - 1) <= halfWidth * Math.SQRT2 && Math.abs(x - y) <= 0.9;

const shapes: Readonly<Record<Severity | 'quiet' | 'eye', Shape>> = {
  critical: minus(octagon(0.48), mark(0.2, 0.56, 0.8)),
  high: minus(triangle, mark(0.4, 0.64, 0.84)),
  warning: minus(diamond(0.5), diamond(0.32)),
  info: union(minus(disc(0.5, 0.5, 0.46), disc(0.5, 0.5, 0.34)), box(0.43, 0.3, 0.57, 0.7)),
  quiet: minus(disc(0.5, 0.5, 0.3), disc(0.5, 0.5, 0.18)),
  eye: union(minus(lens, lensHole), disc(0.5, 0.5, 0.13)),
};

/** Light enough for dark panels; the dark rim carries them on light ones. */
const colours: Readonly<Record<Severity | 'quiet' | 'eye', readonly [number, number, number]>> = {
  critical: [255, 107, 107],
  high: [255, 159, 67],
  warning: [255, 214, 102],
  info: [116, 185, 255],
  quiet: [178, 190, 195],
  eye: [230, 150, 255],
};
const rim: readonly [number, number, number] = [24, 24, 28];

/** A shape, its bar if blind, and a gap around the bar so that both stay readable at 16 pixels. */
function draw(state: IconState): { shape: Shape; colour: readonly [number, number, number] } {
  const name = state.severity ?? (state.isBlind ? 'eye' : 'quiet');
  const shape = shapes[name];
  return {
    colour: colours[name],
    shape: state.isBlind ? union(minus(shape, bar(0.16)), bar(0.07)) : shape,
  };
}

const samples = 4;

/**
 * RGBA pixels, `size` x `size`. As a `template` the shape is black on nothing, for systems that colour icons
 * themselves.
 */
export function drawTrayIcon(
  state: IconState,
  size: number,
  style: 'colour' | 'template' = 'colour',
): Uint8Array {
  const { shape, colour } = draw(state);
  const reach = style === 'colour' ? 1 / 16 : 0;
  const rimmed: Shape = (x, y) =>
    [-reach, 0, reach].some((dx) => [-reach, 0, reach].some((dy) => shape(x + dx, y + dy)));
  const pixels = new Uint8Array(size * size * 4);
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      let inside = 0;
      let around = 0;
      for (let sample = 0; sample < samples * samples; sample += 1) {
        const x = (column + ((sample % samples) + 0.5) / samples) / size;
        const y = (row + (Math.floor(sample / samples) + 0.5) / samples) / size;
        if (shape(x, y)) inside += 1;
        if (rimmed(x, y)) around += 1;
      }
      const covered = style === 'colour' ? around : inside;
      if (covered === 0) continue;
      const share = style === 'colour' ? inside / around : 0;
      const at = (row * size + column) * 4;
      for (const channel of [0, 1, 2] as const) {
        const dark = style === 'colour' ? rim[channel] : 0;
        pixels[at + channel] = Math.round(dark + (colour[channel] - dark) * share);
      }
      pixels[at + 3] = Math.round((covered / (samples * samples)) * 255);
    }
  }
  return pixels;
}
