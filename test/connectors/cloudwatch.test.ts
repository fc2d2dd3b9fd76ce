import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cloudWatchKind } from '../../main/sources/cloudwatch/connector.ts';
import { WireAlarm, WireAlarms } from '../../main/sources/cloudwatch/parse.ts';
import { CloudWatchSettings } from '../../main/sources/cloudwatch/settings.ts';
import { toAlarm } from '../../main/sources/cloudwatch/to-alarm.ts';
import { settingsProblem } from '../../main/sources/form.ts';
import type { SourceSettings } from '../../preload/contract/sources.ts';
import { never, open } from '../support/connectors/reading.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import fixture from './cloudwatch/fixtures/describe-alarms.json' with { type: 'json' };
import {
  accessKeyId,
  region,
  secretAccessKey,
  startCloudWatchStandIn,
  type CloudWatchStandIn,
} from './cloudwatch/stand-in.ts';

const one: ConnectorCase = {
  kind: cloudWatchKind,
  start: startCloudWatchStandIn,
  settings: ({ url }) => ({ regions: [region], accessKeyId, endpoint: `${url}/{region}/` }),
  secrets: { secretAccessKey },
  wrongSecrets: { secretAccessKey: 'wrong/Uogh4aeGh+ahTh9eighooz3ahvaeBoo' },
  severities: { critical: 'critical', P2: 'high', warning: 'warning', P4: 'info' },
  unknownSeverity: 'mauve',
  absentSeverity: { why: 'CloudWatch has no severities: one of a setting, high unless changed' },
  paging: {
    alarms: 250,
    isLaterPage: ({ json }) => (json as { NextToken?: string }).NextToken !== undefined,
  },
  zones: { why: 'times are seconds since the epoch' },
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'a region that knows no alarm at all': (upstream) => {
      upstream.show([]);
      (upstream as CloudWatchStandIn).wellRegions.clear();
    },
  },
  kept: ['acknowledge', 'silence'],
};

describeConnector(one, ['acknowledge', 'unacknowledge', 'silence', 'extend_silence', 'unsilence']);

describe('cloudwatch', () => {
  let upstream: CloudWatchStandIn;
  const since = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
  const shown = (key: string) => ({ key, name: key, since });
  beforeEach(async () => {
    upstream = await startCloudWatchStandIn();
    upstream.show([shown('a1'), shown('c3')]);
  });
  afterEach(() => upstream.close());

  const opened = (settings: SourceSettings = {}, secrets: Record<string, string> = one.secrets) =>
    open(
      { ...one, settings: () => ({ ...one.settings(upstream), ...settings }), secrets },
      upstream,
    ).connector;
  const shownNow = async (settings?: SourceSettings) => {
    const connector = opened(settings);
    const { snapshot } = await connector.poll(never);
    await connector.close();
    return snapshot.alarms;
  };

  test('composite alarms are asked for, and told apart', async () => {
    const alarms = await shownNow();
    expect(alarms.map(({ labels }) => labels['type'])).toEqual(['metric', 'composite']);
  });

  test.each([
    ['info', { severity: 'info', status: 'firing' }],
    ['warning', { severity: 'warning', status: 'firing' }],
    ['as alarm', { severity: 'high', status: 'firing' }],
    ['ignore', undefined],
  ])('an alarm without data, by the rule %s', async (insufficientData, expected) => {
    upstream.show([shown('a1')]);
    upstream.more.set('a1', { StateValue: 'INSUFFICIENT_DATA' });
    const alarms = await shownNow({ insufficientData });
    expect(alarms).toHaveLength(expected === undefined ? 0 : 1);
    expect(alarms[0] ?? {}).toMatchObject(expected ?? {});
  });

  test.each([
    ['a suppressor', { ActionsSuppressedBy: 'WaitPeriod' }, {}, 'suppressed'],
    ['disabled actions', { ActionsEnabled: false }, {}, 'suppressed'],
    [
      'disabled actions that do not count',
      { ActionsEnabled: false },
      { isDisabledSuppressed: false },
      'firing',
    ],
  ])('%s makes it what CloudWatch says', async (_, more, settings, status) => {
    upstream.show([shown('c1')]);
    upstream.more.set('c1', more);
    expect((await shownNow(settings))[0]?.status).toBe(status);
  });

  test('an active mute rule suppresses its alarms, and no others', async () => {
    upstream.muteRules.set('night', ['a1']);
    const connector = opened();
    const { snapshot } = await connector.poll(never);
    expect(snapshot.alarms.map(({ status }) => status)).toEqual(['suppressed', 'firing']);
    upstream.muteRules.clear();
    const after = await connector.poll(never);
    expect(after.snapshot.alarms.map(({ status }) => status)).toEqual(['firing', 'firing']);
    await connector.close();
  });

  test('a login that may not read mute rules still sees its alarms, and is told once', async () => {
    upstream.intercept = (operation) =>
      operation === 'ListAlarmMuteRules'
        ? { status: 403, json: { __type: 'AccessDeniedException', message: 'not authorized' } }
        : null;
    const connector = opened();
    await connector.poll(never);
    const { snapshot, remarks, blind } = await connector.poll(never);
    expect([snapshot.alarms.length, snapshot.isComplete, blind]).toEqual([2, true, null]);
    expect(remarks.join()).toContain('mute rules');
    const asked = upstream.requests.filter(({ headers }) =>
      String(headers['x-amz-target']).endsWith('ListAlarmMuteRules'),
    );
    expect(asked).toHaveLength(1);
    await connector.close();
  });

  test('an alarm that slipped from one list to the other is not taken for gone', async () => {
    const connector = opened();
    await connector.poll(never);
    // It is in neither list, since it changed its state between the two requests.
    upstream.intercept = (operation, input) =>
      operation === 'DescribeAlarms' && input['StateValue'] !== undefined
        ? { json: { MetricAlarms: [], CompositeAlarms: [] } }
        : null;
    const { snapshot } = await connector.poll(never);
    expect(snapshot.alarms).toHaveLength(2);
    expect(snapshot.isComplete).toBe(true);
    await connector.close();
  });

  test('a list whose next page went stale is read from its beginning, once', async () => {
    upstream.pageSize = 1;
    let isBroken = true;
    upstream.intercept = (_, input) => {
      if (input['NextToken'] === undefined || !isBroken) return null;
      isBroken = false;
      return { status: 400, json: { __type: 'com.amazonaws.cloudwatch#InvalidNextToken' } };
    };
    expect(await shownNow()).toHaveLength(2);
  });

  test.each([
    ['Throttling', 400, 'source.unreachable'],
    ['ThrottlingException', 400, 'source.unreachable'],
    ['com.amazon.coral.service#ExpiredTokenException', 400, 'source.unauthorized'],
    ['InvalidClientTokenId', 403, 'source.unauthorized'],
    ['AccessDeniedException', 400, 'source.unauthorized'],
    ['ValidationError', 400, 'source.rejected'],
  ])('%s with status %i is %s', async (type, status, code) => {
    upstream.intercept = () => ({ status, json: { __type: type, message: 'said so' } });
    const connector = opened();
    await expect(connector.poll(never)).rejects.toMatchObject({ code });
    await connector.close();
  });

  test('a clock that is wrong by ten minutes is allowed for', async () => {
    upstream.skewMs = 600_000;
    const connector = opened();
    expect((await connector.poll(never)).snapshot.isComplete).toBe(true);
    const before = upstream.requests.length;
    await connector.poll(never);
    const retried = upstream.requests
      .slice(before)
      .filter(({ json }) => (json as { StateValue?: string }).StateValue === 'ALARM');
    expect(retried).toHaveLength(1);
    await connector.close();
  });

  test('temporary keys carry their token', async () => {
    upstream.keys.set('ASIATEMP', { secret: 'temporary-secret', token: 'tok/en+==', account: '1' });
    const connector = opened(
      { login: 'temporary', accessKeyId: 'ASIATEMP' },
      { temporarySecretAccessKey: 'temporary-secret', sessionToken: 'tok/en+==' },
    );
    expect((await connector.poll(never)).snapshot.alarms).toHaveLength(2);
    await connector.close();
  });

  describe('with profiles', () => {
    let folder: string;
    const write = (secret: string): void =>
      writeFileSync(
        join(folder, 'credentials'),
        `[shop]\naws_access_key_id=${accessKeyId}\naws_secret_access_key=${secretAccessKey}\n[pay]\naws_access_key_id=AKIDPAY\naws_secret_access_key=${secret}\n`,
      );
    const profiles = (): SourceSettings => ({
      login: 'profile',
      profiles: ['shop', 'pay'],
      profileFolder: folder,
      regions: [region, 'us-east-1'],
    });
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'nightdesk-aws-'));
      upstream.keys.set('AKIDPAY', { secret: 'pay-secret', account: '999988887777' });
      upstream.wellRegions.add('us-east-1');
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    test('every account and region is one list together', async () => {
      write('pay-secret');
      const connector = opened(profiles(), {});
      const { snapshot, blind } = await connector.poll(never);
      expect(blind).toBeNull();
      expect(new Set(snapshot.alarms.map(({ externalId }) => externalId)).size).toBe(8);
      expect(
        new Set(snapshot.alarms.map(({ labels }) => `${labels['account']} ${labels['region']}`))
          .size,
      ).toBe(4);
      await connector.close();
    });

    test('when one account refuses, the others count, nothing is resolved, and new keys are picked up', async () => {
      write('old-secret');
      const connector = opened(profiles(), {});
      const { snapshot, blind, remarks } = await connector.poll(never);
      expect(snapshot.alarms).toHaveLength(4);
      expect(snapshot.isComplete).toBe(false);
      expect(blind?.code).toBe('source.unauthorized');
      expect(blind?.message).toContain('pay in eu-central-1');
      expect(JSON.stringify([blind?.message, remarks])).not.toContain('old-secret');
      write('pay-secret');
      const after = await connector.poll(never);
      expect([after.snapshot.alarms.length, after.snapshot.isComplete]).toEqual([8, true]);
      await connector.close();
    });

    test('a profile that is not there is said by name', async () => {
      const connector = opened(profiles(), {});
      await expect(connector.poll(never)).rejects.toThrow(/There is no profile shop/);
      await connector.close();
    });
  });

  test('what fired and cleared meanwhile is told, with the identity of the list', async () => {
    const at = (seconds: number, name: string, state: string, type = 'MetricAlarm') => ({
      AlarmName: name,
      AlarmType: type,
      Timestamp: since / 1_000 + seconds,
      HistoryItemType: 'StateUpdate',
      HistoryData: JSON.stringify({
        version: '1.0',
        oldState: { stateValue: 'OK' },
        newState: { stateValue: state, stateReason: 'because' },
      }),
    });
    upstream.pageSize = 2;
    upstream.history = [
      at(10, 'a1', 'ALARM'),
      at(70, 'a1', 'OK'),
      at(20, 'c3', 'ALARM', 'CompositeAlarm'),
      at(80, 'c3', 'OK', 'CompositeAlarm'),
      at(30, 'deleted', 'ALARM'),
      at(90, 'deleted', 'OK'),
    ];
    const connector = opened();
    const listed = (await connector.poll(never)).snapshot.alarms.map(
      ({ externalId }) => externalId,
    );
    const passed = await connector.passed?.(
      new Date(since).toISOString(),
      new Date(since + 600_000).toISOString(),
      never,
    );
    expect(passed?.episodes.map(({ alarm }) => alarm.externalId)).toEqual(listed);
    expect(passed?.episodes[0]).toMatchObject({
      alarm: { startsAt: new Date(since + 10_000).toISOString(), summary: 'because' },
      endedAt: new Date(since + 70_000).toISOString(),
    });
    expect(passed?.incompleteReason).toMatch(/1 change belongs to alarms that were deleted/);
    const old = await connector.passed?.(
      '2020-01-01T00:00:00.000Z',
      new Date(since).toISOString(),
      never,
    );
    expect(old?.incompleteReason).toContain('two weeks');
    await connector.close();
  });

  test('a form without keys or regions says what is missing', () => {
    const problem = (settings: SourceSettings): string | null =>
      settingsProblem(cloudWatchKind, settings);
    expect(problem({ regions: [], accessKeyId })).toMatch(/^Regions: At least one/);
    expect(problem({ regions: ['Frankfurt'], accessKeyId })).toMatch(/reads like eu-central-1/);
    expect(problem({ regions: [region] })).toMatch(/^Access key ID: Enter/);
    expect(problem({ regions: [region], login: 'profile', profiles: [] })).toMatch(/^Profiles: /);
    expect(problem({ regions: [region], login: 'profile' })).toBeNull();
  });
});

test('the fixture of CloudWatch reads as it is meant', () => {
  const { MetricAlarms = [], CompositeAlarms = [] } = WireAlarms.parse(fixture);
  const settings = CloudWatchSettings.parse({ regions: [region], accessKeyId });
  const alarms = [...MetricAlarms, ...CompositeAlarms].map((raw) =>
    toAlarm(WireAlarm.parse(raw), { settings, severityMap: {}, nowMs: 0, isMuted: () => false }),
  );
  expect(alarms).toMatchObject([
    {
      externalId:
        'cloudwatch:1:arn:aws:cloudwatch:eu-central-1:210987654321:alarm:orders-db CPU P2',
      status: 'firing',
      severity: 'high',
      service: 'orders',
      startsAt: '2026-11-24T03:57:00.000Z',
      runbookUrl: 'https://runbooks.example.org/orders-db',
      url: 'https://eu-central-1.console.aws.amazon.com/cloudwatch/home?region=eu-central-1#alarmsV2:alarm/orders-db%20CPU%20P2',
      labels: {
        alertname: 'orders-db CPU P2',
        account: '210987654321',
        namespace: 'AWS/RDS',
        metric: 'CPUUtilization',
        DBInstanceIdentifier: 'orders',
      },
    },
    { status: 'suppressed', severity: 'info', title: 'disk-space-low (no data)', service: '' },
    {
      status: 'suppressed',
      severity: 'critical',
      title: 'shop-down',
      labels: { type: 'composite' },
    },
  ]);
});
