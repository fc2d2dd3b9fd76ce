import { describe, expect, test } from 'vitest';
import type { AlarmRow } from '../../../../preload/contract/alarms.ts';
import type {
  Entry,
  IncidentSummary,
  IncidentTimes,
} from '../../../../preload/contract/incidents.ts';
import type { Run, Step } from '../../../../preload/contract/runbooks.ts';
import {
  alarmAside,
  alarmsAside,
  runHref,
  stepsInSight,
} from '../../../../renderer/features/incidents/aside-words.ts';
import {
  alarmsText,
  incidentGroups,
} from '../../../../renderer/features/incidents/incident-groups.ts';
import { mitigationGuess } from '../../../../renderer/features/incidents/mitigation-guess.ts';
import { nowText, timeCells } from '../../../../renderer/features/incidents/time-cells.ts';
import {
  countAfter,
  shownAtFirst,
  shownMore,
  timelineRows,
} from '../../../../renderer/features/incidents/timeline-rows.ts';

const at = (clock: string): string => `2026-11-24T${clock}.000Z`;
const now = Date.parse(at('04:12:00'));
const none: IncidentTimes = {
  impactBeganAt: null,
  detectedAt: null,
  acknowledgedAt: null,
  mitigatedAt: null,
  resolvedAt: null,
  understoodAt: null,
};
const running: IncidentTimes = {
  ...none,
  impactBeganAt: at('04:01:00'),
  detectedAt: at('04:01:40'),
  acknowledgedAt: at('04:06:41'),
};
const texts = (times: IncidentTimes): string[] =>
  timeCells(times, now, 'UTC').map(({ text }) => text);

describe('the strip of times', () => {
  test('reads as drawn while the impact lasts', () => {
    expect(texts(running)).toEqual([
      '04:01',
      '04:01 · in 40 s',
      '04:06 · in 5 min',
      'running 11 min',
      'not yet',
      'later',
    ]);
  });

  test('measures mitigated and resolved from the impact', () => {
    const over = { ...running, mitigatedAt: at('04:17:00'), resolvedAt: at('05:41:00') };
    expect(texts(over).slice(3, 5)).toEqual(['04:17 · in 16 min', '05:41 · in 1 h 40 min']);
  });

  test('says so when nobody acknowledged it before it was over', () => {
    const over = { ...running, acknowledgedAt: null, resolvedAt: at('04:10:00') };
    expect(texts(over)[2]).toBe('by nobody here');
  });

  test('an alarm before the impact is no negative time', () => {
    const early = { ...running, detectedAt: at('03:59:00') };
    expect(texts(early)[1]).toBe('03:59 · before the impact');
  });

  test('knows nothing without times, and invents nothing', () => {
    expect(texts(none)).toEqual(['not known', 'not yet', 'not yet', 'not yet', 'not yet', 'later']);
  });

  test('the last line counts from what happened last', () => {
    expect(nowText(running, now)).toEqual({ when: 'now', text: '11 min since impact began' });
    expect(nowText({ ...running, impactBeganAt: null }, now).text).toBe(
      '10 min since it was detected',
    );
    const mitigated = { ...running, mitigatedAt: at('04:10:00') };
    expect(nowText(mitigated, now).text).toBe('2 min since it was mitigated');
    const over = { ...mitigated, resolvedAt: at('04:11:00') };
    expect(nowText(over, now)).toEqual({
      when: 'over',
      text: 'Resolved 10 min after impact began',
    });
  });
});

describe('the timeline', () => {
  const entry = (id: number, time: string): Entry => ({
    id,
    at: time,
    kind: 'note',
    origin: 'you',
    text: `entry ${id}`,
    code: null,
  });

  test('names each day but today, once', () => {
    const entries = [
      entry(1, '2026-11-23T22:00:00.000Z'),
      entry(2, '2026-11-23T23:30:00.000Z'),
      entry(3, at('04:00:00')),
    ];
    const { rows } = timelineRows(entries, { zone: 'Europe/Berlin', now, shown: shownAtFirst });
    expect(rows.map(({ key }) => key)).toEqual([
      'day-2026-11-23-1',
      'entry-1',
      'day-2026-11-24-2',
      'entry-2',
      'entry-3',
    ]);
    const today = timelineRows(entries.slice(2), { zone: 'UTC', now, shown: shownAtFirst });
    expect(today.rows.map(({ kind }) => kind)).toEqual(['entry']);
  });

  test('folds the beginning of a long one, and all of it can be seen', () => {
    const entries = Array.from({ length: shownAtFirst + 50 }, (_, index) =>
      entry(index + 1, at('04:00:00')),
    );
    const folded = timelineRows(entries, { zone: 'UTC', now, shown: shownAtFirst });
    expect(folded.hidden).toBe(50);
    expect(folded.rows.at(0)?.key).toBe('entry-51');
    const all = timelineRows(entries, { zone: 'UTC', now, shown: shownAtFirst + shownMore });
    expect(all.hidden).toBe(0);
    expect(all.rows).toHaveLength(entries.length);
  });

  test('counts what came after the one that was seen last, wherever others came in', () => {
    const entries = [entry(1, at('04:00:00')), entry(9, at('04:01:00')), entry(2, at('04:02:00'))];
    expect(countAfter(entries, 2)).toBe(0);
    expect(countAfter([...entries, entry(10, at('04:03:00'))], 2)).toBe(1);
    expect(countAfter(entries, 77)).toBe(3);
  });
});

const step = (change: Partial<Step>): Step => ({
  id: 's',
  number: 1,
  text: '',
  plainText: '',
  section: null,
  phase: 'stop_it',
  commands: [],
  expected: null,
  verify: null,
  rollback: null,
  minutes: null,
  goTo: [],
  isChanged: false,
  isBroad: false,
  state: 'open',
  at: null,
  ...change,
});
const run = (steps: Step[], change: Partial<Run> = {}): Run => ({
  id: 1 as Run['id'],
  runbook: {
    id: 7 as Run['runbook']['id'],
    title: 'Checkout',
    path: 'checkout.md',
    folder: '/runbooks',
    modifiedAt: at('02:00:00'),
    copiedAt: at('02:00:00'),
    reviewedOn: null,
    stepCount: steps.length,
  },
  anchor: null,
  alarmId: null,
  incidentId: null,
  startedAt: at('04:03:00'),
  steps,
  missing: [],
  answers: {},
  doneCount: 0,
  ...change,
});

describe('what probably stopped it', () => {
  test('is the first sentence of the last step done to make it stop, of all runs', () => {
    const runs = [
      run([
        step({ plainText: 'Look at it.', phase: 'real', state: 'done', at: at('04:09:00') }),
        step({ plainText: 'Roll back. It is safe.', state: 'done', at: at('04:07:00') }),
        step({ plainText: 'Turn it off', state: 'did_not_help', at: at('04:08:00') }),
      ]),
      run([step({ plainText: 'Restart it.', state: 'done', at: at('04:05:00') })]),
    ];
    expect(mitigationGuess(runs)).toBe('Roll back.');
  });

  test('keeps a version number whole', () => {
    const runs = [
      run([step({ plainText: 'Go to 4.17.2 now', state: 'done', at: at('04:07:00') })]),
    ];
    expect(mitigationGuess(runs)).toBe('Go to 4.17.2 now');
  });

  test('is nothing when no such step was done', () => {
    expect(mitigationGuess([])).toBe('');
    expect(mitigationGuess([run([step({ plainText: 'Roll back.' })])])).toBe('');
  });

  test('is short, however long the step is', () => {
    const runs = [
      run([step({ plainText: 'x'.repeat(100_000), state: 'done', at: at('04:07:00') })]),
    ];
    expect(mitigationGuess(runs)).toHaveLength(300);
  });
});

describe('the steps in sight', () => {
  const steps = (open: number): Step[] =>
    Array.from({ length: 20 }, (_, index) =>
      step({ id: String(index), number: index + 1, state: index < open ? 'done' : 'open' }),
    );

  test.each([
    [0, 0, 13],
    [10, 7, 6],
    [20, 13, 0],
  ])('with %i done, %i are before and %i after', (open, before, after) => {
    const seen = stepsInSight(steps(open));
    expect([seen.before, seen.after]).toEqual([before, after]);
    expect(seen.steps).toHaveLength(7);
  });

  test('lead to their run, with what it was for', () => {
    expect(runHref(run([]))).toBe('/runbooks/7');
    const full = run([], {
      alarmId: 34 as NonNullable<Run['alarmId']>,
      anchor: 'is it/real?&incident=9',
    });
    expect(runHref(full)).toBe('/runbooks/7?alarm=34&anchor=is+it%2Freal%3F%26incident%3D9');
  });
});

describe('the alarms beside it', () => {
  const alarm = (change: Partial<AlarmRow>): AlarmRow =>
    ({
      status: 'firing',
      freshness: 'live',
      startsAt: at('04:06:00'),
      statusSince: at('04:06:00'),
      lastSeenAt: at('04:12:00'),
      ...change,
    }) as AlarmRow;

  test.each([
    [{}, '6 min', false],
    [{ status: 'acknowledged' }, 'acknowledged', false],
    [{ status: 'resolved', statusSince: at('04:11:00') }, 'cleared 04:11', false],
    [{ freshness: 'unreachable', lastSeenAt: at('04:03:00') }, '? last known 04:03', true],
    [{ freshness: 'stale', lastSeenAt: null }, '?', true],
    // What has cleared stays cleared while nobody can look.
    [{ status: 'resolved', freshness: 'stale' }, 'cleared 04:06', false],
  ] as const)('%j reads %s', (change, text, isBlind) => {
    const words = alarmAside(alarm(change), now, 'UTC');
    expect([words.text, words.isBlind]).toEqual([text, isBlind]);
  });

  test('are counted by what they are', () => {
    const of = (...statuses: AlarmRow['status'][]) => statuses.map((status) => ({ status }));
    expect(alarmsAside([])).toBe('none');
    expect(alarmsAside(of('resolved', 'resolved'))).toBe('all cleared');
    expect(alarmsAside(of('firing', 'acknowledged', 'firing', 'resolved'))).toBe(
      '2 firing, 1 acknowledged',
    );
  });
});

describe('the list of incidents', () => {
  const incident = (id: number, times: Partial<IncidentTimes>): IncidentSummary => ({
    id: id as IncidentSummary['id'],
    title: `incident ${id}`,
    severity: 'major',
    impact: '',
    times: { ...running, ...times },
    alarmCount: 0,
    firingCount: 0,
    hasPostmortem: false,
  });

  test('puts what is open first, then what nobody understood yet, and loses none', () => {
    const groups = incidentGroups([
      incident(1, { resolvedAt: at('04:10:00') }),
      incident(2, {}),
      incident(3, { resolvedAt: at('04:10:00'), understoodAt: at('04:11:00') }),
      incident(4, { mitigatedAt: at('04:09:00') }),
    ]);
    expect(groups.map(({ title, incidents }) => [title, incidents.map(({ id }) => id)])).toEqual([
      ['Open', [2, 4]],
      ['Resolved, not understood yet', [1]],
      ['Understood', [3]],
    ]);
  });

  test.each([
    [0, 0, 'no alarms'],
    [1, 0, 'one alarm, not firing'],
    [1, 1, 'one alarm firing'],
    [3, 0, '3 alarms, none firing'],
    [3, 2, '2 of 3 alarms firing'],
  ])('%i alarms with %i firing: %s', (alarmCount, firingCount, text) => {
    expect(alarmsText({ ...incident(1, {}), alarmCount, firingCount })).toBe(text);
  });
});
