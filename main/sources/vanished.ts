/**
 * Items that were active and are lacking in a list that was read in parts: looked up one by one before their absence counts.
 *
 * A list in pages or by state may miss what moved between two requests, and an upstream that only hides an item (archived,
 * snoozed) has not ended it.
 */
export interface FoundItem {
  readonly raw: unknown;
  /** Its list leaves it out on purpose while this lasts, so it is followed. Otherwise it is kept for one more poll. */
  readonly isHidden: boolean;
}

interface Followed {
  readonly raw: unknown;
  readonly isHidden: boolean;
  /** The number of the poll that looked it up last. */
  readonly seenIn: number;
}

interface VanishedDeps {
  /** Null: it is over, or there is no such item any more. @throws SourceError */
  lookUp(key: string, signal: AbortSignal): Promise<FoundItem | null>;
  /** The keys that were active when the last run ended. */
  readonly active: readonly string[];
  /** Look-ups per poll of items that vanished just now, and of hidden ones again. */
  readonly mostNew?: number;
  readonly mostAgain?: number;
}

export function createVanished(deps: VanishedDeps) {
  const { mostNew = 20, mostAgain = 3 } = deps;
  let active = deps.active;
  let followed: ReadonlyMap<string, Followed> = new Map();
  let polls = 0;

  return {
    active: (): readonly string[] => active,

    /** `waiting`: how many could not be looked up yet, so that nothing is proven about them. */
    async follow(
      listed: readonly string[],
      signal: AbortSignal,
    ): Promise<{ raws: readonly unknown[]; waiting: number; active: readonly string[] }> {
      polls += 1;
      const present = new Set(listed);
      const away = active
        .filter((key) => !present.has(key))
        .map((key) => ({ key, before: followed.get(key) }))
        .toSorted((a, b) => (a.before?.seenIn ?? 0) - (b.before?.seenIn ?? 0));
      const next = new Map<string, Followed>();
      const waiting: string[] = [];
      let [fresh, again] = [0, 0];
      for (const { key, before } of away) {
        const isAgain = before?.isHidden === true;
        if (isAgain ? again >= mostAgain : fresh >= mostNew) {
          if (before === undefined) waiting.push(key);
          else next.set(key, before);
          continue;
        }
        if (isAgain) again += 1;
        else fresh += 1;
        const found = await deps.lookUp(key, signal);
        if (found === null) continue;
        // There, not hidden, and lacking a second time: it does not belong into the list any more.
        if (!found.isHidden && before !== undefined && !before.isHidden) continue;
        next.set(key, { ...found, seenIn: polls });
      }
      followed = next;
      const nowActive = [...present, ...next.keys(), ...waiting];
      const isSame =
        nowActive.length === active.length &&
        new Set([...active, ...nowActive]).size === active.length;
      if (!isSame) active = nowActive;
      return {
        raws: [...next.values()].map(({ raw }) => raw),
        waiting: waiting.length,
        active,
      };
    },
  };
}
