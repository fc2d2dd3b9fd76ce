import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareActions, isOverdue } from '../../../main/postmortems/actions.ts';
import { lint } from '../../../main/postmortems/lint.ts';
import { inTreeOrder, treeProblems } from '../../../main/postmortems/whys.ts';
import type { Action, PostmortemText, Why } from '../../../preload/contract/postmortems.ts';
import type { IncidentTimes } from '../../../preload/contract/incidents.ts';
import { instant, start } from '../../support/alarms.ts';

const why = (id: string, parentId: string | null = null, text = 'Because.'): Why => ({
  id,
  parentId,
  text,
  evidence: [],
});
const at = instant(start);
const times: IncidentTimes = {
  impactBeganAt: at,
  detectedAt: at,
  acknowledgedAt: at,
  mitigatedAt: at,
  resolvedAt: at,
  understoodAt: null,
};
const good: PostmortemText = {
  title: 'Checkout was down',
  summary: 'A release kept its connections.',
  impact: 'Nobody could pay.',
  mitigation: 'Rolled back.',
  whys: [why('a'), why('b', 'a')],
  contributingFactors: '',
  wentWell: '',
  wentBadly: '',
  gotLucky: '',
};
const action = (change: Partial<Action> = {}): Action => ({
  id: 1,
  incidentId: null,
  incidentTitle: null,
  title: 'Alarm on the pool',
  owner: 'Ada',
  dueOn: '2026-12-01',
  doneAt: null,
  isOverdue: false,
  ...change,
});
const messages = (change: {
  text?: Partial<PostmortemText>;
  times?: Partial<IncidentTimes>;
  actions?: Action[];
}): string[] =>
  lint({
    text: { ...good, ...change.text },
    times: { ...times, ...change.times },
    actions: change.actions ?? [action()],
  }).map(({ where, message }) => `${where}: ${message}`);

describe('lint', () => {
  test('has nothing to say about a good one', () => {
    expect(messages({})).toEqual([]);
  });

  test.each<[string, Parameters<typeof messages>[0], RegExp]>([
    [
      'human error',
      { text: { summary: 'It was human error.' } },
      /^Summary: “human error”: .*likely/,
    ],
    [
      'hindsight',
      { text: { wentBadly: 'She should have known.' } },
      /^What went badly: “should have”: .*known then/,
    ],
    [
      'fault',
      { text: { contributingFactors: "It is the team's fault" } },
      /^Contributing factors: .*condition/,
    ],
    [
      'a judged person',
      { text: { gotLucky: 'Bob was CARELESS' } },
      /^Where we got lucky: “CARELESS”/,
    ],
    [
      'forgot',
      { text: { whys: [why('a', null, 'Bob forgot to check')] } },
      /^Whys: “forgot to”: .*reminded/,
    ],
    ['obvious', { text: { title: 'Obviously broken' } }, /^Title: “Obviously”/],
    [
      'a missing beginning',
      { times: { impactBeganAt: null } },
      /^Times: When did the impact begin/,
    ],
    ['no mitigation time', { times: { mitigatedAt: null } }, /^Times: .*mitigated/],
    ['an open incident', { times: { resolvedAt: null } }, /^Times: .*open/],
    ['no acknowledgement', { times: { acknowledgedAt: null } }, /^Times: Nobody acknowledged/],
    ['an empty part', { text: { impact: ' ' } }, /^Impact: It is empty/],
    ['no actions', { actions: [] }, /^Actions: What would have made/],
    [
      'an action without owner and date',
      { actions: [action({ owner: ' ', dueOn: null })] },
      /“Alarm on the pool” needs an owner and a due date/,
    ],
    ['no whys', { text: { whys: [] } }, /^Whys: There is no why yet/],
    ['an empty why', { text: { whys: [why('a'), why('b', 'a', ' ')] } }, /^Whys: One why is empty/],
    [
      'open questions',
      { text: { whys: [why('a'), why('b', 'a', 'Why?'), why('c', 'a', 'How?')] } },
      /^Whys: 2 questions/,
    ],
    ['an orphan', { text: { whys: [why('a'), why('b', 'x')] } }, /^Whys: .*does not exist/],
    ['a circle', { text: { whys: [why('a'), why('b', 'c'), why('c', 'b')] } }, /^Whys: .*circle/],
  ])('finds %s', (_case, change, expected) => {
    const found = messages(change);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
  });

  test.each([
    [
      'a question that is answered below',
      { text: { whys: [why('a', null, 'Why?'), why('b', 'a')] } },
    ],
    ['an action that is done', { actions: [action({ owner: '', dueOn: null, doneAt: at })] }],
    [
      'innocent words',
      { text: { summary: 'Default values; the requests failed; a shoulder; blameless.' } },
    ],
  ])('says nothing about %s', (_case, change) => {
    expect(messages(change)).toEqual([]);
  });

  test('reads long hostile texts, and blames nobody itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (summary) => {
        expect(Array.isArray(messages({ text: { summary, title: summary } }))).toBe(true);
      }),
    );
    expect(messages({ text: { summary: 'should '.repeat(14_000) } })).toEqual([]);
  });
});

describe('the tree of whys', () => {
  test.each<[string, Why[], RegExp]>([
    ['two roots', [why('a'), why('b')], /more than one problem/],
    ['no root', [why('a', 'b'), why('b', 'a')], /No why is the problem/],
    ['itself as parent', [why('r'), why('a', 'a')], /circle/],
    ['one id twice', [why('a'), why('a', 'a')], /share an id/],
    ['no id', [why('')], /no id/],
  ])('%s is none', (_case, whys, expected) => {
    expect(treeProblems(whys).join(' ')).toMatch(expected);
  });

  test('any list is walked to its end, and nothing of it is lost', () => {
    const id = fc.constantFrom<string>('a', 'b', 'c', 'd', '');
    const anyWhy = fc.record({
      id,
      parentId: fc.option(id, { nil: null }),
      text: fc.string(),
      evidence: fc.constant<number[]>([]),
    });
    fc.assert(
      fc.property(fc.array(anyWhy, { maxLength: 12 }), (whys) => {
        const ordered = inTreeOrder(whys);
        expect(new Set(ordered.map((item) => item.why))).toEqual(new Set(whys));
        expect(ordered).toHaveLength(whys.length);
      }),
    );
  });

  test('any tree is accepted, and parents come before their children', () => {
    const shapes = fc.array(fc.nat(), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(shapes, (shape) => {
        const whys = shape.map((number, index) =>
          why(`w${index}`, index === 0 ? null : `w${number % index}`),
        );
        expect(treeProblems(whys)).toEqual([]);
        const seen = new Set<string>();
        for (const { why: item } of inTreeOrder(whys.toReversed())) {
          expect(item.parentId === null || seen.has(item.parentId)).toBe(true);
          seen.add(item.id);
        }
      }),
    );
  });
});

describe('actions', () => {
  test('are overdue the day after, and never once they are done', () => {
    expect(isOverdue(action({ dueOn: '2026-11-24' }), '2026-11-24')).toBe(false);
    expect(isOverdue(action({ dueOn: '2026-11-23' }), '2026-11-24')).toBe(true);
    expect(isOverdue(action({ dueOn: '2026-11-23', doneAt: at }), '2026-11-24')).toBe(false);
    expect(isOverdue(action({ dueOn: null }), '2026-11-24')).toBe(false);
  });

  test('stand overdue first, then by date, then without, then done', () => {
    const all = [
      action({ id: 1, doneAt: instant(start), dueOn: '2026-01-01' }),
      action({ id: 2, doneAt: instant(start + 1), dueOn: '2026-01-02' }),
      action({ id: 3, dueOn: null }),
      action({ id: 4, dueOn: '2026-12-02' }),
      action({ id: 5, dueOn: '2026-12-01' }),
      action({ id: 6, dueOn: '2026-11-02', isOverdue: true }),
      action({ id: 7, dueOn: '2026-11-01', isOverdue: true }),
    ];
    expect(all.toSorted(compareActions).map(({ id }) => id)).toEqual([7, 6, 5, 4, 3, 2, 1]);
  });
});
