/** How long a source was out of sight. Pure. */

/** What is recorded of a source's sight: it went blind, came back, or the program stopped while it was blind. */
export interface SightRecord {
  readonly atMs: number;
  readonly kind: 'source_blind' | 'source_live' | 'source_unwatched';
}

/** Milliseconds out of sight between `fromMs` and `toMs`. A blindness begins once, whatever it is called on the way. */
export function blindFor(records: readonly SightRecord[], fromMs: number, toMs: number): number {
  let total = 0;
  let since: number | null = null;
  const close = (atMs: number): void => {
    if (since !== null) total += Math.max(0, Math.min(atMs, toMs) - Math.max(since, fromMs));
    since = null;
  };
  for (const { atMs, kind } of records) {
    if (kind !== 'source_blind') close(atMs);
    else since ??= atMs;
  }
  close(toMs);
  return total;
}
