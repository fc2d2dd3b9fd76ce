import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { commentOf } from '../../../main/sources/alertmanager/actions.ts';
import { alertmanagerKind } from '../../../main/sources/alertmanager/connector.ts';
import { identityOf, isSameAlert, WireAlert } from '../../../main/sources/alertmanager/parse.ts';
import {
  isAcknowledgement,
  toAlarm,
  unreadableAlert,
} from '../../../main/sources/alertmanager/to-alarm.ts';
import type { HttpClient } from '../../../main/sources/http.ts';
import { SourceError } from '../../../main/sources/source-error.ts';
import type { SourceId } from '../../../preload/contract/common.ts';
import { standingClock } from '../../support/store.ts';
import { syntheticAlert, syntheticAlerts } from '../../support/synthetic-alerts.ts';

const now = '2026-11-24T04:00:00.000Z';
const nowMs = Date.parse(now);

const wire = (more: Record<string, unknown> = {}): WireAlert =>
  WireAlert.parse({ ...syntheticAlert(1, nowMs), ...more });
const context = {
  serviceLabels: ['service', 'job'],
  severityMap: {},
  silence: (id: string) =>
    ({
      ack: { createdBy: 'alice', comment: 'ACK! looking' },
      plain: { createdBy: 'bob', comment: 'move' },
    })[id],
};
const status = (more: Record<string, unknown>) => ({
  status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [], ...more },
});

describe('the status of an alarm', () => {
  test.each([
    ['active', {}, 'firing', null],
    ['unprocessed', { state: 'unprocessed' }, 'firing', null],
    ['of a word from the future', { state: 'simmering' }, 'firing', null],
    [
      'silenced by an acknowledgement',
      { state: 'suppressed', silencedBy: ['ack'] },
      'acknowledged',
      'alice',
    ],
    ['silenced by somebody', { state: 'suppressed', silencedBy: ['plain'] }, 'suppressed', null],
    ['silenced by both', { state: 'suppressed', silencedBy: ['ack', 'plain'] }, 'suppressed', null],
    [
      'silenced by one we cannot read',
      { state: 'suppressed', silencedBy: ['gone'] },
      'suppressed',
      null,
    ],
    [
      'acknowledged and inhibited',
      { state: 'suppressed', silencedBy: ['ack'], inhibitedBy: ['f'] },
      'suppressed',
      'alice',
    ],
    ['muted by a time interval', { mutedBy: ['night'] }, 'suppressed', null],
  ])('%s', (_, given, expected, ackedBy) => {
    expect(toAlarm(wire(status(given)), context)).toMatchObject({ status: expected, ackedBy });
  });

  test('our own comments are read as what they are', () => {
    expect(isAcknowledgement(commentOf({ kind: 'acknowledge', note: 'x' }))).toBe(true);
    expect(isAcknowledgement(commentOf({ kind: 'silence', note: 'x' }))).toBe(false);
  });
});

describe('the severity', () => {
  test.each([
    [{ severity: 'critical' }, 'critical', true],
    [{ severity: ' PAGE ' }, 'critical', true],
    [{ severity: '', priority: 'P2' }, 'high', true],
    [{ level: 'warn' }, 'warning', true],
    [{}, 'warning', true],
    [{ severity: 'apocalypse' }, 'high', false],
    [{ severity: 'constructor' }, 'high', false],
  ])('%j is %s (known: %s)', (labels, severity, isSeverityMapped) => {
    expect(toAlarm(wire({ labels: { alertname: 'A', ...labels } }), context)).toMatchObject({
      severity,
      isSeverityMapped,
    });
  });

  test('a word that a person mapped wins, in any case', () => {
    const mapped = {
      ...context,
      severityMap: { Apocalypse: 'info', critical: 'warning' } as const,
    };
    expect(toAlarm(wire({ labels: { severity: 'APOCALYPSE' } }), mapped).severity).toBe('info');
    expect(toAlarm(wire({ labels: { severity: 'critical' } }), mapped).severity).toBe('warning');
  });
});

describe('links', () => {
  test.each([
    ['https://rb.example.org/x', 'https://rb.example.org/x'],
    ['runbooks/disk.md#full', 'runbooks/disk.md#full'],
    ['#disk', '#disk'],
    ['javascript:alert(1)', null],
    [' JavaScript:alert(1)', null],
    ['data:text/html,x', null],
    ['file:///etc/passwd', null],
    ['  ', null],
  ])('runbook %s', (runbook_url, expected) => {
    expect(toAlarm(wire({ annotations: { runbook_url } }), context).runbookUrl).toBe(expected);
  });

  test('a generator that is no web address is dropped', () => {
    expect(toAlarm(wire({ generatorURL: 'javascript:alert(1)' }), context).url).toBeNull();
  });
});

describe('hostile items', () => {
  test('values of any size and kind become an alarm of bounded size', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constant('x'.repeat(300_000)),
      fc.constant('\u202E\u0000$(reboot)\n`'),
    );
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), hostile),
        fc.dictionary(fc.string(), hostile),
        (labels, annotations) => {
          const alarm = toAlarm(wire({ labels, annotations }), context);
          expect(alarm.title.length).toBeLessThan(400);
          expect(alarm.summary.length).toBeLessThan(1_100);
          expect(alarm.title).not.toContain('\n');
          for (const value of Object.values(alarm.labels))
            expect(value.length).toBeLessThan(201_000);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('an item that cannot be read keeps its identity and its name', () => {
    const raw = {
      fingerprint: 'f1',
      labels: { alertname: 'Torn\nName', severity: 7 },
      startsAt: 'yesterday',
    };
    expect(unreadableAlert('f1', raw, 'labels.severity: expected string', nowMs)).toMatchObject({
      externalId: 'alertmanager:1:f1',
      severity: 'high',
      status: 'firing',
      title: 'Torn Name (unreadable)',
      startsAt: now,
    });
  });

  test.each([
    null,
    7,
    'x',
    [],
    {},
    { fingerprint: 7 },
    { fingerprint: '' },
    { fingerprint: 'x'.repeat(201) },
  ])('%j has no identity', (raw) => {
    expect(identityOf(raw)).toBeNull();
  });
});

describe('a resent alert', () => {
  test('is the same, whatever its times say', () => {
    const raw = syntheticAlert(3, nowMs);
    const known = WireAlert.parse(raw);
    expect(isSameAlert(known, { ...raw, updatedAt: 'x', endsAt: 'y', receivers: [] })).toBe(true);
  });

  test('is another one when anything that counts changed', () => {
    const raw = syntheticAlert(3, nowMs);
    const known = WireAlert.parse(raw);
    for (const change of [
      { startsAt: now },
      { labels: { ...(raw['labels'] as object), extra: '' } },
      { labels: {} },
      { labels: null },
      { annotations: { summary: 7 } },
      { status: null },
      { status: { state: 'suppressed', silencedBy: [], inhibitedBy: [] } },
      { status: { state: 'active', silencedBy: ['x'], inhibitedBy: [] } },
      { generatorURL: 'http://other' },
    ]) {
      expect(isSameAlert(known, { ...raw, ...change })).toBe(false);
    }
  });
});

describe('the connector', () => {
  const aged = '2026-11-20T00:00:00.000Z';
  function connected(answer: () => readonly unknown[]) {
    const http: HttpClient = {
      async request({ url }) {
        const path = new URL(url).pathname;
        const body = path.endsWith('/alerts')
          ? answer()
          : path.endsWith('/status')
            ? { uptime: aged, versionInfo: { version: '0.25.0' } }
            : [];
        return { status: 200, headers: {}, body, clockSkewMs: 0 };
      },
      close: async () => {},
    };
    return alertmanagerKind.create({
      sourceId: 'prod' as SourceId,
      name: 'Prod',
      settings: { urls: ['http://127.0.0.1:9093'] },
      secrets: {},
      http,
      clock: standingClock(now),
      memory: {},
      severityMap: {},
    });
  }
  const signal = new AbortController().signal;

  test('gives the same list again while nothing changed, however often it is resent', async () => {
    let count = 0;
    const connector = connected(() => {
      count += 1;
      return syntheticAlerts(200, nowMs).map((alert) => ({ ...alert, updatedAt: `poll ${count}` }));
    });
    const first = await connector.poll(signal);
    const second = await connector.poll(signal);
    expect(second.snapshot.alarms).toBe(first.snapshot.alarms);
    expect(second.memory).toBe(first.memory);
  });

  test('keeps the objects of what stayed when one alarm changed', async () => {
    let list = syntheticAlerts(50, nowMs);
    const connector = connected(() => list);
    const before = (await connector.poll(signal)).snapshot.alarms;
    list = syntheticAlerts(51, nowMs).with(7, { ...syntheticAlert(7, nowMs), startsAt: now });
    const after = (await connector.poll(signal)).snapshot.alarms;
    expect(after.filter((alarm) => !before.includes(alarm))).toHaveLength(2);
  });

  test('an item without identity makes it blind, and the others still count', async () => {
    const connector = connected(() => [...syntheticAlerts(2, nowMs), { labels: {} }]);
    const { snapshot, blind } = await connector.poll(signal);
    expect(snapshot.alarms).toHaveLength(2);
    expect(snapshot.isComplete).toBe(false);
    expect(blind?.message).toMatch(/1 alarm without identity/);
  });

  test('reads any JSON without throwing anything but a reason', async () => {
    let answer: unknown[] = [];
    const connector = connected(() => answer);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue(), { maxLength: 5 }), async (items) => {
        answer = items.map((item, index) =>
          item !== null && typeof item === 'object' && !Array.isArray(item)
            ? { ...item, fingerprint: `f${index}` }
            : item,
        );
        const { snapshot } = await connector.poll(signal);
        expect(snapshot.alarms.length).toBeLessThanOrEqual(items.length);
      }),
    );
  });
});

test('a member that refuses the login is left alone after three times, while another answers', async () => {
  const asked: string[] = [];
  const http: HttpClient = {
    async request({ url }) {
      asked.push(url);
      if (url.startsWith('http://b')) {
        throw new SourceError('source.unauthorized', 'b refused the login.', { next: 'Enter it.' });
      }
      const uptime = '2026-11-23T04:00:00.000Z';
      const body = url.endsWith('/alerts')
        ? syntheticAlerts(2, nowMs)
        : { uptime, versionInfo: { version: '0.27.0' } };
      return { status: 200, headers: {}, body, clockSkewMs: 0 };
    },
    async close() {},
  };
  const connector = alertmanagerKind.create({
    sourceId: 'prod' as SourceId,
    name: 'prod',
    settings: { urls: ['http://a', 'http://b'] },
    secrets: {},
    http,
    clock: standingClock(now),
    memory: {},
    severityMap: {},
  });
  const { signal } = new AbortController();
  for (let poll = 0; poll < 5; poll += 1) await connector.poll(signal);
  expect(asked.filter((url) => url.startsWith('http://b'))).toHaveLength(3);
  const { remarks, snapshot } = await connector.poll(signal);
  expect(remarks.join(' ')).toContain('is not asked any more');
  expect(snapshot.alarms.length).toBeGreaterThan(0);
});
