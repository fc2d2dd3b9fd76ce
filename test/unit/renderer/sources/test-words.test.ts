import { describe, expect, it } from 'vitest';
import type { TestReport } from '../../../../preload/contract/sources.ts';
import { stepName, verdict } from '../../../../renderer/features/sources/test-words.ts';

type Outcome = TestReport['steps'][number]['outcome'];
const report = (isUsable: boolean, ...outcomes: Outcome[]): TestReport => ({
  isUsable,
  steps: outcomes.map((outcome) => ({ name: 'read', outcome, text: '', next: null })),
});

describe('a test', () => {
  it.each([
    [report(true, 'ok', 'skipped'), 'ok', 'It works.'],
    [report(true, 'ok', 'warning'), 'warning', 'It works, with one remark.'],
    [report(true, 'failed', 'warning'), 'warning', 'It works, with 2 remarks.'],
    [report(false, 'ok', 'failed'), 'failed', 'It cannot be used like this.'],
    // Whatever the steps say: what cannot be used never looks good.
    [report(false, 'ok'), 'failed', 'It cannot be used like this.'],
    [report(false), 'failed', 'It cannot be used like this.'],
  ])('comes to one verdict %#', (tested, outcome, text) => {
    expect(verdict(tested)).toEqual({ outcome, text });
  });

  it('calls steps by what they prove, and a strange one by its own name', () => {
    expect(stepName('write')).toBe('Acknowledge and silence');
    expect(stepName('history')).toBe('What passed unseen');
    expect(stepName('toString')).toBe('ToString');
    expect(stepName('quota')).toBe('Quota');
  });
});
