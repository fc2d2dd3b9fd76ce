/** The same numbers for the same seed (mulberry32), so that a week that failed can be lived again. */
export interface Random {
  /** 0 to 1. */
  next(): number;
  /** Whether it happens, with this chance. */
  chance(of: number): boolean;
  between(least: number, most: number): number;
  pick<One>(from: readonly One[]): One;
}

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    chance: (of) => next() < of,
    between: (least, most) => Math.floor(least + next() * (most - least + 1)),
    pick: (from) => from[Math.floor(next() * from.length)]!,
  };
}
