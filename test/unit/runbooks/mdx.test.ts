import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromMdx } from '../../../main/runbooks/dialects/mdx.ts';
import { parseRunbook } from '../../../main/runbooks/parse.ts';

const fence = '```';
const document = `---
title: Queue
alerts: [QueueStuck]
---
import Tabs from '@theme/Tabs';
import {
  Note,
} from "./parts";

export const owner = {
  name: 'x',
};

# Queue

{/* a remark */}

import the queue's schema by hand, then export it again.

<Tabs groupId={"os"}>
  <TabItem value="linux" label="Linux">

    1. Drain it:

       ${fence}sh
       drain --to <Host> {all}
       import os
       ${fence}

  </TabItem>
</Tabs>

<Note
  title="Careful"
  onClick={() => a > b}
>
  Say so to <Badge>all</Badge> of <Team name="db" /> it, not <Namespace>, with \`<Code/>\`.
</Note>

<Card title="More" href="./more.mdx" />

<div className="x" style={{ color: 'red' }}>Kept</div> {"words"} {value} \\{brace\\}

<img src={require('./a b.png').default} alt="Picture" />
`;

describe('MDX is read as Markdown', () => {
  const { title, markdown, steps, names } = parseRunbook('a/Queue.mdx', document);

  test('modules and remarks vanish, prose that begins with the same words stays', () => {
    expect(markdown).not.toMatch(/@theme|\.\/parts|owner|a remark/);
    expect(markdown).toContain("import the queue's schema by hand, then export it again.");
  });

  test('components become their words, and what stands in them', () => {
    expect(markdown).not.toMatch(/Tab|Note|Badge|Card|Team|onClick|color/);
    expect(markdown).toContain('**Linux**');
    expect(markdown).toContain('**Careful**');
    expect(markdown).toContain('\nSay so to all of  it, not <Namespace>, with `<Code/>`.\n');
    expect(markdown).toContain('[More](./more.mdx)');
    expect(markdown).toContain('<div className="x">Kept</div> words {value} \\{brace\\}');
    expect(markdown).toContain('![Picture](<./a b.png>)');
  });

  test('commands stay exactly as they are written, wherever they stand', () => {
    expect(title).toBe('Queue');
    expect(
      names.some(({ origin, name }) => origin === 'front matter' && name === 'queuestuck'),
    ).toBe(true);
    expect(steps.map(({ commands }) => commands.map(({ text }) => text))).toEqual([
      ['drain --to <Host> {all}\nimport os'],
    ]);
  });

  test('code in a value is shown, and is no command', () => {
    const { markdown: shown, steps: none } = parseRunbook(
      'a.mdx',
      '<CodeBlock language="sh">\n{`rm -rf \\\\${x}\nls`}\n</CodeBlock>\n',
    );
    expect(shown).toContain('```text\nrm -rf');
    expect(none.flatMap(({ commands }) => commands)).toEqual([]);
  });

  test('the same text in a file of plain Markdown is left alone', () => {
    expect(parseRunbook('a/Queue.md', document).markdown).toContain('import Tabs from');
  });
});

test.each([
  ['a tag that never ends', `<Tabs title="${'x'.repeat(20_000)}`],
  ['a thousand of them', '<Tabs title="\n'.repeat(5_000)],
  ['braces', '{'.repeat(20_000)],
  ['open and closed', '<A>'.repeat(5_000) + '</A>'.repeat(5_000)],
  ['imports', 'import {\n'.repeat(10_000)],
  ['long import', `import ${'from '.repeat(10_000)}`],
  ['values', '{"'.repeat(20_000)],
  ['literals', '{`'.repeat(10_000)],
  ['spaces', `{${' '.repeat(20_000)}`.repeat(4)],
])('%s costs no more than its length', (_name, text) => {
  expect(fromMdx(text).length).toBeGreaterThan(0);
});

test('what is no MDX stays as it is, and anything is read', () => {
  const parts = [
    'a',
    ' ',
    '\n',
    '\n\n',
    '`',
    '```\n',
    '  ',
    '1. ',
    "'",
    '"',
    'export it',
    '>',
    '}',
  ];
  const mdx = ['<A>', '</A>', '<B x={1}/>', '{', '<', '/>', 'import x from "y"\n'];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts), { maxLength: 40 }), (some) => {
      expect(fromMdx(some.join(''))).toBe(some.join(''));
    }),
  );
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...parts, ...mdx), { maxLength: 40 }), (some) => {
      expect(parseRunbook('a.mdx', some.join('')).title).not.toBe('');
    }),
  );
});
