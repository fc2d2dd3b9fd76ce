import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../../main/store/open-store.ts';
import { standingClock, temporaryFolder } from '../support/store.ts';

const hour = 3_600_000;
let clock: ReturnType<typeof standingClock>;
let folder: ReturnType<typeof temporaryFolder>;
let store: Store;

beforeEach(async () => {
  folder = temporaryFolder();
  clock = standingClock('2026-11-24T04:00:00.000Z');
  store = await openStore({ folder: folder.path, clock });
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

const backups = (): string[] => readdirSync(join(folder.path, 'backups')).sort();

describe('backups', () => {
  test('one a day, and not more often', async () => {
    expect(store.lastBackupAt()).toBeNull();
    expect(await store.backupIfDue(clock.now())).toContain('20261124T040000000Z-daily.db');
    clock.move(23 * hour);
    expect(await store.backupIfDue(clock.now())).toBeNull();
    clock.move(hour);
    expect(await store.backupIfDue(clock.now())).not.toBeNull();
    expect(backups()).toHaveLength(2);
    expect(store.lastBackupAt()).toBe(clock.now());
  });

  test('ticks that come together make one backup', async () => {
    await Promise.all([1, 2, 3].map(() => store.backupIfDue(clock.now())));
    expect(backups()).toHaveLength(1);
  });

  test('a backup holds what is still in the write-ahead log, in one file of its own', async () => {
    store.db.write(`INSERT INTO source (id, kind, name) VALUES ('s', 'k', 'n')`).run({});
    const file = await store.backup();
    expect(backups()).toHaveLength(1);
    const mode = process.platform === 'win32' ? 0o600 : statSync(file).mode & 0o777;
    expect(mode).toBe(0o600);
    const copy = new Sqlite(file, { readonly: true });
    expect(copy.prepare('SELECT id FROM source').all()).toEqual([{ id: 's' }]);
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
    copy.close();
  });

  test('writing goes on while a backup is made, and the backup is whole', async () => {
    const backup = store.backup();
    const state = { isDone: false };
    void backup.finally(() => (state.isDone = true));
    let written = 0;
    while (!state.isDone) {
      store.db
        .write(`INSERT INTO notice (at, kind, title, text) VALUES ('', 'hint', 't', @text)`)
        .run({ text: 'x'.repeat(5_000) });
      written++;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(written).toBeGreaterThan(0);
    const copy = new Sqlite(await backup, { readonly: true });
    expect(copy.pragma('integrity_check', { simple: true })).toBe('ok');
    copy.close();
  });

  test('many days leave a handful of backups, the newest among them', async () => {
    for (let day = 0; day < 60; day++) {
      await store.backupIfDue(clock.now());
      clock.move(24 * hour);
    }
    expect(backups().length).toBeLessThanOrEqual(11);
    expect(backups().at(-1)).toContain('20270122');
  });

  test('what a crash left half made is cleared away, other files are not touched', async () => {
    await store.close();
    mkdirSync(join(folder.path, 'backups'), { recursive: true });
    writeFileSync(join(folder.path, 'backups', 'nightdesk-x.db.unfinished'), 'half');
    writeFileSync(join(folder.path, 'backups', 'notes.txt'), 'mine');
    store = await openStore({ folder: folder.path, clock });
    expect(backups()).toEqual(['notes.txt']);
  });

  test('a backup that cannot be written says so, and leaves nothing half made', async () => {
    writeFileSync(join(folder.path, 'backups'), 'a file where the folder should be');
    await expect(store.backup()).rejects.toMatchObject({ code: 'store.unavailable' });
    rmSync(join(folder.path, 'backups'));
    await store.backup();
    expect(backups()).toHaveLength(1);
  });

  test('a copy that does not pass its check is no backup, and the earlier ones are kept', async () => {
    const good = await store.backup();
    store.db
      .write(`INSERT INTO notice (at, kind, title, text) VALUES ('', 'hint', 'a', 'b')`)
      .run({});
    await store.close();
    // An index that does not fit its table: the quick check at the start does not look for it.
    const connection = new Sqlite(join(folder.path, 'nightdesk.db'));
    connection.exec('CREATE INDEX by_title ON notice (title)');
    connection.unsafeMode();
    connection.pragma('writable_schema = ON');
    connection.exec(
      `UPDATE sqlite_schema SET sql = 'CREATE INDEX by_title ON notice (text)' WHERE name = 'by_title'`,
    );
    connection.close();
    store = await openStore({ folder: folder.path, clock });
    expect(store.notices).toEqual([]);
    clock.move(25 * hour);
    await expect(store.backupIfDue(clock.now())).rejects.toMatchObject({
      code: 'store.unavailable',
      message: expect.stringContaining('missing from index by_title') as string,
    });
    expect(backups()).toEqual([basename(good)]);
  });

  test('closing waits for the backup that is being made', async () => {
    const backup = store.backup();
    await store.close();
    await expect(backup).resolves.toContain('daily');
    await expect(store.backup()).rejects.toMatchObject({ code: 'store.unavailable' });
  });
});
