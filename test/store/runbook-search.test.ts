/** What the search finds in a real index: slips, beginnings of words, filters, and what comes first. */
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLibrary } from '../../main/runbooks/library.ts';
import { createHelped } from '../../main/runbooks/search/helped.ts';
import { createSearch } from '../../main/runbooks/search/search.ts';
import { RunbookSearch } from '../../preload/contract/runbooks.ts';
import { openTestStore, standingClock, temporaryFolder, type TestStore } from '../support/store.ts';

let store: TestStore;
let folder: ReturnType<typeof temporaryFolder>;
let library: ReturnType<typeof createLibrary>;
let search: ReturnType<typeof createSearch>;
const clock = standingClock('2026-11-24T04:00:00.000Z');

beforeEach(() => {
  store = openTestStore();
  folder = temporaryFolder();
  library = createLibrary({ db: store.db, clock, onChanged: () => undefined });
  search = createSearch({
    db: store.db,
    revision: library.revision,
    now: () => clock.now(),
    sourceNames: () => new Map([['team', ['Team wiki', 'git']]]),
    helped: createHelped({ db: store.db, monotonic: () => clock.monotonic() }),
  });
});
afterEach(async () => {
  await library.stop();
  store.close();
  folder.remove();
});

const write = (path: string, text: string, changed = '2026-11-20'): void => {
  const full = join(folder.path, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  utimesSync(full, new Date(changed), new Date(changed));
};
const read = async (): Promise<void> => {
  await library.setFolders([{ name: 'team', path: folder.path }]);
  await search.prepare();
};
const titles = (text: string): string[] => search.search(text, 20).hits.map(({ title }) => title);

describe('every script', () => {
  test.each([
    ['디스크 부족', '디스크', '디스크'],
    ['디스크 부족', '디스크가 부족합니다', '부족'],
    ['日本語の手順書', '証明書の更新を確認する', '手順'],
    ['日本語の手順書', '証明書の更新を確認する', '更新'],
    ['ガベージの掃除', 'ディスクがいっぱい', 'ディスク'],
    ['数据库 DB故障', '重启主节点', 'db故障'],
    ['Straße', 'Prüfen: größer als', 'grö'],
    ['Crème brûlée', 'Déjà vu', 'deja'],
    ['Сбой', 'Перезапустить й устройство', 'устройст'],
    ['Ελληνικά', 'Ο δίσκος είναι γεμάτος', 'δισκος'],
    ['Диск', 'Ёмкость закончилась', 'ёмкость'],
  ])('%s, with %s in it, is found by %s', async (title, body, text) => {
    write('own.md', `# ${title}\n\n${body}\n`);
    write('other.md', '# Disk full\n\nFree some space.\n');
    await read();
    expect(titles(text)).toEqual([title]);
  });

  test('words within a sentence are marked, and others are not found', async () => {
    write('own.md', '# 日本語の手順書\n\n証明書の更新を確認する\n');
    await read();
    const [hit] = search.search('更新', 5).hits;
    expect(hit?.snippet).toContainEqual({ text: '更新', isMatch: true });
    expect(titles('新更')).toEqual([]);
    expect(titles('手順 更新')).toEqual(['日本語の手順書']);
  });
});

describe('slips', () => {
  beforeEach(async () => {
    write('a.md', '# Certificate expired\n\nThe certificate of the ingress has expired.\n');
    write('b.md', '# Checkout latency\n\nConsumer lag of the checkout queue.\n');
    write('c.md', '# Quorum lost\n\nKafka has no leader.\n');
    await read();
  });

  test.each([
    ['certifcate', 'Certificate expired'],
    ['certificat expierd', 'Certificate expired'],
    ['chekcout', 'Checkout latency'],
    ['latnecy of chekout', 'Checkout latency'],
    ['qorum', 'Quorum lost'],
    ['kafak', 'Quorum lost'],
    ['ingess', 'Certificate expired'],
  ])('%j still finds %s', (text, title) => {
    expect(titles(text)).toEqual([title]);
  });

  test('are forgiven while the word is typed, and each letter finds something', () => {
    for (let length = 5; length <= 'certfiicate'.length; length++)
      expect(titles('certfiicate'.slice(0, length))).toEqual(['Certificate expired']);
  });

  test('say what was looked for, and mark it', () => {
    const { corrected, hits } = search.search('certifcate', 5);
    expect(corrected).toEqual([{ typed: 'certifcate', found: ['certificate'] }]);
    expect(hits[0]?.snippet.filter(({ isMatch }) => isMatch).map(({ text }) => text)).toEqual([
      'certificate',
    ]);
  });

  test('a rare longer word does not go before the word that was meant', async () => {
    const alarms = ['Slow', 'Flapping', 'Missing'].map(
      (end) => `## KubeCertificate${end}\n\nIf it is Certificate${end}, restart it.\n`,
    );
    write('all.md', `# Alarms\n\n${'Pods and nodes. '.repeat(200)}\n\n${alarms.join('\n')}`);
    await read();
    const { hits, corrected } = search.search('certifcate', 5);
    expect(corrected).toEqual([{ typed: 'certifcate', found: ['certificate'] }]);
    expect(hits[0]?.title).toBe('Certificate expired');
    expect(hits.some(({ heading }) => heading === 'KubeCertificateSlow')).toBe(true);
  });

  test('a word that is there is never taken for another one', () => {
    expect(search.search('lag', 5).corrected).toEqual([]);
    expect(search.search('certificate', 5).corrected).toEqual([]);
    expect(search.search('certif', 5).corrected).toEqual([]);
  });

  test('of short words and of numbers are not guessed at', () => {
    expect(titles('lgg')).toEqual([]);
    expect(titles('90210')).toEqual([]);
  });

  test('new words are known soon after the library changed', async () => {
    write('d.md', '# Elasticsearch\n\nShards are unassigned.\n');
    await library.rescan();
    search.search('elastcsearch', 5);
    await search.prepare();
    expect(titles('elastcsearch')).toEqual(['Elasticsearch']);
  });
});

describe('filters', () => {
  beforeEach(async () => {
    write('checkout/Slow.md', '# Checkout slow\n\nThe queue is full.\n', '2026-01-01');
    write(
      'search/Slow.md',
      '---\nreviewed: 2026-11-01\n---\n# Search slow\n\nThe queue is full.\n',
      '2025-01-01',
    );
    write('misc/Billing.md', '---\nservice: payments\n---\n# Billing\n\nA queue.\n', '2026-11-20');
    await read();
  });

  test.each([
    ['queue', ['Search slow', 'Checkout slow', 'Billing']],
    ['queue service:checkout', ['Checkout slow']],
    ['service:payments queue', ['Billing']],
    ['queue age>90d', ['Checkout slow']],
    ['queue age<90d', ['Search slow', 'Billing']],
    ['queue source:wiki age>90d', ['Checkout slow']],
    ['queue source:elsewhere', []],
    ['service:checkout', ['Checkout slow']],
    ['age<90d', ['Billing', 'Search slow']],
    ['queue service:', ['Search slow', 'Checkout slow', 'Billing']],
  ])('%j leaves %j', (text, expected) => {
    expect(titles(text).toSorted()).toEqual(expected.toSorted());
  });

  test('follow the library and the days', async () => {
    expect(titles('service:checkout')).toEqual(['Checkout slow']);
    write('checkout/New.md', '# Checkout new');
    await library.rescan();
    expect(titles('service:checkout')).toEqual(['Checkout new', 'Checkout slow']);
    expect(titles('service:search age>90d')).toEqual([]);
    clock.move(80 * 86_400_000);
    expect(titles('service:search age>90d')).toEqual(['Search slow']);
  });

  test('what does nothing yet is told', () => {
    expect(search.search('queue service: age>x', 5).filters).toMatchObject([
      { text: 'service:', isUnderstood: false },
      { text: 'age>x', isUnderstood: false },
    ]);
  });
});

describe('what comes first', () => {
  test('an alarm in a row of a table is found by its words, at its section', async () => {
    write('a.md', '# Notes\n\nThe volume is filling up now and then.\n\nIt is.\n');
    write(
      'b.md',
      '# Storage\n\n## Alarms\n\n| Alarm | Do |\n|---|---|\n| KubePersistentVolumeFillingUp | grow it |\n',
    );
    await read();
    expect(search.search('volume filling up', 5).hits[0]).toMatchObject({
      title: 'Storage',
      anchor: 'alarms',
    });
  });

  test('what helped before, among what fits alike', async () => {
    for (const name of ['One', 'Two', 'Three'])
      write(`${name}.md`, `# Restart ${name}\n\nRestart the queue.\n`);
    await read();
    const before = titles('restart queue');
    const last = before.at(-1) ?? '';
    const path = `${last.replace('Restart ', '')}.md`;
    store.connection.exec(`
      INSERT INTO run (id, runbook_id, folder, path, title, summary, steps, context, started_at)
      VALUES (1, 99, 'team', '${path}', 't', '{}', '[]', '{}', 'x');
      INSERT INTO run_step (run_id, step_id, state, text, number, at)
      VALUES (1, 'a', 'done', 't', 1, 'x'), (1, 'b', 'done', 't', 2, 'x'), (1, 'c', 'skipped', 't', 3, 'x');`);
    clock.move(60_000);
    expect(titles('restart queue')[0]).toBe(last);
    // It moves what fits alike, not what fits better.
    expect(titles(before[0] ?? '')[0]).toBe(before[0]);
  });
});

test('any text is a query that the contract knows', async () => {
  write('a.md', '# A queue\n\nSome text about it.\n');
  await read();
  const scraps = fc.constantFrom(
    '"',
    '*',
    '(',
    ')',
    ' OR ',
    ' AND ',
    'NEAR(',
    '-',
    '^',
    ':',
    'queue',
    'quuee',
    'source:',
    'age>9d',
    '\u0000',
    "'",
    '\\',
  );
  fc.assert(
    fc.property(
      fc.array(fc.oneof(scraps, fc.string({ maxLength: 5, unit: 'binary' })), { maxLength: 10 }),
      (parts) => {
        expect(RunbookSearch.safeParse(search.search(parts.join(''), 5)).error).toBeUndefined();
      },
    ),
    { numRuns: 300 },
  );
});
