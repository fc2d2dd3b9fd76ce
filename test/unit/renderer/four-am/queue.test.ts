import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmGroup } from '../../../../preload/contract/alarms.ts';
import type { AlarmId, SourceId } from '../../../../preload/contract/common.ts';
import { firstOf, queuePlace } from '../../../../renderer/features/four-am/queue.ts';

const ids = (...numbers: number[]): AlarmId[] => numbers as AlarmId[];
const group = (title: string, firstIndex: number, count: number, blind?: string): AlarmGroup => ({
  key: title,
  title,
  count,
  firstIndex,
  since: null,
  worst: 'critical',
  blindSourceId: (blind ?? null) as SourceId | null,
});
const all = {
  ids: ids(1, 2, 3, 4),
  groups: [
    group('Critical', 0, 2),
    group('High', 2, 1),
    group('PagerDuty: cannot look', 3, 1, 'pager'),
  ],
};
const none = { ids: [] };
const first = 1 as AlarmId;

describe('the place among the pages', () => {
  it.each([
    [1, '1 of 2 critical'],
    [2, '2 of 2 critical'],
    [3, '1 of 1 high'],
    [4, '1 of 1 last known, PagerDuty: cannot look'],
  ])('of %s is %s', (id, text) => expect(queuePlace(all, none, id as AlarmId).text).toBe(text));

  it('of an alarm that is no page is not counted, and next leads to the first page', () => {
    expect(queuePlace(all, { ids: ids(2) }, 99 as AlarmId)).toEqual({
      text: null,
      next: 2,
      previous: 4,
    });
  });

  it('goes through what nobody has taken first', () => {
    const open = { ids: ids(1, 3) };
    expect(queuePlace(all, open, first).next).toBe(3);
    expect(queuePlace(all, open, 3 as AlarmId).next).toBe(2);
  });

  it('leads from an alarm that is taken to the worst one that is not', () => {
    expect(queuePlace(all, { ids: ids(1, 3) }, 2 as AlarmId).next).toBe(1);
  });

  it('leads nowhere from the only page', () => {
    const one = { ids: ids(1), groups: [group('Critical', 0, 1)] };
    expect(queuePlace(one, one, first)).toEqual({
      text: '1 of 1 critical',
      next: null,
      previous: null,
    });
    expect(queuePlace({ ids: [], groups: [] }, none, null).next).toBeNull();
  });

  it('reaches every page by going back, and never stays', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 50 }), { minLength: 2 }),
        fc.nat(),
        (numbers, cut) => {
          const list = { ids: ids(...numbers), groups: [] };
          const open = { ids: list.ids.slice(0, cut % numbers.length) };
          const seen = new Set<AlarmId>();
          let at = list.ids[0] ?? first;
          for (let turn = 0; turn < numbers.length; turn += 1) {
            seen.add(at);
            const { previous, next } = queuePlace(list, open, at);
            expect(next).not.toBe(at);
            at = previous ?? at;
          }
          expect(seen.size).toBe(numbers.length);
        },
      ),
    );
  });
});

it('begins with what nobody has taken, else with what is being worked on', () => {
  expect(firstOf({ ids: ids(3) }, { ids: ids(1, 3) })).toBe(3);
  expect(firstOf(none, { ids: ids(1) })).toBe(1);
  expect(firstOf(none, none)).toBeNull();
});
