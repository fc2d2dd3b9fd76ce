/** How many slips make one word of another: a letter too many, too few, another, or two exchanged. Pure. */

export interface DistanceOptions {
  /** Beyond it the exact number does not matter: the answer is then one more. */
  readonly most: number;
  /** The word is only the beginning: what follows in the other costs nothing. */
  readonly isPrefix: boolean;
}

const longest = 64;
let before = new Uint8Array(longest + 2);
let previous = new Uint8Array(longest + 2);
let current = new Uint8Array(longest + 2);

export function editDistance(word: string, other: string, options: DistanceOptions): number {
  const { most, isPrefix } = options;
  const tooMany = most + 1;
  const rows = word.length;
  // Letters beyond this cannot be reached with so few slips.
  const columns = Math.min(other.length, rows + most, longest);
  if (rows > longest || other.length < rows - most) return tooMany;
  if (!isPrefix && other.length > rows + most) return tooMany;
  for (let column = 0; column <= columns; column++) previous[column] = column;
  let best = tooMany;
  for (let row = 1; row <= rows; row++) {
    current[0] = row;
    let least = row;
    for (let column = 1; column <= columns; column++) {
      const isEqual = word.charCodeAt(row - 1) === other.charCodeAt(column - 1);
      let cost = (previous[column - 1] ?? 0) + (isEqual ? 0 : 1);
      cost = Math.min(cost, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1);
      const isExchanged =
        row > 1 &&
        column > 1 &&
        word.charCodeAt(row - 1) === other.charCodeAt(column - 2) &&
        word.charCodeAt(row - 2) === other.charCodeAt(column - 1);
      if (isExchanged) cost = Math.min(cost, (before[column - 2] ?? 0) + 1);
      current[column] = cost;
      least = Math.min(least, cost);
    }
    if (least > most) return tooMany;
    [before, previous, current] = [previous, current, before];
  }
  if (!isPrefix) return Math.min(previous[other.length] ?? tooMany, tooMany);
  for (let column = 0; column <= columns; column++) best = Math.min(best, previous[column] ?? best);
  return best;
}
