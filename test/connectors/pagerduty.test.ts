import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { UpstreamAction } from '../../main/sources/connector.ts';
import { pagerdutyKind } from '../../main/sources/pagerduty/connector.ts';
import { IncidentPage, WireIncident } from '../../main/sources/pagerduty/parse.ts';
import { isSnoozedBy } from '../../main/sources/pagerduty/snoozes.ts';
import { toAlarm } from '../../main/sources/pagerduty/to-alarm.ts';
import { SourceError } from '../../main/sources/source-error.ts';
import { never, open } from '../support/connectors/reading.ts';
import { describeConnector, type ConnectorCase } from '../support/connectors/suite.ts';
import { startPagerdutyStandIn, token, type PagerdutyStandIn } from './pagerduty/stand-in.ts';

const one: ConnectorCase = {
  kind: pagerdutyKind,
  start: startPagerdutyStandIn,
  settings: ({ url }) => ({ url }),
  secrets: { token },
  wrongSecrets: { token: 'u+wrong-ieChai4ohghiQuai' },
  severities: {
    P1: 'critical',
    P2: 'high',
    P3: 'warning',
    P4: 'info',
    P5: 'info',
    'SEV-1': 'critical',
    'SEV-2': 'high',
    'SEV-3': 'warning',
    'SEV-4': 'info',
    'SEV-5': 'info',
    high: 'high',
    low: 'warning',
  },
  unknownSeverity: 'Purple',
  absentSeverity: { why: 'every incident has an urgency' },
  paging: {
    alarms: 230,
    isLaterPage: ({ path, query }) => path === '/incidents' && query.get('offset') !== '0',
  },
  zones: true,
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'the key sees no service': (upstream) => {
      upstream.show([]);
      (upstream as PagerdutyStandIn).hasServices = false;
    },
  },
};

describeConnector(one, [
  'acknowledge',
  'unacknowledge',
  'comment',
  'resolve',
  'silence',
  'extend_silence',
  'unsilence',
]);

const hour = 3_600_000;

describe('pagerduty by itself', () => {
  let upstream: PagerdutyStandIn;
  beforeEach(async () => {
    upstream = await startPagerdutyStandIn();
    upstream.show([{ key: 'a1', name: 'Alarm a1', since: Date.now() - hour }]);
  });
  afterEach(() => upstream.close());

  const about = { externalId: 'pagerduty:1:QA1', refs: {} };
  const acknowledge: UpstreamAction = {
    kind: 'acknowledge',
    ...about,
    matchers: [],
    by: 'ann',
    note: '',
    durationMs: hour,
  };
  const writes = () => upstream.requests.filter(({ method }) => method !== 'GET');

  test('what is open for longer than a month is listed, too', async () => {
    upstream.show([{ key: 'a1', name: 'Old', since: Date.now() - 90 * 24 * hour }]);
    const { connector } = open(one, upstream);
    expect((await connector.poll(never)).snapshot.alarms).toHaveLength(1);
    await connector.close();
  });

  test('incidents that are resolved while pages are read push nobody out', async () => {
    const all = Array.from({ length: 250 }, (_, index) => ({
      key: `n${index}`,
      name: `Alarm n${index}`,
    }));
    upstream.show(all);
    let isDone = false;
    upstream.beforePage = (offset) => {
      if (offset === 0 || isDone) return;
      isDone = true;
      upstream.show(all.slice(30));
    };
    const { connector } = open(one, upstream);
    const { snapshot } = await connector.poll(never);
    expect(snapshot.isComplete).toBe(true);
    expect(snapshot.alarms).toHaveLength(220);
    await connector.close();
  });

  test('429 waits for as long as PagerDuty says, under whatever name it says it', async () => {
    const { connector } = open(one, upstream);
    upstream.fault = (response) =>
      response.writeHead(429, { 'ratelimit-reset': '37', 'content-type': 'text/plain' }).end('no');
    const error = await connector.poll(never).catch((reason: unknown) => reason);
    if (!(error instanceof SourceError)) throw new Error('it was not noticed');
    expect(error.code).toBe('source.unreachable');
    expect(error.retryAfterMs).toBe(37_000);
    await connector.close();
  });

  test('a key of the whole account writes in the name that was entered, and asks for one', async () => {
    upstream.keyKind = 'account';
    const nameless = open(one, upstream);
    const refused = nameless.connector.actions?.send(acknowledge, 'key-1', never);
    await expect(refused).rejects.toMatchObject({ code: 'source.misconfigured' });
    expect(writes()).toEqual([]);
    const step = (await nameless.connector.test(never)).steps.find(({ name }) => name === 'login');
    expect(step?.outcome).toBe('warning');
    await nameless.connector.close();

    const settings = { url: upstream.url, from: 'ann@example.org' };
    const named = open({ ...one, settings: () => settings }, upstream);
    await named.connector.actions?.send(acknowledge, 'key-1', never);
    expect(writes().map(({ headers }) => headers['from'])).toEqual(['ann@example.org']);
    expect(upstream.effects('a1').isAcknowledged).toBe(true);
    await named.connector.close();
  });

  test('a read-only key reads, and the test says that it may not write', async () => {
    upstream.keyKind = 'read-only';
    const { connector } = open(one, upstream);
    expect((await connector.poll(never)).snapshot.isComplete).toBe(true);
    const report = await connector.test(never);
    expect(report.isUsable).toBe(true);
    expect(report.steps.find(({ name }) => name === 'write')?.outcome).toBe('warning');
    await connector.close();
  });

  test('an acknowledgement is not repeated, so that its timeout runs on', async () => {
    const { connector } = open(one, upstream);
    await connector.actions?.send(acknowledge, 'key-1', never);
    const [first] = (await connector.poll(never)).snapshot.alarms;
    await connector.actions?.send(acknowledge, 'key-2', never);
    expect(upstream.effects('a1').acknowledgements).toBe(1);
    expect(first?.status).toBe('acknowledged');
    expect(first?.annotations['acknowledged_until']).toMatch(/Z$/);
    expect(first?.ackedBy).toBe('Ann');
    await connector.close();
  });

  test('its log is read once for each change of a state, not at every poll', async () => {
    const { connector } = open(one, upstream);
    await connector.actions?.send(acknowledge, 'key-1', never);
    await connector.poll(never);
    await connector.poll(never);
    expect(upstream.requests.filter(({ path }) => path.endsWith('/log_entries'))).toHaveLength(1);
    await connector.close();
  });

  test('who is on call stands beside the incident, nearest first', async () => {
    const { connector } = open(one, upstream);
    const [alarm] = (await connector.poll(never)).snapshot.alarms;
    expect(alarm?.annotations['on_call']).toBe('Ann (level 1), Bob (level 2)');
    await connector.poll(never);
    expect(upstream.requests.filter(({ path }) => path === '/oncalls')).toHaveLength(1);
    await connector.close();
  });

  test.each([
    ['a service that is mistyped', { services: ['PNOTOURS'] }, 'PNOTOURS'],
    ['teams without a service', { teams: ['PNOTOURS'] }, 'teams'],
  ])('%s is no quiet', async (_, more, said) => {
    upstream.show([]);
    const settings = { url: upstream.url, ...more };
    const { connector } = open({ ...one, settings: () => settings }, upstream);
    const { snapshot, blind } = await connector.poll(never);
    expect(snapshot.isComplete).toBe(false);
    expect(blind?.message).toContain(said);
    await connector.close();
  });

  test('a service that is switched off is remarked', async () => {
    upstream.serviceStatus = 'maintenance';
    const { connector } = open(one, upstream);
    const { remarks } = await connector.poll(never);
    expect(remarks.join()).toContain('Checkout (maintenance)');
    await connector.close();
  });

  test('a snooze past seven days is refused here, in words', async () => {
    const { connector } = open(one, upstream);
    const silence: UpstreamAction = {
      kind: 'silence',
      matchers: [{ name: 'incident', value: 'QA1', isRegex: false, isEqual: true }],
      by: 'ann',
      note: '',
      endsAt: new Date(Date.now() + 8 * 24 * hour).toISOString(),
    };
    const refused = connector.actions?.send(silence, 'key-1', never);
    await expect(refused).rejects.toMatchObject({ code: 'source.rejected' });
    expect(writes()).toEqual([]);
    await connector.close();
  });

  test('a snooze ends when it was meant to, whatever its clock says', async () => {
    upstream.skewMs = 900_000;
    const { connector } = open(one, upstream);
    const { actions } = connector;
    if (actions === null) throw new Error('it takes no actions');
    await connector.poll(never);
    const endsAt = new Date(Date.now() + hour).toISOString();
    const matchers = [{ name: 'incident', value: 'QA1', isRegex: false, isEqual: true }];
    const action: UpstreamAction = { kind: 'silence', matchers, by: 'ann', note: '', endsAt };
    await actions.send(action, 'key-1', never);
    const [until = 0] = upstream.effects('a1').silencedUntil;
    expect(Math.abs(until - Date.parse(endsAt))).toBeLessThan(5_000);
    await connector.close();
  });

  test.each([
    ['another label', [{ name: 'service', value: 'Checkout', isRegex: false, isEqual: true }]],
    ['a pattern', [{ name: 'incident', value: 'Q.*', isRegex: true, isEqual: true }]],
    ['everything but one', [{ name: 'incident', value: 'QA1', isRegex: false, isEqual: false }]],
    ['an empty id', [{ name: 'incident', value: '', isRegex: false, isEqual: true }]],
  ])('a silence by %s does not go out', async (_, matchers) => {
    const { connector } = open(one, upstream);
    const endsAt = new Date(Date.now() + hour).toISOString();
    const action: UpstreamAction = { kind: 'silence', matchers, by: 'ann', note: '', endsAt };
    await expect(connector.actions?.send(action, 'key-1', never)).rejects.toThrow(/incident=/);
    expect(writes()).toEqual([]);
    await connector.close();
  });

  test('maintenance windows are among the silences, and can be moved and ended', async () => {
    const at = (hours: number): string => new Date(Date.now() + hours * hour).toISOString();
    const services = [{ id: 'PIJ90N7', type: 'service_reference', summary: 'Checkout' }];
    const window = { description: 'new disks', start_time: at(-1), end_time: at(1), services };
    upstream.windows.set('PW1', window);
    const { connector } = open(one, upstream);
    const { actions } = connector;
    if (actions === null) throw new Error('it takes no actions');
    const [silence] = await actions.silences(never);
    if (silence === undefined) throw new Error('it is not listed');
    expect(silence).toMatchObject({ comment: 'new disks', state: 'active' });
    expect(silence.scope).toContain('Checkout');

    const upstreamRef = silence.id;
    const move: UpstreamAction = { kind: 'extend_silence', upstreamRef, endsAt: at(3) };
    const receipt = await actions.send(move, 'key-1', never);
    expect(await actions.confirm(move, receipt, never)).toBe(true);
    expect(upstream.windows.get('PW1')?.services).toEqual(services);

    const end: UpstreamAction = { kind: 'unsilence', upstreamRef };
    await actions.send(end, 'key-2', never);
    await actions.send(end, 'key-2', never);
    expect(await actions.confirm(end, receipt, never)).toBe(true);
    expect(await actions.silences(never)).toEqual([]);
    await expect(actions.send(move, 'key-3', never)).rejects.toMatchObject({
      code: 'source.rejected',
    });
    await connector.close();
  });

  test('an incident that is resolved meanwhile is not acknowledged any more', async () => {
    const { connector } = open(one, upstream);
    const resolve: UpstreamAction = { kind: 'resolve', ...about, by: 'ann', note: 'fixed' };
    await connector.actions?.send(resolve, 'key-1', never);
    const late = connector.actions?.send(acknowledge, 'key-2', never);
    await expect(late).rejects.toMatchObject({ code: 'source.rejected' });
    await connector.close();
  });

  test.each([0, -900_000, 900_000])(
    'what fired and cleared meanwhile is told, and nothing else, with a clock off by %i ms',
    async (skewMs) => {
      upstream.skewMs = skewMs;
      const at = (minutes: number): string =>
        new Date(Date.parse('2026-11-23T02:00:00Z') + minutes * 60_000).toISOString();
      upstream.past = [
        { id: 'Q1', title: 'in between', createdAt: at(10), resolvedAt: at(20) },
        { id: 'Q2', title: 'began before', createdAt: at(-10), resolvedAt: at(20) },
        { id: 'Q3', title: 'ended after', createdAt: at(10), resolvedAt: at(500) },
      ];
      const { connector } = open(one, upstream);
      const passed = await connector.passed?.(at(0), at(300), never);
      expect(passed?.incompleteReason).toBeNull();
      expect(passed?.episodes).toHaveLength(1);
      expect(passed?.episodes[0]).toMatchObject({
        endedAt: at(20),
        alarm: { externalId: 'pagerduty:1:Q1', status: 'firing', startsAt: at(10) },
      });
      await connector.close();
    },
  );
});

describe('what version 2 answers', () => {
  const page = IncidentPage.parse(
    JSON.parse(
      readFileSync(new URL('pagerduty/fixtures/incidents-v2.json', import.meta.url), 'utf8'),
    ),
  );
  const alarms = page.incidents.map((raw) =>
    toAlarm({ incident: WireIncident.parse(raw), isSnoozed: false, onCall: '' }, {}),
  );

  test('an incident becomes an alarm with all that names it', () => {
    expect(alarms[0]).toMatchObject({
      externalId: 'pagerduty:1:PT4KHLK',
      status: 'acknowledged',
      severity: 'high',
      severityText: 'P2',
      title: 'The mail server does not answer.',
      service: 'Mail',
      ackedBy: 'Ann',
      startsAt: '2026-10-06T21:30:42.000Z',
      url: 'https://shop.pagerduty.com/incidents/PT4KHLK',
      labels: { incident: 'PT4KHLK', service: 'Mail', urgency: 'high', priority: 'P2' },
      refs: { same: ['pagerduty:dedup:baf7cf21b1da41b4b0221008339ff357'] },
    });
  });

  test('without a priority its urgency counts, and an unknown status is open', () => {
    expect(alarms[1]).toMatchObject({ status: 'firing', severity: 'warning', refs: { same: [] } });
  });

  test.each([
    [['snooze_log_entry', 'acknowledge_log_entry'], true],
    [['annotate_log_entry', 'snooze_log_entry'], true],
    [['acknowledge_log_entry', 'snooze_log_entry'], false],
    [['unacknowledge_log_entry', 'snooze_log_entry'], false],
    [['notify_log_entry'], false],
    [[], false],
  ])('a log of %j is a snooze: %s', (types, isSnoozed) => {
    expect(isSnoozedBy(types.map((type) => ({ type })))).toBe(isSnoozed);
  });

  test('whatever is read becomes an alarm of a known status and severity', () => {
    fc.assert(
      fc.property(
        fc.record({ title: fc.string(), status: fc.string(), urgency: fc.string() }),
        fc.boolean(),
        (more, isSnoozed) => {
          const wire = { id: 'P1', created_at: '2026-10-06T21:30:42Z', ...more };
          const incident = WireIncident.parse(wire);
          const alarm = toAlarm({ incident, isSnoozed, onCall: '' }, {});
          expect(['firing', 'acknowledged', 'suppressed']).toContain(alarm.status);
          expect(alarm.status === 'suppressed').toBe(isSnoozed && more.status === 'acknowledged');
          expect(alarm.title).not.toBe('');
        },
      ),
    );
  });
});
