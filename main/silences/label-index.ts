/**
 * Finds what matchers may select among thousands of labelled things without looking at each: 10,000 alarms under 200
 * silences are two million comparisons, of which few can be true. Pure.
 */
import type { Matcher } from '../../preload/contract/alarms.ts';
import { patternOf } from '../sources/matchers.ts';

interface Labelled {
  readonly labels: Readonly<Record<string, string>>;
}

/** What every text begins with that this pattern matches whole; comparing it costs less than the pattern. */
export function literalPrefix(pattern: string): string {
  // Another branch may begin otherwise, and a group may change what letters mean.
  if (pattern.includes('|') || pattern.includes('(?')) return '';
  const plain = /^[\w/:@ -]*/.exec(pattern)?.[0] ?? '';
  const next = pattern.charAt(plain.length);
  // `ab?` and `ab*` need no b.
  return next === '' || !'?*{+'.includes(next) ? plain : plain.slice(0, -1);
}

export class LabelIndex<Item extends Labelled> {
  readonly #items: readonly Item[];
  /** Label name to value to those that have it; made when a matcher first names the label. */
  readonly #names = new Map<string, ReadonlyMap<string, readonly Item[]>>();

  constructor(items: readonly Item[]) {
    this.#items = items;
  }

  /** All that these matchers select are among them. Only for matchers that mean what `matchesAll` makes of them. */
  candidates(matchers: readonly Matcher[]): readonly Item[] {
    if (matchers.length === 0) return [];
    let fewest: readonly Item[] | null = null;
    for (const { name, value, isEqual, isRegex } of matchers) {
      // An absent label is an empty text, and the index knows only labels that are there.
      if (!isEqual || isRegex || value === '') continue;
      const found = this.#valuesOf(name).get(value) ?? [];
      if (fewest === null || found.length < fewest.length) fewest = found;
    }
    return fewest ?? this.#byPattern(matchers) ?? this.#items;
  }

  /** Asks a pattern once for each value. Null: no pattern says that a label must be there. */
  #byPattern(matchers: readonly Matcher[]): readonly Item[] | null {
    for (const { name, value, isEqual, isRegex } of matchers) {
      if (!isEqual || !isRegex) continue;
      const pattern = patternOf(value);
      if (pattern === null) return [];
      if (pattern('')) continue;
      const prefix = literalPrefix(value);
      const found: Item[] = [];
      for (const [text, items] of this.#valuesOf(name)) {
        if (!text.startsWith(prefix) || !pattern(text)) continue;
        for (const item of items) found.push(item);
      }
      return found;
    }
    return null;
  }

  #valuesOf(name: string): ReadonlyMap<string, readonly Item[]> {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const values = new Map<string, Item[]>();
    for (const item of this.#items) {
      if (!Object.hasOwn(item.labels, name)) continue;
      const value = item.labels[name] ?? '';
      const same = values.get(value);
      if (same === undefined) values.set(value, [item]);
      else same.push(item);
    }
    this.#names.set(name, values);
    return values;
  }
}
