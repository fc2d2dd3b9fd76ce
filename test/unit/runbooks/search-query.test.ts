import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { editDistance } from '../../../main/runbooks/search/edit-distance.ts';
import { isChosen, readQuery, type Filtered } from '../../../main/runbooks/search/query.ts';
import { withoutFilter } from '../../../renderer/features/runbooks/library.ts';

const day = 86_400_000;

describe('what is typed into the search', () => {
  test.each([
    ['queue full', 'queue full', [], []],
    [
      'service:checkout queue',
      'queue',
      [{ kind: 'service', value: 'checkout' }],
      ['service checkout'],
    ],
    [
      'queue source:"team wiki"',
      'queue',
      [{ kind: 'source', value: 'team wiki' }],
      ['source team wiki'],
    ],
    ['age>90d', '', [{ kind: 'age', isOlder: true, ms: 90 * day }], ['older than 90 days']],
    ['a age<2w b', 'a b', [{ kind: 'age', isOlder: false, ms: 14 * day }], ['newer than 2 weeks']],
    ['age:>1y', '', [{ kind: 'age', isOlder: true, ms: 365 * day }], ['older than 1 year']],
    ['AGE>=3months', '', [{ kind: 'age', isOlder: true, ms: 90 * day }], ['older than 3 months']],
    ['age > 30', '', [{ kind: 'age', isOlder: true, ms: 30 * day }], ['older than 30 days']],
    ['service:', '', [], ['which service?']],
    ['age>', '', [], ['how old? Write age>90d, age<2w']],
    ['age>soon x', 'x', [], ['how old? Write age>90d, age<2w']],
    ['source:"half', '', [{ kind: 'source', value: 'half' }], ['source half']],
    ['http://service:80 package>3', 'http://service:80 package>3', [], []],
    ['microservice:checkout', 'microservice:checkout', [], []],
  ] as const)('%j is read', (written, text, filters, shown) => {
    const query = readQuery(written);
    expect(query.text).toBe(text);
    expect(query.filters).toEqual(filters);
    expect(query.shown.map(({ words }) => words)).toEqual(shown);
  });

  test('is always a query, whatever it is, and each filter can be taken away again', () => {
    const scraps = fc.constantFrom(
      'source:',
      'service:',
      'age',
      '>',
      '<',
      '90d',
      '"',
      ' ',
      'x',
      ':',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(scraps, fc.string({ maxLength: 4 })), { maxLength: 12 }),
        (parts) => {
          const written = parts.join('');
          const { shown, filters } = readQuery(written);
          expect(filters.length).toBe(shown.filter(({ isUnderstood }) => isUnderstood).length);
          const left = shown.reduce(withoutFilter, written);
          expect(left.length).toBeLessThanOrEqual(written.length);
          for (const { text } of shown) expect(written).toContain(text);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('filters', () => {
  const document: Filtered = {
    folder: '/home/me/runbooks',
    path: 'checkout/api/PaymentsSlow.md',
    services: ['billing'],
    asOfMs: Date.parse('2026-06-01'),
  };
  const context = {
    now: Date.parse('2026-11-24'),
    sourceNames: new Map([['/home/me/runbooks', ['Team wiki', 'git']]]),
  };
  test.each([
    ['service:checkout', true],
    ['service:CHECK', true],
    ['service:payments', true],
    ['service:billing', true],
    ['service:api', true],
    ['service:slow', false],
    ['service:search', false],
    ['service:search service:api', true],
    ['source:wiki', true],
    ['source:git', true],
    ['source:/home/me', true],
    ['source:web', false],
    ['source:wiki service:search', false],
    ['age>90d', true],
    ['age>1y', false],
    ['age<1y', true],
    ['age>90d age<200d', true],
    ['age>90d age<100d', false],
    ['service:', true],
    ['service:---', true],
    ['', true],
  ])('%j leaves it: %s', (written, isLeft) => {
    expect(isChosen(readQuery(written).filters, document, context)).toBe(isLeft);
  });
});

describe('slips of the pen', () => {
  test.each([
    ['certifcate', 'certificate', false, 1],
    ['chekcout', 'checkout', false, 1],
    ['kubctl', 'kubectl', false, 1],
    ['kubbectl', 'kubectl', false, 1],
    ['lateny', 'latency', false, 1],
    ['same', 'same', false, 0],
    ['quite', 'different', false, 3],
    ['certf', 'certificate', true, 1],
    ['chekc', 'checkout', true, 1],
    ['check', 'checkout', true, 0],
    ['check', 'checkout', false, 3],
  ])('from %s to %s (begun: %s) are %i', (word, other, isPrefix, distance) => {
    expect(editDistance(word, other, { most: 2, isPrefix })).toBe(distance);
  });

  /** By the book, without any shortcut. */
  function plainDistance(a: string, b: string): number {
    const table = Array.from({ length: a.length + 1 }, (_, row) =>
      Array.from({ length: b.length + 1 }, (_, column) => (row === 0 ? column : row)),
    );
    const at = (row: number, column: number): number => table[row]?.[column] ?? 0;
    for (let row = 1; row <= a.length; row++) {
      for (let column = 1; column <= b.length; column++) {
        let cost = Math.min(
          at(row - 1, column) + 1,
          column === 1 ? row + 1 : at(row, column - 1) + 1,
          at(row - 1, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1),
        );
        const isExchanged =
          row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
        if (isExchanged) cost = Math.min(cost, at(row - 2, column - 2) + 1);
        const line = table[row];
        if (line !== undefined) line[column] = cost;
      }
    }
    return at(a.length, b.length);
  }

  test('are counted as by the book', () => {
    const word = fc.stringMatching(/^[abc]{0,7}$/);
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 3 }), (a, b, most) => {
        const whole = plainDistance(a, b);
        expect(editDistance(a, b, { most, isPrefix: false })).toBe(Math.min(whole, most + 1));
        const begun = Math.min(
          ...Array.from({ length: b.length + 1 }, (_, end) => plainDistance(a, b.slice(0, end))),
        );
        expect(editDistance(a, b, { most, isPrefix: true })).toBe(Math.min(begun, most + 1));
      }),
      { numRuns: 500 },
    );
  });
});
