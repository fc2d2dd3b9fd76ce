/** Thousands of rows of one request: safe on disk when it is answered, in their tables before anybody can look. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AlarmId } from '../../preload/contract/common.ts';
import { firing, openOutboxDesk } from '../support/outbox-desk.ts';
import { openTestStore, type TestStore } from '../support/store.ts';

const storm = Array.from({ length: 600 }, (_, index) => ({
  ...firing('PodDown', { instance: `10.0.0.${index}` }),
  externalId: `am:1:${index}`,
}));

let folder = '';
let opened: Sqlite.Database[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightdesk-bulk-'));
  opened = [];
});
afterEach(() => {
  for (const connection of opened) connection.close();
  rmSync(folder, { recursive: true, force: true });
});

function openFile(): TestStore {
  const store = openTestStore({ file: join(folder, 'nightdesk.db') });
  store.connection.pragma('journal_mode = WAL');
  opened.push(store.connection);
  return store;
}

/** What is in the file, as another program sees it. */
function stored() {
  const other = new Sqlite(join(folder, 'nightdesk.db'), { readonly: true });
  const count = (sql: string): unknown => other.prepare(sql).pluck().get();
  const counts = {
    owed: count('SELECT count(*) FROM bulk_write'),
    intents: count('SELECT count(*) FROM intent'),
    alarms: count('SELECT count(DISTINCT alarm_id) FROM intent'),
    events: count(`SELECT count(*) FROM event WHERE kind LIKE '%requested'`),
  };
  other.close();
  return counts;
}

/** Nothing of the desk was told but the answer: as it is when the program is killed right after that. */
function acknowledged(store: TestStore) {
  const desk = openOutboxDesk({ store });
  desk.poll(...storm);
  const ids = [...desk.alarms.active()].map(({ id }) => id);
  expect(desk.outbox.acknowledge(ids, 'a storm')).toEqual({ intents: 600, refused: [] });
  return { desk, ids };
}

const inOrder = (store: TestStore): unknown[] =>
  store.connection.prepare('SELECT alarm_id FROM intent ORDER BY rowid').pluck().all();

/** SQLite may not add more than so many pages. */
function fillDisk({ connection }: TestStore, more: number): void {
  const pages = Number(connection.pragma('page_count', { simple: true }));
  connection.pragma(`max_page_count = ${pages + more}`);
}
const freeDisk = ({ connection }: TestStore): void =>
  void connection.pragma('max_page_count = 1000000');

describe('a request about hundreds of alarms', () => {
  test('is on disk when it is answered, and shows as under way', () => {
    const { desk, ids } = acknowledged(openFile());
    expect(stored()).toEqual({ owed: 2, intents: 0, alarms: 0, events: 0 });
    expect(desk.outbox.counts()).toEqual({ open: 600, failed: 0 });
    for (const id of ids) {
      expect(desk.outbox.pendingFor(id)).toEqual({ kind: 'acknowledge', state: 'queued' });
    }
  });

  test('is in the tables before anybody reads them, each row once and in the order asked for', () => {
    const store = openFile();
    const { desk, ids } = acknowledged(store);
    const [first] = ids as [AlarmId];
    expect(desk.events(first)).toContain(
      'acknowledge_requested: Acknowledgement requested: a storm',
    );
    expect(stored()).toEqual({ owed: 0, intents: 600, alarms: 600, events: 600 });
    expect(inOrder(store)).toEqual(ids);
  });

  test('is in the tables a few turns later when nobody reads', async () => {
    const { desk } = acknowledged(openFile());
    await desk.outbox.stop();
    for (let turn = 0; turn < 4; turn += 1) await nextTurn();
    expect(stored()).toEqual({ owed: 0, intents: 600, alarms: 600, events: 600 });
  });

  test('is sent once after a kill right after the answer, and half way through', async () => {
    for (const turns of [0, 1]) {
      const store = openFile();
      const { desk, ids } = acknowledged(store);
      await desk.outbox.stop();
      for (let turn = 0; turn < turns; turn += 1) await nextTurn();
      expect(stored()).toMatchObject({ owed: 2 - turns, intents: turns * 600, events: 0 });
      store.connection.close();
      const next = openOutboxDesk({ store: openFile(), upstream: desk.upstream });
      expect(next.outbox.counts()).toEqual({ open: 600, failed: 0 });
      expect(stored()).toEqual({ owed: 0, intents: 600, alarms: 600, events: 600 });
      await next.outbox.work();
      expect(next.upstream.doubled).toEqual([]);
      expect(next.outbox.counts()).toEqual({ open: 0, failed: 0 });
      next.poll(...storm);
      expect(ids.map((id) => next.alarms.get(id)?.status)).toEqual(ids.map(() => 'acknowledged'));
      next.store.connection.close();
      rmSync(join(folder, 'nightdesk.db'));
    }
  });

  test('asked for twice is stored once', () => {
    const { desk, ids } = acknowledged(openFile());
    expect(desk.outbox.acknowledge(ids, '')).toEqual({ intents: 600, refused: [] });
    expect(desk.outbox.list(1)).toHaveLength(1);
    expect(stored()).toMatchObject({ owed: 0, intents: 600, alarms: 600 });
  });

  test('taken back at once is never sent', async () => {
    const store = openFile();
    const { desk, ids } = acknowledged(store);
    expect(desk.outbox.unacknowledge(ids)).toEqual({ intents: 600, refused: [] });
    expect(desk.outbox.counts()).toEqual({ open: 0, failed: 0 });
    await desk.outbox.work();
    expect(desk.upstream.asked).toEqual([]);
    const states = store.connection.prepare('SELECT DISTINCT state FROM intent').pluck().all();
    expect(states).toEqual(['overtaken']);
    expect(desk.restart().outbox.counts()).toEqual({ open: 0, failed: 0 });
  });
});

describe('a disk that fills up', () => {
  test('while a request is stored refuses it, and nothing of it is left', () => {
    const store = openFile();
    const desk = openOutboxDesk({ store });
    desk.poll(...storm);
    const ids = [...desk.alarms.active()].map(({ id }) => id);
    fillDisk(store, 0);
    expect(() => desk.outbox.acknowledge(ids, '')).toThrow('The disk is full');
    expect(desk.outbox.counts()).toEqual({ open: 0, failed: 0 });
    freeDisk(store);
    expect(desk.restart().outbox.counts()).toEqual({ open: 0, failed: 0 });
  });

  test('right after the answer loses nothing: reading goes on, and it is sent once there is room', async () => {
    const store = openFile();
    const { desk, ids } = acknowledged(store);
    fillDisk(store, 1);
    const [first] = ids as [AlarmId];
    expect(desk.alarms.detail(first).externalId).toBe('am:1:0');
    expect(() => desk.outbox.unacknowledge(ids)).toThrow('The disk is full');
    const next = desk.restart();
    expect(next.outbox.counts()).toEqual({ open: 600, failed: 0 });
    await next.outbox.work();
    expect(next.upstream.made).toEqual([]);
    freeDisk(store);
    next.clock.move(60_000);
    await next.outbox.work();
    expect(next.upstream.doubled).toEqual([]);
    expect(next.outbox.counts()).toEqual({ open: 0, failed: 0 });
    expect(stored()).toEqual({ owed: 0, intents: 600, alarms: 600, events: 600 });
  });
});

test('rows that can never be written are kept with the reason, and hold nothing else up', () => {
  const store = openTestStore();
  store.connection
    .prepare(`INSERT INTO bulk_write (name, shared, rows) VALUES ('intents', '{"at":', '[]')`)
    .run();
  const next = store.again();
  next.db.write(`INSERT INTO source (id, kind, name) VALUES ('s', 'test', 'S')`).run({});
  expect(next.db.read('SELECT name, error FROM bulk_write').all({})).toEqual([
    { name: 'intents', error: expect.stringContaining('JSON') as string },
  ]);
});
