import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { holds, parseCondition } from '../../../../main/sources/generic-json/condition.ts';
import {
  parsePath,
  select,
  valueAt,
  WritingProblem,
} from '../../../../main/sources/generic-json/path.ts';
import { fill, parseTemplate } from '../../../../main/sources/generic-json/template.ts';
import { timeOf } from '../../../../main/sources/generic-json/time.ts';

const row = (value: unknown, ...keys: string[]) => ({ value, keys });
const at = (path: string, value: unknown, ...keys: string[]): unknown =>
  valueAt(parsePath(path), row(value, ...keys));

describe('a path', () => {
  const answer = {
    a: { b: [{ c: 1 }, { c: 2 }] },
    'key with space': { "it's": 'x' },
    hosts: { web1: { disk: 'full' }, web2: { disk: 'ok' } },
  };
  test.each([
    ['$', answer],
    ['$.a.b[0].c', 1],
    ['$.a.b[-1].c', 2],
    ['$.a.b[*].c', [1, 2]],
    ['$.a.b.*.c', [1, 2]],
    ["$['key with space'][\"it's\"]", 'x'],
    ['$.hosts.*.disk', ['full', 'ok']],
    ['$.a.b[2]', undefined],
    ['$.a.b.length', undefined],
    ['$.a.toString', undefined],
    ['$.constructor', undefined],
    ['$.__proto__', undefined],
    ['$.a.b.c', undefined],
  ])('%s', (path, found) => {
    expect(at(path, answer)).toEqual(found);
  });

  test('knows the keys it went through', () => {
    const { rows } = select(parsePath('$.*.*'), row({ web1: { disk: 1, load: 2 } }));
    expect(rows.map(({ keys }) => keys)).toEqual([
      ['web1', 'disk'],
      ['web1', 'load'],
    ]);
    expect(at('@key', 1, 'web1', 'disk')).toBe('disk');
    expect(at('@key1', 1, 'web1', 'disk')).toBe('web1');
    expect(at('@key3', 1, 'web1', 'disk')).toBeUndefined();
  });

  test('counts the branches that end before their last step', () => {
    expect(select(parsePath('$.*.x'), row([{ x: 1 }, {}, null])).missing).toBe(2);
  });

  test.each([
    '',
    'a',
    '$..a',
    '$.',
    '$[',
    '$[a]',
    "$['a",
    "$['a'",
    '$.a b',
    '$[?(@.a)]',
    '$.a()',
    '$[1e3]',
  ])('%j is not understood, and says so', (text) => {
    expect(() => parsePath(text)).toThrow(WritingProblem);
  });
  test('of more steps than anybody needs is refused', () => {
    expect(() => parsePath(`$${'.a'.repeat(21)}`)).toThrow(/at most 20/);
  });
  test('over more than half a million values ends', () => {
    const wide = Array.from({ length: 2_000 }, () => Array.from({ length: 300 }, () => 1));
    expect(() => select(parsePath('$[*][*]'), row(wide))).toThrow(/more than 500,000/);
  });

  const key = fc.oneof(
    fc.constantFrom('__proto__', 'constructor', 'length', 'a.b', "it's", ''),
    fc.string({ maxLength: 8 }),
  );
  const quoted = (name: string): string =>
    `['${name.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`;

  test('property: leads to whatever plain code would find, and to nothing else', () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.array(fc.oneof(key, fc.integer({ min: -3, max: 3 })), { maxLength: 5 }),
        (json, steps) => {
          const value: unknown = JSON.parse(json);
          const path = `$${steps.map((each) => (typeof each === 'number' ? `[${each}]` : quoted(each))).join('')}`;
          let expected: unknown = value;
          for (const each of steps) {
            if (typeof each === 'number') {
              expected = Array.isArray(expected) ? (expected.at(each) as unknown) : undefined;
            } else {
              const isHolder = expected !== null && typeof expected === 'object';
              const holder = isHolder && !Array.isArray(expected) ? (expected as object) : {};
              expected = Object.getOwnPropertyDescriptor(holder, each)?.value as unknown;
            }
          }
          expect(at(path, value)).toEqual(expected);
        },
      ),
    );
  });

  test('property: whatever is written is a path, or a problem in words; it never does anything else', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc
        .array(
          fc.constantFrom(
            '$',
            '.',
            '*',
            '[',
            ']',
            "'",
            '"',
            '\\',
            '@key',
            '-1',
            'a',
            '|',
            '{',
            '}',
            '\0',
            ' ',
          ),
        )
        .map((parts) => `$${parts.join('')}`),
    );
    fc.assert(
      fc.property(text, fc.jsonValue(), (written, value) => {
        const outcomes = [
          () => valueAt(parsePath(written), row(value)),
          () => fill(parseTemplate(written), row(value)),
          () => holds(parseCondition(written), row(value), 0),
        ].map((use) => {
          try {
            use();
            return null;
          } catch (error) {
            return error;
          }
        });
        expect(outcomes.filter((one) => one !== null && !(one instanceof WritingProblem))).toEqual(
          [],
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe('a template', () => {
  const item = {
    host: 'Web1',
    name: '',
    list: ['a', 'b'],
    n: 7,
    none: null,
    deep: {},
    long: 'one\ntwo: three',
  };
  test.each([
    ['$.host', 'Web1'],
    ['"critical"', 'critical'],
    ["'it is $5'", 'it is $5'],
    ['${$.host} on ${@key | upper}', 'Web1 on K'],
    ['$.host | lower', 'web1'],
    ['$.list', 'a, b'],
    ['$.list | join("/")', 'a/b'],
    ['$.list | last', 'b'],
    ['$.n', '7'],
    ['$.none', undefined],
    ['$.none | default(web)', 'web'],
    ['$.name | default("x y")', 'x y'],
    ['$.deep', undefined],
    ['$.missing', undefined],
    ['a ${$.missing} b', undefined],
    ['${$.host} ${$.missing}', 'Web1 '],
    ['$.long | line', 'one'],
    ['$.long | after(: ) | upper', 'THREE'],
    ['$.long | before(": ") | trim', 'one two'],
    ['$.n | epochS', '1970-01-01T00:00:07.000Z'],
    ['$.host | epochMs', undefined],
  ])('%s is %j', (text, expected) => {
    expect(fill(parseTemplate(text), row(item, 'k'))).toBe(expected);
  });

  test('of an identity gives nothing as soon as one part is missing', () => {
    expect(fill(parseTemplate('${$.host}!${$.missing}'), row(item), true)).toBeUndefined();
  });

  test('fills in text and never reads it again', () => {
    const hostile = { a: '${$.secret} $.secret', secret: 'no' };
    expect(fill(parseTemplate('<${$.a}>'), row(hostile))).toBe('<${$.secret} $.secret>');
  });

  test.each(['name', '$.a | eval', '$.a | join', '${$.a', '${a}', '$.a $.b'])(
    '%j is not understood',
    (text) => {
      expect(() => parseTemplate(text)).toThrow(WritingProblem);
    },
  );
});

describe('a condition', () => {
  const item = {
    state: 'OK',
    up: '0',
    n: 3,
    yes: 'yes',
    until: '2026-11-24T03:00:00Z',
    none: null,
  };
  test.each([
    ['$.state = ok', true],
    ['$.state == "ok"', true],
    ['$.state != ok', false],
    ['$.up', false],
    ['$.yes', true],
    ['$.state', false],
    ['$.n > 2', true],
    ['$.n < 2', false],
    ['$.state > 2', false],
    ['$.until < now', true],
    ['$.until > now', false],
    ['$.none = null', true],
    ['$.missing = x', false],
    ['$.missing != x', false],
    ['$.missing < now', false],
  ])('%s is %s', (text, expected) => {
    expect(holds(parseCondition(text), row(item), Date.parse('2026-11-24T04:00:00Z'))).toBe(
      expected,
    );
  });
});

describe('a time', () => {
  const ms = Date.parse('2026-11-24T04:00:00Z');
  test.each([
    ['1795492800', ms],
    ['1795492800.0', ms],
    ['1795492800000', ms],
    ['1795492800000000', ms],
    ['1795492800000000000', ms],
    ['2026-11-24T04:00:00Z', ms],
    ['2026-11-24T05:30:00+01:30', ms],
    ['2026-11-24 04:00:00', ms],
    ['Tue, 24 Nov 2026 04:00:00 GMT', ms],
    ['0', null],
    ['0001-01-01T00:00:00Z', null],
    ['soon', null],
    ['9'.repeat(40), null],
  ])('%s', (text, expected) => {
    expect(timeOf(text)).toBe(expected);
  });
});
