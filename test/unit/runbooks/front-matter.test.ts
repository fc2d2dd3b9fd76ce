import * as fc from 'fast-check';
import { parse as parseYaml } from 'yaml';
import { describe, expect, test } from 'vitest';
import { readFrontMatter } from '../../../main/runbooks/front-matter.ts';

const read = (text: string) => {
  const { meta, markdown, problem } = readFrontMatter(text);
  const { title, alerts, reviewedOn } = meta;
  return { title, alerts, reviewedOn, markdown, line: problem?.line ?? null };
};
const nothing = { title: null, alerts: [], reviewedOn: null };

describe('broken front matter costs only what is broken, and says so', () => {
  test.each<[string, string, Partial<ReturnType<typeof read>>]>([
    [
      'a colon in the title',
      '---\ntitle: Disk: full\nalerts: [A, B]\nreviewed: 2026-01-01\n---\n# Text',
      {
        title: 'Disk: full',
        alerts: ['A', 'B'],
        reviewedOn: '2026-01-01',
        markdown: '# Text',
        line: 2,
      },
    ],
    [
      'a title with a colon and a mark of YAML is not guessed',
      '---\ntitle: Disk: full # or not\nalerts: [A]\n---\nx',
      { title: null, alerts: ['A'] },
    ],
    [
      'a list that never ends',
      '---\ntitle: Disk\nalerts: [A,\n---\nx',
      { title: 'Disk', alerts: [], markdown: 'x' },
    ],
    [
      'a list over several lines beside a broken one',
      '---\nowner: @me\nalerts:\n  - A\n  - B\n---\nx',
      { alerts: ['A', 'B'], line: 2 },
    ],
    [
      'a value that is there twice: nobody can tell which',
      '---\ntitle: One\ntitle: Two\nalerts: [A]\n---\nx',
      { title: null, alerts: ['A'] },
    ],
    [
      'what is indented is part of something else',
      '---\nextra: @\n  alerts: [A]\n---\nx',
      { alerts: [] },
    ],
    ['no space after the colon', '---\ntitle:Disk\n---\nx', { ...nothing, markdown: 'x', line: 2 }],
    ['TOML', '\n+++\na = 1\ntitle = Disk\n+++\nx', { ...nothing, markdown: 'x', line: 4 }],
    ['JSON', '{\n"title": "Disk",\n}\nx', { ...nothing, line: 3 }],
    ['never closed', '---\ntitle: Disk\nalerts: [A]\n\n# Text', { ...nothing, line: 1 }],
    ['too deep', `---\ntitle: a\nx: ${'['.repeat(2_000)}\n---\nx`, { ...nothing, markdown: 'x' }],
  ])('%s', (_name, text, expected) => {
    const found = read(text);
    expect(found).toMatchObject(expected);
    expect(found.line).not.toBeNull();
  });

  test('the text names the language, the mistake and the line', () => {
    expect(readFrontMatter('---\ntitle: "A\n---\n').problem?.text).toMatch(
      /^The block at the top is no YAML, so its title, alarms and review date do not count: a quote is never closed \(line \d\)\.$/,
    );
    expect(readFrontMatter('---\ntitle: A: b\n---\n').problem?.text).toBe(
      'The block at the top is no YAML, so only those of its lines count that can be read on their own: a value with a colon in it needs quotes around it (line 2).',
    );
  });
});

describe('what is no front matter is text, and has nothing wrong with it', () => {
  test.each([
    ['---\n\nSome text.\n\n---\nMore.'],
    ['---\nNote: this: is prose.\n\nMore of it.\n\n---\nEnd.'],
    ['---\nhttps://example.org\n---\nx'],
    ['{\n  echo "title: x"\n}\n'],
    ['---\n\n# Disk\n\ntitle: of the page\n'],
    ['# Disk\n\n---\ntitle: a: b\n---\n'],
  ])('%j', (text) => {
    expect(readFrontMatter(text)).toMatchObject({ markdown: text, problem: null });
  });
});

test('whole front matter has no problem', () => {
  expect(readFrontMatter('---\n# who\ntitle: A\nalerts: [B]\n---\nx').problem).toBeNull();
  expect(readFrontMatter('---\ntitle: {{ name }}\nalerts: [B]\n---\nx').meta.alerts).toEqual(['B']);
});

test('what is taken from a broken block is what the same lines say in a whole one', () => {
  const value = fc.oneof(
    fc.constantFrom('[A, B]', '\n  - A\n  - B', '"A: b"', "'A'", 'A', '[A', '"A', '@A', '{a: b}'),
    fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
  );
  fc.assert(
    fc.property(value, (written) => {
      const { meta, problem } = readFrontMatter(`---\nbroken: a: b\nalerts: ${written}\n---\nx`);
      if (meta.alerts.length === 0) return;
      expect(problem).not.toBeNull();
      const alone = readFrontMatter(`---\nalerts: ${written}\n---\nx`);
      expect(alone.problem).toBeNull();
      expect(parseYaml(`alerts: ${written}`)).toBeTypeOf('object');
      expect(meta.alerts).toEqual(alone.meta.alerts);
    }),
  );
});
