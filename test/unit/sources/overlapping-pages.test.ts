import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readOverlapping } from '../../../main/sources/overlapping-pages.ts';

const idOf = (item: unknown): string | null => (typeof item === 'number' ? `${item}` : null);

/** `before(page)` happens right before a page is read. */
function listOf(start: readonly unknown[], before: (list: unknown[], call: number) => void) {
  const list = [...start];
  let calls = 0;
  return {
    list,
    calls: () => calls,
    paging: {
      size: 20,
      reach: 1_000,
      idOf,
      async readPage(offset: number) {
        calls += 1;
        before(list, calls);
        return { items: list.slice(offset, offset + 20), hasMore: list.length > offset + 20 };
      },
    },
  };
}
const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('a list in pages that changes while it is read', () => {
  test.each([0, 1, 19, 20, 21, 30, 31, 200])('%i items that stay are all read once', async (n) => {
    const { paging } = listOf(numbers(n), () => {});
    expect(await readOverlapping(paging)).toEqual({ items: numbers(n), incompleteReason: null });
  });

  test('items that leave in front skip nobody', async () => {
    const { paging } = listOf(numbers(60), (list, call) => {
      if (call > 1 && call < 4) list.splice(0, 4);
    });
    const { items, incompleteReason } = await readOverlapping(paging);
    expect(incompleteReason).toBeNull();
    expect(items).toEqual(numbers(60));
  });

  test('when more leave than pages overlap, it is read anew', async () => {
    const one = listOf(numbers(60), (list, call) => {
      if (call === 2) list.splice(0, 15);
    });
    const { items, incompleteReason } = await readOverlapping(one.paging);
    expect(incompleteReason).toBeNull();
    expect(items).toEqual(one.list);
    expect(one.calls()).toBeGreaterThan(4);
  });

  test('a list that never stands still is not called whole', async () => {
    const { paging } = listOf(numbers(900), (list, call) => {
      if (call % 2 === 0) list.splice(0, 15);
    });
    expect((await readOverlapping(paging)).incompleteReason).toContain('faster');
  });

  test('a list that is longer than the upstream lets us look is not called whole', async () => {
    const { paging } = listOf(numbers(1_200), () => {});
    const { items, incompleteReason } = await readOverlapping(paging);
    expect(incompleteReason).toContain('1,000');
    expect(items.length).toBeGreaterThan(900);
  });

  test('an empty page that promises more ends the reading, and is not called whole', async () => {
    const empty = {
      size: 20,
      reach: 1_000,
      idOf,
      readPage: async () => ({ items: [], hasMore: true }),
    };
    expect((await readOverlapping(empty)).incompleteReason).not.toBeNull();
  });

  test('items without identity are kept, each once', async () => {
    const list = numbers(50).map((n) => (n === 15 || n === 40 ? { broken: n } : n));
    const { paging } = listOf(list, () => {});
    const { items } = await readOverlapping(paging);
    expect(items).toHaveLength(50);
    expect(items).toContainEqual({ broken: 15 });
    expect(items).toContainEqual({ broken: 40 });
  });

  test('what was there from begin to end is in every list that is called whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 120 }),
        fc.array(fc.record({ at: fc.nat(119), leave: fc.nat(14), come: fc.nat(5) }), {
          maxLength: 30,
        }),
        async (count, steps) => {
          const original = numbers(count);
          let next = count;
          const one = listOf(original, (list, call) => {
            const step = steps[call];
            if (step === undefined) return;
            list.splice(step.at, step.leave);
            for (let added = 0; added < step.come; added += 1) list.push((next += 1));
          });
          const { items, incompleteReason } = await readOverlapping(one.paging);
          if (incompleteReason !== null) return;
          const stayed = original.filter((item) => one.list.includes(item));
          expect(items).toEqual(expect.arrayContaining(stayed));
          expect(new Set(items).size).toBe(items.length);
        },
      ),
    );
  });
});
