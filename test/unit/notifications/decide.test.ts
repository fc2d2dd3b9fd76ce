import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import type { AlarmChange, KnownAlarm } from '../../../main/alarms/alarm.ts';
import { compileFilter } from '../../../main/alarms/filter.ts';
import { decide, settledEpisodes, type Facts } from '../../../main/notifications/decide.ts';
import { compilePolicy } from '../../../main/notifications/policy.ts';
import type { AlarmId, EpisodeId } from '../../../preload/contract/common.ts';
import type { Settings } from '../../../preload/contract/settings.ts';
import { known, minute, start } from '../../support/alarms.ts';
import { testSettings } from '../../support/notification-desk.ts';

const compileQuery = (text: string) =>
  compileFilter(text, {
    now: () => start,
    sourceName: () => 'Alertmanager prod',
    isBlind: () => false,
    isUnseen: () => false,
    isFlapping: () => false,
    hasRunbook: () => false,
    hasIncident: () => false,
  });

const policyOf = (settings: Partial<Settings> = {}) =>
  compilePolicy(testSettings(settings), compileQuery);

const judge = (
  changes: readonly AlarmChange[],
  options: { settings?: Partial<Settings>; facts?: Partial<Facts>; atMs?: number } = {},
) =>
  decide(changes, {
    sourceName: 'Alertmanager prod',
    atMs: options.atMs ?? start,
    policy: policyOf(options.settings),
    facts: { wasTold: () => true, flapping: () => null, joined: () => [], ...options.facts },
  });

const fired = (change: Partial<KnownAlarm> = {}): AlarmChange => ({
  kind: 'fired',
  alarm: known(change),
});
const changed = (before: Partial<KnownAlarm>, after: Partial<KnownAlarm>): AlarmChange => ({
  kind: 'changed',
  before: known(before),
  alarm: known(after),
});
const resolved = (before: Partial<KnownAlarm> = {}): AlarmChange => ({
  kind: 'resolved',
  before: known(before),
  alarm: known({ ...before, status: 'resolved', episodeId: null }),
});
const night = { quietHours: { from: '22:00', to: '08:00' } };

describe('a decision', () => {
  const cases: [string, AlarmChange, Parameters<typeof judge>[1], string | null][] = [
    ['pages for a critical alarm', fired(), {}, 'fired told page: critical at Alertmanager prod'],
    [
      'gives notice of a warning',
      fired({ severity: 'warning' }),
      {},
      'fired told notice: warning at Alertmanager prod',
    ],
    [
      'is recorded for a severity that is set to none',
      fired({ severity: 'info' }),
      {},
      'fired silent notice: info at Alertmanager prod: set to none',
    ],
    [
      'follows the first rule that matches',
      fired({ severity: 'info' }),
      {
        settings: {
          rules: [
            { query: 'service=search', class: 'none' },
            { query: 'service=checkout', class: 'page' },
            { query: 'severity=info', class: 'none' },
          ],
        },
      },
      'fired told page: info, rule 2 (service=checkout) at Alertmanager prod',
    ],
    [
      'does not follow a rule that cannot be understood',
      fired(),
      { settings: { rules: [{ query: 'severity=terrible', class: 'none' }] } },
      'fired told page: critical at Alertmanager prod',
    ],
    [
      'does not follow a rule that is still blank',
      fired(),
      { settings: { rules: [{ query: ' ', class: 'none' }] } },
      'fired told page: critical at Alertmanager prod',
    ],
    [
      'holds back a notice in quiet hours',
      fired({ severity: 'warning' }),
      { settings: night },
      'fired silent notice: quiet hours 22:00-08:00',
    ],
    [
      'never holds back a page in quiet hours',
      fired(),
      { settings: night },
      'fired told page: critical at Alertmanager prod',
    ],
    [
      'is silent about what is suppressed',
      fired({ status: 'suppressed' }),
      {},
      'fired silent page: suppressed at Alertmanager prod',
    ],
    [
      'is silent about what somebody has in hand, and names them',
      fired({ status: 'acknowledged', ackedBy: 'Bo\u202Eb' }),
      {},
      'fired silent page: already acknowledged by Bob',
    ],
    [
      'waits with a page that flaps',
      fired(),
      { facts: { flapping: () => ({ since: start - 12 * minute, count: 7 }) } },
      'fired silent page: flapping: 7 changes in 12 min; pages if it stays',
    ],
    [
      'does not wait when nothing would repeat it',
      fired(),
      {
        facts: { flapping: () => ({ since: start, count: 7 }) },
        settings: { repeatPageAtMost: 0 },
      },
      'fired told page: critical at Alertmanager prod',
    ],
    [
      'drops a notice that flaps',
      fired({ severity: 'warning' }),
      { facts: { flapping: () => ({ since: start - 40 * minute, count: 19 }) } },
      'fired silent notice: flapping: 19 changes in 40 min',
    ],
    [
      'is silent about a recovery while it flaps',
      resolved(),
      { facts: { flapping: () => ({ since: start - 12 * minute, count: 8 }) } },
      'recovered silent notice: flapping: 8 changes in 12 min',
    ],
    [
      'tells the recovery of one that flapped and then stayed',
      resolved({ statusSince: new Date(start - 3 * minute).toISOString() }),
      { facts: { flapping: () => ({ since: start - 12 * minute, count: 8 }) } },
      'recovered told notice: cleared at Alertmanager prod',
    ],
    [
      'is new when the severity gets worse',
      changed({ severity: 'warning' }, { severity: 'critical' }),
      {},
      'worsened told page: was warning, now critical at Alertmanager prod',
    ],
    ['is not made when it gets better', changed({}, { severity: 'warning' }), {}, null],
    ['is not made for a new summary', changed({}, { summary: '42 %' }), {}, null],
    ['is not made when somebody acknowledges', changed({}, { status: 'acknowledged' }), {}, null],
    [
      'is silent when it gets worse in somebody’s hands',
      changed({ severity: 'high' }, { status: 'acknowledged', ackedBy: 'Ada' }),
      {},
      'worsened silent page: was high, now critical, acknowledged by Ada',
    ],
    [
      'pages when a silence ends and it still fires',
      changed({ status: 'suppressed' }, {}),
      {},
      'reminder told page: no longer suppressed, critical at Alertmanager prod',
    ],
    [
      'pages when an acknowledgement ends and it still fires',
      changed({ status: 'acknowledged' }, {}),
      {},
      'reminder told page: no longer acknowledged, critical at Alertmanager prod',
    ],
    [
      'gives notice of a recovery',
      resolved(),
      {},
      'recovered told notice: cleared at Alertmanager prod',
    ],
    [
      'is silent about a recovery of what nobody heard of',
      resolved(),
      { facts: { wasTold: () => false } },
      'recovered silent notice: nobody was told that it fired',
    ],
    [
      'holds back a recovery in quiet hours',
      resolved(),
      { settings: night },
      'recovered silent notice: quiet hours 22:00-08:00',
    ],
    [
      'is silent about a recovery of what is suppressed',
      resolved({ status: 'suppressed' }),
      {},
      'recovered silent notice: suppressed at Alertmanager prod',
    ],
  ];

  test.each(cases)('%s', (_promise, change, options, expected) => {
    const [judgement] = judge([change], options);
    const words =
      judgement === undefined
        ? null
        : `${judgement.occasion} ${judgement.isTold ? 'told' : 'silent'} ${judgement.class}: ${judgement.reason}`;
    expect(words).toBe(expected);
  });

  test('one alarm that ends while another begins is a page, not an unchanged count', () => {
    const other = { id: 2 as AlarmId, episodeId: 2 as EpisodeId };
    const judgements = judge([resolved(), fired(other)]);
    expect(judgements.map((one) => [one.occasion, one.class, one.isTold])).toEqual([
      ['recovered', 'notice', true],
      ['fired', 'page', true],
    ]);
  });

  test('an alarm that ended and fired again between two polls is told as firing only', () => {
    const judgements = judge([resolved(), fired({ episodeId: 2 as EpisodeId })]);
    expect(judgements.map((one) => [one.occasion, one.isTold])).toEqual([
      ['recovered', false],
      ['fired', true],
    ]);
  });

  const anyAlarm = fc.record({
    id: fc.integer({ min: 1, max: 5 }).map((id) => id as AlarmId),
    severity: fc.constantFrom('critical', 'high', 'warning', 'info'),
    status: fc.constantFrom('firing', 'acknowledged', 'suppressed'),
    title: fc.string({ unit: 'binary' }),
    ackedBy: fc.option(fc.string({ unit: 'binary' })),
  }) as fc.Arbitrary<Partial<KnownAlarm>>;
  const anyChange = fc.oneof(
    anyAlarm.map(fired),
    anyAlarm.map(resolved),
    fc
      .tuple(anyAlarm, anyAlarm)
      .map(([before, after]) => changed(before, { ...after, id: before.id })),
  );
  const anyRoute = fc.constantFrom('page', 'notice', 'none');
  const anySettings = fc.record({
    quietHours: fc.constantFrom(null, night.quietHours, { from: '00:00', to: '23:59' }),
    classBySeverity: fc.record({
      critical: anyRoute,
      high: anyRoute,
      warning: anyRoute,
      info: anyRoute,
    }),
    rules: fc.array(
      fc.record({
        query: fc.constantFrom('severity>=high', 'status:firing', '', 'severity=?', '-checkout'),
        class: anyRoute,
      }),
      { maxLength: 3 },
    ),
    repeatPageAtMost: fc.constantFrom(0, 15),
  }) as fc.Arbitrary<Partial<Settings>>;
  const anyFacts = fc.record({
    told: fc.boolean(),
    swings: fc.option(
      fc.record({ since: fc.constant(start), count: fc.integer({ min: 6, max: 99 }) }),
    ),
  });

  test('whatever happens: no recovery pages, each firing has exactly one decision, each has a reason', () => {
    fc.assert(
      fc.property(
        fc.array(anyChange, { maxLength: 12 }),
        anySettings,
        anyFacts,
        (changes, settings, { told, swings }) => {
          const judgements = judge(changes, {
            settings,
            facts: { wasTold: () => told, flapping: () => swings, joined: () => [] },
          });
          for (const { occasion, class: kind, reason } of judgements) {
            expect(reason).not.toBe('');
            expect(reason).not.toMatch(/[\p{Cc}\p{Cf}]/u);
            expect(occasion === 'recovered' && kind === 'page').toBe(false);
          }
          const count = (occasion: string): number =>
            judgements.filter((one) => one.occasion === occasion).length;
          expect(count('fired')).toBe(changes.filter(({ kind }) => kind === 'fired').length);
          expect(count('recovered')).toBe(changes.filter(({ kind }) => kind === 'resolved').length);
        },
      ),
    );
  });

  test('whatever happens: a page that is not told now is told by its reminder, unless it is in hand', () => {
    fc.assert(
      fc.property(anyAlarm, anySettings, anyFacts, (alarm, settings, { swings }) => {
        const [one] = judge([fired(alarm)], {
          settings,
          facts: { flapping: () => swings, joined: () => [] },
        });
        if (one?.class !== 'page' || one.alarm.status !== 'firing') return;
        expect(one.isTold || one.isRepeated).toBe(true);
      }),
    );
  });
});

describe('reminders end', () => {
  test.each([
    ['with an acknowledgement', changed({}, { status: 'acknowledged' }), [1]],
    ['with a silence', changed({}, { status: 'suppressed' }), [1]],
    ['when it clears', resolved(), [1]],
    ['not with a new text', changed({}, { summary: 'worse' }), []],
    ['not when it fires', fired(), []],
  ])('%s', (_promise, change, episodes) => {
    expect(settledEpisodes([change])).toEqual(episodes);
  });
});
