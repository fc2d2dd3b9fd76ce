/**
 * The items of the last answer with what became of them: an item that says the same again is neither validated nor mapped a
 * second time, and gives the same object, so that nobody downstream compares it either.
 */
import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { ObservedAlarm } from '../alarms/alarm.ts';
import { toInstant } from '../clock.ts';
import { firstIssue, unidentified, unreadableAlarm } from './observed.ts';
import type { SourceError } from './source-error.ts';

interface Held {
  readonly raw: unknown;
  readonly context: unknown;
  /** Null for an item that is no alarm. */
  readonly alarm: ObservedAlarm | null;
}

export interface ItemReader<Item> {
  readonly schema: z.ZodType<Item>;
  /** The alarm's identity of an item that may be otherwise unreadable; null when it has none. */
  identity(raw: unknown): string | null;
  /** What it is called, of an unreadable one; null: its identity is all there is. */
  nameOf?(raw: unknown): string | null;
  /** Null: this item is no alarm. */
  toAlarm(item: Item, externalId: string): ObservedAlarm | null;
  /** What moves at every answer without meaning anything, taken off before items are compared. */
  comparable?(raw: unknown): unknown;
}

export interface TakenItems {
  readonly alarms: readonly ObservedAlarm[];
  /** Set when items without identity were among them: then the source is blind. */
  readonly blind: SourceError | null;
}

function isEqual(a: unknown, b: unknown): boolean {
  try {
    return isDeepStrictEqual(a, b);
  } catch {
    // Nested deeper than anybody can compare: one such item must not cost the others.
    return false;
  }
}

export function createHeldItems<Item>(reader: ItemReader<Item>, now: () => number) {
  let held: ReadonlyMap<string, Held> = new Map();
  let last: readonly ObservedAlarm[] = [];
  const { comparable = (raw: unknown) => raw } = reader;

  function read(raw: unknown, externalId: string): ObservedAlarm | null {
    const parsed = reader.schema.safeParse(raw);
    if (parsed.success) return reader.toAlarm(parsed.data, externalId);
    const reason = firstIssue(parsed.error);
    const before = held.get(externalId)?.alarm;
    if (before?.unreadableReason === reason) return before;
    const startsAt = before?.startsAt ?? toInstant(now());
    const name = reader.nameOf?.(raw) ?? externalId;
    return unreadableAlarm({ externalId, name, reason, startsAt });
  }

  return {
    /**
     * The first of several items with one identity counts. `context` is whatever else the mapping depends on; when it
     * differs from last time, everything is mapped anew.
     */
    take(items: readonly unknown[], context: unknown = null): TakenItems {
      const next = new Map<string, Held>();
      const alarms: ObservedAlarm[] = [];
      let nameless = 0;
      for (const item of items) {
        const externalId = reader.identity(item);
        if (externalId === null) {
          nameless += 1;
          continue;
        }
        if (next.has(externalId)) continue;
        const raw = comparable(item);
        const known = held.get(externalId);
        const one =
          known !== undefined && known.context === context && isEqual(known.raw, raw)
            ? known
            : { raw, context, alarm: read(item, externalId) };
        next.set(externalId, one);
        if (one.alarm !== null) alarms.push(one.alarm);
      }
      held = next;
      const isSame =
        alarms.length === last.length && alarms.every((alarm, index) => alarm === last[index]);
      if (!isSame) last = alarms;
      return { alarms: last, blind: unidentified(nameless) };
    },
  };
}
