/** Series of numbers as lines of a small graph, and as the words and the table that say the same. Pure. */
import type { QuerySeries } from '../../preload/contract/running.ts';

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface Graph {
  /** One per series, in their order; empty where there is nothing to draw. */
  readonly paths: readonly string[];
  readonly low: number;
  readonly high: number;
}

/** A value alone between two gaps is a dot, as wide as this. */
const dot = 1;

const numbersOf = ({ points }: QuerySeries): number[] =>
  points.flatMap(([, value]) => (value === null ? [] : [value]));

export function graphOf(series: readonly QuerySeries[], frame: Frame): Graph {
  let low = Infinity;
  let high = -Infinity;
  for (const value of series.flatMap(numbersOf)) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return { paths: series.map(() => ''), low: 0, high: 0 };
  // Counts and rates are read against nothing; what is far from it would be a flat line then.
  if (low > 0 && low < high / 2) low = 0;
  // Halves: the distance of two numbers at both ends is no number any more.
  const halfSpan = high / 2 - low / 2 || 0.5;
  const bottom = high === low ? low - 0.5 : low;
  const x = (at: string): number =>
    ((Date.parse(at) - frame.fromMs) / Math.max(1, frame.untilMs - frame.fromMs)) * frame.width;
  const y = (value: number): number =>
    frame.height - ((value / 2 - bottom / 2) / halfSpan) * frame.height;
  const path = ({ points }: QuerySeries): string => {
    let text = '';
    let isOpen = false;
    for (const [index, [at, value]] of points.entries()) {
      if (value === null) {
        isOpen = false;
        continue;
      }
      const place = `${x(at).toFixed(1)} ${y(value).toFixed(1)}`;
      const isAlone = !isOpen && (points[index + 1]?.[1] ?? null) === null;
      text += isAlone ? `M${place}h${dot}` : `${isOpen ? 'L' : 'M'}${place}`;
      isOpen = true;
    }
    return text;
  };
  return { paths: series.map(path), low, high };
}

/** `1.2k`, `0.034`, `17`: four digits at most, so that a table stays narrow. */
export function shortNumber(value: number | null): string {
  if (value === null) return 'none';
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size < 0.001 || size >= 1e15) return value.toExponential(1);
  const units = ['', 'k', 'M', 'G', 'T'];
  const unit = Math.max(0, Math.min(units.length - 1, Math.floor(Math.log10(size) / 3)));
  const scaled = value / 1_000 ** unit;
  return `${Number(scaled.toPrecision(3))}${units[unit] ?? ''}`;
}

export interface SeriesFacts {
  readonly name: string;
  readonly last: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export function factsOf(series: QuerySeries): SeriesFacts {
  const numbers = numbersOf(series);
  const extreme = (pick: (a: number, b: number) => number): number | null =>
    numbers.length === 0 ? null : numbers.reduce(pick);
  return {
    name: series.name,
    last: numbers.at(-1) ?? null,
    low: extreme((a, b) => Math.min(a, b)),
    high: extreme((a, b) => Math.max(a, b)),
  };
}

/** What the graph says, for whoever does not see it. */
export function graphWords(series: readonly QuerySeries[]): string {
  const [first, ...rest] = series.map(factsOf);
  if (first === undefined) return 'No series answered.';
  const { name, last, low, high } = first;
  const words = `${name}: now ${shortNumber(last)}, between ${shortNumber(low)} and ${shortNumber(high)}`;
  return rest.length === 0 ? `${words}.` : `${words}; and ${rest.length} more, in the table.`;
}
