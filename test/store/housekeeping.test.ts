import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startHousekeeping, type Housekeeping } from '../../main/store/housekeeping.ts';
import { openStore, type Store } from '../../main/store/open-store.ts';
import { standingClock, temporaryFolder } from '../support/store.ts';

const hour = 3_600_000;
let clock: ReturnType<typeof standingClock>;
let folder: ReturnType<typeof temporaryFolder>;
let store: Store;
let keeping: Housekeeping;
let told: number;

beforeEach(async () => {
  folder = temporaryFolder();
  clock = standingClock('2026-11-24T04:00:00.000Z');
  store = await openStore({ folder: folder.path, clock });
  told = 0;
  keeping = startHousekeeping({ store, clock, onNotice: () => told++ });
});
afterEach(async () => {
  keeping.stop();
  await store.close();
  folder.remove();
  vi.useRealTimers();
});

const backups = (): string[] => readdirSync(join(folder.path, 'backups'));
const notices = (): unknown[] => store.db.read('SELECT kind, title, text FROM notice').all({});

describe('housekeeping', () => {
  test('makes the daily backup, once', async () => {
    await keeping.look();
    await keeping.look();
    clock.move(25 * hour);
    await keeping.look();
    expect(backups()).toHaveLength(2);
  });

  test('a backup that fails is told once, and again only after one succeeded', async () => {
    writeFileSync(join(folder.path, 'backups'), 'in the way');
    await keeping.look();
    await keeping.look();
    expect(notices()).toEqual([
      {
        kind: 'problem',
        title: 'The daily backup could not be made',
        text: expect.stringContaining('cannot be written') as string,
      },
    ]);
    expect(told).toBe(1);
    rmSync(join(folder.path, 'backups'));
    await keeping.look();
    expect(backups()).toHaveLength(1);
    clock.move(25 * hour);
    rmSync(join(folder.path, 'backups'), { recursive: true });
    writeFileSync(join(folder.path, 'backups'), 'in the way again');
    await keeping.look();
    expect(notices()).toHaveLength(2);
    rmSync(join(folder.path, 'backups'));
  });

  test('old history goes once a day', async () => {
    const addOldEvent = (): void =>
      void store.db
        .write(
          `INSERT INTO event (at, kind, origin, text) VALUES ('2020-01-01T00:00:00.000Z', '', '', '')`,
        )
        .run({});
    const events = (): number => store.db.read('SELECT id FROM event').all({}).length;
    addOldEvent();
    await keeping.look();
    expect(events()).toBe(0);
    addOldEvent();
    await keeping.look();
    expect(events()).toBe(1);
    clock.move(24 * hour);
    await keeping.look();
    expect(events()).toBe(0);
  });

  test('does not compete with the start, and stops when told', async () => {
    keeping.stop();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const backupIfDue = vi.spyOn(store, 'backupIfDue').mockResolvedValue(null);
    keeping = startHousekeeping({ store, clock });
    await vi.advanceTimersByTimeAsync(59_000);
    expect(backupIfDue).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(backupIfDue).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(601_000);
    expect(backupIfDue).toHaveBeenCalledTimes(2);
    keeping.stop();
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(backupIfDue).toHaveBeenCalledTimes(2);
  });
});
