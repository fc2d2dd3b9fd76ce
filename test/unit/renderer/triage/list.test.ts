/** The list of triage: its lines, its order under change, the cursor and the marks. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmGroup } from '../../../../preload/contract/alarms.ts';
import type { AlarmId, SourceId } from '../../../../preload/contract/common.ts';
import type { BlindSource } from '../../../../preload/contract/desk.ts';
import { buildLines, countChanges } from '../../../../renderer/features/triage/list-lines.ts';
import {
  markRange,
  moveCursor,
  placeCursor,
  targetsOf,
  toggleMark,
} from '../../../../renderer/features/triage/selection.ts';

const idsOf = (...ids: number[]): AlarmId[] => ids as AlarmId[];
const one = (id: number): AlarmId => id as AlarmId;
const group = (
  title: string,
  firstIndex: number,
  count: number,
  blind: string | null = null,
): AlarmGroup => ({
  key: title,
  title,
  count,
  firstIndex,
  since: null,
  worst: 'high',
  blindSourceId: blind as SourceId | null,
});
const blindSource = (id: string): BlindSource => ({
  sourceId: id as SourceId,
  name: id,
  freshness: 'unreachable',
  since: '2026-11-24T04:00:00.000Z',
  reason: 'refused',
  next: 'Look at it.',
});

describe('the lines of the list', () => {
  it('put a heading before each group, and know where each alarm stands', () => {
    const { lines, lineOf } = buildLines(
      { ids: idsOf(7, 8, 9), groups: [group('checkout', 0, 2), group('pager', 2, 1, 'pager')] },
      [],
    );
    expect(lines.map((line) => (line.kind === 'alarm' ? line.id : line.kind))).toEqual([
      'heading',
      7,
      8,
      'heading',
      9,
    ]);
    expect(lineOf).toEqual([1, 2, 4]);
    expect(lines[4]).toMatchObject({ isBlind: true });
  });

  it('have no heading when nothing is grouped', () => {
    const { lines } = buildLines({ ids: idsOf(1), groups: [group('', 0, 1)] }, []);
    expect(lines).toHaveLength(1);
  });

  it('name a blind source even when no alarm of it is known', () => {
    const { lines } = buildLines({ ids: idsOf(1), groups: [group('a', 0, 1, 'pager')] }, [
      blindSource('pager'),
      blindSource('other'),
    ]);
    expect(lines.at(-1)).toMatchObject({ kind: 'blind', source: { sourceId: 'other' } });
    expect(lines.filter(({ kind }) => kind === 'blind')).toHaveLength(1);
  });
});

describe('changes that wait', () => {
  it.each([
    ['nothing', [1, 2, 3], [1, 2, 3], 0],
    ['one that came', [1, 2], [3, 1, 2], 1],
    ['one that went', [1, 2, 3], [1, 3], 1],
    ['two that changed places', [1, 2, 3], [2, 1, 3], 2],
    ['everything', [1, 2], [3, 4], 4],
  ])('count %s', (_name, shown, known, count) => {
    expect(countChanges(idsOf(...shown), idsOf(...known))).toBe(count);
  });

  it('count none only when the order is the same', () => {
    const some = fc.uniqueArray(fc.nat(12), { maxLength: 8 });
    fc.assert(
      fc.property(some, some, (shown, known) => {
        const isSame = JSON.stringify(shown) === JSON.stringify(known);
        expect(countChanges(idsOf(...shown), idsOf(...known)) === 0).toBe(isSame);
      }),
    );
  });
});

describe('the cursor', () => {
  const ids = idsOf(10, 20, 30);

  it('begins at the worst alarm', () => {
    expect(placeCursor(null, [], ids)).toBe(10);
    expect(placeCursor(null, [], [])).toBeNull();
  });

  it('stays on its alarm wherever that goes', () => {
    expect(placeCursor(one(20), ids, idsOf(5, 20, 10))).toBe(20);
  });

  it('goes to what stands in its place when another filter leaves its alarm out', () => {
    expect(placeCursor(one(20), ids, idsOf(10, 30))).toBe(30);
    expect(placeCursor(one(30), ids, idsOf(10))).toBe(10);
    expect(placeCursor(one(30), ids, [])).toBeNull();
  });

  it('keeps an alarm that a link led to, although the list lacks it', () => {
    expect(placeCursor(one(99), [], ids)).toBe(99);
  });

  it('moves one by one and stops at both ends', () => {
    expect(moveCursor(ids, one(10), 1, 0)).toBe(20);
    expect(moveCursor(ids, one(10), -1, 0)).toBe(10);
    expect(moveCursor(ids, one(30), 1, 2)).toBe(30);
    expect(moveCursor(ids, one(10), 100, 0)).toBe(30);
    expect(moveCursor([], null, 1, 0)).toBeNull();
  });

  it('goes on from where its alarm stood when that has cleared', () => {
    expect(moveCursor(idsOf(10, 30), one(20), 1, 1)).toBe(30);
    expect(moveCursor(idsOf(10, 30), one(20), -1, 1)).toBe(10);
  });
});

describe('marks', () => {
  const ids = idsOf(1, 2, 3, 4);

  it('are set and taken away one by one', () => {
    const marked = toggleMark(new Set(), one(2));
    expect([...marked]).toEqual([2]);
    expect(toggleMark(marked, one(2)).size).toBe(0);
  });

  it('reach from one alarm to another, in either direction', () => {
    expect([...markRange(ids, new Set(), one(3), one(2))]).toEqual([2, 3]);
    expect([...markRange(ids, new Set(idsOf(4)), one(1), one(9))]).toEqual([4]);
  });

  it('decide what an action acts on; without them it is the alarm under the cursor', () => {
    expect(targetsOf(ids, one(1), new Set(idsOf(4, 2, 9)))).toEqual([2, 4]);
    expect(targetsOf(ids, one(1), new Set())).toEqual([1]);
    expect(targetsOf(ids, null, new Set())).toEqual([]);
  });
});
