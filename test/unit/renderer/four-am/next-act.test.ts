import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asksTwice,
  cardOf,
  isRead,
  phaseOf,
  stepAct,
} from '../../../../renderer/features/four-am/next-act.ts';
import { command, literal, missing, step } from '../../../support/steps.ts';

const at = '2026-11-24T04:07:00.000Z';
const done = { state: 'done', at } as const;
const failed = { state: 'did_not_help', at } as const;
const card = (steps: Parameters<typeof cardOf>[0]['steps'], change = {}) =>
  cardOf({ steps, isMitigated: false, isGoingOn: false, ...change });

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

  it('comes to an end', () => {
    fc.assert(
      fc.property(fc.nat({ max: 6 }), fc.nat({ max: 10 }), (count, copied) => {
        const one = step('a', 'real', { commands: Array.from({ length: count }, () => plain) });
        expect(stepAct(one, copied).kind).toBe(copied >= count ? 'done' : 'copy');
      }),
    );
  });
});

describe('friction', () => {
  const broad = { isBroad: true };
  const minute = 60_000;
  it('asks twice for what is broad in the first minutes, and then no more', () => {
    expect(asksTwice(broad, 0, 0)).toBe(true);
    expect(asksTwice(broad, 0, 10 * minute - 1)).toBe(true);
    expect(asksTwice(broad, 0, 10 * minute)).toBe(false);
    expect(asksTwice({ isBroad: false }, 0, 0)).toBe(false);
  });

  it('asks when the clock was set back', () => expect(asksTwice(broad, 60 * minute, 0)).toBe(true));

  it('takes no press for a step that nobody can have read', () => {
    expect(isRead(1_000, 1_200)).toBe(false);
    expect(isRead(1_000, 1_600)).toBe(true);
    expect(isRead(1_000, 500)).toBe(true);
  });
});
