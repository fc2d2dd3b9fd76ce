import { describe, expect, test } from 'vitest';
import { checkText, fencesOf } from '../../../../main/runbooks/editing/hints.ts';
import { templateText } from '../../../../main/runbooks/editing/templates.ts';
import { parseRunbook } from '../../../../main/runbooks/parse.ts';

const check = (text: string, path = 'a.md') => checkText(path, text, parseRunbook(path, text));
const problems = (text: string): [number | null, string][] =>
  check(text)
    .hints.filter(({ kind }) => kind === 'problem')
    .map(({ line, text }) => [line, text]);

const good = `---
title: Disk
alerts: [DiskFull]
reviewed: 2026-11-24
---

# Disk

1. Look.

   \`\`\`sh
   df -h <mountpoint>
   \`\`\`
`;

test('a good runbook has no hints, and says what it asks for', () => {
  expect(check(good)).toEqual({
    title: 'Disk',
    stepCount: 1,
    commandCount: 1,
    placeholders: ['mountpoint'],
    hints: [],
  });
});

test.each(['alarm', 'task'] as const)(
  'the template for %s has nothing wrong with it',
  (template) => {
    expect(problems(templateText(template, '2026-11-24'))).toEqual([]);
  },
);

describe('what is wrong is told with its line', () => {
  test('a language that nobody knows, with the one that was meant', () => {
    const [[line, text] = []] = problems(good.replace('```sh', '```bsah'));
    expect(line).toBe(11);
    expect(text).toContain('Did you mean bash?');
  });

  test('a command that does not parse', () => {
    expect(problems(good.replace('df -h <mountpoint>', 'echo "it'))).toEqual([
      [11, 'This command does not parse. A double quote is never closed.'],
    ]);
  });

  test('placeholders are no redirections and no errors', () => {
    expect(problems(good.replace('df -h <mountpoint>', "psql -c 'select 1' <db> $HOST"))).toEqual(
      [],
    );
  });

  test('a block that is never closed', () => {
    const [[line] = []] = problems(good.replace(/ {3}```\n$/, ''));
    expect(line).toBe(11);
  });

  test('front matter that is no YAML, with the line of the mistake', () => {
    const [[line, text] = []] = problems(good.replace('alerts: [DiskFull]', 'alerts: [DiskFull'));
    expect([3, 4, 5]).toContain(line);
    expect(text).toContain('no YAML');
  });

  test('front matter without an end', () => {
    expect(problems('---\ntitle: A\n\n# A\n\n1. x\n')[0]?.[1]).toContain('never closed');
  });

  test('no title, no steps', () => {
    expect(problems('Some words.\n').map(([, text]) => text)).toEqual([
      'It has no title: begin with a line “# What is wrong”.',
      'It has no steps: number what is to be done, “1. …”, with commands in ``` blocks.',
    ]);
  });

  test('a comment in a script is no title', () => {
    expect(problems('```sh\n# not a title\nls\n```\n').map(([, text]) => text)).toContain(
      'It has no title: begin with a line “# What is wrong”.',
    );
  });
});

test('advice: who finds it, and when it was looked at', () => {
  const { hints } = check('# A\n\n1. x\n');
  expect(hints.map(({ kind }) => kind)).toEqual(['advice', 'advice']);
});

test('fences are found in lists and quotes, and longer ones hold shorter ones', () => {
  const text =
    '- a\n\n  ```sh\n  ls\n  ```\n\n> ```sql\n> select 1\n> ```\n\n````md\n```\nx\n```\n````\n';
  expect(fencesOf(text)).toEqual([
    { line: 3, info: 'sh', text: 'ls', isClosed: true },
    { line: 7, info: 'sql', text: 'select 1', isClosed: true },
    { line: 11, info: 'md', text: '```\nx\n```', isClosed: true },
  ]);
});

test('a document of a megabyte is looked at without hanging', () => {
  const text = `# A\n\n${'1. x `y` <z>\n'.repeat(60_000)}${'```bsah\nx\n```\n'.repeat(500)}`;
  expect(check(text).hints).toHaveLength(100);
});
