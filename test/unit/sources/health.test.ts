import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formOf, settingsProblem } from '../../../main/sources/form.ts';
import { freshnessOf, nextDelayMs, type HealthFacts } from '../../../main/sources/health.ts';
import { connectorKinds } from '../../../main/sources/kinds.ts';
import { newSourceId } from '../../../main/sources/source-id.ts';
import { SourceId } from '../../../preload/contract/common.ts';
import { SourceKind } from '../../../preload/contract/sources.ts';

const at = (ms: number) => ({ wall: ms, monotonic: ms });
const facts = (more: Partial<HealthFacts> = {}): HealthFacts => ({
  intervalMs: 15_000,
  startedAt: at(0),
  lastSuccess: null,
  restingSince: null,
  wokeAt: null,
  problem: null,
  ...more,
});

describe('freshness', () => {
  test.each<[string, Partial<HealthFacts>, { wall: number; monotonic: number }, string]>([
    ['not asked yet', {}, at(1_000), 'starting'],
    ['not asked for too long', {}, at(46_000), 'stale'],
    ['answered', { lastSuccess: at(0) }, at(45_000), 'live'],
    ['answered three intervals ago', { lastSuccess: at(0) }, at(45_001), 'stale'],
    ['with a short interval', { intervalMs: 5_000, lastSuccess: at(0) }, at(45_000), 'live'],
    ['with a long interval', { intervalMs: 60_000, lastSuccess: at(0) }, at(180_000), 'live'],
    [
      'its loop rests as it should',
      { lastSuccess: at(0), restingSince: at(0) },
      at(30_000),
      'live',
    ],
    [
      'its loop has rested for more than two intervals: nobody polls any more',
      { lastSuccess: at(0), restingSince: at(0) },
      at(30_001),
      'stale',
    ],
    [
      'it woke a moment ago and was not answered yet',
      { lastSuccess: at(0), wokeAt: at(1) },
      at(10_001),
      'live',
    ],
    [
      'it woke and was not answered for ten seconds',
      { lastSuccess: at(0), wokeAt: at(1) },
      at(10_002),
      'stale',
    ],
    ['it woke and was answered', { lastSuccess: at(2), wokeAt: at(1) }, at(20_000), 'live'],
    [
      'it was answered at the very moment of falling asleep, by a clock that stands still in sleep',
      { lastSuccess: at(1), wokeAt: { wall: at(1).wall + 30_000, monotonic: at(1).monotonic } },
      { wall: at(1).wall + 42_000, monotonic: at(1).monotonic + 12_000 },
      'stale',
    ],
    [
      'the wall clock jumped ahead, as after sleep',
      { lastSuccess: at(0) },
      { wall: 3_600_000, monotonic: 10 },
      'stale',
    ],
    [
      'the wall clock jumped back',
      { lastSuccess: at(0) },
      { wall: -3_600_000, monotonic: 46_000 },
      'stale',
    ],
    [
      'the last attempt failed',
      { lastSuccess: at(0), problem: { freshness: 'unauthorized', message: 'm', next: 'n' } },
      at(1),
      'unauthorized',
    ],
  ])('%s', (_, more, now, expected) => {
    expect(freshnessOf(facts(more), now)).toBe(expected);
  });
});

test('the wait after failures is near the interval or more, at most about a minute, or what the upstream asked', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 5_000, max: 3_600_000 }),
      fc.nat(1_000_000),
      fc.option(fc.nat(3_600_000)),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (intervalMs, failures, retryAfterMs, random) => {
        const wait = nextDelayMs({ intervalMs, failures, retryAfterMs, random });
        expect(wait).toBeGreaterThanOrEqual(
          Math.max(Math.floor(intervalMs * 0.9), retryAfterMs ?? 0),
        );
        expect(wait).toBeLessThanOrEqual(
          Math.max(Math.ceil(Math.max(intervalMs, 60_000) * 1.1), retryAfterMs ?? 0),
        );
      },
    ),
  );
});

test('every name gives an id that the contract takes, and never one that is taken', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.nat(20), (name, count) => {
      const taken = new Set<string>();
      for (let index = 0; index <= count; index += 1) {
        const id = newSourceId(name, taken);
        expect(SourceId.safeParse(id).success).toBe(true);
        expect(taken.has(id)).toBe(false);
        taken.add(id);
      }
    }),
  );
});

describe('forms', () => {
  test.each(connectorKinds.map((kind) => [kind.kind, kind] as const))(
    'of %s are valid, and every field says what it is',
    (_, kind) => {
      const form = SourceKind.parse(formOf(kind));
      expect(new Set(form.fields.map(({ name }) => name)).size).toBe(form.fields.length);
      for (const field of form.fields) expect(field.label).not.toBe('');
      const choices = form.fields.filter(({ type }) => type === 'choice');
      expect(choices.every((field) => (field.choices?.length ?? 0) > 1)).toBe(true);
      const names = form.fields.map(({ name }) => name);
      const leaders = form.fields.flatMap(({ when }) => (when === undefined ? [] : [when.field]));
      expect(leaders.filter((name) => !names.includes(name))).toEqual([]);
    },
  );

  test('their defaults are valid settings, once the required fields are filled', () => {
    const [kind] = connectorKinds.filter(({ kind: name }) => name === 'alertmanager');
    const defaults = Object.fromEntries(
      formOf(kind!).fields.flatMap((field) =>
        field.default === undefined ? [] : [[field.name, field.default]],
      ),
    );
    expect(settingsProblem(kind!, { ...defaults, urls: ['http://127.0.0.1:9093'] })).toBeNull();
  });

  test.each([
    [{}, /^Addresses: /],
    [{ urls: [] }, /^Addresses: At least one/],
    [{ urls: ['ftp://x'] }, /begins with http/],
    [{ urls: ['http://user:pass@host'] }, /own fields/],
    [{ urls: ['http://:pass@host'] }, /own fields/],
    [{ urls: ['http://h'], ca: ['no certificate'] }, /whole PEM/],
    [{ urls: ['http://h'], login: 'kerberos' }, /^Login: /],
  ])('%j says what is wrong', (settings, words) => {
    const [kind] = connectorKinds.filter(({ kind: name }) => name === 'alertmanager');
    expect(settingsProblem(kind!, settings as never)).toMatch(words);
  });
});
