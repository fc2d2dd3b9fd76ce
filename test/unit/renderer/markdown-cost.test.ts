import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isCheapToDraw } from '../../../renderer/ui/markdown-cost.ts';
import { markdownTree } from '../../../renderer/ui/markdown-tree.ts';

const many = (text: string): string => text.repeat(Math.ceil(60_000 / text.length));

describe('what would hold up the window is shown as it is written', () => {
  test.each([
    ['marks that never pair', many('*a_')],
    ['marks over many lines', many('*a_\n')],
    ['links that never close', many('](')],
    ['quotes in quotes', many('> ')],
    ['quotes without spaces', many('>')],
    ['lists in lists', many('- ')],
    ['numbered lists in lists', many('1. ')],
    [
      'lists that go to the right',
      Array.from({ length: 300 }, (_, at) => `${'  '.repeat(at)}- a`).join('\n'),
    ],
    [
      'a table of a thousand columns',
      `|${'a|'.repeat(2_000)}\n|${'-|'.repeat(2_000)}\n${'|a\n'.repeat(2_000)}`,
    ],
    ['a table of ten thousand rows', `|a|\n|-|\n${'|a\n'.repeat(10_000)}`],
    ['headings under each other', many('a\n=\n')],
    ['a list without an end', many('1. a\n')],
    ['notes and their places', `${many('[^a]: x\n')}${many('[^a]')}`],
    ['marks after a fence that only looks closed', `\`\`\`\na\n\`\`\`\n${many('*a_')}`],
  ])('%s', (_what, text) => {
    expect(isCheapToDraw(text)).toBe(false);
    expect(() => markdownTree(text)).toThrow('too dear');
  });
});

describe('what people write is drawn', () => {
  const section = (at: number): string =>
    `Alarm${at} fires\n-----\n\nSee **this** _and_ \`that\`, [a page](x.md).\n\n1. Look\n\n   \`\`\`sh\n   kubectl get pods\n   \`\`\`\n\n| a | b |\n|---|---|\n| x | y |\n\n> - quoted\n\n${'-'.repeat(100)}\n\n`;
  const starters = new URL('../../../main/runbooks/starter/', import.meta.url);
  test.each<readonly [string, string]>([
    ['hundreds of sections', Array.from({ length: 400 }, (_, at) => section(at)).join('')],
    ['a long table', `| a | b |\n|---|---|\n${'| `x` | y |\n'.repeat(600)}`],
    ['a long output in a fence', `\`\`\`text\n${'*a_ | > - - - -\n'.repeat(10_000)}\`\`\`\n`],
    ['a ruler of stars', '* * * * * * * * * * * * * * * *\n'],
    ...readdirSync(starters)
      .filter((name) => name.endsWith('.md'))
      .map((name) => [name, readFileSync(new URL(name, starters), 'utf8')] as const),
  ])('%s', (_what, text) => {
    expect(isCheapToDraw(text)).toBe(true);
  });
});
