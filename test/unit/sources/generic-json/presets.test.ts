/** Each preset against an answer that we wrote from what is known of that program. */
import { describe, expect, test } from 'vitest';
import {
  itemsOf,
  createMapping,
  requireProof,
} from '../../../../main/sources/generic-json/mapping.ts';
import { presetNames } from '../../../../main/sources/generic-json/presets.ts';
import { compileRules } from '../../../../main/sources/generic-json/rules.ts';
import { GenericJsonSettings } from '../../../../main/sources/generic-json/settings.ts';
import { standingClock } from '../../../support/store.ts';

const now = '2026-11-24T04:00:00.000Z';
const answers: Record<string, { answer: unknown; alarms: unknown[] }> = {
  alertmanager: {
    answer: [
      {
        fingerprint: 'f1',
        labels: { alertname: 'DiskFull', severity: 'critical', service: 'db' },
        annotations: { summary: 'Disk of db is full', runbook_url: 'https://rb.example.org/disk' },
        startsAt: '2026-11-24T02:00:00.000+01:00',
        status: { state: 'active', silencedBy: [], inhibitedBy: [] },
        generatorURL: 'https://prom.example.org/graph',
      },
      {
        fingerprint: 'f2',
        labels: { alertname: 'Load' },
        annotations: {},
        startsAt: now,
        status: { state: 'suppressed' },
      },
    ],
    alarms: [
      {
        externalId: 'generic-json:1:f1',
        status: 'firing',
        severity: 'critical',
        title: 'Disk of db is full',
        service: 'db',
        startsAt: '2026-11-24T01:00:00.000Z',
        runbookUrl: 'https://rb.example.org/disk',
        refs: { same: ['alertmanager:f1'] },
      },
      { status: 'suppressed', title: 'Load', severity: 'warning' },
    ],
  },
  'datadog-groups': {
    answer: {
      groups: [
        {
          monitor_id: 900719925474,
          monitor_name: 'CPU high',
          group: 'host:web1',
          group_tags: ['host:web1', 'loose'],
          status: 'No Data',
          last_triggered_ts: 1795485600,
        },
        {
          monitor_id: 1,
          monitor_name: 'x',
          group: '*',
          group_tags: [],
          status: 'OK',
          last_triggered_ts: null,
        },
      ],
    },
    alarms: [
      {
        externalId: 'generic-json:1:900719925474:host:web1',
        status: 'firing',
        severity: 'warning',
        startsAt: '2026-11-24T02:00:00.000Z',
        labels: { alertname: 'CPU high', host: 'web1', loose: '' },
      },
    ],
  },
  healthchecks: {
    answer: {
      checks: [
        {
          name: 'Backup',
          slug: 'backup',
          status: 'down',
          uuid: 'u1',
          tags: 'prod db',
          next_ping: now,
          desc: '',
        },
        { name: 'Mail', status: 'grace', unique_key: 'k2', uuid: 'u2', next_ping: now },
        { name: 'Well', status: 'up', uuid: 'u3', next_ping: now },
      ],
    },
    alarms: [
      { externalId: 'generic-json:1:u1', severity: 'critical', title: 'Backup', startsAt: now },
      { externalId: 'generic-json:1:k2', severity: 'info' },
    ],
  },
  nagios: {
    answer: {
      result: { type_code: 0, query_time: 1795492800000, last_data_update: 1795492799000 },
      data: {
        servicelist: {
          web1: {
            'Disk /': {
              host_name: 'web1',
              plugin_output: 'DISK CRITICAL',
              status: 'critical',
              last_hard_state_change: 1795485600000,
              problem_has_been_acknowledged: true,
              scheduled_downtime_depth: 0,
            },
            Load: {
              host_name: 'web1',
              plugin_output: '',
              status: 'warning',
              last_hard_state_change: 0,
              scheduled_downtime_depth: 2,
            },
            Ping: { status: 'ok' },
          },
        },
      },
    },
    alarms: [
      {
        externalId: 'generic-json:1:web1!Disk /',
        status: 'acknowledged',
        severity: 'critical',
        title: 'Disk / on web1',
        startsAt: '2026-11-24T02:00:00.000Z',
      },
      { status: 'suppressed', severity: 'warning', startsAt: now },
    ],
  },
  statuspage: {
    answer: {
      page: { id: 'p1', name: 'Acme' },
      status: { indicator: 'major' },
      incidents: [
        {
          id: 'i1',
          name: 'Elevated errors',
          status: 'identified',
          impact: 'major',
          created_at: '2026-11-23T21:00:00.000-06:00',
          started_at: null,
          shortlink: 'https://stspg.example.org/x',
          incident_updates: [{ body: 'We found it.' }],
          components: [{ name: 'API' }, { name: 'Web' }],
        },
      ],
    },
    alarms: [
      {
        status: 'firing',
        severity: 'high',
        summary: 'We found it.',
        startsAt: '2026-11-24T03:00:00.000Z',
        labels: { alertname: 'Elevated errors', component: 'API, Web' },
      },
    ],
  },
  'uptime-kuma': {
    answer: {
      heartbeatList: {
        '1': [
          { status: 1, time: '2026-11-24 03:58:00', msg: '' },
          { status: 0, time: '2026-11-24 03:59:00', msg: 'timeout' },
        ],
        '2': [{ status: 1, time: '2026-11-24 03:59:00' }],
        '3': [{ status: 3, time: '2026-11-24 03:59:00' }],
      },
    },
    alarms: [
      {
        externalId: 'generic-json:1:1',
        status: 'firing',
        severity: 'critical',
        summary: 'timeout',
        startsAt: now,
      },
      { externalId: 'generic-json:1:3', status: 'suppressed' },
    ],
  },
};

describe('the preset', () => {
  test.each(presetNames.filter((name) => name !== 'none'))(
    '%s reads what its program answers',
    (preset) => {
      const settings = GenericJsonSettings.parse({ url: 'https://x.example.org', preset });
      const rules = compileRules(settings);
      const given = answers[preset];
      const clock = standingClock(now);
      requireProof(rules, given?.answer, 'x', clock.now());
      const { rows, missing } = itemsOf(rules, given?.answer, 'x');
      const mapping = createMapping({
        rules,
        kind: 'generic-json',
        sourceName: 'X',
        severityMap: {},
        clock,
        seen: {},
      });
      const taken = mapping.take(rows, { missing, isComplete: true });
      expect(taken.blind).toBeNull();
      expect(taken.remarks).toEqual([]);
      expect(taken.alarms).toMatchObject(given?.alarms ?? ['an answer is missing']);
      for (const { isSeverityMapped, unreadableReason } of taken.alarms) {
        expect([isSeverityMapped, unreadableReason]).toEqual([true, null]);
      }
    },
  );

  test('gives way to what a person writes', () => {
    const settings = GenericJsonSettings.parse({
      url: 'https://x.example.org',
      preset: 'statuspage',
      fields: ['title = "Acme: ${$.name}"'],
      statuses: ['monitoring = firing'],
    });
    const rules = compileRules(settings);
    expect(rules.statuses.get('monitoring')).toBe('firing');
    expect(rules.fields.get('title')).toHaveLength(1);
    expect(rules.fields.get('severity')).toHaveLength(1);
  });
});
