import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  barText,
  debriefFileName,
  debriefMarkdown,
  debriefTimes,
  paceText,
  resultText,
  stepsText,
} from '../../../../renderer/features/drill/drill-words.ts';

const title = 'Checkout is down at 04:00';
const done = {
  toAcknowledgeMs: 42_000,
  toMitigateMs: 192_000,
  toResolveMs: 4_320_000,
  stepsDone: 5,
  remarks: ['Customers were failing for 3 min.'],
};
const nothingDone = {
  toAcknowledgeMs: null,
  toMitigateMs: null,
  toResolveMs: null,
  stepsDone: 0,
  remarks: [],
};

describe('the bar of a drill', () => {
  it.each([
    [{ isFinished: false, minute: 7.9 }, 'Drill: Checkout is down at 04:00 · minute 7'],
    [{ isFinished: false, minute: 0 }, 'Drill: Checkout is down at 04:00 · minute 0'],
    [{ isFinished: false, minute: -0.2 }, 'Drill: Checkout is down at 04:00 · minute 0'],
    [{ isFinished: true, minute: 61 }, 'The drill is over: Checkout is down at 04:00'],
  ])('says how far it is: %j', (state, text) => {
    expect(barText({ title, ...state })).toBe(text);
  });

  it.each([
    [1, null],
    [20, '20 times faster than real'],
    [0.5, '2 times slower than real'],
  ])('says the pace where it is not the real one: %d', (factor, text) => {
    expect(paceText(factor)).toBe(text);
  });

  it('says only what was done', () => {
    expect(resultText(done)).toBe('acknowledged after 42 s, mitigated after 3 min');
    expect(resultText({ ...done, toMitigateMs: null })).toBe('acknowledged after 42 s');
    expect(resultText(nothingDone)).toBe('');
  });
});

describe('the debrief', () => {
  it('never shows what did not happen as a time', () => {
    expect(debriefTimes(nothingDone).map(({ text, isReached }) => [text, isReached])).toEqual([
      ['nobody did', false],
      ['not marked', false],
      ['still open', false],
    ]);
    fc.assert(
      fc.property(fc.option(fc.nat()), fc.option(fc.nat()), fc.option(fc.nat()), (a, b, c) => {
        const times = debriefTimes({
          ...done,
          toAcknowledgeMs: a,
          toMitigateMs: b,
          toResolveMs: c,
        });
        expect(times.map(({ isReached }) => isReached)).toEqual([a, b, c].map((ms) => ms !== null));
        for (const { text, isReached } of times) expect(/\d/.test(text)).toBe(isReached);
      }),
    );
  });

  it('counts steps', () => {
    expect([0, 1, 5].map(stepsText)).toEqual(['none', '1 step', '5 steps']);
  });

  it('is kept as Markdown, named by its day', () => {
    const startedAt = '2026-11-24T02:57:00.000Z';
    expect(debriefFileName(startedAt)).toBe('drill-2026-11-24.md');
    expect(debriefFileName(null)).toBe('drill.md');
    expect(debriefMarkdown({ title, startedAt, debrief: done })).toBe(
      `# Debrief of the drill: Checkout is down at 04:00

Began 2026-11-24T02:57:00.000Z.

- To acknowledge: 42 s
- To mitigate: 3 min
- To resolve: 1 h 12 min
- Runbook steps done: 5 steps

## Remarks

- Customers were failing for 3 min.
`,
    );
    expect(debriefMarkdown({ title, startedAt: null, debrief: nothingDone })).not.toContain(
      'Remarks',
    );
  });
});
