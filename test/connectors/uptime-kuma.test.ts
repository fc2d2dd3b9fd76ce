import { readFileSync } from 'node:fs';
import { array, assert, constantFrom, dictionary, property, string } from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { uptimeKumaKind } from '../../main/sources/uptime-kuma/connector.ts';
import { sampleOf, samplesOf } from '../../main/sources/uptime-kuma/exposition.ts';
import { badSince, beatsOf, beatTime } from '../../main/sources/uptime-kuma/status-page.ts';
import { followTracks } from '../../main/sources/uptime-kuma/tracks.ts';
import { startServer, answer } from '../support/upstream-faults.ts';
import { never, open } from '../support/connectors/reading.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import {
  password,
  startUptimeKumaStandIn,
  type UptimeKumaStandIn,
} from './uptime-kuma/stand-in.ts';

const metrics: ConnectorCase = {
  kind: uptimeKumaKind,
  start: startUptimeKumaStandIn,
  settings: ({ url }) => ({ url }),
  secrets: { password },
  wrongSecrets: { password: 'uk1_wrong-oog9Ahng' },
  severities: { down: 'critical', pending: 'info' },
  unknownSeverity: '7',
  absentSeverity: { why: 'a monitor always has a status, and the status is the severity' },
  paging: { why: 'all monitors come in one answer' },
  zones: { why: 'the metrics tell no times' },
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'it restarted a moment ago': (upstream) => {
      upstream.show([]);
      (upstream as UptimeKumaStandIn).startedAt = Date.now() - 20_000;
    },
    'it reports no monitor': (upstream) => {
      upstream.show([]);
      Object.assign(upstream, { isWellThere: false, unlisted: new Set(['a1']) });
    },
  },
  expected: {
    // Metrics are text: whatever calls itself JSON is another program.
    'half a JSON': 'misconfigured',
    'a web page that claims to be JSON': 'misconfigured',
  },
  kept: ['acknowledge', 'silence'],
};

const page: ConnectorCase = {
  ...metrics,
  settings: ({ url }) => ({ url, reads: 'status page', slug: 'default' }),
  secrets: {},
  wrongSecrets: null,
  zones: { why: 'it writes UTC without saying so' },
  unproven: {
    'nothing was checked for an hour': (upstream) => {
      upstream.show([]);
      (upstream as UptimeKumaStandIn).checkedAt = Date.now() - 3_600_000;
    },
    'the page shows no monitor': (upstream) => {
      upstream.show([]);
      Object.assign(upstream, { isWellThere: false, unlisted: new Set(['a1']) });
    },
  },
  expected: {},
};

const actions = ['acknowledge', 'unacknowledge', 'silence', 'extend_silence', 'unsilence'] as const;
describeConnector(metrics, actions);
describeConnector(page, actions);

const since = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
const shown = { key: 'a1', name: 'Alarm a1', since };

describe('uptime-kuma monitors', () => {
  let upstream: UptimeKumaStandIn;
  beforeEach(async () => {
    upstream = await startUptimeKumaStandIn();
    upstream.show([shown]);
  });
  afterEach(() => upstream.close());

  test('one that was down and is not listed any more is not over at once', async () => {
    const { connector } = open(metrics, upstream);
    const [before] = (await connector.poll(never)).snapshot.alarms;
    upstream.unlisted.add('a1');
    const missing = await connector.poll(never);
    expect(missing.snapshot.alarms).toEqual([before]);
    expect(missing.remarks.join(' ')).toContain('not listed any more');
    await connector.close();
  });

  test('one that is in maintenance is suppressed', async () => {
    upstream.show([{ ...shown, severity: 'maintenance' }]);
    for (const one of [metrics, page]) {
      const { connector } = open(one, upstream);
      const [alarm] = (await connector.poll(never)).snapshot.alarms;
      expect(alarm).toMatchObject({ status: 'suppressed', isSeverityMapped: true });
      await connector.close();
    }
  });

  test('both ways of reading name a monitor alike', async () => {
    const ids: (string | undefined)[] = [];
    for (const one of [metrics, page]) {
      const { connector } = open(one, upstream);
      ids.push((await connector.poll(never)).snapshot.alarms[0]?.externalId);
      await connector.close();
    }
    expect(ids[0]).toMatch(/^uptime-kuma:1:id:\d+$/);
    expect(ids[1]).toBe(ids[0]);
  });

  test('a status page tells since when, in UTC', async () => {
    const { connector } = open(page, upstream);
    const [alarm] = (await connector.poll(never)).snapshot.alarms;
    expect(alarm?.startsAt).toBe(new Date(since).toISOString());
    expect(alarm?.labels).toMatchObject({ group: 'Services', env: 'prod' });
    await connector.close();
  });

  test('a monitor that nobody checks any more is remarked, and its last state counts', async () => {
    const old = new Date(since - 86_400_000).toISOString();
    upstream.beats.set('a1', [{ status: 0, time: old, msg: '' }]);
    const { connector } = open(page, upstream);
    const { remarks, snapshot } = await connector.poll(never);
    expect(remarks.join(' ')).toContain('Alarm a1');
    expect(snapshot.alarms).toHaveLength(1);
    await connector.close();
  });

  test('metrics that break off are not believed', async () => {
    const server = await startServer(
      answer('# TYPE monitor_status gauge\nmonitor_status{monitor_name="A"} 1', {
        'content-type': 'text/plain',
      }),
    );
    const { connector } = open(metrics, { ...upstream, url: server.url });
    await expect(connector.poll(never)).rejects.toThrow(/broke off/);
    await connector.close();
    await server.close();
  });
});

describe('uptime-kuma answers', () => {
  const fixture = (name: string): string =>
    readFileSync(new URL(`uptime-kuma/fixtures/${name}.txt`, import.meta.url), 'utf8');

  async function alarmsOf(text: string) {
    const server = await startServer(answer(text, { 'content-type': 'text/plain; version=0.0.4' }));
    const { connector } = open(metrics, { url: server.url } as UptimeKumaStandIn);
    const { snapshot, version } = await connector.poll(never);
    await connector.close();
    await server.close();
    expect(snapshot.isComplete).toBe(true);
    return { alarms: snapshot.alarms, version };
  }

  test('1.23: without numbers, by name and target', async () => {
    const { alarms } = await alarmsOf(fixture('metrics-1.23'));
    expect(alarms.map(({ title, status, severity }) => [title, status, severity])).toEqual([
      ['Shop is down', 'firing', 'critical'],
      ['Mail {primary}, "old" failed and is tried again', 'firing', 'info'],
      ['Search is in maintenance', 'suppressed', 'info'],
    ]);
    for (const { externalId } of alarms)
      expect(externalId).toMatch(/^uptime-kuma:1:name:[0-9a-f]{24}$/);
    expect(alarms[1]?.labels).toEqual({
      alertname: 'Mail {primary}, "old"',
      monitor: 'Mail {primary}, "old"',
      type: 'port',
      target: 'mail.example.org:25',
      host: 'mail.example.org',
    });
  });

  test('2.0: two monitors with the same name are two', async () => {
    const { alarms, version } = await alarmsOf(fixture('metrics-2.0'));
    expect(version).toBe('2.0.2');
    expect(alarms.map(({ externalId }) => externalId)).toEqual(['uptime-kuma:1:id:4']);
    expect(alarms[0]?.labels['team']).toBe('web');
  });

  test('of two that cannot be told apart, the one that is down counts', async () => {
    const labels = '{monitor_name="Shop",monitor_url="https://shop.example.org"}';
    const head = '# TYPE monitor_status gauge\n';
    for (const values of [
      [1, 0],
      [0, 1],
    ]) {
      const lines = values.map((value) => `monitor_status${labels} ${value}\n`);
      const { alarms } = await alarmsOf(head + lines.join(''));
      expect(alarms.map(({ title }) => title)).toEqual(['Shop is down']);
    }
  });

  const labelName = string({ unit: constantFrom('a', 'b', '_', 'Z'), minLength: 1, maxLength: 6 });
  test('labels of any text are read as they were written', () => {
    assert(
      property(dictionary(labelName, string({ unit: 'binary' })), (labels) => {
        const inner = Object.entries(labels).map(
          ([name, text]) =>
            `${name}="${text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')}"`,
        );
        const sample = sampleOf(`monitor_status{${inner.join(',')}} 1 1795392000000`);
        expect({ ...sample?.labels }).toEqual({ ...labels });
        expect(sample?.value).toBe(1);
      }),
    );
  });

  test('lines of any text are read or counted, never thrown at', () => {
    assert(
      property(array(string({ unit: 'binary' })), (rest) => {
        const text = rest.map((line) => `monitor_status${line}`).join('\n');
        const { samples, broken } = samplesOf(text, new Set(['monitor_status']));
        expect(samples.length + broken).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test.each([
    ['m 1', 1],
    ['m{} 0', 0],
    ['m{a="b"} +1.5e3', 1_500],
    ['m{a="b",} .5', 0.5],
    ['m -Inf', -Infinity],
  ])('%s is %j', (line, value) => {
    expect(sampleOf(line)?.value).toBe(value);
  });

  test.each(['m', 'm{', 'm{a} 1', 'm{a="b} 1', 'm{a="b\\', 'm x', '{a="b"} 1', 'm{a="b"}'])(
    '%j is no sample',
    (line) => {
      expect(sampleOf(line)).toBeNull();
    },
  );

  test.each([
    ['2026-11-23 03:00:00.123', '2026-11-23T03:00:00.123Z'],
    ['2026-11-23 03:00:00', '2026-11-23T03:00:00.000Z'],
    ['2026-11-23T03:00:00Z', '2026-11-23T03:00:00.000Z'],
    ['2026-11-23T03:00:00+02:00', '2026-11-23T01:00:00.000Z'],
    ['yesterday', null],
    [7, null],
  ])('the time %j is %j', (time, instant) => {
    const at = beatTime(time);
    expect(at === null ? null : new Date(at).toISOString()).toBe(instant);
  });

  test('an outage begins behind the last good beat, or where the beats begin', () => {
    const beat = (minute: number, status: number) => ({
      time: `2026-11-23 03:${String(minute).padStart(2, '0')}:00`,
      status,
    });
    const at = (minute: number): string => `2026-11-23T03:${minute}:00.000Z`;
    expect(badSince(beatsOf([beat(30, 0), 0, beat(10, 1), beat(20, 0)]))).toEqual({
      at: at(20),
      isExact: true,
    });
    expect(badSince(beatsOf([beat(20, 0), beat(30, 0)]))).toEqual({ at: at(20), isExact: false });
    expect(badSince(beatsOf([beat(20, 0), beat(30, 1)]))).toBeNull();
    expect(badSince(beatsOf('odd'))).toBeNull();
  });

  test('a beginning is remembered, moves on only after a recovery, and a missing monitor is kept for a while', () => {
    const raw = { key: 'id:1', status: 0, name: 'A', message: 'x' };
    const reading = (at: string, isExact: boolean) => ({
      monitors: [raw],
      since: new Map([['id:1', { at, isExact }]]),
    });
    const [early, late] = ['2026-11-23T03:00:00.000Z', '2026-11-23T03:30:00.000Z'];
    const options = { nowMs: Date.parse('2026-11-23T04:00:00Z'), keepsMissing: true };
    const first = followTracks({}, reading(early, true), options).tracks;
    expect(first['id:1']?.startsAt).toBe(early);
    expect(followTracks(first, reading(late, false), options).tracks).toBe(first);
    expect(followTracks(first, reading(late, true), options).tracks['id:1']?.startsAt).toBe(late);
    const none = { monitors: [], since: new Map() };
    const missing = followTracks(first, none, options);
    expect(missing.missing).toEqual([{ key: 'id:1', status: 0, name: 'A' }]);
    const later = { ...options, nowMs: options.nowMs + 181_000 };
    expect(followTracks(missing.tracks, none, later)).toEqual({ tracks: {}, missing: [] });
    expect(followTracks(first, none, { ...options, keepsMissing: false }).tracks).toEqual({});
  });
});
