import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KnownAlarm } from '../../main/alarms/alarm.ts';
import { Bus } from '../../main/bus.ts';
import { Windows } from '../../main/desk/windows.ts';
import { createLibrary } from '../../main/runbooks/library.ts';
import { createMatching } from '../../main/runbooks/matching/matching-service.ts';
import { historyQueries } from '../../main/runbooks/matching/run-history.ts';
import type { AlarmId, RunbookId } from '../../preload/contract/common.ts';
import { createCollection } from '../bench/matching/collection.ts';
import { evaluate, precisionOf, recallOf } from '../bench/matching/evaluate.ts';
import { loadRunbooks } from '../bench/matching/load.ts';
import { readRules } from '../bench/matching/rules-file.ts';
import { known } from '../support/alarms.ts';
import { openTestStore, standingClock, temporaryFolder, type TestStore } from '../support/store.ts';

describe('over collections with the habits of real ones', () => {
  test.each([10, 22])(
    'collection %i: what is certain is right, and hardly anything is missed',
    (seed) => {
      const { files, rules } = createCollection(seed);
      const loaded = loadRunbooks(files);
      const { withLinks, withoutLinks, suggestions, deadLinks, links } = evaluate(
        loaded.matcher,
        rules,
      );
      loaded.close();
      expect(withLinks.misses.filter(({ got }) => got.includes('(certain'))).toEqual([]);
      expect(precisionOf(withLinks)).toBe(1);
      expect(recallOf(withLinks)).toBeGreaterThanOrEqual(0.98);
      expect(precisionOf(withoutLinks)).toBe(1);
      expect(suggestions.reciprocalRank).toBeGreaterThanOrEqual(0.8);
      // A collection whose links all lead somewhere would prove little.
      expect(deadLinks.length / links).toBeGreaterThan(0.04);
    },
  );

  test('the same seed makes the same collection', () => {
    expect(createCollection(3)).toEqual(createCollection(3));
    expect(createCollection(3)).not.toEqual(createCollection(4));
  });

  test('rules are read from groups, custom resources and several documents', () => {
    const text = [
      'groups:\n- name: a\n  rules:\n  - alert: A\n    labels: {severity: page, team: "{{ $labels.x }}"}\n    annotations: {runbook_url: a.md}\n  - record: r',
      'kind: PrometheusRule\nspec:\n  groups:\n  - rules:\n    - alert: B\n      annotations:\n        runbook_url: "https://x/{{ $labels.service }}"',
      'broken: [',
    ].join('\n---\n');
    const { rules, problems, templated } = readRules(text);
    expect(rules.map(({ name, labels, annotations }) => [name, labels, annotations])).toEqual([
      ['A', { severity: 'page' }, { runbook_url: 'a.md' }],
      ['B', {}, {}],
    ]);
    expect(templated).toBe(1);
    expect(problems).toHaveLength(1);
  });
});

let store: TestStore;
let folder: ReturnType<typeof temporaryFolder>;
let library: ReturnType<typeof createLibrary>;
let matching: ReturnType<typeof createMatching>;
let alarms: Map<number, KnownAlarm>;
const bus = new Bus();
const clock = standingClock('2026-11-24T04:00:00.000Z');

const write = (path: string, text: string): void => {
  const full = join(folder.path, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
};
const long = 'Some words about what to do when nothing else helps any more. '.repeat(12);
const alarm = (id: number, alertname: string, change: Partial<KnownAlarm> = {}): KnownAlarm => {
  const one = known({
    id: id as AlarmId,
    title: alertname,
    service: '',
    ...change,
    labels: { alertname, ...change.labels },
  });
  alarms.set(id, one);
  return one;
};
const read = (): Promise<void> => library.setFolders([{ name: folder.path, path: folder.path }]);
const idOf = (path: string): RunbookId => library.store.list().find((one) => one.path === path)!.id;
const paths = (one: KnownAlarm): string[] => matching.matchAlarm(one).map(({ path }) => path);

const start = (): ReturnType<typeof createMatching> =>
  createMatching({
    db: store.db,
    clock,
    bus,
    windows: new Windows(),
    alarms: { get: (id) => alarms.get(id) },
    library,
  });

beforeEach(async () => {
  store = openTestStore();
  folder = temporaryFolder();
  alarms = new Map();
  library = createLibrary({ db: store.db, clock, onChanged: () => undefined });
  matching = start();
  write('database/replica-lag.md', `# Replica lag of the orders database\n\n${long}`);
  write('database/a-stub/replica-lag.md', '# Replica lag of the orders database\n');
  write('queue/README.md', `# Queues\n\n${long}`);
  write('front.md', `---\nservices: [mailroom]\n---\n\n# Post\n\n${long}`);
  write(
    'index.md',
    `# All\n\n| Alarm | Page |\n|--|--|\n| [PaperJam](queue/README.md) | x |\n\n${long}`,
  );
  await read();
});
afterEach(async () => {
  matching.stop();
  await library.stop();
  store.close();
  folder.remove();
});

describe('suggestions', () => {
  test('a stub does not go first for being short', () => {
    expect(paths(alarm(1, 'ReplicaLagTooLong'))).toEqual([
      'database/replica-lag.md',
      'database/a-stub/replica-lag.md',
    ]);
  });
  test('a service in the front matter is a place', () => {
    expect(
      matching.matchAlarm(alarm(1, 'XyzBroken', { labels: { app: 'mailroom' } })),
    ).toMatchObject([
      { path: 'front.md', isCertain: false, reason: 'front matter of app mailroom' },
    ]);
  });
  test('a list of alarms is no runbook, but says which is', () => {
    expect(matching.matchAlarm(alarm(1, 'PaperJam'))).toMatchObject([
      { path: 'queue/README.md', isCertain: false, reason: 'index.md links to it for this alarm' },
    ]);
  });
});

describe('a link that leads nowhere', () => {
  test('still says by its words and its folder what was meant', async () => {
    write('machines/disk_space.md', `# Errors in the log\n\n${long}`);
    await library.rescan();
    const one = alarm(1, 'VolumeLow', { runbookUrl: 'docs/machines/disk_space_alerts.md' });
    expect(matching.matchAlarm(one)[0]).toMatchObject({
      path: 'machines/disk_space.md',
      isCertain: false,
      reason: 'words of its link: disk, space',
    });
    expect(paths(alarm(2, 'VolumeLow'))).toEqual([]);
    const other = alarm(3, 'PaperOut', { runbookUrl: 'docs/queue/paper.md' });
    expect(matching.matchAlarm(other)[0]).toMatchObject({
      path: 'queue/README.md',
      reason: 'folder of its link’s queue',
    });
  });

  test('finds the row of the alarm that a generated anchor means', async () => {
    write(
      'mixin/rows.md',
      `# Alerts\n\n## Rows of paper\n\n| Name | Text |\n|--|--|\n| PaperTornTwice | ${long} |\n`,
    );
    await library.rescan();
    const link = 'https://git.example.org/acme/tools/blob/main/mixin/rows.md#alert-name-';
    const one = alarm(1, 'PaperTornTwice', { runbookUrl: `${link}papertorntwice` });
    expect(matching.matchAlarm(one)[0]).toMatchObject({
      anchor: 'rows-of-paper',
      isCertain: true,
      reason: expect.not.stringContaining('does not exist'),
    });
    const other = alarm(2, 'PaperWet', { runbookUrl: `${link}paperwet` });
    expect(matching.matchAlarm(other)[0]?.reason).toContain('does not exist');
  });
});

describe('a person’s word', () => {
  const judge = (
    one: KnownAlarm,
    path: string,
    verdict: 'bound' | 'hidden',
    change: { anchor?: string | null; isOnlyService?: boolean } = {},
  ) =>
    matching.verdicts.judge({
      alarmId: one.id,
      runbookId: idOf(path),
      anchor: null,
      isOnlyService: false,
      verdict,
      ...change,
    });

  test('binds a runbook to every alarm of the name, with its section, until it is taken back', () => {
    const one = alarm(1, 'ReplicaLagTooLong');
    const said = judge(one, 'queue/README.md', 'bound', { anchor: 'queues' });
    expect(matching.matchAlarm(alarm(2, 'replica_lag_too_long'))[0]).toMatchObject({
      path: 'queue/README.md',
      anchor: 'queues',
      isCertain: true,
      reason: 'you said that it is the one',
    });
    expect(matching.verdicts.list(one.id)).toMatchObject([{ id: said.id, verdict: 'bound' }]);
    matching.verdicts.takeBack(said.id);
    expect(paths(one)[0]).toBe('database/replica-lag.md');
    expect(() => matching.verdicts.takeBack(said.id)).not.toThrow();
  });

  test('goes before the alarm’s own link', () => {
    const one = alarm(1, 'X1', { runbookUrl: 'database/replica-lag.md' });
    expect(paths(one)).toEqual(['database/replica-lag.md']);
    judge(one, 'queue/README.md', 'bound');
    expect(paths(one)).toEqual(['queue/README.md', 'database/replica-lag.md']);
  });

  test('only for one service leaves the alarms of others alone', () => {
    const one = alarm(1, 'Slow', { service: 'checkout' });
    judge(one, 'queue/README.md', 'bound', { isOnlyService: true });
    expect(matching.matchAlarm(one)[0]?.reason).toBe('you said so for service checkout');
    expect(paths(alarm(2, 'Slow', { service: 'search' }))).toEqual([]);
  });

  test('hides what is not meant, and the next takes its place', () => {
    const one = alarm(1, 'ReplicaLagTooLong');
    const said = judge(one, 'database/replica-lag.md', 'hidden');
    expect(paths(one)).toEqual(['database/a-stub/replica-lag.md']);
    matching.verdicts.takeBack(said.id);
    expect(paths(one)[0]).toBe('database/replica-lag.md');
  });

  test('hides even what its link calls certain, and then looks for others', () => {
    const one = alarm(1, 'ReplicaLagTooLong', { runbookUrl: 'queue/README.md' });
    expect(paths(one)).toEqual(['queue/README.md']);
    judge(one, 'queue/README.md', 'hidden');
    expect(paths(one)[0]).toBe('database/replica-lag.md');
    expect(matching.markFor(one)).toBe('suggested');
    expect(matching.certainOf(one)).toEqual([]);
  });

  test('about its service goes before the one about all', () => {
    const one = alarm(1, 'Slow', { service: 'checkout' });
    judge(one, 'queue/README.md', 'bound', { isOnlyService: true });
    judge(one, 'queue/README.md', 'hidden');
    expect(paths(one)).toEqual(['queue/README.md']);
    expect(paths(alarm(2, 'Slow', { service: 'search' }))).toEqual([]);
  });

  test('the later word counts', () => {
    const one = alarm(1, 'ReplicaLagTooLong');
    judge(one, 'database/replica-lag.md', 'hidden');
    judge(one, 'database/replica-lag.md', 'bound', { anchor: 'x' });
    expect(matching.matchAlarm(one)[0]).toMatchObject({ isCertain: true, anchor: 'x' });
    judge(one, 'database/replica-lag.md', 'hidden');
    expect(paths(one)).not.toContain('database/replica-lag.md');
    expect(matching.verdicts.list(undefined)).toHaveLength(1);
  });

  test('survives a restart and the file’s absence', async () => {
    const one = alarm(1, 'ReplicaLagTooLong');
    judge(one, 'queue/README.md', 'bound');
    rmSync(join(folder.path, 'queue/README.md'));
    await library.rescan();
    expect(paths(one)[0]).toBe('database/replica-lag.md');
    expect(matching.verdicts.list(one.id)).toMatchObject([{ runbookId: null, title: 'Queues' }]);
    write('queue/README.md', `# Queues\n\n${long}`);
    await library.rescan();
    matching.stop();
    matching = start();
    expect(paths(one)[0]).toBe('queue/README.md');
  });

  test('leaves as CSV', () => {
    judge(alarm(1, 'Slow, very', { service: 'checkout' }), 'queue/README.md', 'bound', {
      isOnlyService: true,
    });
    expect(matching.verdicts.export()).toEqual({
      fileName: 'runbook-verdicts.csv',
      mediaType: 'text/csv',
      text:
        'verdict,alarm,service,folder,path,section,title,at\r\n' +
        `bound,"Slow, very",checkout,${folder.path},queue/README.md,,Queues,2026-11-24T04:00:00.000Z\r\n`,
    });
  });

  test('about any name, said and taken back, leaves no trace', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.constantFrom('bound' as const, 'hidden' as const),
        (name, verdict) => {
          const one = alarm(1, name);
          const before = matching.matchAlarm(one);
          const said = judge(one, 'queue/README.md', verdict);
          const isFirst = matching.matchAlarm(one)[0]?.path === 'queue/README.md';
          expect(isFirst).toBe(verdict === 'bound');
          matching.verdicts.takeBack(said.id);
          expect(matching.matchAlarm(one)).toEqual(before);
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('what helped before', () => {
  /** One alarm with past episodes; `used`: in which of them a step of the runbook was done. */
  const past = (name: string, used: readonly boolean[], state = 'done'): void => {
    const { connection } = store;
    connection.exec(
      "INSERT OR IGNORE INTO source (id, kind, name) VALUES ('prod', 'alertmanager', 'Prod')",
    );
    const labels = JSON.stringify({ alertname: name });
    for (const [index, isUsed] of used.entries()) {
      const id = index + 1;
      connection
        .prepare(
          `INSERT INTO alarm (id, source_id, external_id, status, severity, is_severity_mapped, title, summary, service,
            labels, annotations, starts_at, status_since, first_seen_at, changed_at)
           VALUES (?, 'prod', ?, 'resolved', 'high', 1, ?, '', '', ?, '{}', 'x', 'x', 'x', 'x')`,
        )
        .run(id, `a${id}`, name, labels);
      const isOpen = index === used.length - 1 && state === 'open';
      connection
        .prepare(
          "INSERT INTO episode (id, alarm_id, started_at, seen_at, ended_at, severity) VALUES (?, ?, '2026-11-20', 'x', ?, 'high')",
        )
        .run(id, id, isOpen ? null : '2026-11-20T05:00:00.000Z');
      if (!isUsed) continue;
      connection
        .prepare(
          `INSERT INTO run (id, runbook_id, folder, path, title, summary, steps, context, alarm_id, episode_id, started_at)
           VALUES (?, 1, ?, 'queue/README.md', 'Queues', '{}', '[]', ?, ?, ?, '2026-11-20T04:10:00.000Z')`,
        )
        .run(
          id,
          folder.path,
          JSON.stringify({ labels: { alertname: name }, annotations: {} }),
          id,
          id,
        );
      connection
        .prepare(
          "INSERT INTO run_step (run_id, step_id, state, text, number, at) VALUES (?, 's', ?, 't', 1, 'x')",
        )
        .run(id, state === 'open' ? 'done' : state);
    }
  };

  test('is suggested first, with how often', () => {
    past('ReplicaLagTooLong', [true, true, false, true, true]);
    expect(matching.matchAlarm(alarm(1, 'ReplicaLagTooLong'))[0]).toMatchObject({
      path: 'queue/README.md',
      isCertain: false,
      reason: 'used in 4 of 5 past episodes',
    });
  });
  test('a step that was skipped helped nobody', () => {
    past('ReplicaLagTooLong', [true], 'skipped');
    expect(paths(alarm(1, 'ReplicaLagTooLong'))).not.toContain('queue/README.md');
  });
  test('the episode that still runs is not past', () => {
    past('ReplicaLagTooLong', [true], 'open');
    expect(paths(alarm(1, 'ReplicaLagTooLong'))).not.toContain('queue/README.md');
  });
  test('its queries do not read every step of every run', () => {
    const plan = store.connection
      .prepare(`EXPLAIN QUERY PLAN ${historyQueries.uses}`)
      .all({ from: '2026' }) as { detail: string }[];
    expect(plan.map(({ detail }) => detail).join('\n')).toMatch(/SEARCH s .*run_id=\?/);
  });
});
