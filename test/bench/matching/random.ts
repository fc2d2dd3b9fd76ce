/** Numbers that look random and are the same for the same seed, so that a bad day of the matcher can be repeated. */
export interface Random {
  /** From 0 up to, not including, 1. */
  next(): number;
  chance(share: number): boolean;
  below(limit: number): number;
  one<Item>(list: readonly Item[]): Item;
  some<Item>(list: readonly Item[], count: number): Item[];
}

export function createRandom(seed: number): Random {
  let state = (seed + 1) * 2_654_435_761;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  // The first numbers of neighbouring seeds resemble each other.
  for (let round = 0; round < 8; round += 1) next();
  const below = (limit: number): number => Math.floor(next() * limit);
  const one = <Item>(list: readonly Item[]): Item => list[below(list.length)]!;
  return {
    next,
    chance: (share) => next() < share,
    below,
    one,
    some(list, count) {
      const rest = [...list];
      return Array.from({ length: Math.min(count, rest.length) }, () => {
        const [item] = rest.splice(below(rest.length), 1);
        return item!;
      });
    },
  };
}
