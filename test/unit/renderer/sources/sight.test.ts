import { describe, expect, it } from 'vitest';
import {
  inOrder,
  isBlind,
  sightOf,
  sightWords,
  summaryText,
  type SightFacts,
} from '../../../../renderer/features/sources/sight.ts';
import { Freshness } from '../../../../preload/contract/common.ts';

const facts = (change: Partial<SightFacts>): SightFacts => ({
  isEnabled: true,
  isStopped: false,
  freshness: 'live',
  ...change,
});

describe('how well a source can be seen', () => {
  it.each(Freshness.options)('says of one that is polled that it is %s', (freshness) => {
    expect(sightOf(facts({ freshness }))).toBe(freshness);
  });

  it('says stopped before what stopped it', () => {
    expect(sightOf(facts({ freshness: 'unauthorized', isStopped: true }))).toBe('stopped');
  });

  it.each(Freshness.options)('never says of a paused one that it is %s', (freshness) => {
    expect(sightOf(facts({ freshness, isEnabled: false }))).toBe('paused');
  });

  it('tells one that the file lost from one that a person paused', () => {
    const lost = facts({ freshness: 'misconfigured', isEnabled: false, isStopped: true });
    expect(sightOf(lost)).toBe('removed');
  });

  it('calls nothing live that the core does not call live', () => {
    const all = Freshness.options.flatMap((freshness) =>
      [true, false].flatMap((isEnabled) =>
        [true, false].map((isStopped) => ({ freshness, isEnabled, isStopped })),
      ),
    );
    expect(all.filter((one) => sightOf(one) === 'live')).toEqual([facts({})]);
  });

  it('has another word for each', () => {
    const words = Object.values(sightWords);
    expect(new Set(words).size).toBe(words.length);
  });

  it('counts as blind what the desk counts as blind', () => {
    const blind = (Object.keys(sightWords) as (keyof typeof sightWords)[]).filter(isBlind);
    expect(blind).toEqual(['stale', 'unreachable', 'unauthorized', 'misconfigured', 'stopped']);
  });
});

describe('the list', () => {
  const named = (name: string, change: Partial<SightFacts> = {}) => ({ name, ...facts(change) });

  it('puts what needs a person first, and equals by their names', () => {
    const sources = [
      named('paused', { isEnabled: false }),
      named('b'),
      named('a'),
      named('old', { freshness: 'stale' }),
      named('stopped', { freshness: 'unauthorized', isStopped: true }),
    ];
    expect(inOrder(sources).map(({ name }) => name)).toEqual([
      'stopped',
      'old',
      'a',
      'b',
      'paused',
    ]);
    expect(sources[0]?.name).toBe('paused');
  });

  it('sums up without hiding what is blind', () => {
    expect(summaryText([facts({}), facts({})])).toBe('2 of 2 live');
    expect(
      summaryText([
        facts({}),
        facts({ freshness: 'unreachable' }),
        facts({ freshness: 'starting' }),
        facts({ isEnabled: false }),
      ]),
    ).toBe('1 of 3 live, 1 blind, 1 looked at for the first time, 1 paused');
    expect(summaryText([facts({ isEnabled: false })])).toBe('1 paused');
  });
});
