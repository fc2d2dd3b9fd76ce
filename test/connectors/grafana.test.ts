import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WireAlert } from '../../main/sources/alertmanager/parse.ts';
import { grafanaKind } from '../../main/sources/grafana/connector.ts';
import { judge } from '../../main/sources/grafana/proof.ts';
import { judgeRules, unlisted, WireRules } from '../../main/sources/grafana/rules.ts';
import { toAlarm } from '../../main/sources/grafana/to-alarm.ts';
import { settingsProblem } from '../../main/sources/form.ts';
import { never, open } from '../support/connectors/reading.ts';
import { startStandIn } from '../support/connectors/stand-in.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import { password, startAlertmanagerStandIn } from './alertmanager/stand-in.ts';
import { startGrafanaStandIn, token, type GrafanaStandIn } from './grafana/stand-in.ts';

const one: ConnectorCase = {
  kind: grafanaKind,
  start: startGrafanaStandIn,
  settings: ({ url }) => ({ url }),
  secrets: { token },
  wrongSecrets: { token: 'glsa_wrong-ieChai4o' },
  severities: {
    critical: 'critical',
    page: 'critical',
    error: 'high',
    high: 'high',
    warning: 'warning',
    info: 'info',
    none: 'info',
  },
  unknownSeverity: 'purple',
  absentSeverity: 'warning',
  paging: { why: 'the API answers with everything at once' },
  zones: true,
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'its rules are not evaluated': (upstream) => {
      upstream.show([]);
      (upstream as GrafanaStandIn).evaluatedAt = Date.now() - 3_600_000;
    },
    'it restarted and evaluated nothing yet': (upstream) => {
      upstream.show([]);
      (upstream as GrafanaStandIn).evaluatedAt = 0;
    },
    'the token sees no rule': (upstream) => {
      upstream.show([]);
      (upstream as GrafanaStandIn).hasRules = false;
    },
    'the token may read alarms, but no rules': (upstream) => {
      upstream.show([]);
      (upstream as GrafanaStandIn).mayReadRules = false;
    },
    'the token may see nothing': (upstream) => {
      upstream.show([]);
      (upstream as GrafanaStandIn).role = 'None';
    },
  },
};

describeConnector(one, ['acknowledge', 'unacknowledge', 'silence', 'extend_silence', 'unsilence']);

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`grafana/fixtures/${name}`, import.meta.url), 'utf8'));

describe('grafana by itself', () => {
  let upstream: GrafanaStandIn;
  beforeEach(async () => {
    upstream = await startGrafanaStandIn();
    upstream.show([{ key: 'a1', name: 'Alarm a1' }]);
  });
  afterEach(() => upstream.close());

  test('alarms that are sent elsewhere resolve nothing here, and after a minute it is blind', async () => {
    const { connector } = open(one, upstream);
    upstream.isSentElsewhere = true;
    const { snapshot, blind } = await connector.poll(never);
    expect(snapshot.isComplete).toBe(false);
    expect(snapshot.incompleteReason).toContain('Alarm a1');
    expect(blind ?? null).toBeNull();
    const rules = judgeRules(
      [
        {
          name: 'g',
          interval: 60,
          lastEvaluation: '2026-11-23T17:20:00Z',
          rules: [{ name: 'R', uid: 'u', state: 'firing' }],
        },
      ],
      Date.parse('2026-11-23T17:20:10Z'),
    );
    const late = judge({ host: 'h', rules, unlisted: ['R'], unlistedForMs: 61_000, alarmCount: 0 });
    expect(late.blind?.message).toContain('R');
    await connector.close();
  });

  test('a viewer reads, and the test says that it may not write', async () => {
    upstream.role = 'Viewer';
    const { connector } = open(one, upstream);
    expect((await connector.poll(never)).snapshot.isComplete).toBe(true);
    const report = await connector.test(never);
    expect(report.isUsable).toBe(true);
    expect(report.steps.find(({ name }) => name === 'write')).toMatchObject({
      outcome: 'warning',
      next: expect.stringContaining('Editor') as unknown,
    });
    await connector.close();
  });

  test('alarms are shown all the same when the rules may not be read', async () => {
    upstream.mayReadRules = false;
    const { connector } = open(one, upstream);
    const { snapshot, blind } = await connector.poll(never);
    expect(snapshot.alarms).toHaveLength(1);
    expect(snapshot.isComplete).toBe(false);
    expect(blind).toMatchObject({ next: expect.stringContaining('Viewer') as unknown });
    expect((await connector.test(never)).isUsable).toBe(false);
    await connector.close();
  });

  test('its version is asked for once, not at every poll', async () => {
    const { connector } = open(one, upstream);
    expect((await connector.poll(never)).version).toBe('11.4.0');
    await connector.poll(never);
    expect(upstream.requests.filter(({ path }) => path === '/api/health')).toHaveLength(1);
    await connector.close();
  });

  test('a silence names the rule, so that permissions on its folder are enough', async () => {
    const { connector } = open(one, upstream);
    const { snapshot } = await connector.poll(never);
    const [alarm] = snapshot.alarms;
    const matchers = connector.actions?.propose(alarm as never).matchers ?? [];
    expect(matchers).toContainEqual({
      name: '__alert_rule_uid__',
      value: 'uid-a1',
      isRegex: false,
      isEqual: true,
    });
    await connector.close();
  });

  test('an Alertmanager data source is read through Grafana, below its uid', async () => {
    const behind = await startAlertmanagerStandIn();
    behind.show([{ key: 'm1', name: 'Alarm m1' }]);
    const prefix = '/sub/api/alertmanager/mimir-1';
    const proxy = await startStandIn('grafana-proxy', async ({ path, headers }) => {
      if (!path.startsWith(prefix)) return { status: 404, json: { message: 'Not found' } };
      const { authorization = '' } = headers;
      const { status, body } = await fetch(`${behind.url}${path.slice(prefix.length)}`, {
        headers: { authorization },
      }).then(async (answer) => ({ status: answer.status, body: await answer.text() }));
      return { status, text: body };
    });
    const settings = {
      url: `${proxy.url}/sub`,
      managed: 'datasource',
      datasource: 'mimir-1',
      login: 'basic',
      user: 'ada',
      organisation: '7',
    };
    expect(settingsProblem(grafanaKind, settings)).toBeNull();
    const reading = { ...one, settings: () => settings };
    const { connector } = open(reading, upstream, { secrets: { password } });
    const { snapshot } = await connector.poll(never);
    expect(snapshot.alarms.map(({ title }) => title)).toEqual(['Alarm m1']);
    expect(snapshot.isComplete).toBe(true);
    expect(proxy.requests.every(({ headers }) => headers['x-grafana-org-id'] === '7')).toBe(true);
    await connector.close();
    await proxy.close();
    await behind.close();
  });

  test('a data source without its uid is no setting', () => {
    expect(settingsProblem(grafanaKind, { url: upstream.url, managed: 'datasource' })).toBe(
      'Data source: Which one? Enter its uid.',
    );
  });
});

describe('what version 11 answers', () => {
  const alarms = (fixture('alerts-11.json') as unknown[]).map((raw) =>
    toAlarm(WireAlert.parse(raw), {
      url: 'https://grafana.example.org/sub',
      serviceLabels: ['service', 'grafana_folder'],
      severityMap: {},
      silence: () => undefined,
    }),
  );

  test('an alarm links to its rule, its dashboard and its runbook', () => {
    expect(alarms[0]).toMatchObject({
      externalId: 'grafana:1:55edc295ff31cfa8',
      title: 'disk is full',
      service: 'Shop',
      severity: 'critical',
      url: 'https://grafana.example.org/alerting/grafana/rule1/view?orgId=1',
      runbookUrl: 'https://runbooks.example.org/disk',
      annotations: {
        dashboard: 'https://grafana.example.org/sub/d/aew1?viewPanel=2',
        value: "[ var='B' labels={instance=db1} value=97.1 ]",
      },
    });
    expect(Object.keys(alarms[0]?.annotations ?? {}).some((name) => name.startsWith('__'))).toBe(
      false,
    );
  });

  test('a rule whose query fails, or gives nothing, is told by the name of the rule', () => {
    expect(alarms[1]).toMatchObject({
      title: 'QueueDepth (query fails)',
      severity: 'warning',
      startsAt: '2026-11-23T17:12:00.000Z',
    });
    expect(alarms[1]?.summary).toContain('no such data source');
    expect(alarms[2]).toMatchObject({ title: 'Orders (no data)', severity: 'high', url: null });
  });

  test('rules tell what fires, what fails and what is late', () => {
    const { data } = WireRules.parse(fixture('rules-11.json'));
    const findings = judgeRules(data.groups, Date.parse('2026-11-23T17:20:30Z'));
    expect(findings).toEqual({
      ruleCount: 3,
      firing: new Map([['rule1', 'DiskFull']]),
      failing: ['QueueDepth'],
      late: ['Shop/paused for long'],
      hasAnyInTime: true,
      unreadableCount: 0,
    });
    expect(unlisted(findings.firing, new Set(['rule1']))).toEqual([]);
    expect(unlisted(findings.firing, new Set())).toEqual(['DiskFull']);
    const proof = judge({
      host: 'h',
      rules: findings,
      unlisted: [],
      unlistedForMs: 0,
      alarmCount: 3,
    });
    expect(proof.incompleteReason).toBeNull();
    expect(proof.remarks.join('\n')).toMatch(/QueueDepth[\s\S]*paused for long/);
  });

  test('whatever rules look like, they are judged and never throw', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), fc.integer(), (groups, now) => {
        const findings = judgeRules(groups, now);
        const proof = judge({
          host: 'h',
          rules: findings,
          unlisted: [],
          unlistedForMs: 0,
          alarmCount: 0,
        });
        // Nothing that could not be read may count as proof.
        expect(findings.hasAnyInTime || proof.blind !== null).toBe(true);
      }),
    );
  });
});
