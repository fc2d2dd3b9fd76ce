import { describe, expect, test } from 'vitest';
import type { AlarmChange, KnownAlarm } from '../../../main/alarms/alarm.ts';
import {
  afterMitigationMs,
  createJoinRule,
  forgottenAfterMs,
  maxJoinedByRule,
  mayJoin,
  type JoinTarget,
} from '../../../main/incidents/joins.ts';
import type { AlarmId, IncidentId, SourceId } from '../../../preload/contract/common.ts';
import { known, start } from '../../support/alarms.ts';

const alarm = (change: Partial<KnownAlarm> = {}, labels: Record<string, string> = {}): KnownAlarm =>
  known({ id: 2 as AlarmId, title: 'Queue', ...change, labels: { alertname: 'Queue', ...labels } });

const chosen = known({ labels: { alertname: 'CheckoutDown', region: 'eu', cluster: 'prod' } });

const target = (change: Partial<JoinTarget> = {}): JoinTarget => ({
  incidentId: 7 as IncidentId,
  mitigatedAtMs: null,
  lastEntryAtMs: start,
  joinedCount: 0,
  chosen: [chosen],
  ...change,
});

const noService = { service: '', labels: { alertname: 'HostDown' } };

describe('joins an incident', () => {
  test.each<[string, KnownAlarm, Partial<JoinTarget>, string]>([
    ['the same service', alarm(), {}, 'joined by rule: same service checkout'],
    [
      'the same service in the same region',
      alarm({}, { region: 'eu' }),
      {},
      'joined by rule: same service checkout',
    ],
    [
      'a relapse soon after it was mitigated',
      alarm(),
      { mitigatedAtMs: start - afterMitigationMs },
      'joined by rule: same service checkout',
    ],
    [
      'the same name at the same source, where neither has a service',
      alarm({ ...noService }, { alertname: 'HostDown' }),
      { chosen: [known(noService)] },
      'joined by rule: same alarm name HostDown',
    ],
  ])('%s', (_case, candidate, change, reason) => {
    expect(createJoinRule([target(change)], start)(candidate)).toEqual({ incidentId: 7, reason });
  });
});

describe('stays out of an incident', () => {
  test.each<[string, KnownAlarm, Partial<JoinTarget>]>([
    ['another service', alarm({ service: 'cart' }), {}],
    ['another region', alarm({}, { region: 'us' }), {}],
    ['another cluster', alarm({}, { cluster: 'staging' }), {}],
    [
      'the same name with another service',
      alarm({ service: 'cart' }, { alertname: 'CheckoutDown' }),
      {},
    ],
    ['no service against one that has', alarm({ service: '' }), {}],
    [
      'the same name without a service at another source',
      alarm({ ...noService, sourceId: 'other' as SourceId }, { alertname: 'HostDown' }),
      { chosen: [known(noService)] },
    ],
    ['one that was mitigated long ago', alarm(), { mitigatedAtMs: start - afterMitigationMs - 1 }],
    ['one that everybody forgot', alarm(), { lastEntryAtMs: start - forgottenAfterMs - 1 }],
    ['one that a storm filled', alarm(), { joinedCount: maxJoinedByRule }],
    ['one whose alarms all joined by rule', alarm(), { chosen: [] }],
  ])('%s', (_case, candidate, change) => {
    expect(createJoinRule([target(change)], start)(candidate)).toBeNull();
  });
});

test('prefers the incident that is named first, and leaves it when it is full', () => {
  const rule = createJoinRule(
    [target({ joinedCount: maxJoinedByRule - 1 }), target({ incidentId: 8 as IncidentId })],
    start,
  );
  expect([rule(alarm())?.incidentId, rule(alarm())?.incidentId]).toEqual([7, 8]);
});

describe('may join at all', () => {
  const change = (after: Partial<KnownAlarm>, before?: Partial<KnownAlarm>): AlarmChange =>
    before === undefined
      ? { kind: 'fired', alarm: alarm(after) }
      : { kind: 'changed', alarm: alarm(after), before: alarm(before) };
  test.each<[string, AlarmChange, boolean]>([
    ['an alarm that fired', change({}), true],
    ['one that came out of a silence', change({}, { status: 'suppressed' }), true],
    ['one that fires on', change({}, { severity: 'warning' }), false],
    ['one that is silenced', change({ status: 'suppressed' }), false],
    ['one that is only information', change({ severity: 'info' }), false],
    ['one that could not be read', change({ unreadableReason: 'labels are a number' }), false],
    [
      'one that cleared',
      { kind: 'resolved', alarm: alarm({ status: 'resolved' }), before: alarm() },
      false,
    ],
  ])('%s: %s', (_case, input, expected) => {
    expect(mayJoin(input)).toBe(expected);
  });
});
