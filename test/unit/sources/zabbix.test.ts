import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { targetOf } from '../../../main/sources/zabbix/actions.ts';
import { chooseItems, delaySeconds } from '../../../main/sources/zabbix/liveness.ts';
import {
  externalIdOf,
  WireItem,
  WireMaintenance,
  WireProblem,
  WireTrigger,
  type Acknowledge,
} from '../../../main/sources/zabbix/parse.ts';
import { toSilence } from '../../../main/sources/zabbix/silences.ts';
import {
  acknowledgementOf,
  authorOf,
  expandMacros,
  severityTextOf,
  toAlarm,
} from '../../../main/sources/zabbix/to-alarm.ts';
import { dialectOf, parseVersion } from '../../../main/sources/zabbix/version.ts';

const mapping = {
  base: 'https://zabbix.example.org/zabbix',
  serviceTags: ['service', 'component'],
  severityMap: {},
};
const trigger = WireTrigger.parse({
  triggerid: '23133',
  description: 'Disk full on {HOST.NAME}',
  url: 'https://runbooks.example.org/{TRIGGER.ID}?event={EVENT.ID}',
  comments: 'Clean up {HOST.HOST}',
  type: '0',
  manual_close: '1',
  hosts: [{ hostid: '10559', host: 'web1', name: 'Web One' }],
  dependencies: [],
});
const fixture = (version: string): WireProblem => {
  const file = new URL(`../../connectors/zabbix/fixtures/${version}-problem.json`, import.meta.url);
  const { result } = JSON.parse(readFileSync(file, 'utf8')) as { result: readonly unknown[] };
  return WireProblem.parse(result[0]);
};

describe('a problem', () => {
  test('reads as 6.0 writes it', () => {
    expect(toAlarm({ problem: fixture('6.0'), trigger, ackedBy: 'ada' }, mapping)).toMatchObject({
      externalId: 'zabbix:1:23133',
      status: 'acknowledged',
      ackedBy: 'ada',
      severity: 'critical',
      severityText: 'disaster',
      title: 'Disk full on Web One',
      summary: 'free 5 · Clean up web1',
      service: 'web',
      startsAt: '2026-11-23T17:38:50.206Z',
      url: 'https://zabbix.example.org/zabbix/tr_events.php?triggerid=23133&eventid=22',
      runbookUrl: 'https://runbooks.example.org/23133?event=22',
      labels: {
        alertname: 'Disk full on {HOST.NAME}',
        host: 'web1',
        hostid: '10559',
        triggerid: '23133',
        service: 'web',
        area: 'a',
        area_2: 'b',
      },
      refs: { eventid: '22', triggerid: '23133' },
    });
  });

  test('reads as 7.0 writes it, with an id beyond what a number holds', () => {
    const alarm = toAlarm({ problem: fixture('7.0'), trigger, ackedBy: null }, mapping);
    expect(alarm).toMatchObject({
      status: 'suppressed',
      severity: 'high',
      service: 'Web One',
      refs: { eventid: '9223372036854775806' },
    });
  });

  test.each([
    ['an acknowledgement', { acknowledged: '1' }, {}, 'acknowledged'],
    ['a maintenance', { suppressed: '1', acknowledged: '1' }, {}, 'suppressed'],
    ['nothing', {}, {}, 'firing'],
    // As texts, "0" is true in JavaScript.
    ['flags that are off', { suppressed: '0', acknowledged: '0' }, {}, 'firing'],
    ['what it depends on', {}, { dependencies: [{ triggerid: '1', value: '1' }] }, 'suppressed'],
    ['a calm dependency', {}, { dependencies: [{ triggerid: '1', value: '0' }] }, 'firing'],
  ])('its status follows %s', (_name, problem, more, status) => {
    const wire = WireProblem.parse({
      eventid: '1',
      objectid: '2',
      clock: '1795455530',
      name: 'x',
      acknowledged: '0',
      suppressed: '0',
      severity: '2',
      ...problem,
    });
    const own = WireTrigger.parse({ ...trigger, manual_close: '0', ...more });
    expect(toAlarm({ problem: wire, trigger: own, ackedBy: null }, mapping).status).toBe(status);
  });

  test('a trigger that may have several problems gives each an identity of its own', () => {
    expect(externalIdOf({ triggerid: '7', type: '0' }, '1')).toBe('zabbix:1:7');
    expect(externalIdOf({ triggerid: '7', type: '1' }, '1')).toBe('zabbix:1:7/1');
  });

  test.each([
    ['{EVENT.ID}', '22'],
    ['{HOST.NAME}/{HOST.HOST1}', 'Web One/web1'],
    ['{$MACRO} {ITEM.VALUE}', '{$MACRO} {ITEM.VALUE}'],
    ['{HOST.constructor}', '{HOST.constructor}'],
  ])('the macros of %s are expanded as far as they are known', (text, expanded) => {
    expect(expandMacros(text, trigger, '22')).toBe(expanded);
  });

  test('a link with a macro that nobody expands leads nowhere', () => {
    const own = { ...trigger, url: 'https://runbooks.example.org/{$PAGE}' };
    const alarm = toAlarm({ problem: fixture('6.0'), trigger: own, ackedBy: null }, mapping);
    expect(alarm.runbookUrl).toBeNull();
  });

  test('an unknown severity keeps its number, which must not pass for a word of its own', () => {
    expect(severityTextOf('1')).toBe('information');
    expect(severityTextOf('9')).toBe('severity 9');
  });

  test('it is acknowledged by the newest one that nobody took back, in whatever order they come', () => {
    const one = (clock: number, action: number): Acknowledge => ({ clock, action, message: '' });
    expect(acknowledgementOf([one(1, 6), one(2, 16)])).toBeNull();
    expect(acknowledgementOf([one(3, 2), one(2, 16), one(1, 2)])?.clock).toBe(3);
    expect(acknowledgementOf([one(1, 4), one(2, 1)])).toBeNull();
    const actions = fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { maxLength: 20 });
    fc.assert(
      fc.property(actions, fc.infiniteStream(fc.constantFrom(2, 4, 6, 16, 20)), (clocks, bits) => {
        const list = clocks.map((clock) => one(clock, bits.next().value));
        expect(acknowledgementOf(list.toReversed())).toEqual(acknowledgementOf(list));
      }),
    );
  });

  test('who acknowledged is who we said, else whose login it was', () => {
    const one = { clock: 1, action: 6, username: 'desk', name: 'Ada', surname: 'Byron' };
    expect(authorOf({ ...one, message: 'maria: on it [nightdesk 0123abcd]' })).toBe('maria');
    expect(authorOf({ ...one, message: 'note: see wiki' })).toBe('Ada Byron');
    expect(authorOf({ ...one, name: '', surname: '', message: '' })).toBe('desk');
  });
});

describe('versions', () => {
  test.each([
    ['6.0.14', 'body', false],
    ['6.2.0', 'body', true],
    ['6.4.0', 'header', true],
    ['7.0.0rc1', 'header', true],
    ['7.2', 'header', true],
    ['10.0.1', 'header', true],
  ])('%s takes the login in the %s', (text, login, hasSuppress) => {
    const version = parseVersion(text);
    expect(version === null ? null : dialectOf(version)).toMatchObject({ login, hasSuppress });
  });

  test.each([null, '', 'x', 6, {}, '6'])('%j is no version', (text) => {
    expect(parseVersion(text)).toBeNull();
  });
});

describe('what is kept quiet', () => {
  const matcher = (name: string, value: string, more = {}) => ({
    name,
    value,
    isEqual: true,
    isRegex: false,
    ...more,
  });
  test.each([
    [[matcher('host', 'a')], { kind: 'host', host: 'a', tag: null }],
    [
      [matcher('service', 's'), matcher('host', 'a')],
      { kind: 'host', host: 'a', tag: { tag: 'service', value: 's' } },
    ],
    [[matcher('triggerid', '7')], { kind: 'trigger', triggerId: '7' }],
    [[], null],
    [[matcher('service', 's')], null],
    [[matcher('host', '')], null],
    [[matcher('triggerid', '7'), matcher('host', 'a')], null],
    [[matcher('triggerid', '7 or 1=1')], null],
    [[matcher('host', 'a'), matcher('team', 'x')], null],
    [[matcher('host', 'a.*', { isRegex: true })], null],
    [[matcher('host', 'a', { isEqual: false })], null],
    [[matcher('host', 'a'), matcher('host', 'b')], null],
  ])('is one host, one service of it, one trigger, or nothing', (matchers, target) => {
    expect(targetOf(matchers, ['service'])).toEqual(target);
  });

  const maintenance = WireMaintenance.parse({
    maintenanceid: '1',
    name: 'planned work [nightdesk 0123abcd]',
    description: 'ada: planned work [nightdesk 0123abcd]',
    active_since: '1000',
    active_till: '9000',
    hosts: [
      { hostid: '1', host: 'web1.example', name: 'Web One' },
      { hostid: '2', host: 'web2.example', name: '' },
    ],
    tags: [{ tag: 'service', operator: '0', value: 'web' }],
    timeperiods: [{ timeperiod_type: '0', start_date: '2000', period: '3000' }],
  });

  test('a maintenance with one period lasts as long as that', () => {
    expect(toSilence(maintenance, 3_000_000)).toMatchObject({
      id: 'maintenance:1',
      createdBy: 'ada',
      comment: 'planned work',
      state: 'active',
      startsAt: '1970-01-01T00:33:20.000Z',
      endsAt: '1970-01-01T01:23:20.000Z',
      scope: 'maintenance of host Web One, web2.example, only problems with service=web',
      matchers: [
        { name: 'host', value: String.raw`web1\.example|web2\.example`, isRegex: true },
        { name: 'service', value: 'web', isRegex: false },
      ],
    });
    expect(toSilence(maintenance, 1_500_000).state).toBe('pending');
    expect(toSilence(maintenance, 6_000_000).state).toBe('expired');
  });

  test('one that recurs says so', () => {
    const weekly = {
      ...maintenance,
      timeperiods: [{ timeperiod_type: '3', start_date: 0, period: 1 }],
    };
    expect(toSilence(weekly, 3_000_000).scope).toMatch(/, recurring$/);
  });
});

describe('a heartbeat by items', () => {
  test.each([
    ['1m', 60],
    ['30', 30],
    ['30s;10s/1-5,09:00-18:00', 30],
    ['5m', 300],
    ['1h', null],
    ['0', null],
    ['{$DELAY}', null],
    ['', null],
  ])('an item asked every %s counts as %j seconds', (text, seconds) => {
    expect(delaySeconds(text)).toBe(seconds);
  });

  test('is one of the server itself first, then one of each host', () => {
    const item = (itemid: string, more: object) =>
      WireItem.parse({ itemid, hostid: '1', type: '0', delay: '1m', lastclock: '5', ...more });
    const chosen = chooseItems([
      item('1', {}),
      item('2', {}),
      item('3', { hostid: '2' }),
      item('4', { type: '5' }),
      item('5', { hostid: '3', lastclock: '0' }),
      item('6', { hostid: '4', delay: '1d' }),
      item('4', { type: '5' }),
    ]);
    expect(chosen.map(({ itemid }) => itemid)).toEqual(['4', '3']);
  });
});
