import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AppError } from '../../main/errors.ts';
import { latestVersion } from '../../main/store/migrate.ts';
import { migrations } from '../../main/store/migrations/index.ts';
import type { Migration } from '../../main/store/migrations/migration.ts';
import { loadSqlite } from '../../main/store/native.ts';
import { openStore, type OpenStoreOptions, type Store } from '../../main/store/open-store.ts';
import { standingClock, temporaryFolder } from '../support/store.ts';
import { contentOf, fillEveryTable } from '../support/store-rows.ts';

const clock = standingClock('2026-11-24T04:00:00.000Z');
let folder: ReturnType<typeof temporaryFolder>;
let opened: Store[] = [];

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  for (const store of opened) await store.close();
  opened = [];
  folder.remove();
});

async function open(options: Partial<OpenStoreOptions> = {}): Promise<Store> {
  const store = await openStore({ folder: folder.path, clock, shell: 'web', ...options });
  opened.push(store);
  return store;
}

/** Windows keeps permissions elsewhere. */
const hasPermissions = process.platform !== 'win32';

const file = (): string => join(folder.path, 'nightdesk.db');

async function refusal(options: Partial<OpenStoreOptions> = {}): Promise<AppError> {
  const error = await open(options).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

/** A file as an older version of the program left it, with rows in every table. */
function writeOlderFile(version: number): Record<string, unknown> {
  const connection = new Sqlite(file());
  connection.pragma('journal_mode = WAL');
  for (const migration of migrations.slice(0, version)) migration.up(connection);
  connection.pragma(`user_version = ${version}`);
  connection.pragma(`application_id = 1313100619`);
  fillEveryTable(connection);
  const content = contentOf(connection);
  connection.close();
  return content;
}

describe('opening', () => {
  test('a new folder gets an empty store that only its owner can read', async () => {
    const store = await open({ folder: join(folder.path, 'a', 'b') });
    expect(store.notices).toEqual([]);
    expect(store.db.read('PRAGMA user_version').get({})).toEqual({
      user_version: latestVersion(migrations),
    });
    store.db.write(`INSERT INTO source (id, kind, name) VALUES ('s', 'k', 'n')`).run({});
    const parent = join(folder.path, 'a', 'b');
    expect(readdirSync(parent)).toContain('nightdesk.db-wal');
    const openToOthers = ['.', ...readdirSync(parent)].filter(
      (name) => (statSync(join(parent, name)).mode & 0o077) !== 0,
    );
    expect(hasPermissions ? openToOthers : []).toEqual([]);
  });

  test('every commit reaches the disk, and broken references are refused', async () => {
    const { db } = await open();
    expect(db.read('PRAGMA synchronous').get({})).toEqual({ synchronous: 2 });
    expect(() =>
      db
        .write(`INSERT INTO event (at, alarm_id, kind, origin, text) VALUES ('', 7, '', '', '')`)
        .run({}),
    ).toThrow('FOREIGN KEY');
  });

  test.runIf(hasPermissions)('a file that others could read is closed to them', async () => {
    await (await open()).close();
    chmodSync(file(), 0o644);
    chmodSync(folder.path, 0o755);
    await open();
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
  });

  test('what was stored is there after closing and opening again', async () => {
    const first = await open();
    first.db.write(`INSERT INTO source (id, kind, name) VALUES ('s', 'k', 'Ł''été')`).run({});
    await first.close();
    expect(readdirSync(folder.path).sort()).toEqual(['nightdesk.db', 'nightdesk.lock']);
    const second = await open();
    expect(second.db.read('SELECT name FROM source').all({})).toEqual([{ name: "Ł'été" }]);
    expect(second.notices).toEqual([]);
  });

  test('an old runtime is told which one is needed, instead of crashing', async () => {
    await expect(loadSqlite('9')).rejects.toMatchObject({
      code: 'store.unavailable',
      next: expect.stringContaining('npm start') as string,
    });
    await expect(loadSqlite(undefined)).resolves.toBeTypeOf('function');
  });

  test('a folder that cannot be made is said plainly', async () => {
    writeFileSync(join(folder.path, 'occupied'), '');
    const error = await refusal({ folder: join(folder.path, 'occupied', 'data') });
    expect(error.code).toBe('store.unavailable');
    expect(error.message).toContain('cannot be written');
    expect(error.next).toContain('--data');
  });
});

describe('a file that is not ours to change', () => {
  test('a file from a newer Nightdesk is refused and left exactly as it is', async () => {
    await (await open()).close();
    const connection = new Sqlite(file());
    connection.pragma(`user_version = ${latestVersion(migrations) + 1}`);
    connection.close();
    const before = readFileSync(file());
    const error = await refusal();
    expect(error.code).toBe('store.unavailable');
    expect(error.message).toContain('newer Nightdesk');
    expect(error.next).toContain('Nothing was changed');
    expect(readFileSync(file())).toEqual(before);
    // And the folder is free for the newer one.
    expect(existsSync(join(folder.path, 'nightdesk.owner.json'))).toBe(false);
  });

  test('a database of another program is refused and left exactly as it is', async () => {
    const connection = new Sqlite(file());
    connection.exec('CREATE TABLE theirs (x)');
    connection.close();
    const before = readFileSync(file());
    expect((await refusal()).message).toContain('another program');
    expect(readFileSync(file())).toEqual(before);
  });
});

describe('upgrades', () => {
  test.each(migrations.slice(0, -1).map(({ version }) => version))(
    'a file of version %i is backed up, then brought to this version with all its rows',
    async (version) => {
      const content = writeOlderFile(version);
      const store = await open();
      expect(store.notices).toMatchObject([{ kind: 'migrated' }]);
      expect(store.db.read('SELECT kind FROM notice ORDER BY id DESC LIMIT 1').get({})).toEqual({
        kind: 'migrated',
      });
      const backups = readdirSync(join(folder.path, 'backups'));
      expect(backups).toHaveLength(1);
      expect(store.notices[0]?.text).toContain(backups[0]);
      const backup = new Sqlite(join(folder.path, 'backups', backups[0]!), { readonly: true });
      expect(backup.pragma('user_version', { simple: true })).toBe(version);
      expect(contentOf(backup)).toEqual(content);
      backup.close();
    },
  );

  test('a failing migration leaves the file as it was, and the backup beside it', async () => {
    const broken: Migration = {
      version: latestVersion(migrations) + 1,
      name: 'broken',
      up: (db) => void db.exec('DELETE FROM notice; SELECT nonsense FROM nowhere'),
    };
    const store = await open();
    store.db
      .write(`INSERT INTO notice (at, kind, title, text) VALUES ('', 'hint', 'mine', '')`)
      .run({});
    await store.close();
    const before = readFileSync(file());
    const error = await refusal({ migrations: [...migrations, broken] });
    expect(error).toMatchObject({ code: 'store.unavailable' });
    expect(error.next).toContain('Nothing was changed');
    expect(readFileSync(file())).toEqual(before);
    expect(readdirSync(join(folder.path, 'backups'))).toHaveLength(1);
    const again = await open();
    expect(again.db.read('SELECT title FROM notice').all({})).toEqual([{ title: 'mine' }]);
  });
});

describe('one owner', () => {
  const script = (text: string): string => `
    import { openStore } from ${JSON.stringify(new URL('../../main/store/open-store.ts', import.meta.url).href)};
    const store = await openStore({ folder: ${JSON.stringify(folder.path)}, shell: 'electron',
      clock: { now: () => Date.now(), monotonic: () => performance.now() } });
    ${text}`;

  async function holder(): Promise<ReturnType<typeof spawn>> {
    const child = spawn(
      process.execPath,
      ['--input-type=module', '-e', script(`console.log('open'); setInterval(() => {}, 1000);`)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await new Promise((resolve) => child.stdout.once('data', resolve));
    return child;
  }
  const ended = (child: ReturnType<typeof spawn>): Promise<void> =>
    new Promise((resolve) => child.once('exit', () => resolve()));

  test('a live holder is named: which shell, which process, since when', async () => {
    const child = await holder();
    const error = await refusal();
    expect(error.code).toBe('store.unavailable');
    expect(error.message).toContain(`electron, process ${child.pid}`);
    expect(error.next).toContain('--data');
    child.kill();
    await ended(child);
  });

  test('the folder of a holder that was killed is free at once', async () => {
    const child = await holder();
    const gone = ended(child);
    child.kill('SIGKILL');
    await gone;
    expect(existsSync(join(folder.path, 'nightdesk.owner.json'))).toBe(true);
    const store = await open();
    expect(
      JSON.parse(readFileSync(join(folder.path, 'nightdesk.owner.json'), 'utf8')),
    ).toMatchObject({
      pid: process.pid,
      shell: 'web',
    });
    await store.close();
  });

  test('a leftover name with the id of a process that lives does not lock the folder', async () => {
    mkdirSync(folder.path, { recursive: true });
    writeFileSync(
      join(folder.path, 'nightdesk.owner.json'),
      JSON.stringify({ pid: 1, host: 'x', shell: 'web', startedAt: '2026-11-24T04:00:00Z' }),
    );
    expect((await open()).notices).toEqual([]);
  });

  test('a second opening in the same process is refused too', async () => {
    await open();
    expect((await refusal()).message).toContain(`process ${process.pid}`);
  });

  test('a core that is terminated gives the folder back', async () => {
    const worker = new Worker(
      new URL(
        `data:text/javascript,${encodeURIComponent(script(`(await import('node:worker_threads')).parentPort.postMessage('open'); setInterval(() => {}, 1000);`))}`,
      ),
    );
    await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
    expect((await refusal()).message).toContain('electron');
    await worker.terminate();
    await open();
  });

  test('two that start together: exactly one gets the folder', async () => {
    const attempt = (): Promise<string> =>
      new Promise((resolve) => {
        const child = spawn(
          process.execPath,
          [
            '--input-type=module',
            '-e',
            script(`console.log('won'); setTimeout(() => process.exit(0), 4000);`),
          ],
          { stdio: ['ignore', 'pipe', 'ignore'] },
        );
        let output = '';
        child.stdout.on('data', (text) => (output += String(text)));
        child.once('exit', () => resolve(output.trim()));
      });
    expect((await Promise.all([attempt(), attempt()])).sort()).toEqual(['', 'won']);
  });

  test('a lock file that something wrote into is made anew', async () => {
    writeFileSync(join(folder.path, 'nightdesk.lock'), 'x'.repeat(5_000));
    expect((await open()).notices).toEqual([]);
  });
});
