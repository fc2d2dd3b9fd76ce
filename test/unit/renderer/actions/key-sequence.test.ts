import { describe, expect, it } from 'vitest';
import {
  createKeySequence,
  sequenceMs,
  type KeyPress,
} from '../../../../renderer/app/actions/key-sequence.ts';

const plain = { ctrlKey: false, altKey: false, metaKey: false };

/** Handlers that remember the press before, as tinykeys does. */
function desk() {
  let at = 0;
  const ran: string[] = [];
  const keys = createKeySequence<KeyPress>(
    (bound) => {
      let before = '';
      return ({ key }) => {
        for (const one of [`${before} ${key}`, key]) {
          if (bound.includes(one)) ran.push(one);
        }
        before = key;
      };
    },
    () => at,
  );
  return {
    ran,
    change: keys.change,
    press: (key: string, more: Partial<KeyPress> = {}) => keys.press({ key, ...plain, ...more }),
    wait: (ms: number) => {
      at += ms;
    },
  };
}

describe('a sequence of keys', () => {
  it('is not lost when the keys change half way', () => {
    const { change, press, ran } = desk();
    change(['g z', 'a']);
    press('g');
    change(['g z', 'a', 'b']);
    change(['g z', 'c']);
    press('z');
    expect(ran).toEqual(['g z']);
  });

  it('gives way to the new keys after its end', () => {
    const { change, press, ran } = desk();
    change(['g z', 'a']);
    press('g');
    change(['c']);
    press('z');
    press('a');
    press('c');
    expect(ran).toEqual(['g z', 'c']);
  });

  it('that is never ended holds no key back for longer than it lasts', () => {
    const { change, press, ran, wait } = desk();
    change(['g z']);
    press('g');
    change(['c']);
    wait(sequenceMs);
    press('c');
    expect(ran).toEqual(['c']);
  });

  it('does not begin with a modifier, and other keys change at once', () => {
    const { change, press, ran } = desk();
    change(['g z', 'a']);
    press('g', { ctrlKey: true });
    change(['c']);
    press('c');
    press('a');
    expect(ran).toEqual(['c']);
  });
});
