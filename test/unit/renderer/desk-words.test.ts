import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BlindSource, DeskState } from '../../../preload/contract/desk.ts';
import type { SourceId } from '../../../preload/contract/common.ts';
import { deskWords, type DeskView } from '../../../renderer/app/desk-words.ts';
import { faviconOf } from '../../../renderer/app/favicon.ts';

const now = Date.parse('2026-11-24T04:07:00.000Z');
const at = (msAgo: number): string => new Date(now - msAgo).toISOString();

const blindOn = (
  name: string,
  minutes: number,
  change: Partial<BlindSource> = {},
): BlindSource => ({
  sourceId: 'pager' as SourceId,
  name,
  freshness: 'unauthorized',
  since: at(minutes * 60_000),
  reason: '401, token expired',
  next: 'Sign in again.',
  ...change,
});

const state = (change: Partial<DeskState> = {}): DeskState => ({
  at: at(0),
  worst: null,
  counts: { firing: 0, acknowledged: 0, suppressed: 0, unseen: 0, unreadable: 0 },
  blind: [],
  enabledSources: 2,
  outboxCount: 0,
  outboxFailed: 0,
  ...change,
});

const view = (change: Partial<DeskView> = {}): DeskView => ({
  state: state(),
  heardAt: now - 1_000,
  isSilent: false,
  isConnected: true,
  ...change,
});

describe('the desk state in words', () => {
  it('is quiet with clear sight and nothing firing', () => {
    expect(deskWords(view(), now)).toMatchObject({
      sight: 'clear',
      worst: 'quiet',
      blindText: null,
      title: 'Quiet · Nightdesk',
    });
  });

  it('names the worst alarm and the blind source together', () => {
    const words = deskWords(
      view({
        state: state({
          worst: { severity: 'critical', count: 2 },
          blind: [blindOn('PagerDuty', 4)],
        }),
      }),
      now,
    );
    expect(words).toMatchObject({
      worstText: '2 critical',
      blindText: 'blind on PagerDuty, 4 min',
      title: '? 2 critical blind on PagerDuty, 4 min · Nightdesk',
    });
  });

  it('counts several blind sources, and takes the longest', () => {
    const blind = [blindOn('a', 4), blindOn('b', 90)];
    expect(deskWords(view({ state: state({ blind }) }), now).blindText).toBe(
      'blind on 2 sources, 1 h',
    );
  });

  it('says that a first look is under way', () => {
    const blind = [blindOn('a', 0, { freshness: 'starting' })];
    expect(deskWords(view({ state: state({ blind }) }), now).blindText).toBe(
      'blind on a, first look under way',
    );
  });

  it.each<[string, Partial<DeskView>]>([
    ['it hears nothing', { isSilent: true, heardAt: now - 7_000 }],
    ['its carrier is lost', { isConnected: false }],
    ['no source is switched on', { state: state({ enabledSources: 0 }) }],
    ['a source is blind', { state: state({ blind: [blindOn('x', 1)] }) }],
    ['it has heard nothing yet', { state: null, heardAt: null }],
    ['it never heard anything', { state: null, heardAt: null, isSilent: true }],
  ])('is never quiet when %s', (_name, change) => {
    const words = deskWords(view(change), now);
    expect(words.worst).toBe('unknown');
    expect(words.sight).not.toBe('clear');
    expect(words.title).toMatch(/^\?/);
    expect(`${words.worstText} ${words.title}`).not.toMatch(/quiet/i);
    expect(faviconOf(words)).not.toBe(faviconOf({ ...words, sight: 'clear' }));
  });

  it('is quiet only if nothing is blind, whatever else holds', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.boolean(),
        fc.nat(3),
        fc.nat(3),
        (isSilent, isConnected, blindCount, enabledSources) => {
          const blind = Array.from({ length: blindCount }, () => blindOn('x', 1));
          const words = deskWords(
            view({ isSilent, isConnected, state: state({ blind, enabledSources }) }),
            now,
          );
          const isClear = !isSilent && isConnected && blindCount === 0 && enabledSources > 0;
          expect(words.worst === 'quiet').toBe(isClear);
          expect(/quiet/i.test(words.title)).toBe(isClear);
        },
      ),
    );
  });

  it('keeps the hostile name of a source to one visible line', () => {
    const blind = [blindOn(`a\u202Eb\n\u0000${'x'.repeat(10_000)}`, 1)];
    const { blindText } = deskWords(view({ state: state({ blind }) }), now);
    for (const control of ['\u202E', '\n', '\u0000']) expect(blindText).not.toContain(control);
    expect(blindText?.length).toBeLessThan(100);
  });
});
