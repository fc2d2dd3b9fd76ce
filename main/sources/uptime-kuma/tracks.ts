/**
 * Since when each monitor is bad, remembered between polls and runs; and what became of bad ones that are not listed any
 * more. Pure.
 */
import { z } from 'zod';
import { toInstant, toMs } from '../../clock.ts';
import { isWell, keyOf } from './monitor.ts';
import type { Reading } from './metrics.ts';

const Track = z.object({
  startsAt: z.iso.datetime(),
  missingSince: z.iso.datetime().nullable(),
  /** As it was last read, to show it while it is missing. */
  raw: z.unknown(),
});
export const Tracks = z.record(z.string(), Track);
export type Tracks = Readonly<Record<string, z.infer<typeof Track>>>;

/**
 * How long a monitor that was down and is not listed any more stays an alarm: a restart takes it out, and puts it back after
 * its first check.
 */
const missingMs = 180_000;

const isSameRaw = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** `missing`: raw monitors to show besides the listed ones. Returns the given tracks themselves when nothing changed. */
export function followTracks(
  known: Tracks,
  reading: Pick<Reading, 'monitors' | 'since'>,
  options: { nowMs: number; keepsMissing: boolean },
): { tracks: Tracks; missing: readonly unknown[] } {
  const now = toInstant(options.nowMs);
  const next: Record<string, Tracks[string]> = {};
  const listed = new Set<string>();
  const missing: unknown[] = [];
  for (const raw of reading.monitors) {
    const key = keyOf(raw);
    if (key === null) continue;
    listed.add(key);
    const { status, message: _, ...rest } = raw as Record<string, unknown>;
    if (isWell(status) || Object.hasOwn(next, key)) continue;
    const before = Object.hasOwn(known, key) ? known[key] : undefined;
    const told = reading.since.get(key);
    let startsAt = before?.startsAt ?? told?.at ?? now;
    // It was well in between, and we did not see it.
    if (told?.isExact === true && told.at > startsAt) startsAt = told.at;
    const kept = { ...rest, status };
    const isSame =
      before?.startsAt === startsAt && before.missingSince === null && isSameRaw(before.raw, kept);
    next[key] = isSame ? before : { startsAt, missingSince: null, raw: kept };
  }
  for (const [key, track] of Object.entries(known)) {
    if (listed.has(key) || !options.keepsMissing) continue;
    const missingSince = track.missingSince ?? now;
    if (options.nowMs - toMs(missingSince) > missingMs) continue;
    next[key] = track.missingSince === null ? { ...track, missingSince } : track;
    missing.push(track.raw);
  }
  const keys = Object.keys(next);
  const isSame =
    keys.length === Object.keys(known).length && keys.every((key) => next[key] === known[key]);
  return { tracks: isSame ? known : next, missing };
}
