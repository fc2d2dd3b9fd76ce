/** From values to alarms that do not flap. Pure. */
import { z } from 'zod';
import { Instant } from '../../../preload/contract/common.ts';

export const Level = z.enum(['warning', 'critical']);
export type Level = z.infer<typeof Level>;

export interface Thresholds {
  readonly warning: number;
  readonly critical: number;
  /** How far a value must come back before the alarm clears or eases. */
  readonly margin: number;
}

/** Which level a value has, higher being worse; one that fires already goes on until it is a margin below. */
export function levelOf(value: number, limits: Thresholds, before: Level | null): Level | null {
  const { warning, critical, margin } = limits;
  if (value >= critical - (before === 'critical' ? margin : 0)) return 'critical';
  return value >= warning - (before === null ? 0 : margin) ? 'warning' : null;
}

/** What is kept of one check between polls and restarts. */
export const Track = z.object({
  level: Level.nullable(),
  /** Since when it fires; null when it does not. */
  startsAt: Instant.nullable(),
  /** How many polls in a row said something else than `level`. */
  otherwise: z.int().nonnegative(),
  /** Since when it could not be run; null when it could. */
  failedSince: Instant.nullable(),
});
export type Track = z.infer<typeof Track>;

/**
 * The track after one more result. A change counts once it was seen `needed` times in a row; the very first result counts
 * at once, since nothing is known that it could contradict. The same object again when nothing changed.
 */
export function follow(
  track: Track | undefined,
  level: Level | null,
  needed: number,
  at: Instant,
): Track {
  if (track === undefined) {
    return { level, startsAt: level === null ? null : at, otherwise: 0, failedSince: null };
  }
  if (level === track.level) {
    return track.otherwise === 0 && track.failedSince === null
      ? track
      : { ...track, otherwise: 0, failedSince: null };
  }
  const otherwise = track.otherwise + 1;
  if (otherwise < needed) return { ...track, otherwise, failedSince: null };
  const startsAt = level === null ? null : (track.startsAt ?? at);
  return { level, startsAt, otherwise: 0, failedSince: null };
}

/** A check that could not be run says nothing about what it checks: what fired goes on. */
export function followFailure(track: Track | undefined, at: Instant): Track {
  if (track === undefined) return { level: null, startsAt: null, otherwise: 0, failedSince: at };
  return track.failedSince === null ? { ...track, failedSince: at } : track;
}
