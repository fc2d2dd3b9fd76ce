/**
 * Documents that are made to cost a reader more than their length: what is opened a thousand times and never closed, long runs of
 * spaces, lists in lists. Read in a thread of their own, since what does not end cannot be waited for.
 */
import { parentPort } from 'node:worker_threads';
import { commandProblem } from '../../main/runbooks/command-syntax.ts';
import { parseRunbook } from '../../main/runbooks/parse.ts';
import { assignedNames, fillCommand, noValues } from '../../main/runbooks/parameters.ts';
import { movedSteps } from '../../main/runbooks/step-history.ts';
import { readMarkdownPage } from '../../main/runbooks/web/markdown-page.ts';

const size = 80_000;
const many = (text: string): string => text.repeat(Math.ceil(size / text.length));

const documents: readonly (readonly [path: string, text: string])[] = [
  ['a.md', `\`\`\`sh\nkubectl get pods\n${many('\n')}x\n\`\`\``],
  ['a.md', `\`\`\`console\n$ echo "\n${many('a\n')}\`\`\``],
  ['a.md', many('{{< code >}}\n')],
  ['a.md', `{{<${many('a')}`],
  ['a.md', `{{< a${many(' ')}x`],
  ['a.md', many('{{</* a\n')],
  ['a.md', `{{</*${many(' ')}x`],
  ['a.md', `${many('{{% note %}}\n')}${many('{{% /note %}}\n')}`],
  ['a.md', many('{% highlight sh %}\n')],
  ['a.md', many('* a\n{:toc\n')],
  ['a.md', `{: .x\n# a${many(' ')}x`],
  ['a.md', `{: .x\na${many(' ')}x`],
  ['a.md', `<h1>a${many(' ')}x`],
  ['a.md', `!!! a${many(' ')}!`],
  [
    'a.md',
    Array.from({ length: 240 }, (_, depth) => `${' '.repeat(4 * depth)}!!! note`).join('\n'),
  ],
  ['a.md', many(`a${' '.repeat(3_000)}b\n`)],
  ['a.md', many('[')],
  ['a.md', many('<')],
  ['a.md', many('![')],
  ['a.md', many('> ')],
  ['a.md', `|${many('a|')}\n|${many('-|')}\n${many('|a\n')}`],
  ['a.md', `${'\n'.repeat(60_000)}---\nx`],
  ['a.md', `---\n${'- &a [*a]\n'.repeat(6_000)}---\n`],
  ['a.md', `---\na: ${'['.repeat(60_000)}\n---\n`],
  ['a.md', `{\n${'\n'.repeat(60_000)}x`],
  ['a.adoc', many('* a\n+\n')],
  ['a.adoc', many('image:')],
  ['a.adoc', many('http://')],
  ['a.adoc', many('menu:a')],
  ['a.adoc', `----\na${many(' ')}x\n----`],
  ['a.adoc', `= a${many(' ')}x`],
  ['a.adoc', Array.from({ length: 400 }, (_, depth) => '='.repeat(4 + depth)).join('\n')],
  ['a.md.erb', many('<% ')],
  ['a.md.erb', many('<%= ')],
  ['a.md.erb', many('<%# ')],
];

const page = new URL('https://example.com/a.md');

function* attempts(): Generator<readonly [name: string, attempt: () => unknown]> {
  for (const [path, text] of documents) {
    yield [`reading ${path}: ${JSON.stringify(text.slice(0, 30))}`, () => parseRunbook(path, text)];
  }
  for (const text of [many('['), many('!['), many('[[a')]) {
    yield [`a page of ${text.slice(0, 3)}`, () => readMarkdownPage(text, page, page)];
  }
  for (const language of ['sh', 'sql', 'powershell', 'promql', 'http'] as const) {
    for (const text of [many('$ABC '), many('<pod> '), `${many('# ')}"`, many('\\$A ')]) {
      const command = { language, quoting: language, text };
      yield [
        `filling ${language}: ${text.slice(0, 6)}`,
        () => fillCommand(command, assignedNames(text), noValues),
      ];
      yield [`judging ${language}: ${text.slice(0, 6)}`, () => commandProblem(language, text)];
    }
  }
  const steps = (word: string) =>
    parseRunbook(
      'a.md',
      Array.from(
        { length: 300 },
        (_, step) =>
          `1. ${Array.from({ length: 150 }, (_x, at) => `${word}${step}x${at}`).join(' ')}`,
      ).join('\n'),
    ).steps;
  yield ['a run while every word is edited', () => movedSteps(steps('a'), steps('b'))];
}

for (const [name, attempt] of attempts()) {
  parentPort?.postMessage({ begins: name }, []);
  attempt();
}
parentPort?.postMessage({ begins: null }, []);
