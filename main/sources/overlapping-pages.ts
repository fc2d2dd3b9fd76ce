/**
 * Reads a list that is cut into pages by offset while it changes.
 *
 * An item that leaves the list moves all later ones up, so that the next page begins behind some that nobody saw. Each page
 * therefore begins with the end of the one before: as long as one of those is there again, nothing was skipped.
 */

export interface OffsetPage {
  readonly items: readonly unknown[];
  /** Whether there is anything behind it. */
  readonly hasMore: boolean;
}

export interface OffsetPaging {
  readonly size: number;
  /** How far the upstream lets us look: offset and size together. */
  readonly reach: number;
  readPage(offset: number): Promise<OffsetPage>;
  /** Null: this item has no identity. */
  idOf(item: unknown): string | null;
}

export interface WholeList {
  /** Each once, in the order of the upstream. Items without identity are all kept. */
  readonly items: readonly unknown[];
  /** Why it may lack some; null: it is whole. */
  readonly incompleteReason: string | null;
}

const overlap = 10;
const mostAttempts = 3;

/** The order must put what is new at its end. */
export async function readOverlapping(paging: OffsetPaging): Promise<WholeList> {
  const { size, reach, readPage, idOf } = paging;
  let seen = new Map<string, unknown>();
  let nameless: unknown[] = [];

  /** Null: whole. */
  async function readOnce(): Promise<'moved' | 'too long' | null> {
    seen = new Map();
    nameless = [];
    let before: ReadonlySet<string> | null = null;
    for (let offset = 0; offset + size <= reach; offset += size - overlap) {
      const { items, hasMore } = await readPage(offset);
      const ids = items.flatMap((item) => idOf(item) ?? []);
      // Without an identity in either there is nothing to compare; such a list is not believed anyway.
      if (before !== null && before.size > 0 && !ids.some((id) => before?.has(id) === true)) {
        return 'moved';
      }
      for (const item of items) {
        const id = idOf(item);
        if (id !== null) seen.set(id, item);
        else if (before === null || items.indexOf(item) >= overlap) nameless.push(item);
      }
      if (!hasMore) return null;
      // A page that is shorter than it was asked for does not end the list, but the next one would begin behind a hole.
      if (items.length < size) return 'moved';
      before = new Set(ids.slice(-overlap));
    }
    return 'too long';
  }

  for (let attempt = 1; ; attempt += 1) {
    const trouble = await readOnce();
    const items = [...seen.values(), ...nameless];
    if (trouble === null) return { items, incompleteReason: null };
    if (trouble === 'too long') {
      return {
        items,
        incompleteReason: `It lists more than the ${reach.toLocaleString('en')} alarms that it lets anybody read.`,
      };
    }
    if (attempt >= mostAttempts) {
      return { items, incompleteReason: 'Its list changed faster than it could be read.' };
    }
  }
}
