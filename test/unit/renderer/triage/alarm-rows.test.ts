import { describe, expect, it } from 'vitest';
import type { AlarmRow } from '../../../../preload/contract/alarms.ts';
import type { AlarmId } from '../../../../preload/contract/common.ts';
import { AlarmRows } from '../../../../renderer/features/triage/alarm-rows.ts';

const idsOf = (...ids: number[]): AlarmId[] => ids as AlarmId[];
const rowOf = (id: AlarmId, title: string): AlarmRow => ({ id, title }) as AlarmRow;

/** A core whose answers are given by hand. */
function openCore() {
  const asked: { ids: AlarmId[]; answer(rows: AlarmRow[]): void; fail(): void }[] = [];
  const later: (() => void)[] = [];
  const rows = new AlarmRows(
    (ids) =>
      new Promise((resolve, reject) => {
        asked.push({ ids, answer: resolve, fail: () => reject(new Error('lost')) });
      }),
    (work) => later.push(work),
  );
  return { rows, asked, later };
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('rows in sight', () => {
  it('are asked for once, and only those that are missing', async () => {
    const { rows, asked } = openCore();
    rows.put([rowOf(1 as AlarmId, 'known')]);
    rows.want(idsOf(1, 2, 3));
    rows.want(idsOf(1, 2, 3));
    expect(asked.map(({ ids }) => ids)).toEqual([[2, 3]]);
    asked[0]!.answer(idsOf(2, 3).map((id) => rowOf(id, 'new')));
    await settle();
    expect(rows.get(2 as AlarmId)?.title).toBe('new');
    expect(asked).toHaveLength(1);
  });

  it('stay drawn while their news is fetched', async () => {
    const { rows, asked } = openCore();
    rows.put([rowOf(1 as AlarmId, 'old')]);
    rows.want(idsOf(1));
    rows.changed([1]);
    expect(rows.get(1 as AlarmId)?.title).toBe('old');
    asked[0]!.answer([rowOf(1 as AlarmId, 'new')]);
    await settle();
    expect(rows.get(1 as AlarmId)?.title).toBe('new');
  });

  it('are asked for again when they change while they are being fetched', async () => {
    const { rows, asked } = openCore();
    rows.want(idsOf(1));
    rows.changed([1]);
    expect(asked).toHaveLength(1);
    asked[0]!.answer([rowOf(1 as AlarmId, 'first')]);
    await settle();
    rows.changed([1]);
    expect(asked.length).toBeGreaterThan(1);
    asked.at(-1)!.answer([rowOf(1 as AlarmId, 'second')]);
    await settle();
    expect(rows.get(1 as AlarmId)?.title).toBe('second');
  });

  it('are forgotten out of sight, so that nothing old is ever shown', () => {
    const { rows, asked } = openCore();
    rows.put([rowOf(1 as AlarmId, 'old'), rowOf(2 as AlarmId, 'old')]);
    rows.want(idsOf(1));
    rows.changed(null);
    expect(rows.get(2 as AlarmId)).toBeUndefined();
    expect(asked.map(({ ids }) => ids)).toEqual([[1]]);
  });

  it('are asked for again, later, when the core was lost', async () => {
    const { rows, asked, later } = openCore();
    rows.want(idsOf(1));
    asked[0]!.fail();
    await settle();
    expect(asked).toHaveLength(1);
    later[0]!();
    expect(asked).toHaveLength(2);
  });

  it('are not asked for without end when they do not exist', async () => {
    const { rows, asked } = openCore();
    rows.want(idsOf(1));
    asked[0]!.answer([]);
    await settle();
    rows.want(idsOf(1));
    expect(asked).toHaveLength(1);
  });

  it('are asked for in parts that the contract allows', async () => {
    const { rows, asked } = openCore();
    const many = Array.from({ length: 700 }, (_, index) => (index + 1) as AlarmId);
    rows.want(many);
    asked[0]!.answer(asked[0]!.ids.map((id) => rowOf(id, 'x')));
    await settle();
    expect(asked.every(({ ids }) => ids.length <= 300)).toBe(true);
  });
});
