/**
 * Who of a source is found under which key, for ten thousand alarms with several keys each. A key is kept as a number of 32 bits:
 * two keys may share one, so whoever is found has to be looked at anyway.
 */
import type { AlarmId } from '../../preload/contract/common.ts';

/** FNV-1a. */
export function keyNumber(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return hash | 0;
}

export class KeyIndex {
  /** Most keys name one alarm: then it stands there by itself. */
  readonly #ids = new Map<number, AlarmId | Set<AlarmId>>();

  add(number: number, id: AlarmId): void {
    const there = this.#ids.get(number);
    if (there === undefined) this.#ids.set(number, id);
    else if (typeof there !== 'number') there.add(id);
    else if (there !== id) this.#ids.set(number, new Set([there, id]));
  }

  remove(number: number, id: AlarmId): void {
    const there = this.#ids.get(number);
    if (there === id) this.#ids.delete(number);
    else if (typeof there === 'object') {
      there.delete(id);
      if (there.size === 0) this.#ids.delete(number);
    }
  }

  /** Those under the key in the order in which they came, and now and then one that is not. */
  find(number: number): Iterable<AlarmId> {
    const there = this.#ids.get(number);
    if (there === undefined) return [];
    return typeof there === 'number' ? [there] : there;
  }
}
