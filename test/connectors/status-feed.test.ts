import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Clock } from '../../main/clock.ts';
import { connect } from '../../main/sources/connect.ts';
import type { PollResult } from '../../main/sources/connector.ts';
import { statusFeedKind } from '../../main/sources/status-feed/connector.ts';
import { feedInstant } from '../../main/sources/status-feed/feed-instant.ts';
import { plainTitle, standingOf } from '../../main/sources/status-feed/news.ts';
import { followEntries, type FeedMemory } from '../../main/sources/status-feed/open-entries.ts';
import { readFeed } from '../../main/sources/status-feed/parse.ts';
import type { Connection } from '../../main/sources/source-state.ts';
import type { SourceId } from '../../preload/contract/common.ts';
import type { SourceSettings } from '../../preload/contract/sources.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import { answer } from '../support/upstream-faults.ts';
import {
  atom,
  entryOf,
  resolved,
  startStatusFeed,
  type StatusFeedStandIn,
} from './status-feed/stand-in.ts';

const noLists = { why: 'a feed carries no severity; the person sets one for all' };

const one: ConnectorCase = {
  kind: statusFeedKind,
  start: startStatusFeed,
  settings: ({ url }) => ({ url: `${url}/history.atom` }),
  secrets: {},
  wrongSecrets: null,
  severities: noLists,
  unknownSeverity: noLists,
  absentSeverity: 'warning',
  paging: { why: 'one document' },
  zones: true,
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'the feed breaks off': (upstream) => {
      upstream.fault = answer(atom([]).slice(0, 200), { 'content-type': 'application/atom+xml' });
    },
    'another page answers at its address': (upstream) => {
      upstream.fault = answer('<html><body>Welcome</body></html>', { 'content-type': 'text/xml' });
    },
  },
  // It reads text, so these say what they are: no feed.
  expected: {
    'half a JSON': 'misconfigured',
    'a web page that claims to be JSON': 'misconfigured',
  },
  kept: ['acknowledge', 'silence', 'resolve'],
};

describeConnector(one, [
  'acknowledge',
  'unacknowledge',
  'silence',
  'extend_silence',
  'unsilence',
  'resolve',
]);

const never = new AbortController().signal;
const hour = 3_600_000;
const now = Date.parse('2026-11-24T05:00:00.000Z');
const at = (hoursAgo: number): string => new Date(now - hoursAgo * hour).toISOString();

describe('a feed is news, not a list of what is wrong', () => {
  let upstream: StatusFeedStandIn;
  let clock: Clock & { ms: number };
  const connections: Connection[] = [];
  beforeEach(async () => {
    upstream = await startStatusFeed();
    clock = { ms: now, now: () => clock.ms, monotonic: () => clock.ms };
  });
  afterEach(async () => {
    for (const { connector } of connections.splice(0)) await connector.close();
    await upstream.close();
  });

  const open = (
    settings: SourceSettings = {},
    memory: Readonly<Record<string, unknown>> = {},
  ): Connection['connector'] => {
    const connection = connect({
      kind: statusFeedKind,
      sourceId: 'acme' as SourceId,
      name: 'Acme',
      settings: statusFeedKind.settings.parse({
        url: `${upstream.url}/history.atom`,
        ...settings,
      }) as SourceSettings,
      severityMap: {},
      secrets: new Map(),
      memory,
      clock,
    });
    connections.push(connection);
    return connection.connector;
  };
  const titles = ({ snapshot }: PollResult): string[] => snapshot.alarms.map(({ title }) => title);
  const stored = (memory: unknown): Record<string, unknown> =>
    JSON.parse(JSON.stringify(memory)) as Record<string, unknown>;
  const entry = (key: string, hoursAgo: number) =>
    entryOf({ key, name: `Alarm ${key}`, since: now - hoursAgo * hour });

  test('an entry that newer ones pushed out goes on, also over a restart', async () => {
    upstream.entries = [entry('a1', 1)];
    const connector = open();
    const first = await connector.poll(never);
    upstream.entries = [entry('b2', 0.5), ...upstream.entries];
    upstream.length = 1;
    const second = await connector.poll(never);
    expect(titles(second).toSorted()).toEqual(['Acme Status: Alarm a1', 'Acme Status: Alarm b2']);
    expect(second.snapshot.isComplete).toBe(true);
    const gone = second.snapshot.alarms.find(({ title }) => title.includes('a1'));
    expect(gone?.summary).toMatch(/^No longer listed/);
    expect(gone?.startsAt).toBe(first.snapshot.alarms[0]?.startsAt);
    clock.ms += 30 * 24 * hour;
    upstream.entries = [];
    const later = await open({}, stored(second.memory)).poll(never);
    expect(titles(later)).toHaveLength(2);
  });

  test('an entry ends when the feed says so, and begins again when it says so', async () => {
    upstream.entries = [entry('a1', 1)];
    const connector = open();
    await connector.poll(never);
    const [begun] = upstream.entries;
    if (begun === undefined) throw new Error('no entry');
    upstream.entries = [resolved(begun)];
    expect(titles(await connector.poll(never))).toEqual([]);
    upstream.entries = [
      { ...begun, updated: at(0), updates: ['<strong>Identified</strong> - Again.'] },
    ];
    expect(titles(await connector.poll(never))).toHaveLength(1);
  });

  test('history is no alarm, but what was open stays open however old it gets', async () => {
    upstream.entries = [entry('old', 25), entry('new', 23)];
    const connector = open();
    expect(titles(await connector.poll(never))).toEqual(['Acme Status: Alarm new']);
    clock.ms += 48 * hour;
    expect(titles(await connector.poll(never))).toEqual(['Acme Status: Alarm new']);
  });

  test('a feed that never says "resolved" may be given up after a time of one\'s own choosing', async () => {
    upstream.entries = [entry('a1', 1)];
    const connector = open({ forgetAfterHours: 12 });
    expect(titles(await connector.poll(never))).toHaveLength(1);
    clock.ms += 12 * hour;
    expect(titles(await connector.poll(never))).toEqual([]);
  });

  test('what a person ended stays ended until the feed says something new about it', async () => {
    upstream.entries = [entry('a1', 1)];
    const connector = open();
    const { snapshot } = await connector.poll(never);
    const [alarm] = snapshot.alarms;
    if (alarm === undefined) throw new Error('no alarm');
    const { externalId, refs } = alarm;
    const action = { kind: 'resolve', externalId, refs, by: 'ada', note: '' } as const;
    const receipt = await connector.actions?.send(action, 'key-1', never);
    expect(
      await connector.actions?.confirm(
        action,
        receipt ?? { upstreamRef: null, expiresAt: null },
        never,
      ),
    ).toBe(false);
    const after = await connector.poll(never);
    expect(titles(after)).toEqual([]);
    const again = open({}, stored(after.memory));
    expect(titles(await again.poll(never))).toEqual([]);
    const [entryNow] = upstream.entries;
    if (entryNow === undefined) throw new Error('no entry');
    upstream.entries = [{ ...entryNow, updated: at(0) }];
    expect(titles(await again.poll(never))).toHaveLength(1);
  });

  test('maintenance counts while it is in progress, and is suppressed', async () => {
    const planned = { ...entry('m1', 1), updates: ['<strong>Scheduled</strong> - Tonight.'] };
    upstream.entries = [planned];
    const connector = open();
    expect(titles(await connector.poll(never))).toEqual([]);
    upstream.entries = [{ ...planned, updates: ['<strong>In progress</strong> - Now.'] }];
    expect((await connector.poll(never)).snapshot.alarms[0]?.status).toBe('suppressed');
    upstream.entries = [{ ...planned, updates: ['<strong>Completed</strong> - Done.'] }];
    expect(titles(await connector.poll(never))).toEqual([]);
  });

  test('what came and went meanwhile is told, as far as the feed lists it', async () => {
    const ended = { ...resolved(entry('a1', 3)), updated: at(2) };
    upstream.entries = [ended, { ...resolved(entry('b2', 9)), updated: at(2) }, entry('c3', 3)];
    const passed = await open().passed?.(at(4), at(1), never);
    expect(passed?.episodes).toMatchObject([
      {
        alarm: { title: 'Acme Status: Alarm a1', status: 'firing', startsAt: at(3) },
        endedAt: at(2),
      },
    ]);
    expect(passed?.incompleteReason).toMatch(/newest/);
  });

  test('only entries that mention a chosen word count', async () => {
    upstream.entries = [
      {
        ...entry('a1', 1),
        updates: ['<strong>Update</strong> - The <b>Payments</b> API is slow.'],
      },
      entry('b2', 1),
    ];
    expect(titles(await open({ mentions: ['billing'] }).poll(never))).toHaveLength(0);
    expect(titles(await open({ mentions: ['payments'] }).poll(never))).toHaveLength(1);
  });

  test('its severity is the one that a person set', async () => {
    upstream.entries = [entry('a1', 1)];
    const [alarm] = (await open({ severity: 'critical' }).poll(never)).snapshot.alarms;
    expect(alarm).toMatchObject({
      severity: 'critical',
      isSeverityMapped: true,
      severityText: null,
    });
    expect(alarm?.labels).toMatchObject({ layer: 'dependency' });
    expect(alarm?.refs).toEqual({ same: ['statuspage:incident:inc-a1'] });
  });

  test('an unchanged feed is asked about, not sent again', async () => {
    upstream.entries = [entry('a1', 1)];
    const connector = open();
    const first = await connector.poll(never);
    const second = await connector.poll(never);
    expect(upstream.notModified).toBe(1);
    expect(second.snapshot.alarms).toBe(first.snapshot.alarms);
    expect(second.memory).toBe(first.memory);
  });

  test('one incident in several entries follows the newest of them', async () => {
    const rss = (...items: [string, string, number][]): string =>
      `<rss version="2.0"><channel><title>Cloud</title>${items
        .map(
          ([title, guid, hoursAgo]) =>
            `<item><title>${title}</title><guid>${guid}</guid><link>https://c.example/i/7#${guid}</link>` +
            `<pubDate>${new Date(now - hoursAgo * hour).toUTCString()}</pubDate></item>`,
        )
        .join('')}</channel></rss>`;
    const xml = { 'content-type': 'application/rss+xml' };
    const connector = open({ identity: 'link' });
    upstream.fault = answer(rss(['Login is slow', '1', 3], ['Login is slower', '2', 2]), xml);
    expect(titles(await connector.poll(never))).toEqual(['Cloud: Login is slower']);
    upstream.fault = answer(rss(['[RESOLVED] Login', '3', 1], ['Login is slower', '2', 2]), xml);
    expect(titles(await connector.poll(never))).toEqual([]);
  });

  test.each([
    ['by its declaration', '<?xml version="1.0" encoding="ISO-8859-1"?>', 'latin1', ''],
    ['by its type', '', 'latin1', '; charset=iso-8859-1'],
    ['by a byte order mark', '\ufeff', 'utf16le', ''],
    ['not at all', '\ufeff', 'utf8', ''],
  ] as const)('a charset that is told %s is read', async (_how, start, encoding, charset) => {
    const text = `${start}${atom([entryOf({ key: 'a1', name: 'Störung', since: now - hour })]).replace(/^<\?xml.*\n/, '')}`;
    upstream.fault = answer(Buffer.from(text, encoding), { 'content-type': `text/xml${charset}` });
    expect(titles(await open().poll(never))).toEqual(['Acme Status: Störung']);
  });
});

describe('the words of an entry', () => {
  test.each([
    [
      'Slow',
      '<p><small>Nov 23, 11:26 UTC</small><br><strong>Resolved</strong> - Done.</p><p><strong>Identified</strong></p>',
      'over',
    ],
    [
      'Slow',
      '<p><strong>Identified</strong> - x</p><p><strong>Resolved</strong> - an older one</p>',
      'open',
    ],
    ['Slow', 'Nov 23, 11:26 PST Completed - The maintenance is over.', 'over'],
    ['Slow', 'Resolved: all fine', 'over'],
    ['Slow', 'Completed orders are lost', 'open'],
    ['Slow', 'This incident has been resolved.', 'open'],
    ['[RESOLVED] Slow', 'text', 'over'],
    ['RESOLVED: Slow', 'text', 'over'],
    ['Resolved tickets come back', 'text', 'open'],
    ['Service is operating normally: [RESOLVED] Slow', '', 'over'],
    ['Slow', '<b>Monitoring</b> - a fix is in', 'watched'],
    ['Upgrade', '<strong>Scheduled</strong> - tonight', 'planned'],
    ['Upgrade', '<strong>In progress</strong> - now', 'maintenance'],
    ['Slow', '', 'open'],
  ])('%s / %s is %s', (title, body, expected) => {
    expect(standingOf({ title, body })).toBe(expected);
  });

  test.each([
    ['[RESOLVED] Slow logins', 'Slow logins'],
    ['Resolved: Slow logins', 'Slow logins'],
    ['Slow &amp; <b>lost</b>', 'Slow & lost'],
    ['Resolved', 'Resolved'],
  ])('the title %s is %s', (title, expected) => {
    expect(plainTitle(title)).toBe(expected);
  });
});

describe('the times of feeds', () => {
  test.each([
    ['Tue, 24 Nov 2026 05:00:00 GMT', '2026-11-24T05:00:00.000Z'],
    ['Tue, 24 Nov 2026 05:00:00 PST', '2026-11-24T13:00:00.000Z'],
    ['24 Nov 26 05:00 +0530', '2026-11-23T23:30:00.000Z'],
    ['Tue, 24 Nov 2026 05:00:00 CEST', '2026-11-24T03:00:00.000Z'],
    ['2026-11-24T05:00:00-06:00', '2026-11-24T11:00:00.000Z'],
    ['2026-11-24T05:00:00.123456Z', '2026-11-24T05:00:00.123Z'],
    ['2026-11-24', '2026-11-24T00:00:00.000Z'],
    ['2026-11-24 05:00', '2026-11-24T05:00:00.000Z'],
    ['Tue, 24 Nov 2026 05:00:00 XYZ', null],
    ['yesterday', null],
    ['', null],
    ['Tue, 24 Foo 2026 05:00:00 GMT', null],
    ['0001-01-01T00:00:00Z', null],
  ])('%s is %s', (text, expected) => {
    expect(feedInstant(text)).toBe(expected);
  });

  test('any text is an instant or none, and never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const instant = feedInstant(text);
        expect(instant === null || !Number.isNaN(Date.parse(instant))).toBe(true);
      }),
    );
  });
});

describe('hostile feeds', () => {
  test.each([
    ['elements in elements', `<rss>${'<a>'.repeat(200_000)}${'</a>'.repeat(200_000)}</rss>`],
    ['openings only', `<rss>${'<a>'.repeat(300_000)}`],
    ['comments that never end', `<rss>${'<!--'.repeat(300_000)}`],
    ['too much of it', `<rss>${' '.repeat(2_100_000)}</rss>`],
    ['a bare ampersand', '<rss><channel><title>a & b</title></channel></rss>'],
  ])('%s: no list, and no crash', (_name, text) => {
    expect(() => readFeed(text, 'https://h.example/')).toThrow(
      expect.objectContaining({ isTorn: true }),
    );
  });

  test('entities of its own are not resolved, from outside or from inside', () => {
    const text = `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname"><!ENTITY y "why">]>
      <rss><channel><item><guid>1</guid><title>&x;&y;</title></item></channel></rss>`;
    expect(readFeed(text, 'https://h.example/').entries[0]?.title).toBe('&x;&y;');
  });

  test('links are addresses of the web, resolved against their base', () => {
    const link = (entry: string): string | null | undefined =>
      readFeed(
        `<feed xml:base="https://s.example/a/"><entry xml:base="b/"><id>1</id>${entry}</entry></feed>`,
        'https://h.example/feed',
      ).entries[0]?.link;
    expect(link('<link href="c"/>')).toBe('https://s.example/a/b/c');
    expect(link('<link href="javascript:alert(1)"/>')).toBeNull();
    expect(link('<link rel="self" href="https://self.example"/>')).toBeNull();
    expect(link('')).toBeNull();
  });
});

test('nothing that was open ends by being absent, whatever the feed lists', () => {
  const entry = fc.record({
    id: fc.constantFrom('a', 'b', '__proto__', 'constructor', null),
    title: fc.string({ unit: 'binary', maxLength: 20 }),
    body: fc.constantFrom('', 'Identified - x', 'Monitoring - y', 'Scheduled - z'),
    updatedAt: fc.constantFrom(at(1), at(2), null),
    link: fc.constant(null),
    publishedAt: fc.constant(null),
  });
  const rules = { identity: 'entry', mentions: [], newestMs: 24 * hour, forgetAfterMs: 0 } as const;
  fc.assert(
    fc.property(fc.array(fc.array(entry, { maxLength: 4 }), { maxLength: 6 }), (polls) => {
      let memory: FeedMemory = { open: {}, dismissed: {} };
      for (const entries of polls) {
        const next = followEntries(memory, entries, rules, now);
        const isOver = (key: string): boolean =>
          entries.some((one_) => `status-feed:1:${one_.id}` === key && standingOf(one_) === 'over');
        const lost = Object.keys(memory.open).filter((key) => !Object.hasOwn(next.open, key));
        expect(lost.filter((key) => !isOver(key))).toEqual([]);
        memory = JSON.parse(
          JSON.stringify({ open: next.open, dismissed: next.dismissed }),
        ) as FeedMemory;
      }
    }),
  );
});

const folder = join(import.meta.dirname, 'status-feed/fixtures');
test.each(readdirSync(folder).filter((name) => !name.endsWith('.expected.json')))(
  'the feed %s reads as it is meant',
  (name) => {
    const expected: unknown = JSON.parse(
      readFileSync(join(folder, name.replace(/\.\w+$/, '.expected.json')), 'utf8'),
    );
    const { format, title, entries } = readFeed(
      readFileSync(join(folder, name), 'utf8'),
      'https://h.example/feed',
    );
    const read = entries.map((entry) => ({
      ...entry,
      body: undefined,
      standing: standingOf(entry),
      title: plainTitle(entry.title),
    }));
    expect({ format, title, entries: read }).toMatchObject(expected as object);
  },
);
