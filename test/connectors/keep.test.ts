import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../main/clock.ts';
import { connect } from '../../main/sources/connect.ts';
import { keepKind } from '../../main/sources/keep/connector.ts';
import { comparable, externalIdOf, WireAlert } from '../../main/sources/keep/parse.ts';
import { toAlarm } from '../../main/sources/keep/to-alarm.ts';
import type { Connection } from '../../main/sources/source-state.ts';
import type { SourceId } from '../../preload/contract/common.ts';
import type { SourceSettings } from '../../preload/contract/sources.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import { answer } from '../support/upstream-faults.ts';
import { alertOf, fingerprintOf, secrets, startKeep, type KeepStandIn } from './keep/stand-in.ts';

const asKeep = (upstream: unknown): KeepStandIn => upstream as KeepStandIn;

const one: ConnectorCase = {
  kind: keepKind,
  start: startKeep,
  settings: ({ url }) => ({ url }),
  secrets,
  wrongSecrets: { apiKey: 'nobody-made-this-key' },
  severities: { critical: 'critical', high: 'high', warning: 'warning', info: 'info', low: 'info' },
  unknownSeverity: 'apocalyptic',
  absentSeverity: 'warning',
  paging: {
    alarms: 600,
    isLaterPage: ({ json }) => ((json as { offset?: number } | undefined)?.offset ?? 0) > 0,
  },
  zones: true,
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'this key never saw an alert': (upstream) => {
      asKeep(upstream).alerts.clear();
    },
    'its results are missing from the answer': (upstream) => {
      upstream.fault = answer('{"count":0,"limit":250,"offset":0}');
    },
  },
};

describeConnector(one, [
  'acknowledge',
  'unacknowledge',
  'silence',
  'extend_silence',
  'unsilence',
  'comment',
  'resolve',
]);

const never = new AbortController().signal;
const anHourAgo = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
const iso = (ms: number): string => new Date(ms).toISOString();

describe('Keep', () => {
  let upstream: KeepStandIn;
  let nowMs: number;
  const connections: Connection[] = [];
  beforeEach(async () => {
    nowMs = Date.now();
    upstream = await startKeep();
    upstream.show([{ key: 'a1', name: 'Alarm a1', since: anHourAgo }]);
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
      kind: keepKind,
      sourceId: 'prod' as SourceId,
      name: 'Prod',
      settings: keepKind.settings.parse({ url: upstream.url, ...settings }) as SourceSettings,
      severityMap: {},
      secrets: new Map(Object.entries(secrets)),
      memory,
      clock: { now: () => nowMs, monotonic: systemClock.monotonic },
    });
    connections.push(connection);
    return connection.connector;
  };
  const about = {
    externalId: externalIdOf(fingerprintOf('a1')),
    refs: { fingerprint: fingerprintOf('a1') },
  };
  const acknowledge = {
    kind: 'acknowledge',
    ...about,
    matchers: [],
    by: 'ada',
    note: '',
    durationMs: 900_000,
  } as const;

  test('an old version that knows only a list is read that way, up to what it lists', async () => {
    upstream.knowsQueries = false;
    const connector = open();
    expect((await connector.poll(never)).snapshot).toMatchObject({ isComplete: true });
    await connector.actions?.send(acknowledge, 'key-1', never);
    expect(upstream.effects('a1').isAcknowledged).toBe(true);
    upstream.show(Array.from({ length: 1_001 }, (_, index) => ({ key: `n${index}`, name: 'x' })));
    const { snapshot } = await connector.poll(never);
    expect(snapshot.isComplete).toBe(false);
    expect(snapshot.incompleteReason).toMatch(/1000/);
  });

  test('being received again changes nothing, also for an alert that does not tell its start', async () => {
    upstream.receive('a1', { firingStartTime: null });
    const connector = open();
    const first = await connector.poll(never);
    upstream.receive('a1', {
      lastReceived: iso(anHourAgo + 60_000),
      id: 'another',
      event_id: 'another',
    });
    const second = await connector.poll(never);
    expect(second.snapshot.alarms[0]).toBe(first.snapshot.alarms[0]);
    const kept = JSON.parse(JSON.stringify(second.memory)) as Record<string, unknown>;
    const [again] = (await open({}, kept).poll(never)).snapshot.alarms;
    expect(again?.startsAt).toBe(iso(anHourAgo));
  });

  test('an acknowledgement from here is for this firing: the next one is loud, although Keep still says so', async () => {
    const connector = open();
    await connector.actions?.send(acknowledge, 'key-1', never);
    expect((await connector.poll(never)).snapshot.alarms[0]).toMatchObject({
      status: 'acknowledged',
      ackedBy: 'ada',
    });
    upstream.receive('a1', { firingStartTime: iso(anHourAgo + 600_000) });
    expect((await connector.poll(never)).snapshot.alarms[0]?.status).toBe('firing');
    await connector.actions?.send(acknowledge, 'key-2', never);
    expect((await connector.poll(never)).snapshot.alarms[0]?.status).toBe('acknowledged');
  });

  test('a resolve ends this firing, not the next one', async () => {
    const connector = open();
    await connector.actions?.send(
      { kind: 'resolve', ...about, by: 'ada', note: '' },
      'key-1',
      never,
    );
    expect((await connector.poll(never)).snapshot.alarms).toEqual([]);
    upstream.receive('a1', { firingStartTime: iso(anHourAgo + 600_000) });
    expect((await connector.poll(never)).snapshot.alarms[0]?.status).toBe('firing');
  });

  test('a note of others stays when ours is added', async () => {
    upstream.enrichments.set(fingerprintOf('a1'), { note: 'Bob: I know this one' });
    const comment = { kind: 'comment', ...about, by: 'ada', note: 'restarted' } as const;
    await open().actions?.send(comment, 'key-1', never);
    await open().actions?.send(comment, 'key-1', never);
    const { comments } = upstream.effects('a1');
    expect(comments).toHaveLength(2);
    expect(comments[0]).toBe('Bob: I know this one');
    expect(comments[1]).toContain('ada: restarted');
  });

  test('a dismissal that ends while the answer stays the same is over', async () => {
    upstream.enrichments.set(fingerprintOf('a1'), {
      dismissed: true,
      dismissUntil: iso(nowMs + 60_000),
    });
    const connector = open();
    expect((await connector.poll(never)).snapshot.alarms[0]?.status).toBe('suppressed');
    nowMs += 61_000;
    upstream.skewMs = 61_000;
    expect((await connector.poll(never)).snapshot.alarms[0]?.status).toBe('firing');
  });

  test.each([
    ['forever', 'suppressed'],
    [null, 'suppressed'],
    ['', 'suppressed'],
  ])('a dismissal until %s is one for good', async (dismissUntil, status) => {
    upstream.enrichments.set(fingerprintOf('a1'), { dismissed: 'true', dismissUntil });
    const connector = open();
    expect((await connector.poll(never)).snapshot.alarms[0]?.status).toBe(status);
    const [silence] = (await connector.actions?.silences(never)) ?? [];
    expect(silence?.scope).toMatch(/for good/);
  });

  test.each([
    ['firing', 'firing'],
    ['acknowledged', 'acknowledged'],
    ['suppressed', 'suppressed'],
    ['maintenance', 'suppressed'],
    ['pending', undefined],
    ['resolved', undefined],
    ['on_fire', 'firing'],
  ])('the status %s is %s', async (word, status) => {
    upstream.receive('a1', { status: word });
    expect((await open().poll(never)).snapshot.alarms[0]?.status).toBe(status);
  });

  test('pending alerts show when they are asked for', async () => {
    upstream.receive('a1', { status: 'pending' });
    expect((await open({ isPendingShown: true }).poll(never)).snapshot.alarms).toHaveLength(1);
  });

  test('a filter that is not obeyed touches no other alert', async () => {
    const other = alertOf({ key: 'b2', name: 'Alarm b2', since: anHourAgo });
    upstream.fault = answer(JSON.stringify({ results: [other], count: 1 }));
    upstream.isFaulty = ({ path }) => path === '/alerts/query';
    await expect(open().actions?.send(acknowledge, 'key-1', never)).rejects.toMatchObject({
      code: 'source.rejected',
    });
    expect(upstream.requests.filter(({ path }) => path.includes('enrich'))).toEqual([]);
  });

  test('what came and went meanwhile is told, as far as Keep knows', async () => {
    upstream.receive('a1', { status: 'resolved', lastReceived: iso(anHourAgo + 600_000) });
    const passed = await open().passed?.(iso(anHourAgo - 1_000), iso(nowMs), never);
    expect(passed?.episodes).toMatchObject([
      { alarm: { externalId: 'keep:1:fpa1', status: 'firing' }, endedAt: iso(anHourAgo + 600_000) },
    ]);
    expect(passed?.incompleteReason).toMatch(/only the last/);
  });
});

const context = {
  isPendingShown: false,
  severityMap: {},
  nowMs: Date.parse('2026-11-24T05:00:00Z'),
  firstSeenAt: '2026-11-24T04:00:00.000Z',
};

test('any readable alert that is not over becomes an alarm under its fingerprint', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 });
  const alert = fc.record({
    fingerprint: fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    name: text,
    status: fc.constantFrom('firing', 'acknowledged', 'suppressed', 'strange'),
    severity: fc.option(text),
    lastReceived: fc.constant('2026-11-24T04:00:00.123456+00:00'),
    labels: fc.option(fc.dictionary(text, fc.jsonValue())),
    service: fc.option(text),
    source: fc.oneof(fc.constant('grafana'), fc.constant(null), fc.array(text)),
    dismissed: fc.constantFrom(true, false, 'false', 'True', null),
    dismissUntil: fc.option(text),
  });
  fc.assert(
    fc.property(alert, (raw) => {
      const alarm = toAlarm(WireAlert.parse(raw), externalIdOf(raw.fingerprint), context);
      expect(alarm?.externalId).toBe(`keep:1:${raw.fingerprint}`);
      expect(alarm?.labels['fingerprint']).toBe(raw.fingerprint);
      const { lastReceived: _, ...rest } = raw;
      expect(comparable(raw)).toEqual(rest);
    }),
  );
});

const folder = join(import.meta.dirname, 'keep/fixtures');
test.each(readdirSync(folder))('the answer %s reads as it is meant', (name) => {
  const { answer: said, expected } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
    answer: { results: { fingerprint: string }[] };
    expected: unknown[];
  };
  const alarms = said.results.map((raw) =>
    toAlarm(WireAlert.parse(raw), externalIdOf(raw.fingerprint), context),
  );
  expect(alarms).toMatchObject(expected);
});
