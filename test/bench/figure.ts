/** What a figure is: a target of the design, and a way to measure it on this machine. */

export interface Figure {
  /** As the design words it. */
  readonly title: string;
  /** The most that the median may be. */
  readonly most: number;
  /** `x`: a ratio within one run, which another machine's speed does not change. */
  readonly unit: 'x' | 'ms' | 's' | 'MB' | '%';
  /** @throws Skip when it cannot be measured here. */
  measure(): Promise<Measured>;
}

export interface Measured {
  /** One per run. Where a run has many samples of its own, the number that the design names (for example their p99). */
  readonly values: readonly number[];
  /** What else was seen, in words. */
  readonly notes: readonly string[];
}

/** The reason, for people, why a figure was not measured. */
export class Skip extends Error {}

/** What the process that measures tells the one that prints. */
export type Report = Pick<Figure, 'title' | 'most' | 'unit'> &
  (
    | ({ readonly kind: 'measured' } & Measured)
    | { readonly kind: 'skipped'; readonly why: string }
    | { readonly kind: 'failed'; readonly why: string }
  );

export const median = (values: readonly number[]): number => percentile(values, 0.5);

/** `share` from 0 to 1; between two values it takes the upper one. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

export const inMs = (nanoseconds: bigint): number => Number(nanoseconds) / 1e6;

/** Three significant digits are as much as any of these figures is worth. */
export function numberText(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
