import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { UpstreamAction } from '../../main/sources/connector.ts';
import { jsmDialect, opsgenieDialect } from '../../main/sources/opsgenie/dialect.ts';
import { WireAlert, WireDetails } from '../../main/sources/opsgenie/parse.ts';
import { JsmSettings, OpsgenieSettings } from '../../main/sources/opsgenie/settings.ts';
import { toAlarm } from '../../main/sources/opsgenie/to-alarm.ts';
import { SourceError } from '../../main/sources/source-error.ts';
import { describeConnector } from '../support/connectors/suite.ts';
import { never, open } from '../support/connectors/reading.ts';
import { opsgenieCase } from './opsgenie/cases.ts';
import { startOpsgenieStandIn, type OpsgenieStandIn } from './opsgenie/stand-in.ts';

describeConnector(opsgenieCase, [
  'acknowledge',
  'unacknowledge',
  'comment',
  'resolve',
  'silence',
  'extend_silence',
  'unsilence',
]);

describe('opsgenie by itself', () => {
  let upstream: OpsgenieStandIn;
  beforeEach(async () => {
    upstream = await startOpsgenieStandIn('opsgenie');
    upstream.show([{ key: 'a1', name: 'Alarm a1' }]);
  });
  afterEach(() => upstream.close());

  async function acknowledgement(): Promise<{
    action: UpstreamAction;
    actions: NonNullable<ReturnType<typeof open>['connector']['actions']>;
    close(): Promise<void>;
  }> {
    const { connector } = open(opsgenieCase, upstream);
    const [alarm] = (await connector.poll(never)).snapshot.alarms;
    if (alarm === undefined || connector.actions === null) throw new Error('no alarm to act on');
    const { externalId, refs } = alarm;
    const action: UpstreamAction = {
      kind: 'acknowledge',
      externalId,
      refs,
      matchers: [],
      by: 'ann',
      note: '',
      durationMs: 60_000,
    };
    return { action, actions: connector.actions, close: () => connector.close() };
  }

  test('what was taken but could not be done is a failure, with its reason', async () => {
    const { action, actions, close } = await acknowledgement();
    upstream.failure = 'Alert is in use';
    await expect(actions.send(action, 'key-1', never)).rejects.toMatchObject({
      code: 'source.rejected',
      message: expect.stringContaining('Alert is in use') as unknown,
    });
    await close();
  });

  test('a request that is queued is waited for, so that a repetition finds it done', async () => {
    upstream.processMs = 400;
    const { action, actions, close } = await acknowledgement();
    await actions.send(action, 'key-1', never);
    await actions.send(action, 'key-1', never);
    expect(upstream.effects('a1').acknowledgements).toBe(1);
    await close();
  });

  test('429 waits for as long as it says, under whatever name it says it', async () => {
    const { connector } = open(opsgenieCase, upstream);
    upstream.fault = (response) =>
      response.writeHead(429, { 'x-ratelimit-period-in-sec': '60' }).end('{}');
    const error = await connector.poll(never).catch((reason: unknown) => reason);
    if (!(error instanceof SourceError)) throw new Error('it was not noticed');
    expect(error.retryAfterMs).toBe(60_000);
    await connector.close();
  });

  test('a search that finds nothing at all is no quiet', async () => {
    const settings = { url: upstream.url, query: 'teams:"Nobody"' };
    const { connector } = open({ ...opsgenieCase, settings: () => settings }, upstream);
    const { snapshot, blind } = await connector.poll(never);
    expect(snapshot.isComplete).toBe(false);
    expect(blind?.message).toContain('The search');
    const [list] = upstream.requests;
    expect(list?.query.get('query')).toBe('status:open AND (teams:"Nobody")');
    await connector.close();
  });

  test('alerts that are closed while pages are read push nobody out', async () => {
    const all = Array.from({ length: 250 }, (_, n) => ({ key: `n${n}`, name: `Alarm n${n}` }));
    upstream.show(all);
    let isDone = false;
    upstream.beforePage = (offset) => {
      if (offset === 0 || isDone) return;
      isDone = true;
      upstream.show(all.slice(30));
    };
    const { connector } = open(opsgenieCase, upstream);
    const { snapshot } = await connector.poll(never);
    expect(snapshot.isComplete).toBe(true);
    expect(snapshot.alarms).toHaveLength(220);
    await connector.close();
  });

  test('details are read once per alert, a few per poll, and cost no alarm when they fail', async () => {
    upstream.show(Array.from({ length: 30 }, (_, n) => ({ key: `n${n}`, name: `Alarm n${n}` })));
    const single = () =>
      upstream.requests.filter(({ path }) => path.startsWith('/v2/alerts/')).length;
    const { connector } = open(opsgenieCase, upstream);
    const first = await connector.poll(never);
    expect(first.snapshot.alarms).toHaveLength(30);
    expect(single()).toBe(20);
    await connector.poll(never);
    expect(single()).toBe(30);
    await connector.poll(never);
    expect(single()).toBe(30);
    upstream.show([{ key: 'new', name: 'Alarm new' }]);
    upstream.fault = (response) => response.writeHead(500).end();
    upstream.isFaulty = ({ path }) => path.startsWith('/v2/alerts/');
    const torn = await connector.poll(never);
    expect(torn.snapshot.isComplete).toBe(true);
    expect(torn.snapshot.alarms[0]?.title).toBe('Alarm new');
    expect(torn.remarks.join()).toContain('details');
    await connector.close();
  });

  test('what fired and cleared meanwhile is told, and nothing else', async () => {
    const at = (minutes: number): string =>
      new Date(Date.parse('2026-11-23T02:00:00Z') + minutes * 60_000).toISOString();
    upstream.past = [
      { id: 'one', message: 'in between', createdAt: at(10), closeTime: 600_000 },
      { id: 'two', message: 'began before', createdAt: at(-10), closeTime: 1_200_000 },
      { id: 'three', message: 'ended after', createdAt: at(10), closeTime: 86_400_000 },
    ];
    const { connector } = open(opsgenieCase, upstream);
    const passed = await connector.passed?.(at(0), at(300), never);
    expect(passed?.episodes).toHaveLength(1);
    expect(passed?.episodes[0]).toMatchObject({
      endedAt: at(20),
      alarm: { externalId: 'opsgenie:1:one', status: 'firing', startsAt: at(10) },
    });
    await connector.close();
  });
});

describe('what the dialects answer', () => {
  const fixture = (name: string): unknown =>
    JSON.parse(readFileSync(new URL(`opsgenie/fixtures/${name}`, import.meta.url), 'utf8'));
  const noHttp = { request: () => Promise.reject(new Error('unasked')), close: async () => {} };
  const opsgenie = opsgenieDialect(OpsgenieSettings.parse({ account: 'shop' }), { token: 'k' });
  const jsm = jsmDialect(
    JsmSettings.parse({ site: 'https://shop.atlassian.net', user: 'ann@example.org' }),
    { token: 'k' },
    noHttp,
  );

  test.each([
    ['opsgenie-v2-alerts.json', opsgenie],
    ['jsm-v1-alerts.json', jsm],
  ] as const)('%s is the same alert behind other words', (name, dialect) => {
    const page = dialect.page(fixture(name));
    expect(page?.hasMore).toBe(true);
    const alert = WireAlert.parse(page?.items[0]);
    const alarm = toAlarm(
      { alert, details: null },
      { kind: dialect.kind, severityMap: {}, urlOf: dialect.urlOf },
    );
    expect(alarm).toMatchObject({
      externalId: `${dialect.kind}:1:70413a06-38d6-4c85-92b8-5ebc900d42e2-1795455208000`,
      status: 'suppressed',
      severity: 'info',
      title: 'The queue of orders grows',
      service: 'orders-db',
      startsAt: '2026-11-23T17:00:00.000Z',
      labels: { 'tag:Shop': 'true', priority: 'P4', source: 'orders-db' },
      annotations: { snoozed_until: '2026-11-23T20:32:35.000Z' },
      refs: { same: ['opsgenie:alias:queue_orders'] },
    });
  });

  test('details and extra properties are labels; what is no text is left out', () => {
    const details = WireDetails.parse(fixture('opsgenie-v2-details.json'));
    const alert = WireAlert.parse({ id: '1', status: 'open', createdAt: '2026-11-23T17:00:00Z' });
    const alarm = toAlarm(
      { alert, details },
      { kind: 'opsgenie', severityMap: {}, urlOf: () => null },
    );
    expect(alarm.labels).toMatchObject({ alertname: 'QueueGrows', region: 'eu', shard: '7' });
    expect(alarm.labels['nested']).toBeUndefined();
    expect(alarm.service).toBe('orders');
  });

  test.each([
    ['https://api.opsgenie.com', '', 'https://app.opsgenie.com/alert/detail/1/details'],
    ['https://api.opsgenie.com', 'shop', 'https://shop.app.opsgenie.com/alert/detail/1/details'],
    ['https://api.eu.opsgenie.com', '', 'https://app.eu.opsgenie.com/alert/detail/1/details'],
    ['https://proxy.example.org', '', null],
  ])('an alert of %s of account %j is at %s', (url, account, link) => {
    const dialect = opsgenieDialect(OpsgenieSettings.parse({ url, account }), {});
    expect(dialect.urlOf({ id: '1', tinyId: '2' })).toBe(link);
  });

  test.each([null, [], {}, { data: 7 }, { values: 'x' }, 'text', { data: null }])(
    '%j is no list in either',
    (body) => {
      expect(opsgenie.page(body)).toBeNull();
      expect(jsm.page(body)).toBeNull();
    },
  );

  test('whatever is read becomes an alarm of the status that its flags say', () => {
    fc.assert(
      fc.property(
        fc.record({
          message: fc.string(),
          acknowledged: fc.boolean(),
          snoozed: fc.boolean(),
          priority: fc.string(),
          tags: fc.array(fc.string()),
        }),
        (more) => {
          const wire = { id: '1', status: 'open', createdAt: '2026-11-23T17:00:00Z', ...more };
          const alarm = toAlarm(
            { alert: WireAlert.parse(wire), details: null },
            { kind: 'jsm', severityMap: {}, urlOf: () => null },
          );
          const status = more.snoozed
            ? 'suppressed'
            : more.acknowledged
              ? 'acknowledged'
              : 'firing';
          expect(alarm.status).toBe(status);
          expect(alarm.title).not.toBe('');
        },
      ),
    );
  });
});
