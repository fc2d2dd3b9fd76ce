import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cardOf,
  dealtWith,
  isRead,
  phaseOf,
  stepAct,
  triedBefore,
} from '../../../../renderer/features/four-am/next-act.ts';
import { command, literal, missing, step } from '../../../support/steps.ts';

const at = '2026-11-24T04:07:00.000Z';
const done = { state: 'done', at } as const;
const failed = { state: 'did_not_help', at } as const;
const card = (steps: Parameters<typeof cardOf>[0]['steps'], change = {}) =>
  cardOf({ steps, isMitigated: false, isGoingOn: false, ...change });

describe('whether it has stopped already', () => {
  const next = step('next', 'stop_it');

  it('is asked before the next remedy when the last one was done', () => {
    const first = step('first', 'stop_it', done);
    expect(triedBefore([first, next], next)).toBe(first);
  });

  it.each([
    ['nothing was done', [step('first', 'stop_it'), next], next],
    ['the last one did not help', [step('first', 'stop_it', failed), next], next],
    ['it was skipped', [step('first', 'stop_it', { state: 'skipped', at }), next], next],
    ['only a look was done', [step('look', 'real', done), next], next],
    ['the step is for telling people', [step('first', 'stop_it', done)], step('tell', 'tell')],
  ])('is not asked where %s', (_what, steps, now) => {
    expect(triedBefore(steps, now)).toBeNull();
  });
});

describe('what the screen asks', () => {
  it('is the first open step', () => {
    const first = step('a');
    expect(card([first, step('b')])).toEqual({ kind: 'step', step: first });
  });

  it('is whether it has stopped, once the steps for that are dealt with', () => {
    const steps = [step('stop', 'stop_it', done), step('tell', 'tell')];
    expect(card(steps).kind).toBe('has_it_stopped');
    expect(phaseOf(card(steps))).toBe('stop_it');
    expect(card(steps, { isGoingOn: true })).toEqual({ kind: 'step', step: steps[1] });
    expect(card(steps, { isMitigated: true })).toEqual({ kind: 'step', step: steps[1] });
  });

  it('is to get help when nothing helped', () => {
    expect(card([step('stop', 'stop_it', failed)]).kind).toBe('nothing_helped');
  });

  it('does not ask about the stop while it is not known whether it is real', () => {
    expect(card([step('a', 'real'), step('stop', 'stop_it', done)]).kind).toBe('step');
  });

  it('skips what would make it stop once it has stopped', () => {
    const steps = [step('stop', 'stop_it'), step('tell', 'tell')];
    expect(card(steps, { isMitigated: true })).toEqual({ kind: 'step', step: steps[1] });
  });

  it('is nothing when all is dealt with', () => {
    expect(card([step('a', 'real', done)]).kind).toBe('all_done');
    expect(card([]).kind).toBe('all_done');
  });
});

describe('the one button', () => {
  const plain = command(literal('uptime'));

  it('ticks a step without a command', () => {
    expect(stepAct(step('a'), 0)).toEqual({ kind: 'done', label: 'Done, next' });
  });

  it('copies and goes on when there is nothing to look at', () => {
    expect(stepAct(step('a', 'real', { commands: [plain] }), 0)).toEqual({
      kind: 'copy',
      command: 0,
      label: 'Copy and go on',
      isLast: true,
    });
  });

  it.each([
    ['an expected result', { expected: 'below 1 %' }],
    ['a broad command', { isBroad: true }],
    ['a step that should make it stop', { phase: 'stop_it' as const }],
  ])(
    'stays after the copy with %s, so that it can be said that it did not help',
    (_name, change) => {
      const one = step('a', 'real', { commands: [plain], ...change });
      expect(stepAct(one, 0)).toMatchObject({ kind: 'copy', isLast: false });
      expect(stepAct(one, 1)).toEqual({ kind: 'done', label: 'Done, next' });
    },
  );

  it('copies several commands one after the other', () => {
    const two = step('a', 'real', { commands: [plain, plain] });
    expect(stepAct(two, 0)).toMatchObject({ label: 'Copy command 1 of 2', isLast: false });
    expect(stepAct(two, 1)).toMatchObject({ label: 'Copy and go on', isLast: true });
  });

  it('asks for what is missing before it copies', () => {
    const one = step('a', 'real', { commands: [command(missing('cluster'), missing('pod'))] });
    expect(stepAct(one, 0)).toEqual({
      kind: 'fill',
      names: ['cluster', 'pod'],
      label: 'Fill in 2 values',
    });
  });

  it('runs it here where that is switched on, and stays until it was seen how it went', () => {
    const here = { canRun: true, isRunning: false };
    const one = step('a', 'real', { commands: [plain, plain] });
    expect(stepAct(one, 0, here)).toEqual({
      kind: 'run',
      command: 0,
      label: 'Run command 1 of 2 here…',
    });
    expect(stepAct(one, 1, { ...here, isRunning: true }).kind).toBe('wait');
    expect(stepAct(one, 2, here)).toEqual({ kind: 'done', label: 'Done, next' });
    const sql = step('b', 'real', { commands: [{ ...plain, runs: null }] });
    expect(stepAct(sql, 0, here).kind).toBe('copy');
    const hole = step('c', 'real', { commands: [command(missing('pod'))] });
    expect(stepAct(hole, 0, here).kind).toBe('fill');
  });

  it('copies what was looked at and could not be run here, and shows the same dialog no second time', () => {
    const here = { canRun: true, isRunning: false, left: new Set([0]) };
    const one = step('a', 'stop_it', { commands: [plain, plain] });
    expect(stepAct(one, 0, here).kind).toBe('copy');
    expect(stepAct(one, 1, here).kind).toBe('run');
  });

  it('asks a query where there is somebody to ask, and then has it looked at', () => {
    const query = { ...plain, runs: 'query' } as const;
    const one = step('a', 'how_bad', { commands: [query] });
    const here = { canRun: false, isRunning: false };
    expect(stepAct(one, 0, { ...here, canAsk: true })).toEqual({
      kind: 'ask',
      command: 0,
      label: 'Ask it of Prometheus',
    });
    expect(stepAct(one, 0, here).kind).toBe('copy');
    expect(dealtWith(one, 0, [], () => true)).toBe(1);
  });

  it('counts what was copied and what ran to its end, in their order', () => {
    const one = step('a', 'real', { commands: [plain, plain, plain] });
    const ran = (index: number, state: 'ended' | 'running' | 'unknown' | 'not_started') => ({
      stepId: 'a',
      command: index,
      state,
    });
    expect(dealtWith(one, 0, [])).toBe(0);
    expect(dealtWith(one, 1, [ran(1, 'ended')])).toBe(2);
    expect(dealtWith(one, 0, [ran(1, 'ended')])).toBe(0);
    expect(dealtWith(one, 0, [ran(0, 'ended'), ran(0, 'running')])).toBe(0);
    expect(dealtWith(one, 0, [ran(0, 'unknown')])).toBe(1);
    expect(dealtWith(one, 0, [ran(0, 'not_started')])).toBe(0);
    expect(dealtWith(one, 0, [{ ...ran(0, 'ended'), stepId: 'b' }])).toBe(0);
    expect(dealtWith(one, 9, [])).toBe(3);
  });

  it('comes to an end', () => {
    fc.assert(
      fc.property(fc.nat({ max: 6 }), fc.nat({ max: 10 }), (count, copied) => {
        const one = step('a', 'real', { commands: Array.from({ length: count }, () => plain) });
        expect(stepAct(one, copied).kind).toBe(copied >= count ? 'done' : 'copy');
      }),
    );
  });
});

describe('what nobody can have read', () => {
  it('takes no press for a step that nobody can have read', () => {
    expect(isRead(1_000, 1_200)).toBe(false);
    expect(isRead(1_000, 1_600)).toBe(true);
    expect(isRead(1_000, 500)).toBe(true);
  });
});
