import {
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KnownAlarm } from '../../main/alarms/alarm.ts';
import { Bus, type BusEvents } from '../../main/bus.ts';
import { Windows } from '../../main/desk/windows.ts';
import { createRunbookService } from '../../main/runbooks/runbook-service.ts';
import type {
  AlarmId,
  EpisodeId,
  IncidentId,
  RunbookId,
  RunId,
} from '../../preload/contract/common.ts';
import { RunbookMatch } from '../../preload/contract/alarms.ts';
import { Run, Runbook, RunbookHit } from '../../preload/contract/runbooks.ts';
import { createRunSecrets } from '../../main/shells/run-secrets.ts';
import { known } from '../support/alarms.ts';
import { runbookSettings, standingRunbookSettings } from '../support/runbook-settings.ts';
import { openTestStore, standingClock, temporaryFolder, type TestStore } from '../support/store.ts';

let store: TestStore;
let folder: ReturnType<typeof temporaryFolder>;
let data: ReturnType<typeof temporaryFolder>;
let alarms: Map<number, KnownAlarm>;
let events: [string, unknown][];
let services: { stop(): Promise<void> }[];
const clock = standingClock('2026-11-24T04:00:00.000Z');

beforeEach(() => {
  store = openTestStore();
  folder = temporaryFolder();
  data = temporaryFolder();
  alarms = new Map();
  events = [];
  services = [];
});
afterEach(async () => {
  for (const service of services) await service.stop();
  store.close();
  folder.remove();
  data.remove();
});

const write = (path: string, text: string | Buffer, root = folder.path): string => {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
  return full;
};

/** A service on the same store: a second one is the program after a restart. */
async function start(folders: string[] = [folder.path]) {
  const bus = new Bus();
  for (const name of ['step.set', 'command.copied'] as const) {
    bus.on(name, (event: BusEvents[typeof name]) => events.push([name, event]));
  }
  const service = createRunbookService({
    db: store.db,
    clock,
    bus,
    windows: new Windows(),
    alarms: { get: (id) => alarms.get(id) },
    settings: standingRunbookSettings({ runbookFolders: folders }),
    secrets: createRunSecrets('This is a test.'),
    folder: data.path,
    shipped: [],
  });
  services.push(service);
  await service.start();
  return Object.assign(service, { bus });
}

const alarm = (alertname: string, change: Partial<KnownAlarm> = {}): KnownAlarm =>
  known({ title: alertname, service: '', ...change, labels: { alertname, ...change.labels } });

/** Rows that runs refer to. */
function storeAlarm(id: number, episodes: number[] = [id]): void {
  store.connection.exec(`
    INSERT OR IGNORE INTO source (id, kind, name) VALUES ('prod', 'alertmanager', 'Prod');
    INSERT OR IGNORE INTO alarm (id, source_id, external_id, status, severity, is_severity_mapped, title, summary, service,
      labels, annotations, starts_at, status_since, first_seen_at, changed_at)
    VALUES (${id}, 'prod', 'a${id}', 'firing', 'high', 1, 't', '', '', '{}', '{}', 'x', 'x', 'x', 'x');`);
  for (const episode of episodes) {
    store.connection
      .exec(`INSERT INTO episode (id, alarm_id, started_at, seen_at, ended_at, severity)
      VALUES (${episode}, ${id}, 'x', 'x', ${episode === episodes.at(-1) ? 'NULL' : "'x'"}, 'high')`);
  }
}

describe('the library', () => {
  test('reads nested folders, odd encodings and links in circles', async () => {
    write('a/One.md', '# One\ntext');
    write('a/b/c/Two.markdown', '# Two');
    write('utf16.md', Buffer.from('\ufeff# Sixteen', 'utf16le'));
    write('latin.md', Buffer.from('# Stra\xdfe', 'latin1'));
    write('binary.md', Buffer.from([1, 0, 2, 0, 3]));
    write('.git/Hidden.md', '# no');
    write('note.txt', 'no');
    symlinkSync(folder.path, join(folder.path, 'a', 'loop'));
    symlinkSync(join(folder.path, 'nowhere.md'), join(folder.path, 'dead.md'));
    const service = await start();
    const { runbooks: found, sources } = service.list();
    expect(found.map((runbook) => runbook.title).sort()).toEqual([
      'One',
      'Sixteen',
      'Straße',
      'Two',
    ]);
    expect(sources).toMatchObject([
      {
        kind: 'folder',
        folder: folder.path,
        count: 4,
        copiedAt: '2026-11-24T04:00:00.000Z',
        problem: 'dead.md is a link that leads to nothing; binary.md is not text.',
      },
    ]);
  });

  test('reads only what changed, and forgets deleted files', async () => {
    const one = write('One.md', '# One\nold text');
    write('Two.md', '# Two');
    const service = await start();
    const [first] = service.list().runbooks;
    writeFileSync(one, '# One\nnew text here');
    rmSync(join(folder.path, 'Two.md'));
    await service.rescan();
    expect(service.list().runbooks).toMatchObject([{ id: first?.id, title: 'One' }]);
    expect(service.search({ text: 'new text', limit: 10 }).hits).toHaveLength(1);
    expect(service.search({ text: 'old', limit: 10 }).hits).toEqual([]);
    // A touched file with the same text is not taken in again.
    const writes = store.connection.prepare('SELECT max(id) AS id FROM runbook_section').get();
    utimesSync(one, new Date(), new Date(Date.now() + 5_000));
    await service.rescan();
    expect(store.connection.prepare('SELECT max(id) AS id FROM runbook_section').get()).toEqual(
      writes,
    );
  });

  test('a file that cannot be read does not make its folder one that is away', async () => {
    write('Good.md', '# Good');
    write('binary.md', Buffer.from([1, 0, 2, 0, 3]));
    const service = await start();
    expect(service.list().sources).toMatchObject([
      {
        problem: 'binary.md is not text.',
        isAway: false,
        next: 'Mend these files or take them away; Hygiene (h) tells what is wrong with each. All others are here.',
      },
    ]);

    renameSync(folder.path, `${folder.path}-away`);
    await service.rescan();
    expect(service.list().sources).toMatchObject([
      { isAway: true, next: 'Look whether the disk or share is there.' },
    ]);

    renameSync(`${folder.path}-away`, folder.path);
    await service.rescan();
    expect(service.list().sources).toMatchObject([{ isAway: false }]);
  });

  test.each([
    ['is no text any more', Buffer.from([1, 0, 2, 0, 3])],
    ['has become too large', Buffer.alloc(8 * 1024 * 1024 + 1, 'x')],
  ])(
    'a file that %s keeps its last copy, which is as old as the last look at it',
    async (_what, bytes) => {
      write('Good.md', '# Good');
      write('One.md', '# One\n1. Do it\n');
      const service = await start();
      const before = service.list().runbooks[0]?.copiedAt;
      write('One.md', bytes);
      for (let hour = 1; hour <= 2; hour += 1) {
        clock.move(3_600_000);
        await service.rescan();
        const [good, one] = service.list().runbooks;
        expect(one).toMatchObject({ title: 'One', copiedAt: before });
        expect(good?.copiedAt).toBe(new Date(clock.now()).toISOString());
        expect(service.list().sources[0]?.problem).toContain('One.md');
      }
    },
  );

  test('keeps the last copy when a folder is away, and says so', async () => {
    write('One.md', '# One\n1. Do it\n');
    const service = await start();
    const [one] = service.list().runbooks;
    renameSync(folder.path, `${folder.path}-away`);
    clock.move(3_600_000);
    await service.rescan();
    expect(service.list().sources).toMatchObject([
      { count: 1, problem: 'The folder is gone. The last copy of its 1 runbooks is kept.' },
    ]);
    expect(service.get({ id: one!.id }).markdown).toContain('Do it');
    expect(service.list().runbooks[0]?.copiedAt).toBe(one?.copiedAt);
    // An unmounted disk leaves an empty folder.
    mkdirSync(folder.path);
    await service.rescan();
    expect(service.list().sources[0]?.problem).toContain('The folder is empty now.');
    const restarted = await start();
    expect(restarted.get({ id: one!.id }).steps).toHaveLength(1);
    rmSync(folder.path, { recursive: true });
    renameSync(`${folder.path}-away`, folder.path);
    await restarted.rescan();
    expect(restarted.list().sources).toMatchObject([{ count: 1, problem: null }]);
  });

  test('a changed file is found without being asked', async () => {
    const one = write('deep/One.md', '# One');
    const service = await start();
    writeFileSync(one, '# One\nsomething quite different');
    write('deep/New.md', '# New');
    await expect
      .poll(() => service.search({ text: 'different', limit: 5 }).hits.length, { timeout: 8_000 })
      .toBe(1);
    await expect.poll(() => service.list().runbooks.length, { timeout: 8_000 }).toBe(2);
  });

  test('a folder taken out of the settings takes its copies along', async () => {
    write('One.md', '# One');
    const service = await start();
    service.bus.emit('settings.changed', {
      settings: runbookSettings() as never,
      at: clock.now(),
    });
    await service.rescan();
    expect(service.list()).toEqual({ runbooks: [], sources: [] });
    expect(service.search({ text: 'one', limit: 5 }).hits).toEqual([]);
  });

  test('2,000 files are read while timers go on', async () => {
    for (let index = 0; index < 2_000; index++) {
      write(
        `s${index % 40}/Alarm${index}Down.md`,
        `# Alarm ${index}\n\n## Meaning\n\nWords ${index}.\n\n## Mitigation\n\n1. Do\n`,
      );
    }
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 1);
    const service = await start();
    clearInterval(timer);
    expect(service.list().runbooks).toHaveLength(2_000);
    expect(longest).toBeLessThan(400);
  });
});

describe('search', () => {
  test('any text is a valid query', async () => {
    write('One.md', '# One AND "two" NEAR three*');
    const service = await start();
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 60 }),
          fc
            .array(
              fc.constantFrom(
                'AND',
                'OR',
                'NOT',
                'NEAR',
                '"',
                '*',
                '^',
                '(',
                ')',
                ':',
                'title:',
                '-',
                '+',
                "'",
                'one',
                '\u0000',
                '{',
                '}',
              ),
              { maxLength: 10 },
            )
            .map((words) => words.join(' ')),
        ),
        (text) => {
          expect(Array.isArray(service.search({ text, limit: 10 }).hits)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('ranks title over heading over body, and no stub first for being short', async () => {
    write('a.md', `# Payments queue\n\n${'other text '.repeat(100)}`);
    write('b.md', `# B\n\n## Payments queue\n\n${'other text '.repeat(100)}`);
    write('c.md', `# C\n\n${'other text '.repeat(50)} payments queue ${'other text '.repeat(50)}`);
    write('stub.md', '# Stub\n\npayments queue');
    const service = await start();
    const titles = service.search({ text: 'payments qu', limit: 10 }).hits.map((hit) => hit.title);
    expect(titles.slice(0, 2)).toEqual(['Payments queue', 'B']);
    expect(new Set(titles)).toEqual(new Set(['Payments queue', 'B', 'C', 'Stub']));
  });

  test('words that are everywhere lead to what they name, then to where they stand together', async () => {
    const section = (index: number): string => `## Part ${index}\n\nrollout before a kubectl\n`;
    write(
      'all.md',
      `# Everything\n\n${Array.from({ length: 2_100 }, (_, i) => section(i)).join('\n')}`,
    );
    write('order.md', `# Order\n\n${'other text '.repeat(60)} kubectl rollout`);
    const service = await start();
    const search = (text: string): string[] =>
      service.search({ text, limit: 10 }).hits.map((hit) => hit.title);
    expect(search('kubectl roll')).toEqual(['Order']);
    // One telling word beside a common one still finds only where both are.
    expect(search('kubectl text')).toEqual(['Order']);
    write('named.md', '# Kubectl rollout\n\nx');
    await service.rescan();
    expect(search('rollout kubectl')[0]).toBe('Kubectl rollout');
    expect(search('kubectl nonsense')).not.toEqual([]);
  });

  test('finds camel-case names by their words, accents or not, with the match marked', async () => {
    write(
      'k8s/KubePodCrashLooping.md',
      '# KubePodCrashLooping\n\n## Überblick\n\nDer Café-Knoten <b>läuft</b> auf <knoten> nicht.',
    );
    const service = await start();
    expect(service.search({ text: 'crash loop', limit: 5 }).hits[0]).toMatchObject({
      title: 'KubePodCrashLooping',
    });
    const [hit] = service.search({ text: 'cafe lauft', limit: 5 }).hits;
    expect(hit).toMatchObject({ anchor: 'überblick', heading: 'Überblick' });
    expect(hit?.snippet.filter((part) => part.isMatch).map((part) => part.text)).toEqual([
      'Café',
      'läuft',
    ]);
    expect(hit?.snippet.map((part) => part.text).join('')).toContain('läuft auf <knoten> nicht');
    RunbookHit.parse(hit);
  });

  test('an unknown word beside known ones still finds something', async () => {
    write('One.md', '# Replica lag\n\ntext');
    const service = await start();
    expect(service.search({ text: 'replica xyzzy', limit: 5 }).hits).toHaveLength(1);
  });
});

describe('matching', () => {
  const marks = async () => {
    write(
      'kubernetes/KubePodNotReady.md',
      '# Pod not ready\n\n## Meaning\n\nx\n\n## Mitigation--now\n\n1. y\n',
    );
    write(
      'checkout/README.md',
      '# Checkout service\n\n## CheckoutErrorRate\n\n1. Roll back\n\n## Alarms\n\n| Alarm | Do |\n|--|--|\n| PaymentQueueStuck | restart |\n',
    );
    write('gitaly/README.md', '# Gitaly\n\n1. look\n');
    write(
      'Meta.md',
      '---\nalerts: [etcdNoLeader]\nurl: https://wiki.example.org/pages/4711\n---\n# Etcd\n',
    );
    write('database/replica-lag.md', '# Replica lag of the orders database\n\nwords\n');
    return start();
  };

  test.each([
    [
      'a rendered page, lower case',
      { runbookUrl: 'https://runbooks.example.org/kubernetes/kubepodnotready/' },
      'KubePodNotReady.md',
      null,
      'exact link',
    ],
    [
      'a repository page with an anchor',
      { runbookUrl: 'https://git.example.org/x/blob/main/Kubernetes/KubePodNotReady.md#meaning' },
      'KubePodNotReady.md',
      'meaning',
      'exact link',
    ],
    [
      "another host's anchors",
      { runbookUrl: 'kubernetes/KubePodNotReady.md#mitigation-now' },
      'KubePodNotReady.md',
      'mitigation--now',
      'exact link',
    ],
    [
      'a relative path',
      { annotations: { runbook: 'docs/checkout/README.md' } },
      'checkout/README.md',
      'checkouterrorrate',
      'exact link',
    ],
    [
      'a folder',
      { runbookUrl: 'https://wiki/checkout/#paymentqueuestuck' },
      'checkout/README.md',
      'alarms',
      'exact link',
    ],
    [
      'a dead anchor',
      { runbookUrl: 'https://wiki/KubePodNotReady#gone' },
      'KubePodNotReady.md',
      null,
      'exact link; its section does not exist',
    ],
    [
      'an address in front matter',
      { runbookUrl: 'https://wiki.example.org/pages/4711' },
      'Meta.md',
      null,
      'exact link',
    ],
  ])('follows %s', async (_name, change, path, anchor, reason) => {
    const service = await marks();
    const [match] = service.matchAlarm(alarm('CheckoutErrorRate', change));
    expect(match).toMatchObject({ isCertain: true, anchor, reason });
    expect(match?.path).toContain(path);
    RunbookMatch.parse(match);
  });

  test.each([
    ['EtcdNoLeader', 'named in front matter', null],
    ['KubePodNotReady', 'file name equals the alarm name', null],
    ['CheckoutErrorRate', 'heading equals the alarm name', 'checkouterrorrate'],
    ['PaymentQueueStuck', 'a table row names the alarm', 'alarms'],
  ])('%s: %s', async (name, reason, anchor) => {
    const service = await marks();
    const target = alarm(name, { runbookUrl: 'https://wiki/never-written' });
    expect(service.matchAlarm(target)[0]).toMatchObject({ isCertain: true, reason, anchor });
    expect(service.markFor(target)).toBe('certain');
  });

  test('words and folders only ever suggest', async () => {
    const service = await marks();
    const target = alarm('OrdersReplicaLagHigh', { labels: { service: 'database' } });
    expect(service.matchAlarm(target)[0]).toMatchObject({
      isCertain: false,
      path: 'database/replica-lag.md',
      reason: 'words: orders, replica, lag; folder of service database',
    });
    expect(service.markFor(target)).toBe('suggested');
    expect(service.markFor(alarm('SomethingElseEntirely'))).toBeNull();
    expect(service.markFor(alarm('TooManyErrors'))).toBeNull();
  });

  test('a link that several pages fit is not certain', async () => {
    const service = await marks();
    expect(service.matchAlarm(alarm('X1', { runbookUrl: 'README.md' }))).toMatchObject([
      { isCertain: false, reason: 'the link could mean this page' },
      { isCertain: false },
    ]);
  });

  test('a link that leads nowhere is told with its reason, and one that leads to a runbook is not', async () => {
    write('Disk.md', '# Disk');
    const service = await start();
    const page = 'https://wiki.example/ops/cleaning-up.html';
    const linked = (id: number, link: string): void =>
      void alarms.set(id, alarm('Disk', { annotations: { runbook_url: link } }));
    linked(1, `${page}#stop`);
    linked(2, 'Disk.md');
    linked(3, 'gone/Nothing.md');
    const untried = { isWeb: true, problem: 'No runbook here is certain to be its page.' };
    expect(service.deadLinks(1 as AlarmId)).toMatchObject([{ ...untried, link: `${page}#stop` }]);
    expect(service.deadLinks(2 as AlarmId)).toEqual([]);
    expect(service.deadLinks(3 as AlarmId)).toMatchObject([{ ...untried, isWeb: false }]);
    expect(service.deadLinks(9 as AlarmId)).toEqual([]);

    store.connection.exec(
      `INSERT INTO runbook_page (url, host, next_at, failure_count, problem, next, seen_at)
       VALUES ('${page}', 'wiki.example', 'x', 0, 'It wants a login.', 'Enter one.', 'x')`,
    );
    expect(service.deadLinks(1 as AlarmId)).toMatchObject([
      { problem: 'It wants a login.', next: 'Enter one.' },
    ]);
    store.connection.exec('UPDATE runbook_page SET problem = NULL, next = NULL');
    expect(service.deadLinks(1 as AlarmId)).toMatchObject([
      { problem: 'Its page is not copied yet.' },
    ]);
  });

  test('any alarm can be asked about', async () => {
    const service = await marks();
    const text = fc.string({ unit: 'binary', maxLength: 50 });
    fc.assert(
      fc.property(text, text, text, (name, url, value) => {
        const matches = service.matchAlarm(
          alarm(name, { runbookUrl: url, labels: { service: value } }),
        );
        expect(() => RunbookMatch.array().parse(matches)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  test('a new runbook changes the answer', async () => {
    const service = await marks();
    const target = alarm('BrandNewAlarm');
    expect(service.markFor(target)).toBeNull();
    write('BrandNewAlarm.md', '# New');
    await service.rescan();
    expect(service.markFor(target)).toBe('certain');
  });
});

describe('runs', () => {
  const text = `# Checkout
1. Is it real?
2. Roll back

   \`\`\`sh
   $ kubectl -n <namespace> rollout undo deploy/<deployment> --context <cluster>
   \`\`\`
3. Tell
`;
  const begin = async () => {
    write('Checkout.md', text);
    const service = await start();
    storeAlarm(1);
    alarms.set(
      1,
      alarm('Checkout', {
        labels: { namespace: 'shop; id', deployment: 'api' },
        episodeId: 1 as EpisodeId,
      }),
    );
    const { id } = service.list().runbooks[0]!;
    const begun = { runbookId: id, anchor: null, alarmId: 1 as AlarmId, incidentId: null };
    return { service, id, begun, run: service.startRun(begun) };
  };

  test('fill commands from the alarm, quoted, and ask for the rest', async () => {
    const { run, service } = await begin();
    Run.parse(run);
    expect(run.missing).toEqual(['cluster']);
    expect(run.steps[1]?.commands[0]).toMatchObject({
      hasMissing: true,
      copyText: "kubectl -n 'shop; id' rollout undo deploy/api --context <cluster>",
    });
    const answered = service.answer({ runId: run.id, answers: { cluster: "it's" } });
    expect(answered.missing).toEqual([]);
    expect(answered.steps[1]?.commands[0]?.copyText).toContain(`--context 'it'\\''s'`);
    expect(service.answer({ runId: run.id, answers: { cluster: '' } }).missing).toEqual([
      'cluster',
    ]);
    expect(() => service.answer({ runId: run.id, answers: { cluster: 'a\u0000' } })).toThrow('NUL');
    Runbook.parse(service.get({ id: run.runbook.id, alarmId: 1 as AlarmId }));
  });

  test('begin with the first act, not with a look', async () => {
    write('Checkout.md', text);
    const service = await start();
    const { id } = service.list().runbooks[0]!;
    expect(service.get({ id }).run).toBeNull();
    expect(service.get({ id }).run).toBeNull();
    const run = service.startRun({ runbookId: id, anchor: null, alarmId: null, incidentId: null });
    service.setStep({ runId: run.id, stepId: run.steps[0]!.id, state: 'done' });
    expect(service.get({ id, anchor: null }).run).toMatchObject({ id: run.id, doneCount: 1 });
  });

  test('tell the others what was ticked and copied, once', async () => {
    const { run, service } = await begin();
    const stepId = run.steps[1]!.id;
    const done = service.setStep({ runId: run.id, stepId, state: 'done' });
    expect(done.steps[1]).toMatchObject({ state: 'done', at: new Date(clock.now()).toISOString() });
    expect(done.doneCount).toBe(1);
    service.setStep({ runId: run.id, stepId, state: 'done' });
    service.noteCopied({ runId: run.id, stepId, command: 0 });
    expect(events).toEqual([
      [
        'step.set',
        expect.objectContaining({
          alarmId: 1,
          number: 2,
          text: 'Roll back',
          state: 'done',
          runbookTitle: 'Checkout',
        }),
      ],
      [
        'command.copied',
        expect.objectContaining({ number: 2, command: expect.stringContaining('rollout undo') }),
      ],
    ]);
    expect(service.setStep({ runId: run.id, stepId, state: 'open' }).steps[1]).toMatchObject({
      state: 'open',
      at: null,
    });
  });

  test('progress survives a restart and an edit of other steps', async () => {
    const { run, begun, service } = await begin();
    service.setStep({ runId: run.id, stepId: run.steps[1]!.id, state: 'done' });
    await service.stop();
    write(
      'Checkout.md',
      text
        .replace('1. Is it real?', '1. Look at the page\n2. And at the log')
        .replace('3. Tell', '3. Tell Anna'),
    );
    const restarted = await start();
    const again = restarted.startRun(begun);
    expect(again.id).toBe(run.id);
    expect(again.steps.map((step) => [step.plainText, step.state])).toEqual([
      ['Look at the page', 'open'],
      ['And at the log', 'open'],
      ['Roll back', 'done'],
      ['Tell Anna', 'open'],
    ]);
    write('Checkout.md', '# Checkout\n1. Something else\n');
    await restarted.rescan();
    expect(restarted.getRun(run.id).steps.map((step) => step.plainText)).toEqual([
      'Something else',
      'Roll back (no longer in the runbook)',
    ]);
  });

  test('stay readable when the runbook and the alarm are gone, and find it when it returns', async () => {
    const { run, service } = await begin();
    service.setStep({ runId: run.id, stepId: run.steps[0]!.id, state: 'skipped' });
    write('Other.md', '# Other');
    rmSync(join(folder.path, 'Checkout.md'));
    await service.rescan();
    alarms.clear();
    store.connection.exec('DELETE FROM alarm');
    const kept = service.getRun(run.id);
    expect(kept.steps).toHaveLength(3);
    expect(kept.steps[0]?.state).toBe('skipped');
    expect(kept.steps[1]?.commands[0]?.copyText).toContain("'shop; id'");
    Run.parse(kept);
    write('Checkout.md', text);
    await service.rescan();
    expect(
      service.setStep({ runId: run.id, stepId: run.steps[1]!.id, state: 'done' }).doneCount,
    ).toBe(2);
  });

  test('an alarm that fires again begins a new run; an incident keeps the one it had', async () => {
    const { run, begun, service } = await begin();
    const incidentId = 5 as IncidentId;
    expect(service.startRun({ ...begun, incidentId }).incidentId).toBe(5);
    expect(service.runsOf(incidentId, [], '').map((item) => item.id)).toEqual([run.id]);
    store.connection.exec("UPDATE episode SET ended_at = 'x' WHERE id = 1");
    store.connection.exec(
      "INSERT INTO episode (id, alarm_id, started_at, seen_at, severity) VALUES (2, 1, 'x', 'x', 'high')",
    );
    alarms.set(1, { ...alarms.get(1)!, episodeId: 2 as EpisodeId });
    const next = service.startRun(begun);
    expect(next.id).not.toBe(run.id);
    expect(service.runsOf(incidentId, [1 as AlarmId], '').map((item) => item.id)).toEqual([
      run.id,
      next.id,
    ]);
  });

  test("run only the alarm's own section of a document for many alarms", async () => {
    write(
      'Many.md',
      '# Many\n\n## AlarmNumberOne\n\n1. One\n\n### Mitigation\n\n1. Fix one\n\n## AlarmNumberTwo\n\n1. Two\n\n## AlarmNumberThree\n\ntext\n\n## Table\n\n|a|\n|-|\n|x|\n',
    );
    const service = await start();
    const { id } = service.list().runbooks[0]!;
    const stepsOf = (anchor: string | null) =>
      service
        .startRun({ runbookId: id, anchor, alarmId: null, incidentId: null })
        .steps.map((step) => step.plainText);
    expect(stepsOf('alarmnumberone')).toEqual(['One', 'Fix one']);
    expect(stepsOf('alarmnumberthree')).toEqual([]);
    expect(stepsOf('table')).toHaveLength(3);
    expect(stepsOf(null)).toHaveLength(3);
    expect(service.get({ id }).alarmSections).toEqual([
      'alarmnumberone',
      'alarmnumbertwo',
      'alarmnumberthree',
    ]);
  });

  test('what does not exist is said plainly', async () => {
    const service = await start();
    expect(() => service.getRun(99 as RunId)).toThrow('This run does not exist (any more).');
    expect(() => service.get({ id: 99 as RunbookId })).toThrow('This runbook does not exist');
  });
});

test.runIf(process.getuid?.() !== 0)('an unreadable file keeps its copy', async () => {
  const one = write('One.md', '# One');
  const service = await start();
  chmodSync(one, 0);
  utimesSync(one, new Date(), new Date(Date.now() + 5_000));
  await service.rescan();
  expect(service.list().runbooks).toHaveLength(1);
});
