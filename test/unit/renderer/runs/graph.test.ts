import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsOf, graphOf, graphWords, shortNumber } from '../../../../renderer/runs/graph.ts';

const start = Date.parse('2026-11-24T04:00:00.000Z');
const series = (...values: (number | null)[]) => ({
  name: 'up',
  points: values.map((value, index): [string, number | null] => [
    new Date(start + index * 60_000).toISOString(),
    value,
  ]),
});
const frame = { width: 100, height: 10, fromMs: start, untilMs: start + 10 * 60_000 };

describe('the lines', () => {
  it('go from the first to the last, the highest at the top', () => {
    expect(graphOf([series(0, 10, 5)], frame)).toEqual({
      paths: ['M0.0 10.0L10.0 0.0L20.0 5.0'],
      low: 0,
      high: 10,
    });
  });

  it('have gaps where there was no number, and dots between gaps', () => {
    expect(graphOf([series(0, null, 10, null, 10, 0)], frame).paths).toEqual([
      'M0.0 10.0h1M20.0 0.0h1M40.0 0.0L50.0 10.0',
    ]);
  });

  it('begin at nothing, unless that would hide how they move', () => {
    expect(graphOf([series(4, 10)], frame).low).toBe(0);
    expect(graphOf([series(98, 100)], frame).low).toBe(98);
  });

  it('reach from one end of the numbers to the other', () => {
    const { paths } = graphOf([series(-1.7e308, 1.7e308)], frame);
    expect(paths[0]).toMatch(/^M[\d.]+ 10\.0L[\d.]+ 0\.0$/);
  });

  it('are never drawn outside, and never with what is no number', () => {
    const value = fc.oneof(fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true }));
    fc.assert(
      fc.property(fc.array(fc.array(value, { maxLength: 12 }), { maxLength: 4 }), (all) => {
        const { paths } = graphOf(
          all.map((values) => series(...values)),
          frame,
        );
        for (const path of paths) {
          expect(path).not.toMatch(/NaN|Infinity/);
          for (const [, , y] of path.matchAll(/([\d.]+) ([\d.-]+)/g)) {
            expect(Number(y)).toBeGreaterThanOrEqual(-0.1);
            expect(Number(y)).toBeLessThanOrEqual(10.1);
          }
        }
      }),
    );
  });
});

describe('the words', () => {
  it.each([
    [0, '0'],
    [17, '17'],
    [1234, '1.23k'],
    [0.0342, '0.0342'],
    [-2_500_000, '-2.5M'],
    [0.00001, '1.0e-5'],
    [null, 'none'],
  ])('write %s as %s', (value, text) => expect(shortNumber(value)).toBe(text));

  it('say what the graph shows', () => {
    expect(factsOf(series(1, null, 5, 3))).toEqual({ name: 'up', last: 3, low: 1, high: 5 });
    expect(graphWords([series(1, 5)])).toBe('up: now 5, between 1 and 5.');
    expect(graphWords([series(1), series(2)])).toMatch(/and 1 more, in the table/);
    expect(graphWords([])).toBe('No series answered.');
    expect(graphWords([series(null)])).toBe('up: now none, between none and none.');
  });
});
