import { describe, expect, it } from 'vitest';
import type { SourceId } from '../../../preload/contract/common.ts';
import type { Source } from '../../../preload/contract/sources.ts';
import { sourceLines } from '../../../renderer/app/source-line.ts';

const now = Date.parse('2026-11-24T04:07:00.000Z');
const source = (id: string, change: Partial<Source> = {}) => ({
  id: id as SourceId,
  name: id,
  isEnabled: true,
  freshness: 'live' as const,
  lastSuccessAt: new Date(now - 8_000).toISOString(),
  problem: null,
  remarks: [],
  ...change,
});
const texts = (sources: ReturnType<typeof source>[], isWindowBlind = false): string[] =>
  sourceLines(sources as Source[], now, isWindowBlind).map(
    ({ sight, text }) => `${sight}: ${text}`,
  );

describe('the sources in the bar', () => {
  it('puts blind ones first, with why and for how long', () => {
    const pager = source('pager', {
      freshness: 'unauthorized',
      lastSuccessAt: new Date(now - 240_000).toISOString(),
      problem: { message: 'token expired', next: 'Sign in.' },
    });
    expect(texts([source('prod'), pager])).toEqual([
      'blind: pager: token expired, 4 min blind',
      'live: prod 8 s',
    ]);
  });

  it.each([
    ['a:9 answered 503.', 'blind: new: a:9 answered 503, never seen'],
    ['a:9 refused it; is it running?', 'blind: new: a:9 refused it; is it running? never seen'],
    // Cut, and it shows.
    ['x'.repeat(90), `blind: new: ${'x'.repeat(60)}…, never seen`],
  ])('joins the reason %j with the age in one sentence', (message, text) => {
    const problem = { message, next: '' };
    expect(
      texts([source('new', { freshness: 'unreachable', lastSuccessAt: null, problem })]),
    ).toEqual([text]);
  });

  it('shows a paused source without counting it as seen or blind', () => {
    expect(texts([source('prod', { isEnabled: false })])).toEqual(['paused: prod paused']);
  });

  it('calls none live in a window that hears nothing', () => {
    expect(texts([source('prod')], true)).toEqual(['blind: prod: last known 8 s ago']);
  });

  it('says that one was never seen', () => {
    const never = source('new', { freshness: 'unreachable', lastSuccessAt: null });
    expect(texts([never])).toEqual(['blind: new: unreachable, never seen']);
  });
});
