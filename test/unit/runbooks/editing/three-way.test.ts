import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equalLines, mergeTexts } from '../../../../main/runbooks/editing/three-way.ts';

const sideOf = (merge: ReturnType<typeof mergeTexts>, side: 'mine' | 'theirs'): string =>
  merge.parts.map((part) => (part.kind === 'agreed' ? part.text : part[side])).join('');

const base = 'title\n\n1. look\n2. stop\n3. tell\n';

describe('putting two texts together', () => {
  test('changes in different places are both taken', () => {
    const mine = base.replace('look', 'look twice');
    const theirs = `${base}4. sleep\n`;
    expect(mergeTexts(base, mine, theirs).merged).toBe(
      'title\n\n1. look twice\n2. stop\n3. tell\n4. sleep\n',
    );
  });

  test('two changes of one line are a matter for a person, with both lines', () => {
    const merge = mergeTexts(
      base,
      base.replace('stop', 'drain'),
      base.replace('stop', 'roll back'),
    );
    expect(merge.merged).toBeNull();
    expect(merge.parts.filter(({ kind }) => kind === 'contested')).toEqual([
      { kind: 'contested', mine: '2. drain\n', theirs: '2. roll back\n' },
    ]);
  });

  test('the same change twice is one change', () => {
    const both = base.replace('stop', 'drain');
    expect(mergeTexts(base, both, both).merged).toBe(both);
  });

  test('what one deleted and the other changed is not deleted unasked', () => {
    const merge = mergeTexts(base, base.replace('2. stop\n', ''), base.replace('stop', 'drain'));
    expect(merge.merged).toBeNull();
    expect(sideOf(merge, 'theirs')).toContain('2. drain');
  });

  test('without a common beginning everything that differs is asked about', () => {
    const merge = mergeTexts('', 'a\nb\n', 'a\nc\n');
    expect(merge.merged).toBeNull();
    expect(sideOf(merge, 'mine')).toBe('a\nb\n');
    expect(sideOf(merge, 'theirs')).toBe('a\nc\n');
  });

  test('a text of thousands of rewritten lines is answered at once, and whole', () => {
    const lines = (word: string): string =>
      Array.from({ length: 20_000 }, (_, line) => `${word} ${line}`).join('\n');
    const merge = mergeTexts(lines('a'), lines('b'), lines('c'));
    expect(sideOf(merge, 'mine')).toBe(lines('b'));
    expect(sideOf(merge, 'theirs')).toBe(lines('c'));
  });
});

const text = fc
  .array(fc.constantFrom('a', 'b', 'c', '', '# x'), { maxLength: 12 })
  .chain((lines) => fc.constantFrom(lines.join('\n'), `${lines.join('\n')}\n`));

describe('for any three texts', () => {
  test('no word of either side is lost', () => {
    fc.assert(
      fc.property(text, text, text, (base, mine, theirs) => {
        const merge = mergeTexts(base, mine, theirs);
        // oxlint-disable-next-line vitest/no-conditional-in-test
        if (merge.merged !== null) return;
        const lines = (of: string): string[] => of.split('\n').filter((line) => line !== '');
        const kept = sideOf(merge, 'mine') + sideOf(merge, 'theirs');
        for (const line of [...lines(mine), ...lines(theirs)]) {
          expect(lines(base).includes(line) || kept.includes(line)).toBe(true);
        }
      }),
    );
  });

  test('only one side changed means that side is the answer', () => {
    fc.assert(
      fc.property(text, text, (base, mine) => {
        expect(mergeTexts(base, mine, base).merged).toBe(mine);
        expect(mergeTexts(base, base, mine).merged).toBe(mine);
        expect(mergeTexts(base, mine, mine).merged).toBe(mine);
      }),
    );
  });

  test('it does not matter whose text is called mine', () => {
    fc.assert(
      fc.property(text, text, text, (base, mine, theirs) => {
        expect(mergeTexts(base, mine, theirs).merged).toBe(mergeTexts(base, theirs, mine).merged);
      }),
    );
  });

  test('equal lines are equal, and rise in both', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const [a, b] = [one.split('\n'), other.split('\n')];
        let last = [-1, -1];
        for (const [x, y] of equalLines(a, b)) {
          expect(a[x]).toBe(b[y]);
          expect(x > (last[0] ?? 0) && y > (last[1] ?? 0)).toBe(true);
          last = [x, y];
        }
      }),
    );
  });

  test('as many equal lines are found as there are', () => {
    const longest = (a: string[], b: string[]): number => {
      const rows = Array.from({ length: a.length + 1 }, () =>
        Array.from({ length: b.length + 1 }, () => 0),
      );
      for (let x = a.length - 1; x >= 0; x--) {
        for (let y = b.length - 1; y >= 0; y--) {
          const [row = [], below = []] = [rows[x], rows[x + 1]];
          row[y] =
            a[x] === b[y] ? (below[y + 1] ?? 0) + 1 : Math.max(below[y] ?? 0, row[y + 1] ?? 0);
        }
      }
      return rows[0]?.[0] ?? 0;
    };
    fc.assert(
      fc.property(text, text, (one, other) => {
        const [a, b] = [one.split('\n'), other.split('\n')];
        expect(equalLines(a, b)).toHaveLength(longest(a, b));
      }),
    );
  });
});
