import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvText } from '../../../../main/csv.ts';
import {
  hintsOf,
  linksOf,
  nameOf,
  type MatchInput,
} from '../../../../main/runbooks/matching/alarm-facts.ts';
import { byEqualName, type NamedRow } from '../../../../main/runbooks/matching/equal-names.ts';
import { linkBeside } from '../../../../main/runbooks/matching/mentions.ts';
import { isSameWord, matchWords } from '../../../../main/runbooks/matching/words.ts';
import { nameWords } from '../../../../main/runbooks/names.ts';
import type { RunbookId } from '../../../../preload/contract/common.ts';

const input = (change: Partial<MatchInput> = {}): MatchInput => ({
  title: 'Title',
  labels: {},
  annotations: {},
  runbookUrl: null,
  service: '',
  ...change,
});

describe('links of an alarm', () => {
  test.each<[string, Partial<MatchInput>, string[]]>([
    [
      'its own field first',
      { runbookUrl: 'https://a/x', annotations: { runbook: 'y.md' } },
      ['https://a/x', 'y.md'],
    ],
    [
      'the runbook before the documentation',
      { annotations: { documentation: 'd.md', runbook_url: 'r.md' } },
      ['r.md', 'd.md'],
    ],
    [
      'whatever the case and the dashes',
      { annotations: { RunbookURL: 'a', 'runbook-link': 'b' } },
      ['a', 'b'],
    ],
    ['a label too', { labels: { runbook_url: 'https://a/x' } }, ['https://a/x']],
    [
      'within a sentence',
      { annotations: { runbook: 'See https://a/x, then https://a/y.' } },
      ['https://a/x', 'https://a/y'],
    ],
    ['as Markdown', { annotations: { runbook: '[Runbook](https://a/x "t")' } }, ['https://a/x']],
    ['in angle brackets', { annotations: { runbook: '<https://a/x>' } }, ['https://a/x']],
    ['each once', { runbookUrl: 'a', annotations: { runbook: 'a' } }, ['a']],
    ['nothing', { annotations: { summary: 'https://a/x', runbook: '  ' } }, []],
    ['nothing that is endless', { runbookUrl: 'x'.repeat(9_000) }, []],
  ])('%s', (_name, change, links) => {
    expect(linksOf(input(change))).toEqual(links);
  });

  test('its name is the label, or the title', () => {
    expect(nameOf(input({ labels: { alertname: 'A' } }))).toBe('A');
    expect(nameOf(input())).toBe('Title');
  });

  test('its hints hold each value once, and the last part of a path', () => {
    const labels = { service: 'checkout', job: 'shop/checkout-api', app: 'checkout', team: 'x' };
    expect(hintsOf(input({ labels, service: 'checkout' })).map(({ text }) => text)).toEqual([
      'service checkout',
      'job shop/checkout-api',
      'job checkout-api',
    ]);
  });
});

describe('equal names', () => {
  const row = (id: number, path: string, origin: NamedRow['origin'], anchor = ''): NamedRow => ({
    id: id as RunbookId,
    folder: 'f',
    path,
    title: path,
    anchor,
    origin,
  });
  const certain = (
    rows: NamedRow[],
    labels: Record<string, string> = {},
    name = 'HighLatency',
    isElsewhere = () => false,
  ): number[] =>
    byEqualName(name, rows, hintsOf(input({ labels })), isElsewhere)
      .filter((match) => match.isCertain)
      .map(({ id }) => id);
  const two = [row(1, 'a/HighLatency.md', 'file name'), row(2, 'b/HighLatency.md', 'file name')];

  test('one of its kind is certain', () => {
    expect(certain([row(1, 'a/HighLatency.md', 'file name')])).toEqual([1]);
  });
  test('two leave a choice, so both only suggest, and say so', () => {
    expect(certain(two)).toEqual([]);
    expect(byEqualName('HighLatency', two, [], () => false)[0]?.reason).toBe(
      'file name equals the alarm name, as of another runbook',
    );
  });
  test('a label equal to the folder chooses', () => {
    expect(certain(two, { service: 'bbb' })).toEqual([]);
    const named = [
      row(1, 'aaa/HighLatency.md', 'file name'),
      row(2, 'bbb/HighLatency.md', 'title'),
    ];
    expect(certain(named, { service: 'bbb' })).toEqual([2]);
  });
  test('a service of two letters chooses as well', () => {
    const named = [
      row(1, 'web/HighLatency.md', 'file name'),
      row(2, 'db/HighLatency.md', 'file name'),
    ];
    expect(certain(named, { service: 'db' })).toEqual([2]);
    expect(certain(named, { service: 'd' })).toEqual([]);
  });
  test('a file goes before a heading, and a heading before a row', () => {
    const rows = [
      row(3, 'c.md', 'table row', 'x'),
      row(2, 'b.md', 'heading', 'high-latency'),
      row(1, 'a/HighLatency.md', 'file name'),
    ];
    expect(certain(rows)).toEqual([1]);
    expect(certain(rows.slice(0, 2))).toEqual([2]);
    expect(certain(rows.slice(0, 1))).toEqual([3]);
  });
  test('front matter is a person’s word, however many say so', () => {
    expect(certain([row(1, 'a.md', 'front matter'), row(2, 'b.md', 'front matter')])).toEqual([
      1, 2,
    ]);
    expect(
      certain([row(1, 'a.md', 'front matter'), row(2, 'HighLatency.md', 'file name')]),
    ).toEqual([1]);
  });
  test('a heading of one common word names no alarm', () => {
    expect(certain([row(1, 'a.md', 'heading', 'disk')], {}, 'Disk')).toEqual([]);
    expect(certain([row(1, 'Disk.md', 'file name')], {}, 'Disk')).toEqual([1]);
  });
  test('a title that leaves its service out is not every service’s', () => {
    expect(certain([row(1, 'etcd/EtcdHighLatency.md', 'title')])).toEqual([]);
  });
  test('a dead link to another place is heard', () => {
    expect(
      certain([row(1, 'a/HighLatency.md', 'file name')], {}, 'HighLatency', () => true),
    ).toEqual([]);
  });
  test('the same page in two sources is one', () => {
    expect(certain([two[0]!, { ...two[0]!, id: 9 as RunbookId, folder: 'g' }])).toEqual([1, 9]);
  });
});

describe('words', () => {
  test.each([
    ['failing', 'failed', true],
    ['replicas', 'replication', true],
    ['pods', 'pod', false],
    ['queue', 'queues', true],
    ['store', 'storage', false],
    ['gc', 'g', false],
  ])('%s and %s', (a, b, isSame) => {
    expect(isSameWord(a, b)).toBe(isSame);
    expect(isSameWord(b, a)).toBe(isSame);
  });

  test('rare words weigh more than common ones', () => {
    const weights = new Map([
      ['etcd', 1],
      ['high', 0.1],
    ]);
    const rare = matchWords(weights, ['etcd'], []);
    const common = matchWords(weights, ['high'], []);
    expect(rare.score).toBeGreaterThan(common.score * 5);
    expect(matchWords(weights, ['etcd'], ['high', 'etcd'])).toMatchObject({
      words: ['etcd', 'high'],
      isSection: true,
    });
  });

  test('a score is never more than all of it', () => {
    const words = fc.array(fc.constantFrom('etcd', 'high', 'commit', 'slow', 'leader'), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(words, words, words, (name, page, heading) => {
        const { score } = matchWords(new Map(name.map((word) => [word, 0.5])), page, heading);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(20.001);
      }),
    );
  });
});

describe('the link beside a name', () => {
  test.each([
    ['| [PodStuck](pods/stuck.md) | text |', 'pods/stuck.md'],
    ['| PodStuck | see [here](<pods/stuck.md>) |', 'pods/stuck.md'],
    ['PodStuck is described [there](https://elsewhere/x) and [here](a.md).', 'a.md'],
    ['PodStuck, [below](#stuck)', null],
    ['[other](b.md)\nPodStuck', null],
    ['nothing', null],
  ])('%j', (text, link) => {
    expect(linkBeside(text, 'PodStuck')).toBe(link);
  });
});

describe('CSV', () => {
  test.each<[(string | number | null)[], string]>([
    [['a', 1, null], 'a,1,\r\n'],
    [['a,b', 'say "x"', 'two\nlines'], '"a,b","say ""x""","two\nlines"\r\n'],
    [['=1+1', '+x', '-x', '@x'], "'=1+1,'+x,'-x,'@x\r\n"],
    [[-1], '-1\r\n'],
  ])('%j', (row, text) => {
    expect(csvText([row])).toBe(text);
  });
});

test.each([
  ['PostgreSQL_UnusedSlot', ['postgres', 'unused', 'slot']],
  ['postgresql-replica', ['postgres', 'replica']],
  ['PGBouncerErrors', ['pgbouncer', 'errors']],
  ['PgBouncerDown', ['pgbouncer', 'down']],
  ['HAProxyHighCPU', ['haproxy', 'high', 'cpu']],
  ['MySQLReplicaLag', ['mysql', 'replica', 'lag']],
  ['KubeAPIDown', ['kube', 'api', 'down']],
])('the words of %s', (name, words) => {
  // The humps in a product's name part no words: its pages are called without them.
  expect(nameWords(name)).toEqual(words);
});
