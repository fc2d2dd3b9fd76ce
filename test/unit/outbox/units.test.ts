import { describe, expect, test } from 'vitest';
import type { IntentOrder, StoredIntent } from '../../../main/outbox/intent.ts';
import { collectUnits, rememberMatchers } from '../../../main/outbox/units.ts';
import { proposeMatchers } from '../../../main/sources/matchers.ts';
import type { KnownAlarm } from '../../../main/alarms/alarm.ts';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { known, source, start } from '../../support/alarms.ts';

const acknowledge: IntentOrder = {
  kind: 'acknowledge',
  by: 'Alex',
  note: '',
  durationMs: 900_000,
};
const unacknowledge: IntentOrder = { kind: 'unacknowledge', isCleanUp: false };
const cleanUp: IntentOrder = { kind: 'unacknowledge', isCleanUp: true };
const silence: IntentOrder = {
  kind: 'silence',
  matchers: [{ name: 'service', value: 'checkout', isRegex: false, isEqual: true }],
  by: 'Alex',
  note: '',
  endsAt: '2026-11-24T05:00:00.000Z',
};
const intent = (
  id: string,
  alarm: number,
  order: IntentOrder,
  change: Partial<StoredIntent> = {},
): StoredIntent => ({
  id,
  order,
  key: null,
  sourceId: source,
  alarmId: alarm as AlarmId,
  title: id,
  state: 'queued',
  attempts: 0,
  nextAttemptAt: null,
  upstreamRef: null,
  error: null,
  createdAt: start,
  changedAt: start,
  ...change,
});

/** Odd alarms share their stable labels, even ones have their own. */
const alarm = (id: AlarmId): KnownAlarm =>
  known({
    id,
    labels: { alertname: id % 2 === 1 ? 'Odd' : `Even${id}`, pod: `pod-${id}` },
  });
const propose = ({ labels }: KnownAlarm) => proposeMatchers(labels);

function collect(
  intents: StoredIntent[],
  options: { isShared?: boolean; notDue?: string[]; held?: Record<number, string> } = {},
): string[] {
  const { isShared = true, notDue = [], held = {} } = options;
  const actions = { propose, sharesAcknowledgements: isShared };
  return collectUnits(intents, {
    actions,
    alarm,
    heldRef: (id) => held[id] ?? null,
    isDue: ({ id }) => !notDue.includes(id),
    matchersOf: rememberMatchers(actions),
  }).map(
    (unit) =>
      `${unit.kind} ${unit.intents.map(({ id }) => id).join('+')}${unit.upstreamRef === null ? '' : ` of ${unit.upstreamRef}`}`,
  );
}

describe('what goes out together', () => {
  test.each<[promise: string, StoredIntent[], Parameters<typeof collect>[1], string[]]>([
    [
      'alarms with the same stable labels share one request',
      [intent('a', 1, acknowledge), intent('b', 2, acknowledge), intent('c', 3, acknowledge)],
      {},
      ['send a+c', 'send b'],
    ],
    [
      'not where each alarm has an acknowledgement of its own',
      [intent('a', 1, acknowledge), intent('c', 3, acknowledge)],
      { isShared: false },
      ['send a', 'send c'],
    ],
    [
      'another note is another request',
      [intent('a', 1, acknowledge), intent('c', 3, { ...acknowledge, note: 'mine' })],
      {},
      ['send a', 'send c'],
    ],
    [
      'attempts that began with different keys stay apart and never go side by side',
      [intent('a', 1, acknowledge, { key: 'k1', attempts: 1 }), intent('c', 3, acknowledge)],
      {},
      ['send a'],
    ],
    [
      'the intents of one alarm go in their order, also when the first one has to wait',
      [
        intent('a', 2, acknowledge, { attempts: 1 }),
        intent('b', 2, unacknowledge),
        intent('c', 4, acknowledge),
      ],
      { notDue: ['a'] },
      ['send c'],
    ],
    [
      'a silence does not wait for an acknowledgement of its alarm',
      [intent('a', 2, acknowledge, { attempts: 1 }), intent('s', 2, silence)],
      { notDue: ['a'] },
      ['send s'],
    ],
    [
      'what undoes goes first, so that it cannot end what a new acknowledgement relies on',
      [
        intent('a', 1, acknowledge),
        intent('u', 2, unacknowledge),
        intent('x', 5, cleanUp, { upstreamRef: 'ref-9' }),
      ],
      { held: { 2: 'ref-2' } },
      ['send u of ref-2', 'send x of ref-9'],
    ],
    [
      'one request ends what several alarms share',
      [intent('a', 1, unacknowledge), intent('c', 3, unacknowledge), intent('e', 5, unacknowledge)],
      { held: { 1: 'ref-1', 3: 'ref-1' } },
      ['send a+c of ref-1', 'send e'],
    ],
    [
      'what is sent is read back once for all that share it; failed ones rest',
      [
        intent('a', 1, acknowledge, { state: 'sent', upstreamRef: 'ref-1' }),
        intent('c', 3, acknowledge, { state: 'sent', upstreamRef: 'ref-1' }),
        intent('b', 2, acknowledge, { state: 'sent' }),
        intent('d', 4, acknowledge, { state: 'failed' }),
      ],
      {},
      ['confirm a+c', 'confirm b'],
    ],
  ])('%s', (_promise, intents, options, expected) => {
    expect(collect(intents, options)).toEqual(expected);
  });

  test('thousands go out in portions, so that a new wish is not behind all of them', () => {
    const many = Array.from({ length: 3_000 }, (_, index) =>
      intent(`i${index}`, 2 * (index + 1), acknowledge),
    );
    expect(collect(many)).toHaveLength(200);
  });
});
