/**
 * The keys that mean something change while somebody types: a screen opens, a row is chosen. A sequence such as `g z` that is
 * half way then goes on with the keys that it began with; the new ones count from the next press on.
 */
export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

/** As long as tinykeys waits for the next press of a sequence. */
export const sequenceMs = 1_000;

const isPlain = (press: KeyPress): boolean => !press.ctrlKey && !press.altKey && !press.metaKey;

/** `bind` makes a handler of keys; what it was given may still run after the keys were changed. */
export function createKeySequence<Press extends KeyPress>(
  bind: (keys: readonly string[]) => (press: Press) => void,
  now: () => number,
) {
  let handle: (press: Press) => void = () => {};
  let firsts = new Set<string>();
  let waiting: readonly string[] | null = null;
  let beganAt: number | null = null;

  const isHalfWay = (): boolean => beganAt !== null && now() - beganAt < sequenceMs;
  const take = (keys: readonly string[]): void => {
    handle = bind(keys);
    firsts = new Set(
      keys.filter((key) => key.includes(' ')).map((key) => key.split(' ')[0] ?? key),
    );
    waiting = null;
    beganAt = null;
  };
  return {
    change(keys: readonly string[]): void {
      if (isHalfWay()) waiting = keys;
      else take(keys);
    },
    press(press: Press): void {
      const wasHalfWay = isHalfWay();
      if (waiting !== null && !wasHalfWay) take(waiting);
      beganAt = !wasHalfWay && isPlain(press) && firsts.has(press.key) ? now() : null;
      handle(press);
    },
  };
}
