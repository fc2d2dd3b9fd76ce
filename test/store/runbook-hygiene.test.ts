import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Bus } from '../../main/bus.ts';
import { Windows } from '../../main/desk/windows.ts';
import { createHygiene } from '../../main/runbooks/hygiene/hygiene-service.ts';
import { hygieneQueries } from '../../main/runbooks/hygiene/hygiene-store.ts';
import { createDocumentLinks } from '../../main/runbooks/document-links.ts';
import { createLibrary } from '../../main/runbooks/library.ts';
import { createMatching } from '../../main/runbooks/matching/matching-service.ts';
import type { AlarmId } from '../../preload/contract/common.ts';
import { Hygiene } from '../../preload/contract/runbook-hygiene.ts';
import { known } from '../support/alarms.ts';
import { openTestStore, standingClock, temporaryFolder, type TestStore } from '../support/store.ts';

let store: TestStore;
let folder: ReturnType<typeof temporaryFolder>;
let library: ReturnType<typeof createLibrary>;
let matching: ReturnType<typeof createMatching>;
const clock = standingClock('2026-11-24T04:00:00.000Z');
const input = { days: 90, unreviewedDays: 180 };

const write = (path: string, text: string): void => {
  const full = join(folder.path, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
};
const hygiene = (kind: 'folder' | 'shipped' = 'folder') =>
  createHygiene({
    db: store.db,
    clock,
    matching,
    library,
    resolveLinks: createDocumentLinks({ db: store.db, revision: library.revision }).resolve,
    sources: { list: () => [{ folder: folder.path, kind }] },
  });

interface Fired {
  readonly name: string;
  readonly link?: string;
  readonly pages?: number;
  readonly at?: string;
}

/** An alarm that fired once, and paged so often; each page has a reminder, and its end is told. */
function fire(id: number, { name, link, pages = 1, at = '2026-11-20T03:00:00.000Z' }: Fired): void {
  const { connection } = store;
  connection.exec(
    "INSERT OR IGNORE INTO source (id, kind, name) VALUES ('prod', 'alertmanager', 'P')",
  );
  connection
    .prepare(
      `INSERT INTO alarm (id, source_id, external_id, status, severity, is_severity_mapped, title, summary, service, labels,
         annotations, runbook_url, starts_at, status_since, first_seen_at, changed_at)
       VALUES (?, 'prod', ?, 'resolved', 'high', 1, ?, '', '', ?, '{}', ?, 'x', 'x', 'x', 'x')`,
    )
    .run(id, `a${id}`, name, JSON.stringify({ alertname: name }), link ?? null);
  connection
    .prepare(
      "INSERT INTO episode (alarm_id, started_at, seen_at, ended_at, severity) VALUES (?, ?, 'x', 'x', 'high')",
    )
    .run(id, at);
  const decide = connection.prepare(
    "INSERT INTO decision (at, alarm_id, class, occasion, outcome, reason) VALUES (?, ?, 'page', ?, ?, '')",
  );
  for (let page = 0; page < pages; page++) {
    decide.run(at, id, 'fired', 'sent');
    decide.run(at, id, 'reminder', 'sent');
    decide.run(at, id, 'fired', 'not_sent');
    decide.run(at, id, 'recovered', 'sent');
  }
}

beforeEach(async () => {
  store = openTestStore();
  folder = temporaryFolder();
  library = createLibrary({ db: store.db, clock, onChanged: () => undefined });
  matching = createMatching({
    db: store.db,
    clock,
    bus: new Bus(),
    windows: new Windows(),
    alarms: {
      get: (id) => known({ id, title: 'QueueStuck', labels: { alertname: 'QueueStuck' } }),
    },
    library,
  });
  write(
    'CheckoutDown.md',
    '---\nreviewed: 2025-01-01\n---\n\n# Checkout\n\n1. Look:\n\n   ```sh\n   echo "open\n   ```\n',
  );
  write('queue.md', '---\nreviewed: 2026-11-01\n---\n\n# Queues\n\n## Drain\n\n1. Wait.\n');
  await library.setFolders([{ name: folder.path, path: folder.path }]);
  // They have been here for long.
  store.connection.exec("UPDATE runbook SET added_at = '2026-01-01T00:00:00.000Z'");
});
afterEach(async () => {
  matching.stop();
  await library.stop();
  store.close();
  folder.remove();
});

describe('the report', () => {
  test('ranks what is wrong by real pages, without reminders and recoveries', async () => {
    fire(1, { name: 'CheckoutDown', pages: 4 });
    fire(2, { name: 'NobodyKnows', pages: 7 });
    fire(3, { name: 'NobodyKnows', pages: 1 });
    fire(4, { name: 'QueueStuck', pages: 2, link: 'queue.md#gone' });
    fire(5, { name: 'OldOne', pages: 50, at: '2026-01-01T03:00:00.000Z' });
    fire(6, { name: 'DeadOne', pages: 0, link: 'https://runbooks.example.org/never-written' });
    const report = await hygiene().report(input);
    Hygiene.parse(report);
    expect(report.findings.map(({ kind, title, pages }) => [kind, title, pages])).toEqual([
      ['no_runbook', 'NobodyKnows', 8],
      ['broken_command', 'Checkout', 4],
      ['unreviewed', 'Checkout', 4],
      ['never_used', 'Checkout', 4],
      ['missing_section', 'QueueStuck', 2],
      ['never_used', 'Queues', 2],
      ['dead_link', 'DeadOne', 0],
    ]);
    expect(report).toMatchObject({
      alarms: 4,
      runbooks: 2,
      counts: { no_runbook: 1, never_used: 2 },
    });
    expect(report.findings[0]).toMatchObject({ alarmId: 2 });
  });

  test('is content once a person bound a runbook and its steps were done', async () => {
    fire(1, { name: 'QueueStuck', pages: 2 });
    const kinds = async (): Promise<string[]> =>
      (await hygiene().report(input)).findings
        .filter(({ title }) => title.startsWith('Queue'))
        .map(({ kind }) => kind);
    expect(await kinds()).toEqual(['no_runbook', 'never_used']);
    const runbook = library.store.list().find(({ path }) => path === 'queue.md')!;
    matching.verdicts.judge({
      alarmId: 1 as AlarmId,
      runbookId: runbook.id,
      anchor: null,
      verdict: 'bound',
      isOnlyService: false,
    });
    store.connection.exec(
      `INSERT INTO run (id, runbook_id, folder, path, title, summary, steps, context, started_at)
         VALUES (1, ${runbook.id}, '${folder.path}', 'queue.md', 'Queues', '{}', '[]', '{}', 'x');
       INSERT INTO run_step (run_id, step_id, state, text, number, at) VALUES (1, 's', 'done', 't', 1, 'x');`,
    );
    expect(await kinds()).toEqual([]);
  });

  test('leaves alone what came with the program', async () => {
    expect(await hygiene('shipped').report(input)).toMatchObject({ findings: [], runbooks: 0 });
  });

  test('takes the newest commit for the day when a clone’s files are younger', async () => {
    const row = "UPDATE runbook SET reviewed_on = NULL WHERE path = 'queue.md'";
    store.connection.exec(row);
    const old = async (): Promise<string[]> =>
      (await hygiene().report(input)).findings
        .filter(({ kind }) => kind === 'unreviewed')
        .map(({ title }) => title);
    expect(await old()).toEqual(['Checkout']);
    store.connection
      .prepare(
        "INSERT INTO runbook_repository (place, branch, commit_hash, committed_at, subject, fetched_at) VALUES (?, 'main', 'c', '2026-01-01T00:00:00.000Z', 's', 'x')",
      )
      .run(folder.path);
    expect(await old()).toEqual(['Checkout', 'Queues']);
  });

  test('tells what the copying of a page said', async () => {
    store.connection.exec(
      `INSERT INTO runbook_page (url, host, next_at, reason, problem, next, seen_at)
       VALUES ('https://wiki.example.org/x', 'wiki.example.org', 'x', 'gone', 'The page is gone.', 'Write it again.', 'x')`,
    );
    fire(1, { name: 'NobodyKnows', link: 'https://wiki.example.org/x#y' });
    const found = (await hygiene().report(input)).findings.find(({ kind }) => kind === 'dead_link');
    expect(found).toMatchObject({
      text: 'The link of this alarm cannot be copied: The page is gone: https://wiki.example.org/x#y',
      next: 'Write it again.',
    });
  });

  test('shows the worst of very many, and exports them all', async () => {
    store.db.transaction(() => {
      for (let id = 1; id <= 260; id++) fire(id, { name: `Nobody${id}Knows` });
    });
    const report = await hygiene().report(input);
    expect(report.counts.no_runbook).toBe(260);
    expect(report.findings.filter(({ kind }) => kind === 'no_runbook')).toHaveLength(200);
    const { text } = await hygiene().export({ ...input, format: 'csv' });
    expect(text.split('\r\n').filter((line) => line.startsWith('no_runbook'))).toHaveLength(260);
  });
});

describe('what is wrong with the files', () => {
  const found = async (): Promise<[string, string | null, string][]> =>
    (await hygiene().report(input)).findings.flatMap(({ kind, path, text }) =>
      ['CheckoutDown.md', 'queue.md'].includes(path ?? '') ? [] : [[kind, path, text]],
    );
  const lead = (text: string): string => `${text}\n\n${'More about it. '.repeat(20)}`;

  test('links and images that lead to no document and no file are told, and nothing else', async () => {
    write('img/there.png', 'x');
    write('scripts/drain.sh', 'x');
    write(
      'a/links.md',
      lead(`[up](../queue.md) [site](/elsewhere/x) [web](https://example.org/x) [mail](mailto:a@b.c)
[name](queue) [by site](../../queue/) [section](#x) [file](../scripts/drain.sh) [folder](../scripts/)
[out](../../../etc/passwd) [filled in](<{{ .Values.page }}>) \`[code](code.md)\`
![is there](../img/there.png) <img src="../img/there.png?x=1"> [**bold**](../queue.md "title")

    [indented](code.md)

\`\`\`md
[fence](fence.md)
\`\`\`

[dead](gone.md) ![picture](../img/gone.png) <img src="gone.svg"> [again](gone.md) [ref][r]

[r]: <gone too.md>
`),
    );
    await library.rescan();
    expect(await found()).toEqual([
      [
        'dead_reference',
        'a/links.md',
        '4 links or images in it lead to no document and no file: gone.md, ../img/gone.png, gone.svg, gone too.md.',
      ],
    ]);
    for (const path of ['a/gone.md', 'a/gone too.md']) write(path, lead('# Now it is there'));
    for (const path of ['img/gone.png', 'a/gone.svg']) write(path, 'x');
    await library.rescan();
    expect(await found()).toEqual([]);
  });

  test('of a repository only what is copied of it is judged', async () => {
    write('a.md', lead('[script](drain.sh) [code](src) [dead](gone.md) ![dead](gone.png)'));
    await library.setFolders([{ name: folder.path, path: folder.path, within: folder.path }]);
    expect(await found()).toEqual([
      [
        'dead_reference',
        'a.md',
        '2 links or images in it lead to no document and no file: gone.md, gone.png.',
      ],
    ]);
  });

  test('broken front matter, stubs and files that cannot be read are told, ranked by pages', async () => {
    write('broken.md', '---\ntitle: Broken: one\nalerts: [BrokenOne]\n---\n1. Do this.\n');
    write('stub.md', '---\ntitle: Stub\n---\n<!-- to be written -->\n# To do\n');
    write('area/_index.md', '---\ntitle: Area\n---\n');
    write('pointer.md', '# Moved\n\nSee [Queues](queue.md).\n');
    write('short.md', '# Short\n\n1. Do this.\n');
    write('text.md', lead('# About'));
    write('binary.md', 'a\u0000b');
    symlinkSync(join(folder.path, 'nowhere'), join(folder.path, 'dead.md'));
    await library.rescan();
    fire(1, { name: 'BrokenOne', pages: 3 });
    expect(await found()).toEqual([
      ['broken_front_matter', 'broken.md', expect.stringContaining('is no YAML')],
      ['unread', 'binary.md', 'It is not text.'],
      ['unread', 'dead.md', 'It is a link that leads to nothing.'],
      ['stub', 'stub.md', 'It has no steps, and only 7 characters of text.'],
    ]);
    for (const format of ['csv', 'markdown'] as const) {
      const { text } = await hygiene().export({ ...input, format });
      for (const path of ['broken.md', 'binary.md', 'dead.md', 'stub.md'])
        expect(text).toContain(path);
    }
  });

  test('those that came within 30 days are not called never used', async () => {
    const unused = async (): Promise<string[]> =>
      (await hygiene().report(input)).findings
        .filter(({ kind }) => kind === 'never_used')
        .map(({ title }) => title);
    write('new.md', '# New\n\n1. Do this.\n');
    write('text.md', lead('# About'));
    await library.rescan();
    expect(await unused()).toEqual(['Checkout', 'Queues']);
    store.connection.exec("UPDATE runbook SET added_at = '2026-10-25T04:00:00.000Z'");
    expect(await unused()).toEqual(['Checkout', 'New', 'Queues']);
  });
});

describe('its queries', () => {
  test.each<[keyof typeof hygieneQueries, RegExp]>([
    ['pages', /SEARCH decision USING INDEX decision_by_time \(at>\?\)/],
    ['fired', /SEARCH episode USING (COVERING )?INDEX episode_by_start \(started_at>\?\)/],
    ['active', /USING (COVERING )?INDEX alarm_active/],
    ['alarms', /SEARCH a USING INTEGER PRIMARY KEY/],
    ['runbooks', /SEARCH r USING INTEGER PRIMARY KEY \(rowid>\?\)/],
    ['used', /SEARCH s .*run_id=\?/],
    ['page', /SEARCH runbook_page USING (INDEX .*|PRIMARY KEY) \(url=\?\)/],
  ])('%s uses an index', (name, plan) => {
    const sql = hygieneQueries[name];
    const values = Object.fromEntries([...sql.matchAll(/@(\w+)/g)].map(([, key]) => [key!, '[]']));
    const details = store.connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(values) as {
      detail: string;
    }[];
    expect(details.map(({ detail }) => detail).join('\n')).toMatch(plan);
  });
});
