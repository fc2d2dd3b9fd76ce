/**
 * Since when each check is late or down. The list does not say it; the flips of a check do, at one request per check, of which
 * the service takes 100 a minute in all. So only few are asked at a time, and never twice for the same outage.
 */
import { z } from 'zod';
import { toInstant } from '../../clock.ts';
import { instantOf } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import type { HealthchecksApi } from './api.ts';
import { keyOf, WireCheck, type WireFlip } from './parse.ts';

const mostAtOnce = 5;
const daySeconds = 86_400;
/** The longest that the service looks back. */
const yearSeconds = 31_536_000;

const Start = z.object({
  startsAt: z.iso.datetime(),
  /** The last ping when this was found out: another one may have begun another outage. */
  pingedAt: z.string().nullable(),
  /** Its flips were read; otherwise the start is computed and may still move back. */
  isRead: z.boolean(),
});
type Start = z.infer<typeof Start>;
export const Starts = z.record(z.string(), Start);
export type Starts = Readonly<Record<string, Start>>;

/** The newest time at which it went down; null when it never did. Pure. */
export function downSince(flips: readonly WireFlip[]): string | null {
  const times = flips.filter(({ up }) => up === 0).map(({ timestamp }) => Date.parse(timestamp));
  return times.length === 0 ? null : toInstant(Math.max(...times));
}

/** From what the list says: it is down from the end of its grace time, or from the ping that reported a failure. Pure. */
export function computedStart(check: WireCheck, now: number): string {
  const nextMs = Date.parse(check.next_ping ?? '');
  const dueMs = check.status === 'grace' ? nextMs : nextMs + check.grace * 1_000;
  if (dueMs <= now) return toInstant(dueMs);
  return instantOf(check.last_ping) ?? toInstant(now);
}

const isDown = (status: string): boolean =>
  !['new', 'up', 'started', 'grace', 'paused'].includes(status);

export function createStarts(api: HealthchecksApi, now: () => number) {
  async function read(key: string, signal: AbortSignal): Promise<string | null> {
    try {
      const recent = downSince(await api.flips(key, { seconds: daySeconds }, signal));
      return recent ?? downSince(await api.flips(key, { seconds: yearSeconds }, signal));
    } catch (error) {
      // The alarm matters more than its first minute; the next poll tries again.
      if (error instanceof SourceError) return null;
      throw error;
    }
  }

  /** Returns the given starts themselves when nothing changed. */
  return async (known: Starts, items: readonly unknown[], signal: AbortSignal): Promise<Starts> => {
    const next: Record<string, Start> = {};
    let isChanged = false;
    let asked = 0;
    for (const raw of items) {
      const key = keyOf(raw);
      if (key === null || Object.hasOwn(next, key)) continue;
      const before = Object.hasOwn(known, key) ? known[key] : undefined;
      const parsed = WireCheck.safeParse(raw);
      if (!parsed.success) {
        if (before !== undefined) next[key] = before;
        continue;
      }
      const { status, last_ping: lastPing } = parsed.data;
      // A check that was down and is paused now was not mended by that.
      const isKept = status === 'paused' && before !== undefined;
      if (isKept) next[key] = before;
      if (isKept || (!isDown(status) && status !== 'grace')) continue;
      const pingedAt = lastPing ?? null;
      const isSame = before?.pingedAt === pingedAt;
      // Late before it went down: that is the same outage, and its beginning stays.
      if (isSame && (before.isRead || status === 'grace')) {
        next[key] = before;
        continue;
      }
      let startsAt = isSame ? before.startsAt : computedStart(parsed.data, now());
      let isRead = status === 'grace';
      if (isDown(status) && asked < mostAtOnce) {
        asked += 1;
        const since = await read(key, signal);
        isRead = since !== null;
        // Once told, a start moves only back: a later one would look like another outage.
        if (since !== null && (!isSame || since < startsAt)) startsAt = since;
      }
      const isLikeBefore = isSame && before.startsAt === startsAt && before.isRead === isRead;
      next[key] = isLikeBefore ? before : { startsAt, pingedAt, isRead };
      if (!isLikeBefore) isChanged = true;
    }
    const isShorter = Object.keys(next).length !== Object.keys(known).length;
    return isChanged || isShorter ? next : known;
  };
}
