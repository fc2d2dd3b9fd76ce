import { describe, expect, it } from 'vitest';
import type { BlindSource, DeskState } from '../../../../preload/contract/desk.ts';
import { quietReason } from '../../../../renderer/features/four-am/quiet-reason.ts';

const state = (change: Partial<DeskState> = {}): DeskState => ({
  at: '2026-11-24T04:00:00.000Z',
  worst: null,
  counts: { firing: 0, acknowledged: 0, suppressed: 0, unseen: 0, unreadable: 0 },
  blind: [],
  enabledSources: 3,
  outboxCount: 0,
  outboxFailed: 0,
  ...change,
});
const blind = [{ sourceId: 'a' }, { sourceId: 'b' }] as unknown as BlindSource[];

describe('no page to show', () => {
  it('is only quiet with clear sight', () => {
    expect(quietReason('clear', state())).toEqual({
      kind: 'quiet',
      text: 'All 3 sources answered: nothing is firing.',
    });
  });

  it('tells what can wait', () => {
    const counts = { ...state().counts, firing: 3 };
    expect(quietReason('clear', state({ counts, enabledSources: 1 }))).toEqual({
      kind: 'quiet',
      text: 'The one source answered: 3 alarms of lesser severity can wait until morning.',
    });
  });

  it.each([
    ['two sources', state({ blind }), 'Cannot see 2 sources'],
    ['one source', state({ blind: blind.slice(1) }), 'Cannot see 1 source'],
    ['a window that hears nothing', state(), 'Cannot see anything'],
    ['nothing heard ever', null, 'Cannot see anything'],
    ['no source', state({ enabledSources: 0 }), 'No source is switched on'],
  ])('is blind with %s', (_name, desk, title) => {
    expect(quietReason('blind', desk)).toEqual({ kind: 'blind', title });
  });

  it('claims nothing before the core was heard', () => {
    expect(quietReason('starting', null)).toEqual({ kind: 'unknown' });
    expect(quietReason('starting', state())).toEqual({ kind: 'unknown' });
  });
});
