/**
 * Upstream times by our own clock must not move with every request: a Date header has whole seconds, so the difference of the
 * clocks is only known to one. What is smaller than matters counts as none, and what is larger moves in steps.
 */
const stepMs = 5_000;

export const steadySkewMs = (skewMs: number | null): number =>
  skewMs === null ? 0 : Math.trunc(skewMs / stepMs) * stepMs;
