import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { removeIn, setIn } from '../../../main/settings/json-edit.ts';
import { JsonProblem, parseJsonTree, valueOf } from '../../../main/settings/json-tree.ts';

/** The value, or that there was none. */
const outcome = (work: () => unknown): unknown => {
  try {
    return { value: work() };
  } catch {
    return 'refused';
  }
};

const problemOf = (text: string): unknown => {
  try {
    return read(text);
  } catch (error) {
    return error;
  }
};

const read = (text: string): unknown => valueOf(parseJsonTree(text));

describe('reading JSON with positions', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false, maxDepth: 8 }), (text) => {
        expect(read(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('refuses exactly what JSON.parse refuses', () => {
    const mutated = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.nat(),
        fc.constantFrom('', ',', '"', '{', '\\', '1', '\n', '\0'),
      )
      .map(([text, at, length, by]) => {
        const from = at % (text.length + 1);
        return text.slice(0, from) + by + text.slice(from + (length % 3));
      });
    fc.assert(
      fc.property(mutated, (text) => {
        expect(outcome(() => read(text))).toEqual(outcome(() => JSON.parse(text)));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['{\n  "a": 1\n  "b": 2\n}', 3, '"," or "}" is missing'],
    ['{\n  "a": 1,\n}', 2, '"," too much'],
    ['{\n\n  "a" 1 }', 3, '":" is missing after "a"'],
    ['{ "a": [1,\n 2', 1, '"[" is never closed'],
    ['{ "a": "open\n }', 1, 'does not end in its line'],
    ['{\n // why\n "a": 1 }', 2, 'no comments'],
    ['{ "a": "\\q" }', 1, 'backslash'],
    ['{ "a": }', 1, 'value is missing before "}"'],
    ['', 1, 'the end of the file'],
    ['{} x', 1, 'after the end'],
    ["{'a': 1}", 1, 'name in quotes'],
  ])('names the line of the mistake in %j', (text, line, message) => {
    const problem = problemOf(text);
    expect(problem).toBeInstanceOf(JsonProblem);
    expect(problem).toMatchObject({ line, message: expect.stringContaining(message) });
  });

  it('survives a million brackets and a text of a million characters', () => {
    expect(() => read('['.repeat(1_000_000))).toThrow(JsonProblem);
    const long = JSON.stringify({ a: '\\"'.repeat(500_000) });
    expect(read(long)).toEqual(JSON.parse(long));
  });

  it('gives a key named __proto__ no power', () => {
    const value = read('{"__proto__": {"isAdmin": true}}') as Record<string, unknown>;
    expect(value['isAdmin']).toBeUndefined();
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
  });
});

describe('editing JSON in place', () => {
  const text = `{
    "$schema": "ours",
    "zeta": 1,   "alpha": { "from": "22:00", "to": "08:00" },
    "list": [
        { "id": "b", "note": "kept" },
        { "id": "a" }
    ]
}
`;

  it('touches nothing but the value', () => {
    expect(setIn(text, ['zeta'], 2)).toBe(text.replace('"zeta": 1', '"zeta": 2'));
    expect(setIn(text, ['alpha', 'to'], '07:30')).toBe(text.replace('08:00', '07:30'));
    expect(setIn(text, ['list', 1, 'id'], 'c')).toBe(text.replace('"id": "a"', '"id": "c"'));
  });

  it('leaves an equal value as people wrote it', () => {
    expect(setIn(text, ['alpha'], { to: '08:00', from: '22:00' })).toBe(text);
    expect(setIn('{"a":1.50}', ['a'], 1.5)).toBe('{"a":1.50}');
  });

  it('adds in the layout of its neighbours', () => {
    expect(setIn(text, ['theme'], 'dark')).toBe(
      text.replace('    ]\n}', '    ],\n    "theme": "dark"\n}'),
    );
    expect(setIn(text, ['alpha', 'x'], 1)).toContain('"to": "08:00", "x": 1 }');
    expect(setIn('{}\n', ['a'], [1])).toBe('{\n  "a": [\n    1\n  ]\n}\n');
    expect(setIn('{\r\n\t"a": 1\r\n}', ['b'], {})).toBe('{\r\n\t"a": 1,\r\n\t"b": {}\r\n}');
    expect(setIn(text, ['list', 99], { id: 'c' })).toContain(
      '{ "id": "a" },\n        {\n            "id": "c"\n        }\n    ]',
    );
  });

  it('takes the comma along when something is removed', () => {
    expect(read(removeIn(text, ['list', 0]))).toMatchObject({ list: [{ id: 'a' }] });
    expect(read(removeIn(text, ['list', 1]))).toMatchObject({ list: [{ id: 'b' }] });
    expect(read(removeIn('[1]', [0]))).toEqual([]);
    expect(removeIn(text, ['nothing'])).toBe(text);
  });

  it('says afterwards what was set, and everything else as before, in the same order', () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd', '1', '0', '__proto__', 'é"\\');
    const object = fc.dictionary(key, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 6 });
    fc.assert(
      fc.property(
        object,
        key,
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom(0, 1, 2, 4, '\t'),
        (before, name, value, indent) => {
          // -0 has no text of its own in JSON.
          const expected = JSON.parse(JSON.stringify(value)) as unknown;
          const edited = setIn(JSON.stringify(before, null, indent), [name], expected);
          const entries = (json: string) => {
            const tree = parseJsonTree(json);
            return tree.kind === 'object'
              ? tree.members.map((member) => [member.key, valueOf(member.value)])
              : [];
          };
          const old = entries(JSON.stringify(before));
          const at = old.findIndex(([other]) => other === name);
          const wanted = at === -1 ? [...old, [name, expected]] : old.with(at, [name, expected]);
          expect(entries(edited)).toEqual(wanted);
        },
      ),
    );
  });
});
