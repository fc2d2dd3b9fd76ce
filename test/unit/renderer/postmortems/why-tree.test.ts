import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Why } from '../../../../preload/contract/postmortems.ts';
import { treeProblems } from '../../../../main/postmortems/whys.ts';
import {
  addChild,
  addSibling,
  attach,
  begin,
  detach,
  move,
  putBack,
  remove,
  subtree,
  treeOrder,
  treeStep,
} from '../../../../renderer/features/postmortems/why-tree.ts';

const why = (id: string, parentId: string | null): Why => ({
  id,
  parentId,
  text: id,
  evidence: [],
});
/** root - a - (a1, a2); root - b */
const tree: Why[] = [
  why('root', null),
  why('a', 'root'),
  why('b', 'root'),
  why('a1', 'a'),
  why('a2', 'a'),
];
const ids = (whys: readonly Why[]): string[] => treeOrder(whys).map((line) => line.why.id);

describe('the whys tree', () => {
  test('reads from the problem down, with its depths and places', () => {
    expect(ids(tree)).toEqual(['root', 'a', 'a1', 'a2', 'b']);
    expect(treeOrder(tree).map(({ depth, place, siblings }) => [depth, place, siblings])).toEqual([
      [0, 1, 1],
      [1, 1, 2],
      [2, 1, 2],
      [2, 2, 2],
      [1, 2, 2],
    ]);
  });

  test('a new why goes below, or right beside', () => {
    expect(ids(addChild(tree, 'a', 'new').whys)).toEqual(['root', 'a', 'a1', 'a2', 'new', 'b']);
    expect(ids(addSibling(tree, 'a1', 'new').whys)).toEqual(['root', 'a', 'a1', 'new', 'a2', 'b']);
  });

  test('the problem has no sibling', () => {
    const { whys } = addSibling(tree, 'root', 'new');
    expect(whys.find(({ id }) => id === 'new')?.parentId).toBe('root');
    expect(treeProblems(whys)).toEqual([]);
  });

  test('removing takes everything below with it, and undo puts it back where it was', () => {
    const after = remove(tree, 'a');
    expect(ids(after.whys)).toEqual(['root', 'b']);
    expect(after.cursor).toBe('root');
    expect(ids(putBack(after.whys, tree, 'a')?.whys ?? [])).toEqual(ids(tree));
  });

  test('undo keeps what was written meanwhile', () => {
    const meanwhile = addChild(remove(tree, 'a').whys, 'b', 'new').whys;
    const back = putBack(meanwhile, tree, 'a')?.whys ?? [];
    expect(new Set(ids(back))).toEqual(new Set([...ids(tree), 'new']));
  });

  test('undo does nothing when what it hung below is gone', () => {
    const meanwhile = remove(remove(tree, 'a1').whys, 'a').whys;
    expect(putBack(meanwhile, tree, 'a1')).toBeNull();
  });

  test('moves among its siblings, and stays at the ends', () => {
    expect(ids(move(tree, 'b', -1).whys)).toEqual(['root', 'b', 'a', 'a1', 'a2']);
    expect(ids(move(tree, 'a', -1).whys)).toEqual(ids(tree));
    expect(ids(move(tree, 'root', 1).whys)).toEqual(ids(tree));
  });

  test('evidence is attached once, and can be taken away', () => {
    const once = attach(attach(tree, 'a', 7), 'a', 7);
    expect(once.find(({ id }) => id === 'a')?.evidence).toEqual([7]);
    expect(detach(once, 'a', 7)).toEqual(tree);
  });

  test.each([
    ['ArrowDown', 'a', 'a1'],
    ['ArrowDown', 'b', 'b'],
    ['ArrowUp', 'b', 'a2'],
    ['ArrowUp', 'root', 'root'],
    ['ArrowLeft', 'a2', 'a'],
    ['ArrowLeft', 'root', 'root'],
    ['ArrowRight', 'a', 'a1'],
    ['ArrowRight', 'a1', 'a1'],
    ['Home', 'a2', 'root'],
    ['End', 'a', 'b'],
  ] as const)('%s from %s leads to %s', (key, from, to) => {
    expect(treeStep(treeOrder(tree), from, key)).toBe(to);
  });

  test('a circle or a lost parent loses no why and does not hang', () => {
    const broken = [why('x', 'y'), why('y', 'x'), why('z', 'nowhere'), why('root', null)];
    expect(new Set(ids(broken))).toEqual(new Set(['x', 'y', 'z', 'root']));
  });

  test('a chain of 500 is walked without recursion', () => {
    const chain = Array.from({ length: 500 }, (_, index) =>
      why(`w${index}`, index === 0 ? null : `w${index - 1}`),
    );
    expect(treeOrder(chain).at(-1)?.depth).toBe(499);
    expect(subtree(chain, 'w0').size).toBe(500);
  });

  test('whatever is done to it, the core accepts it as a tree', () => {
    const act = fc.record({
      name: fc.constantFrom('child', 'sibling', 'remove', 'up', 'down', 'undo'),
      at: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        let { whys } = begin('w', 'the problem');
        let removed: { before: Why[]; id: string } | null = null;
        let count = 0;
        for (const { name, at } of acts) {
          count += 1;
          const target = whys[at % Math.max(1, whys.length)]?.id;
          if (target === undefined) {
            whys = begin(`n${count}`, 'again').whys;
            continue;
          }
          const id = `n${count}`;
          if (name === 'child') whys = addChild(whys, target, id).whys;
          if (name === 'sibling') whys = addSibling(whys, target, id).whys;
          if (name === 'up') whys = move(whys, target, -1).whys;
          if (name === 'down') whys = move(whys, target, 1).whys;
          if (name === 'remove') {
            removed = { before: whys, id: target };
            whys = remove(whys, target).whys;
          }
          if (name === 'undo' && removed !== null) {
            whys = putBack(whys, removed.before, removed.id)?.whys ?? whys;
          }
          expect(treeProblems(whys)).toEqual([]);
        }
      }),
    );
  });
});
