import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openStore, type Store } from '../../main/store/open-store.ts';
import { standingClock, temporaryFolder } from '../support/store.ts';

let clock: ReturnType<typeof standingClock>;
let folder: ReturnType<typeof temporaryFolder>;
let opened: Store[] = [];

beforeEach(() => {
  folder = temporaryFolder();
  clock = standingClock('2026-11-24T04:00:00.000Z');
});
afterEach(async () => {
  for (const store of opened) await store.close();
  opened = [];
  folder.remove();
});

async function open(): Promise<Store> {
  const store = await openStore({ folder: folder.path, clock, shell: 'web' });
  opened.push(store);
  return store;
}

const at = (...names: string[]): string => join(folder.path, ...names);
const file = (): string => at('nightdesk.db');
const note = (store: Store, title: string): void =>
  void store.db
    .write(`INSERT INTO notice (at, kind, title, text) VALUES ('2026', 'hint', @title, @text)`)
    .run({ title, text: 'x'.repeat(3_000) });
const titles = (store: Store): string[] =>
  store.db
    .read<{ title: string }>(`SELECT title FROM notice WHERE kind = 'hint' ORDER BY id`)
    .all({})
    .map(({ title }) => title);
const told = (store: Store): { kind: string; title: string; text: string }[] =>
  store.db
    .read<{ kind: string; title: string; text: string }>(
      `SELECT kind, title, text FROM notice WHERE kind <> 'hint' ORDER BY id`,
    )
    .all({});

/** A store with a first and a second backup, and work after them. */
async function prepare(): Promise<void> {
  const store = await open();
  for (let number = 0; number < 40; number++) note(store, `before ${number}`);
  await store.backup();
  clock.move(3_600_000);
  note(store, 'between');
  await store.backup();
  clock.move(3_600_000);
  note(store, 'after');
  await store.close();
}

/** Overwrites the middle of the file, as a dying disk does. */
function scribble(path: string): void {
  const { size } = statSync(path);
  const handle = openSync(path, 'r+');
  for (let position = 4_096; position < size; position += 4_096) {
    writeSync(handle, Buffer.alloc(2_000, 0xa5), 0, 2_000, position);
  }
  closeSync(handle);
}

describe('a damaged file', () => {
  const damages: readonly [string, () => void][] = [
    ['scribbled over', () => scribble(file())],
    [
      'cut in half',
      () => truncateSync(file(), Math.floor(statSync(file()).size / 2 / 4_096) * 4_096),
    ],
    ['not a database any more', () => writeFileSync(file(), 'not a database '.repeat(1_000))],
    ['emptied', () => truncateSync(file(), 0)],
  ];
  test.each(damages)(
    '%s: is kept aside, and the newest good backup takes its place',
    async (_, harm) => {
      await prepare();
      harm();
      const broken = readFileSync(file());

      const store = await open();

      expect(titles(store)).toHaveLength(41);
      expect(titles(store).at(-1)).toBe('between');
      expect(told(store)).toHaveLength(1);
      expect(told(store)[0]).toMatchObject({
        kind: 'restored',
        title: 'Your data was restored from the backup of 2026-11-24 05:00 UTC',
      });
      expect(told(store)[0]?.text).toContain('damaged');
      const [kept] = readdirSync(at('damaged'));
      expect(readFileSync(at('damaged', kept!, 'nightdesk.db'))).toEqual(broken);
      // And it works from here on.
      note(store, 'again');
      await store.close();
      const next = await open();
      expect(next.notices).toEqual([]);
      expect(titles(next).at(-1)).toBe('again');
    },
  );

  test('its write-ahead log is kept with it, unchanged', async () => {
    await prepare();
    // As after a crash: a log that was not yet folded into the file.
    const crashed = new Sqlite(file());
    crashed.pragma('wal_autocheckpoint = 0');
    crashed.exec(
      `INSERT INTO notice (at, kind, title, text) VALUES ('', 'hint', 'in the log', '')`,
    );
    const log = readFileSync(`${file()}-wal`);
    const copy = readFileSync(file());
    crashed.close();
    writeFileSync(file(), copy);
    writeFileSync(`${file()}-wal`, log);
    scribble(file());

    const store = await open();

    expect(store.notices).toMatchObject([{ kind: 'restored' }]);
    const [kept] = readdirSync(at('damaged'));
    expect(readFileSync(at('damaged', kept!, 'nightdesk.db-wal'))).toEqual(log);
    expect(titles(store)).not.toContain('in the log');
    expect(store.db.read('PRAGMA integrity_check').get({})).toEqual({ integrity_check: 'ok' });
  });

  test('backups that are damaged too are passed over, and it says so', async () => {
    await prepare();
    scribble(file());
    const [older, newer] = readdirSync(at('backups')).sort();
    scribble(at('backups', newer!));
    const store = await open();
    expect(titles(store)).toHaveLength(40);
    expect(told(store)[0]?.title).toContain('2026-11-24 04:00 UTC');
    expect(told(store)[0]?.text).toContain('1 newer backup(s) did not pass');
    expect(existsSync(at('backups', older!))).toBe(true);
  });

  test('a backup from the future, made by a wrong clock, is the last choice', async () => {
    const store = await open();
    clock.move(20 * 365 * 86_400_000);
    await store.backup();
    clock.move(-20 * 365 * 86_400_000);
    note(store, 'newer in truth');
    await store.backup();
    await store.close();
    scribble(file());
    expect(titles(await open())).toEqual(['newer in truth']);
  });

  test('without any backup it starts empty, keeps the file, and says so loudly', async () => {
    const first = await open();
    note(first, 'mine');
    await first.close();
    scribble(file());
    const broken = readFileSync(file());
    const store = await open();
    expect(titles(store)).toEqual([]);
    expect(told(store)).toMatchObject([{ kind: 'problem' }]);
    expect(told(store)[0]?.title).toContain('started empty');
    expect(told(store)[0]?.text).toContain('there was no backup');
    const [kept] = readdirSync(at('damaged'));
    expect(readFileSync(at('damaged', kept!, 'nightdesk.db'))).toEqual(broken);
  });

  test('when no backup is good it starts empty and keeps them all', async () => {
    await prepare();
    scribble(file());
    for (const name of readdirSync(at('backups'))) scribble(at('backups', name));
    const store = await open();
    expect(told(store)[0]?.text).toContain('none of 2 backups passed');
    expect(readdirSync(at('backups'))).toHaveLength(2);
  });

  test('damaged twice: both files are kept', async () => {
    await prepare();
    scribble(file());
    await (await open()).close();
    scribble(file());
    await open();
    expect(readdirSync(at('damaged'))).toHaveLength(2);
  });
});

describe('a file that is missing', () => {
  test('while there are backups is restored: a repair may have died half-way', async () => {
    await prepare();
    // The state between moving the damaged file aside and renaming the copy into place.
    rmSync(file());
    writeFileSync(`${file()}.restoring`, 'half a copy');
    const store = await open();
    expect(titles(store).at(-1)).toBe('between');
    expect(told(store)[0]?.text).toContain('missing');
    expect(readdirSync(folder.path).filter((name) => name.includes('restoring'))).toEqual([]);
  });

  test('a log that is left without its file is kept, and not replayed into the restored one', async () => {
    await prepare();
    const crashed = new Sqlite(file());
    crashed.pragma('wal_autocheckpoint = 0');
    crashed.exec(`UPDATE notice SET title = 'from the log'`);
    const log = readFileSync(`${file()}-wal`);
    crashed.close();
    rmSync(file());
    writeFileSync(`${file()}-wal`, log);
    const store = await open();
    expect(titles(store).at(-1)).toBe('between');
    expect(store.db.read('PRAGMA integrity_check').get({})).toEqual({ integrity_check: 'ok' });
    const [kept] = readdirSync(at('damaged'));
    expect(readFileSync(at('damaged', kept!, 'nightdesk.db-wal'))).toEqual(log);
  });

  test('without backups is a new start', async () => {
    mkdirSync(at('backups'));
    writeFileSync(at('backups', 'holiday.jpg'), 'not ours');
    const store = await open();
    expect(store.notices).toEqual([]);
    expect(readdirSync(at('backups'))).toEqual(['holiday.jpg']);
  });
});
