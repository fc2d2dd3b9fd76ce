import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Phase, Step, StepState } from '../../../../preload/contract/runbooks.ts';
import {
  changedAnswers,
  filledOf,
  lastHandled,
  missingOf,
  moveStep,
  nextStep,
  phases,
  phaseViews,
  progressOf,
  stepAfter,
  placesOf,
  stepGroups,
  stepWindow,
  stopOutcome,
} from '../../../../renderer/runs/steps.ts';
import { command, filled, literal, missing, step } from '../../../support/steps.ts';

const states: readonly StepState[] = ['open', 'done', 'skipped', 'did_not_help'];
const anySteps: fc.Arbitrary<Step[]> = fc
  .array(
    fc.record({
      phase: fc.constantFrom(...phases),
      state: fc.constantFrom(...states),
      minute: fc.integer({ min: 0, max: 59 }),
    }),
    { maxLength: 20 },
  )
  .map((items) =>
    items
      .toSorted((a, b) => phases.indexOf(a.phase) - phases.indexOf(b.phase))
      .map(({ phase, state, minute }, index) =>
        step(`s${index}`, phase, {
          state,
          at: state === 'open' ? null : `2026-11-24T04:${String(minute).padStart(2, '0')}:00.000Z`,
        }),
      ),
  );

const at = (minute: number): string => `2026-11-24T04:0${minute}:00.000Z`;
const done = (id: string, phase: Phase, minute: number): Step =>
  step(id, phase, { state: 'done', at: at(minute) });
const failed = (id: string, phase: Phase, minute: number): Step =>
  step(id, phase, { state: 'did_not_help', at: at(minute) });

describe('which step is next', () => {
  it('is the first that nobody dealt with', () => {
    expect(nextStep([done('a', 'real', 1), step('b'), step('c')])?.id).toBe('b');
  });

  it('is none when all are dealt with, or when there are none', () => {
    expect(nextStep([])).toBeNull();
    expect(nextStep([done('a', 'real', 1), failed('b', 'stop_it', 2)])).toBeNull();
  });

  it('asks neither whether it is real nor how to stop it once it has stopped', () => {
    const steps = [step('real'), step('stop', 'stop_it'), step('tell', 'tell')];
    expect(nextStep(steps, false)?.id).toBe('real');
    expect(nextStep(steps, true)?.id).toBe('tell');
  });

  it('after a tick further down, goes on below it, and then back to what was left out', () => {
    const steps = [step('a'), step('b'), step('c')];
    expect(stepAfter(steps, 'b')?.id).toBe('c');
    expect(stepAfter(steps, 'c')?.id).toBe('a');
    expect(stepAfter([step('a')], 'a')).toBeNull();
  });

  it('is always open, and there whenever a step is open', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const next = nextStep(steps);
        expect(next === null).toBe(steps.every(({ state }) => state !== 'open'));
        expect(next?.state ?? 'open').toBe('open');
      }),
    );
  });
});

describe('moving', () => {
  it('stays in the list at both ends, and begins at the top', () => {
    const steps = [step('a'), step('b')];
    expect(moveStep(steps, 'a', -1)?.id).toBe('a');
    expect(moveStep(steps, 'b', 1)?.id).toBe('b');
    expect(moveStep(steps, null, 1)?.id).toBe('a');
    expect(moveStep([], null, 1)).toBeNull();
  });
});

describe('what an undo takes back', () => {
  it('is what was dealt with last by the clock, not by its place', () => {
    expect(lastHandled([done('a', 'real', 5), done('b', 'real', 2), step('c')])?.id).toBe('a');
  });

  it('is nothing while nothing was dealt with', () => {
    expect(lastHandled([step('a')])).toBeNull();
  });
});

describe('phases', () => {
  it('shows what is over, what is now, what comes, and what the runbook leaves out', () => {
    const steps = [done('a', 'real', 1), step('b', 'stop_it'), step('c', 'investigate')];
    expect(phaseViews(steps, 'stop_it').map(({ state }) => state)).toEqual([
      'done',
      'empty',
      'now',
      'empty',
      'later',
    ]);
  });

  it('counts what comes before as over once it has stopped, whatever is left of it', () => {
    const steps = [step('stop', 'stop_it'), step('tell', 'tell')];
    expect(phaseViews(steps, 'tell', true).map(({ state }) => state)).toEqual([
      'done',
      'done',
      'done',
      'now',
      'empty',
    ]);
  });

  it('never calls a phase with an open step done', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        for (const { phase, state } of phaseViews(steps, null)) {
          const hasOpen = steps.some((one) => one.phase === phase && one.state === 'open');
          expect(state === 'done' && hasOpen).toBe(false);
        }
      }),
    );
  });
});

describe('whether it stopped', () => {
  const cases: [string, Step[], ReturnType<typeof stopOutcome>][] = [
    ['no step is there for it', [step('a', 'real')], 'none'],
    ['one is still open', [done('a', 'stop_it', 1), step('b', 'stop_it')], 'open'],
    ['the last one was done', [failed('a', 'stop_it', 1), done('b', 'stop_it', 2)], 'helped'],
    [
      'the last one did not help',
      [done('a', 'stop_it', 1), failed('b', 'stop_it', 2)],
      'did_not_help',
    ],
    [
      'the last try counts by the clock, not by its place',
      [done('a', 'stop_it', 3), failed('b', 'stop_it', 2)],
      'helped',
    ],
    [
      'a skipped one says nothing',
      [done('a', 'stop_it', 1), step('b', 'stop_it', { state: 'skipped', at: at(2) })],
      'helped',
    ],
    ['all were skipped', [step('b', 'stop_it', { state: 'skipped', at: at(2) })], 'did_not_help'],
  ];
  it.each(cases)('%s', (_name, steps, outcome) => expect(stopOutcome(steps)).toBe(outcome));
});

describe('values of commands', () => {
  it('asks for each missing value once, in the order in which it is needed, with the reason it has', () => {
    const steps = [
      step('a', 'real', { commands: [command(literal('ls '), missing('pod'))] }),
      step('b', 'real', {
        commands: [command(missing('cluster'), missing('pod', 'it has a quote'))],
      }),
    ];
    expect(missingOf(steps)).toEqual([
      { name: 'pod', why: 'it has a quote' },
      { name: 'cluster', why: null },
    ]);
  });

  it('says where a value came from once', () => {
    const parts = [
      filled('ns', 'shop'),
      literal(' '),
      filled('ns', 'shop'),
      filled('x', '1', 'you'),
    ];
    expect(filledOf(parts)).toEqual([
      { value: 'shop', name: 'ns', from: 'label ns' },
      { value: '1', name: 'x', from: 'you' },
    ]);
  });

  it('sends only answers that change something; an emptied one is taken back', () => {
    expect(changedAnswers({ a: '1', b: '', c: 'same', d: '' }, { c: 'same', d: 'old' })).toEqual({
      a: '1',
      d: '',
    });
    expect(changedAnswers({ constructor: 'x' }, {})).toEqual({ constructor: 'x' });
  });
});

describe('a small place', () => {
  it('shows the step before, the current one and two after, and counts the rest', () => {
    const steps = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => step(id));
    const { shown, before, after } = stepWindow(steps, 'c');
    expect(shown.map(({ id }) => id)).toEqual(['b', 'c', 'd', 'e']);
    expect([before, after]).toEqual([1, 1]);
  });

  it('loses no step', () => {
    fc.assert(
      fc.property(anySteps, fc.nat({ max: 25 }), (steps, index) => {
        const { shown, before, after } = stepWindow(steps, steps[index]?.id ?? null);
        expect(before + shown.length + after).toBe(steps.length);
      }),
    );
  });

  it('puts every step under a heading, in its order', () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const groups = stepGroups(steps);
        expect(groups.flatMap((group) => group.steps)).toEqual(steps);
        expect(new Set(groups.map(({ key }) => key)).size).toBe(groups.length);
      }),
    );
  });
});

describe('where in the document a step stands', () => {
  const under = (...sections: (string | null)[]) =>
    placesOf(sections.map((section) => ({ section })));

  it('is said where it changes', () => {
    expect(under('MySQL', 'MySQL', 'PostgreSQL', null, 'MySQL')).toEqual([
      'MySQL',
      null,
      'PostgreSQL',
      null,
      'MySQL',
    ]);
  });

  it('is not said where there is only one place', () => {
    expect(under('Mitigation', 'Mitigation')).toEqual([null, null]);
    expect(under(null)).toEqual([null]);
    expect(under()).toEqual([]);
  });
});

it('counts what was dealt with in any way', () => {
  expect(progressOf([done('a', 'real', 1), failed('b', 'real', 2), step('c')])).toEqual({
    handled: 2,
    total: 3,
  });
});
