import { array, assert, constantFrom, integer, property, record } from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { healthchecksKind } from '../../main/sources/healthchecks/connector.ts';
import { keyOf, WireCheck } from '../../main/sources/healthchecks/parse.ts';
import { outagesOf } from '../../main/sources/healthchecks/passed.ts';
import { computedStart, downSince } from '../../main/sources/healthchecks/starts.ts';
import { externalIdOf, toAlarm } from '../../main/sources/healthchecks/to-alarm.ts';
import { never, open } from '../support/connectors/reading.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import v1 from './healthchecks/fixtures/v1-checks.json' with { type: 'json' };
import v3 from './healthchecks/fixtures/v3-checks.json' with { type: 'json' };
import {
  key,
  startHealthchecksStandIn,
  type HealthchecksStandIn,
} from './healthchecks/stand-in.ts';

const one: ConnectorCase = {
  kind: healthchecksKind,
  start: startHealthchecksStandIn,
  settings: ({ url }) => ({ url }),
  secrets: { key },
  wrongSecrets: { key: 'hcr_wrong-Thae4oos' },
  severities: { down: 'critical', grace: 'info' },
  unknownSeverity: 'exploded',
  absentSeverity: { why: 'a check always has a status, and the status is the severity' },
  paging: { why: 'all checks of a project come in one answer' },
  zones: true,
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'the key is one of an empty project': (upstream) => {
      upstream.show([]);
      (upstream as HealthchecksStandIn).isWellThere = false;
    },
  },
  kept: ['acknowledge', 'silence'],
};

describeConnector(one, ['acknowledge', 'unacknowledge', 'silence', 'extend_silence', 'unsilence']);

const at = (text: string): string => new Date(text).toISOString();

describe('healthchecks outages', () => {
  let upstream: HealthchecksStandIn;
  const since = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
  const shown = { key: 'a1', name: 'Alarm a1', since };
  const flipRequests = (): number =>
    upstream.requests.filter(({ path }) => path.endsWith('/flips/')).length;

  beforeAll(async () => {
    upstream = await startHealthchecksStandIn();
  });
  beforeEach(() => {
    upstream.flips.clear();
    upstream.more.clear();
    upstream.areFlipsBroken = false;
    upstream.show([shown]);
  });
  afterAll(() => upstream.close());

  test('the beginning of an outage is asked once, not at every poll', async () => {
    const { connector } = open(one, upstream);
    const before = flipRequests();
    for (let count = 0; count < 3; count += 1) await connector.poll(never);
    expect(flipRequests() - before).toBe(1);
    await connector.close();
  });

  test('a storm is read without more than five such requests in a poll', async () => {
    const many = Array.from({ length: 40 }, (_, index) => ({
      ...shown,
      key: `n${index}`,
      name: `Alarm n${index}`,
    }));
    upstream.show(many);
    const { connector } = open(one, upstream);
    const before = flipRequests();
    const { snapshot } = await connector.poll(never);
    expect(snapshot.alarms).toHaveLength(40);
    expect(flipRequests() - before).toBe(5);
    const again = await connector.poll(never);
    expect(flipRequests() - before).toBe(10);
    expect(again.snapshot.alarms).toEqual(snapshot.alarms);
    await connector.close();
  });

  test('a failure that is reported again and again stays one outage', async () => {
    const { connector } = open(one, upstream);
    const [first] = (await connector.poll(never)).snapshot.alarms;
    upstream.more.set('a1', { last_ping: new Date().toISOString() });
    const [second] = (await connector.poll(never)).snapshot.alarms;
    expect(second?.startsAt).toBe(first?.startsAt);
    await connector.close();
  });

  test('an alarm counts also while nobody can say since when', async () => {
    upstream.areFlipsBroken = true;
    const { connector } = open(one, upstream);
    const first = await connector.poll(never);
    expect(first.snapshot.isComplete).toBe(true);
    expect(first.snapshot.alarms[0]?.startsAt).toBe(new Date(since).toISOString());
    upstream.areFlipsBroken = false;
    upstream.flips.set('a1', [{ timestamp: new Date(since - 60_000).toISOString(), up: 0 }]);
    const [later] = (await connector.poll(never)).snapshot.alarms;
    expect(later?.startsAt).toBe(new Date(since - 60_000).toISOString());
    await connector.close();
  });

  test('a late check that goes down is the same outage', async () => {
    upstream.show([{ ...shown, severity: 'grace' }]);
    const { connector } = open(one, upstream);
    const [late] = (await connector.poll(never)).snapshot.alarms;
    upstream.more.set('a1', { status: 'down' });
    const [down] = (await connector.poll(never)).snapshot.alarms;
    expect([late?.severity, down?.severity]).toEqual(['info', 'critical']);
    expect(down?.startsAt).toBe(late?.startsAt);
    await connector.close();
  });

  test('pausing a check that is down does not mend it', async () => {
    const { connector } = open(one, upstream);
    await connector.poll(never);
    upstream.more.set('a1', { status: 'paused', next_ping: null });
    const paused = await connector.poll(never);
    expect(paused.snapshot.alarms.map(({ status }) => status)).toEqual(['suppressed']);
    expect(paused.remarks.join(' ')).toContain('1 check is paused');
    upstream.more.set('a1', { status: 'up' });
    expect((await connector.poll(never)).snapshot.alarms).toEqual([]);
    await connector.close();
  });

  test('what fired and cleared meanwhile is told', async () => {
    const minute = (count: number): string => new Date(since + count * 60_000).toISOString();
    upstream.flips.set('a1', [
      { timestamp: minute(30), up: 0 },
      { timestamp: minute(20), up: 1 },
      { timestamp: minute(10), up: 0 },
      { timestamp: minute(5), up: 1 },
    ]);
    const { connector } = open(one, upstream);
    const passed = await connector.passed?.(minute(0), minute(60), never);
    expect(passed?.incompleteReason).toBeNull();
    expect(passed?.episodes.map(({ alarm, endedAt }) => [alarm.startsAt, endedAt])).toEqual([
      [minute(10), minute(20)],
    ]);
    const [listed] = (await connector.poll(never)).snapshot.alarms;
    expect(passed?.episodes[0]?.alarm.externalId).toBe(listed?.externalId);
    await connector.close();
  });

  test('only checks with the tags are read, and a tag that no check has is no quiet', async () => {
    const tagged: ConnectorCase = {
      ...one,
      settings: ({ url }) => ({ url, tags: ['nobody-has-it'] }),
    };
    const { connector } = open(tagged, upstream);
    const { blind, snapshot } = await connector.poll(never);
    expect(snapshot.isComplete).toBe(false);
    expect(blind?.message).toContain('nobody-has-it');
    await connector.close();
  });
});

describe('healthchecks answers of each version', () => {
  const start = '2026-11-23T02:30:04.000Z';
  const context = {
    base: 'https://healthchecks.io',
    isLateShown: true,
    severityMap: {},
    startOf: (check: string) => (check.startsWith('7b9e') ? undefined : start),
  };
  const alarmsOf = (checks: readonly unknown[]) =>
    checks.flatMap((raw) => {
      const alarm = toAlarm(WireCheck.parse(raw), externalIdOf(keyOf(raw) ?? ''), context);
      return alarm === null ? [] : [alarm];
    });

  test('v3: down and late checks are alarms, the others are not', () => {
    const [backup, late, ...others] = alarmsOf(v3.checks);
    expect(others).toEqual([]);
    expect(backup).toMatchObject({
      externalId: 'healthchecks:1:2f9c3a86-7d0e-4d8a-9a55-0c6a2a7d3c11',
      title: 'Backup of orders is down',
      severity: 'critical',
      service: 'orders',
      labels: { alertname: 'Backup of orders', check: 'backup-of-orders', tags: 'prod' },
      url: 'https://healthchecks.io/checks/2f9c3a86-7d0e-4d8a-9a55-0c6a2a7d3c11/details/',
    });
    expect(late).toMatchObject({
      externalId: 'healthchecks:1:a6c7b0a8a66bed0df66abfdab3c77736861703ee',
      severity: 'info',
    });
  });

  test('v1: a job that runs is well, and a check that never reported may be down', () => {
    expect(alarmsOf(v1.checks).map(({ title }) => title)).toEqual(['Export invoices is down']);
  });

  test('a key that may write and one that may only read name a check alike where both are told', () => {
    expect(keyOf({ uuid: 'u', unique_key: 'k' })).toBe('k');
    expect(keyOf({ uuid: 'u' })).toBe('u');
    for (const raw of [null, 7, {}, { uuid: 7 }, { uuid: '' }, { uuid: 'x'.repeat(201) }]) {
      expect(keyOf(raw)).toBeNull();
    }
  });

  test.each([
    [
      'missed',
      { status: 'down', next_ping: '2026-11-23T02:00:00Z', grace: 600 },
      '2026-11-23T02:10:00Z',
    ],
    [
      'late',
      { status: 'grace', next_ping: '2026-11-23T02:00:00Z', grace: 600 },
      '2026-11-23T02:00:00Z',
    ],
    [
      'failed',
      {
        status: 'down',
        next_ping: '2026-11-24T02:00:00Z',
        grace: 600,
        last_ping: '2026-11-23T01:00:00Z',
      },
      '2026-11-23T01:00:00Z',
    ],
    ['never reported', { status: 'down', grace: 600 }, '2026-11-23T04:00:00Z'],
  ])('without its flips, a check that %s began as computed', (_, facts, began) => {
    const check = WireCheck.parse({ uuid: 'u', ...facts });
    expect(computedStart(check, Date.parse('2026-11-23T04:00:00Z'))).toBe(at(began));
  });

  const flips = array(
    record({
      timestamp: integer({ min: 0, max: 100_000 }).map((seconds) =>
        new Date(1.7e12 + seconds * 1_000).toISOString(),
      ),
      up: constantFrom<(0 | 1)[]>(0, 1),
    }),
  );

  test('outages lie within what was asked, one after the other, whatever the order of the flips', () => {
    assert(
      property(flips, integer({ min: 0, max: 1e8 }), (list, from) => {
        const outages = outagesOf(list, 1.7e12 + from, 1.7e12 + 9e7);
        let last = 1.7e12 + from;
        for (const { startedMs, endedMs } of outages) {
          expect(startedMs).toBeGreaterThanOrEqual(last);
          expect(endedMs).toBeGreaterThanOrEqual(startedMs);
          last = endedMs;
        }
        expect(last).toBeLessThanOrEqual(Math.max(1.7e12 + 9e7, 1.7e12 + from));
        const newest = downSince(list);
        const downs = list.filter(({ up }) => up === 0).map(({ timestamp }) => timestamp);
        expect(newest).toBe(downs.toSorted().at(-1) ?? null);
      }),
    );
  });
});
