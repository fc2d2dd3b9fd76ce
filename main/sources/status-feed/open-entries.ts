/**
 * Which entries are open, from what was open and what the feed lists now. Pure.
 *
 * A feed lists what is new, not what is wrong: an entry that is gone was pushed out by others. So one that was open stays open
 * until the feed says that it is over, a person does, or the time runs out that a person set.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { Instant } from '../../../preload/contract/common.ts';
import { toInstant, toMs } from '../../clock.ts';
import type { FeedEntry } from './parse.ts';
import { newsOf, plainTitle, standingOf } from './news.ts';

const OpenEntry = z.object({
  title: z.string(),
  news: z.string(),
  link: z.string().nullable(),
  standing: z.enum(['open', 'watched', 'maintenance']),
  since: Instant,
  /** When the feed last said something about it. */
  saidAt: Instant,
  isListed: z.boolean(),
  unreadableReason: z.string().nullable(),
});
export type OpenEntry = z.infer<typeof OpenEntry>;

/** By the identity of the alarm. Every part by itself: one that cannot be read costs no other. */
export const FeedMemory = z.object({
  open: z.record(z.string(), OpenEntry).catch({}),
  /** What a person took off the desk, and what had been said by then. */
  dismissed: z.record(z.string(), Instant).catch({}),
});
export type FeedMemory = z.infer<typeof FeedMemory>;

export interface FeedRules {
  readonly identity: 'entry' | 'link' | 'title';
  readonly mentions: readonly string[];
  readonly newestMs: number;
  /** 0: never. */
  readonly forgetAfterMs: number;
}

const longestKey = 300;
/** For a feed that lists an entry again after it had left it out. */
const dismissedForMs = 30 * 86_400_000;
const longestText = 2_000;

/** The identity of the alarm; null when nothing names it. */
export function identityOf(entry: FeedEntry, identity: FeedRules['identity']): string | null {
  const link = entry.link?.replace(/#.*$/s, '') ?? null;
  const names = {
    entry: entry.id ?? entry.link,
    link,
    title: plainTitle(entry.title).toLowerCase() || null,
  };
  const name = names[identity];
  if (name === null) return null;
  const key =
    name.length <= longestKey
      ? name.toWellFormed()
      : `sha256:${createHash('sha256').update(name).digest('hex')}`;
  return `status-feed:1:${key}`;
}

/** The newest of all entries per incident; of those with one time, the first. */
function newestPerKey(
  entries: readonly FeedEntry[],
  identity: FeedRules['identity'],
): { newest: ReadonlyMap<string, FeedEntry>; nameless: number } {
  const newest = new Map<string, FeedEntry>();
  let nameless = 0;
  for (const entry of entries) {
    const key = identityOf(entry, identity);
    if (key === null) {
      nameless += 1;
      continue;
    }
    const other = newest.get(key);
    if (other === undefined || (entry.updatedAt ?? '') > (other.updatedAt ?? '')) {
      newest.set(key, entry);
    }
  }
  return { newest, nameless };
}

function isMentioned({ title, body }: FeedEntry, mentions: readonly string[]): boolean {
  if (mentions.length === 0) return true;
  const text = `${title}\n${newsOf(body)}`.toLowerCase();
  return mentions.some((word) => text.includes(word.toLowerCase()));
}

const wordsIn = (entry: FeedEntry): Pick<OpenEntry, 'title' | 'news' | 'link'> => ({
  title: plainTitle(entry.title).slice(0, longestText).toWellFormed(),
  news: newsOf(entry.body).slice(0, longestText).toWellFormed(),
  link: entry.link,
});

/** What becomes of one incident; null: it is not open. */
function follow(
  entry: FeedEntry,
  before: OpenEntry | undefined,
  dismissedAt: string | undefined,
  rules: FeedRules,
  nowMs: number,
): OpenEntry | null {
  const standing = standingOf(entry);
  if (standing === 'over') return null;
  const saidAt = entry.updatedAt ?? before?.saidAt ?? toInstant(nowMs);
  if (
    dismissedAt !== undefined &&
    (entry.updatedAt === null || toMs(dismissedAt) >= toMs(saidAt))
  ) {
    return null;
  }
  if (before === undefined) {
    if (standing === 'planned' || !isMentioned(entry, rules.mentions)) return null;
    if (entry.updatedAt !== null && nowMs - toMs(saidAt) > rules.newestMs) return null;
  }
  const since = before?.since ?? entry.publishedAt ?? saidAt;
  return {
    ...wordsIn(entry),
    standing: standing === 'planned' ? (before?.standing ?? 'open') : standing,
    // One that was written ahead of its time begins no later than now.
    since: toMs(since) > nowMs ? toInstant(nowMs) : since,
    saidAt,
    isListed: true,
    unreadableReason: entry.updatedAt === null ? 'its time cannot be read' : null,
  };
}

export function followEntries(
  memory: FeedMemory,
  entries: readonly FeedEntry[],
  rules: FeedRules,
  nowMs: number,
): FeedMemory & { readonly nameless: number } {
  const { newest, nameless } = newestPerKey(entries, rules.identity);
  const open: Record<string, OpenEntry> = {};
  const dismissed = Object.fromEntries(
    Object.entries(memory.dismissed).filter(([, at]) => nowMs - toMs(at) < dismissedForMs),
  );
  const own = <Value>(from: Readonly<Record<string, Value>>, key: string): Value | undefined =>
    Object.hasOwn(from, key) ? from[key] : undefined;
  const isForgotten = ({ saidAt }: OpenEntry): boolean =>
    rules.forgetAfterMs > 0 && nowMs - toMs(saidAt) > rules.forgetAfterMs;
  for (const [key, before] of Object.entries(memory.open)) {
    if (newest.has(key) || isForgotten(before)) continue;
    open[key] = before.isListed ? { ...before, isListed: false } : before;
  }
  for (const [key, entry] of newest) {
    const now = follow(entry, own(memory.open, key), own(dismissed, key), rules, nowMs);
    if (now !== null && !isForgotten(now)) open[key] = now;
  }
  return { open, dismissed, nameless };
}

/** What began and ended between two instants, as far as the feed still lists it and tells both times. */
export function passedEntries(
  entries: readonly FeedEntry[],
  rules: FeedRules,
  span: { readonly fromMs: number; readonly untilMs: number },
): readonly { readonly externalId: string; readonly entry: OpenEntry; readonly endedAt: string }[] {
  const { newest } = newestPerKey(entries, rules.identity);
  return [...newest].flatMap(([externalId, entry]) => {
    const { publishedAt: since, updatedAt: saidAt } = entry;
    if (since === null || saidAt === null || since >= saidAt) return [];
    if (standingOf(entry) !== 'over' || !isMentioned(entry, rules.mentions)) return [];
    if (toMs(since) < span.fromMs || toMs(saidAt) > span.untilMs) return [];
    const asItWas = { ...wordsIn(entry), standing: 'open', since, saidAt, isListed: true } as const;
    return [{ externalId, entry: { ...asItWas, unreadableReason: null }, endedAt: saidAt }];
  });
}
