import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byTitle, countCovered, coveredBy } from '../../../main/silences/coverage.ts';
import { LabelIndex, literalPrefix } from '../../../main/silences/label-index.ts';
import { matchesAll } from '../../../main/sources/matchers.ts';
import type { Matcher } from '../../../preload/contract/alarms.ts';

const names = ['job', 'pod', 'constructor', '__proto__', 'zone'];
const values = ['', 'a', 'ab', 'b', '.*', '('];
const labels = fc.dictionary(fc.constantFrom(...names), fc.constantFrom(...values), { maxKeys: 4 });
const matcher: fc.Arbitrary<Matcher> = fc.record({
  name: fc.constantFrom(...names),
  value: fc.constantFrom(
    ...values,
    'a.*',
    'a|b',
    '.+',
    'b?',
    'ab?',
    'ab*',
    'a{0,2}b',
    'a+b?',
    '(?i)AB',
  ),
  isRegex: fc.boolean(),
  isEqual: fc.boolean(),
});

describe('what silences cover', () => {
  test('the index leaves out nothing that the matchers select', () => {
    fc.assert(
      fc.property(
        fc.array(labels, { maxLength: 20 }),
        fc.array(matcher, { maxLength: 3 }),
        (all, matchers) => {
          const items = all.map((own) => ({ labels: own }));
          const candidates = new Set(new LabelIndex(items).candidates(matchers));
          const missed = items.filter(
            (item) => matchesAll(matchers, item.labels) && !candidates.has(item),
          );
          expect(missed).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each([
    ['web1.*', 'web1'],
    ['web1', 'web1'],
    ['web?', 'we'],
    ['web*x', 'we'],
    ['web{2}', 'we'],
    ['web+', 'we'],
    ['web|db', ''],
    ['(?i)web', ''],
    ['web\\.x', 'web'],
    ['.*', ''],
    ['^web', ''],
  ])('all that %s matches begins with "%s"', (pattern, prefix) => {
    expect(literalPrefix(pattern)).toBe(prefix);
  });

  test('10,000 alarms under 200 silences are compared where it can matter, not everywhere', () => {
    const items = Array.from({ length: 10_000 }, (_, number) => ({
      labels: { alertname: `Down${number % 500}`, host: `web${number}` },
    }));
    const index = new LabelIndex(items);
    let compared = 0;
    for (let number = 0; number < 200; number += 1) {
      const isRegex = number % 2 === 0;
      const value = isRegex ? `Down${number}|Down${number + 1}` : `Down${number}`;
      compared += index.candidates([{ name: 'alertname', value, isRegex, isEqual: true }]).length;
    }
    expect(compared).toBe(100 * 20 + 100 * 40);
  });

  test('each silence covers what its matchers select, also where an upstream means something else by them', async () => {
    const hosts: Record<string, string>[] = [{ host: 'web1' }, { host: 'web2' }, {}];
    const items = hosts.map((own) => ({ labels: own }));
    const silences = [
      { id: 'one', matchers: [{ name: 'host', value: 'web1', isRegex: false, isEqual: true }] },
      { id: 'not', matchers: [{ name: 'host', value: 'web1', isRegex: false, isEqual: false }] },
      { id: 'none', matchers: [] },
    ];
    const weight = () => 3;
    const found = await countCovered(silences, items, { matches: matchesAll }, weight);
    expect([...found]).toEqual([
      ['one', 3],
      ['not', 6],
      ['none', 0],
    ]);
    for (const { id, matchers } of silences) {
      const own = coveredBy(matchers, items, { matches: matchesAll });
      expect(own).toHaveLength((found.get(id) ?? 0) / 3);
    }
    const caseless = {
      matches: ([first]: readonly Matcher[], own: Readonly<Record<string, string>>) =>
        own['host'] === first?.value.toLowerCase(),
    };
    const matchers = [{ name: 'HOST', value: 'WEB1', isRegex: false, isEqual: true }];
    expect((await countCovered([{ id: 'x', matchers }], items, caseless, () => 1)).get('x')).toBe(
      1,
    );
    expect(coveredBy(matchers, items, caseless)).toEqual([items[0]]);
  });

  test('many silences let others in between: nobody waits for all of them', async () => {
    const items = Array.from({ length: 5_000 }, (_, number) => ({
      labels: { host: `web${number}` },
    }));
    const silences = Array.from({ length: 100 }, (_, number) => ({
      id: `s${number}`,
      matchers: [{ name: 'host', value: `web${number}.*`, isRegex: true, isEqual: true }],
    }));
    let turns = 0;
    let isOver = false;
    const others = (): void => {
      turns += 1;
      if (!isOver) setImmediate(others);
    };
    setImmediate(others);
    await countCovered(silences, items, { matches: matchesAll }, () => 1);
    isOver = true;
    expect(turns).toBeGreaterThan(5);
  });

  test('past episodes are told by title, the most frequent first', () => {
    const past = (title: string, count: number, severity: 'critical' | 'info' = 'critical') => ({
      title,
      count,
      severity,
      labels: {},
    });
    expect(byTitle([past('A', 1), past('B', 2), past('A', 3), past('B', 1, 'info')])).toEqual([
      { title: 'A', severity: 'critical', count: 4 },
      { title: 'B', severity: 'critical', count: 2 },
      { title: 'B', severity: 'info', count: 1 },
    ]);
  });
});
