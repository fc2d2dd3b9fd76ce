import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toMarkdown } from '../../../main/runbooks/dialects/to-markdown.ts';
import { parseRunbook } from '../../../main/runbooks/parse.ts';

const fence = '```';
const block = (language: string, text: string): string => `${fence}${language}\n${text}\n${fence}`;
/** Blank lines and spaces at line ends mean nothing here. */
const tidy = (text: string): string =>
  text
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

type Row = readonly [what: string, written: string, markdown: string];

describe('Hugo', () => {
  test.each<Row>([
    ['references in link targets', '[a]({{< ref "pods/X.md#y" >}})', '[a](pods/X.md#y)'],
    ['relative references', '[a]({{% relref "a b.md" %}})', '[a](<a b.md>)'],
    ['figures', '{{< figure src="/i/a.png" alt="Load" >}}', '![Load](/i/a.png)'],
    [
      'callouts around code',
      `{{% alert color="warning" title="Careful" %}}\nNot this:\n\n${block('sh', 'rm x')}\n{{% /alert %}}`,
      `> [!WARNING]\n> **Careful**\n>\n> Not this:\n>\n> ${fence}sh\n> rm x\n> ${fence}`,
    ],
    ['notices by kind', '{{< notice tip >}}\nYes\n{{< /notice >}}', '> [!TIP]\n> Yes'],
    [
      'highlighted code',
      '{{< highlight bash "x=1" >}}\nls\n{{< /highlight >}}',
      block('bash', 'ls'),
    ],
    ['diagrams', '{{< mermaid >}}\ngraph TD\n{{< /mermaid >}}', block('mermaid', 'graph TD')],
    [
      'folded parts',
      '{{< expand "More" >}}in it{{< /expand >}}',
      '<details>\n<summary>More</summary>\n\nin it\n\n</details>',
    ],
    [
      'tabs',
      '{{< tabs >}}{{% tab "One" %}}1{{% /tab %}}{{% tab name="Two" %}}2{{% /tab %}}{{< /tabs >}}',
      '**One**\n\n1\n\n**Two**\n\n2',
    ],
    ['what is not known, in sight', 'v{{< param "v" >}}', 'v`{{< param "v" >}}`'],
    ['unknown ones around a text', '{{< box >}}text{{< /box >}}', 'text'],
    ['an end without a beginning', 'a {{< /note >}} b', 'a  b'],
    ['shown shortcodes', 'Write {{</* note */>}}', 'Write `{{< note >}}`'],
    ['tables of contents', '{{< toc >}}', ''],
  ])('%s', (_what, written, markdown) => {
    expect(tidy(toMarkdown('a.md', written))).toBe(markdown);
  });

  test.each([
    block('sh', "kubectl get po -o go-template='{{range .items}}{{.name}}{{end}}'\necho {{< x >}}"),
    'Use `{{< kept >}}` here',
    '`docker ps --format "{{.Names}}"`',
  ])('leaves code alone: %j', (text) => {
    expect(toMarkdown('a.md', text)).toBe(text);
  });
});

describe('marks of site generators', () => {
  test.each<Row>([
    [
      'MkDocs callouts',
      `!!! danger "Read twice"\n    Deletes.\n\n    ${fence}sh\n    rm x\n    ${fence}\n\nAfter`,
      `> [!CAUTION]\n> **Read twice**\n>\n> Deletes.\n>\n> ${fence}sh\n> rm x\n> ${fence}\n\nAfter`,
    ],
    [
      'MkDocs folded parts',
      '??? note "Why"\n    Because\n',
      '<details>\n<summary>Why</summary>\n\nBecause\n\n</details>',
    ],
    ['MkDocs tabs', '=== "Linux"\n\n    ls\n', '**Linux**\n\nls'],
    ['Docusaurus callouts', ':::tip Title\nbody\n:::', '> [!TIP]\n> **Title**\n>\n> body'],
    ['nested colons', '::::note\n:::warning\nin\n:::\n::::', '> [!NOTE]\n> > [!WARNING]\n> > in'],
    ['quotations of several lines', '>>>\na\nb\n>>>', '> a\n> b'],
    ['tables of contents', '[[_TOC_]]\n\ntext\n\n[TOC]', 'text'],
    ['kramdown contents', '* TOC\n{:toc}\n\ntext', 'text'],
    ['ids of headings', '## A b {#own-id}', '## A b <a id="own-id"></a>'],
    ['ids under underlined headings', 'A {#x}\n---', 'A <a id="x"></a>\n---'],
    ['attributes', '### C {: .no_toc }\n\ntext\n{: .class}', '### C\n\ntext'],
    [
      'wiki links',
      'See [[Some Page]] and [[this|a/b]]',
      'See [Some Page](<Some Page>) and [this](a/b)',
    ],
    ['HTML headings', '<h2 id="x" align="center">Title</h2>', '## Title <a id="x"></a>'],
    ['Jekyll code', '{% highlight sh %}\nls\n{% endhighlight %}', block('sh', 'ls')],
  ])('%s', (_what, written, markdown) => {
    expect(tidy(toMarkdown('a.md', written))).toBe(markdown);
  });

  test.each([
    'if [[ -f /x ]]; then [[ $a == b ]]',
    block('yaml', 'a: [[_TOC_]]\n!!! note\n    x'),
    'A rule\n\n===\n\nText {with} braces {{ and }} `[[x]]`',
    'echo "${array[[1]]}" \\[[x]]',
    '!!! note\nnot indented',
  ])('leaves %j alone', (text) => {
    expect(tidy(toMarkdown('a.md', text))).toBe(tidy(text));
  });
});

describe('embedded Ruby', () => {
  test.each<Row>([
    ['what it prints stays in sight', 'Host <%= host %>.', 'Host `<%= host %>`.'],
    ['what it decides goes', '<% if a %>\nText\n<% end %>\n', 'Text'],
    ['comments go', 'a<%# b %>', 'a'],
    ['links', '<%= link_to "Docs", "/a/b.html" %>', '[Docs](/a/b.html)'],
    ['pictures', '<%= image_tag "a.png", alt: "Load" %>', '![Load](a.png)'],
    ['code stays', block('sh', 'echo <%= x %>'), block('sh', 'echo <%= x %>')],
  ])('%s', (_what, written, markdown) => {
    expect(tidy(toMarkdown('a.html.md.erb', written))).toBe(markdown);
  });

  test('is not looked for in other files', () => {
    expect(toMarkdown('a.md', 'Host <%= host %>')).toBe('Host <%= host %>');
  });
});

describe('AsciiDoc', () => {
  test.each<Row>([
    [
      'title and byline',
      '= T\nA B <a@b.example>\nv1.0, 2026-01-01\n:x: y\n\nis {x}',
      '# T\n\nis y',
    ],
    ['marks', '*bold* _it_ `c <x>` +lit+ **x**y', '**bold** _it_ `c <x>` `lit` **x**y'],
    ['links', 'https://x.example/a[a^] link:b.adoc[b]', '[a](https://x.example/a) [b](b.adoc)'],
    ['references', '<<a-b,there>> xref:c.adoc#d[c]', '[there](#a-b) [c](c.adoc#d)'],
    ['pictures', 'image::i/a.png[Load, 300]', '![Load](i/a.png)'],
    ['callout lines', 'NOTE: Take\ncare', '> [!NOTE]\n> Take\n> care'],
    ['callout blocks', '[WARNING]\n====\nOne\n\nTwo\n====', '> [!WARNING]\n> One\n>\n> Two'],
    ['code', '[source,bash]\n----\nls <1>\n----\n<1> lists', `${block('bash', 'ls')}\n\n(1) lists`],
    ['literals', '....\na\n....', block('text', 'a')],
    ['lists', '. a\n.. b\n. c\n', '1. a\n   1. b\n1. c'],
    ['bullets and tasks', '* a\n** b\n* [x] c\n* [ ] d', '- a\n  - b\n- [x] c\n- [ ] d'],
    [
      'blocks in lists',
      '. a\n+\n----\nls\n----\n. b',
      `1. a\n\n   ${fence}\n   ls\n   ${fence}\n\n1. b`,
    ],
    ['terms', 'a:: b\nc::\n  d', '- **a**: b\n- **c**\n  d'],
    [
      'tables',
      '|===\n|A |B\n\n|1 |2\n|3\n|4\n|===',
      '| A | B |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |',
    ],
    ['anchors', '[[x]]\n== A\n\n[#y]\n=== B', '## A <a id="x"></a>\n\n### B <a id="y"></a>'],
    ['block titles', '.What\n----\nls\n----', `**What**\n\n${block('', 'ls')}`],
    ['comments', '// no\na\n\n////\nno\n////\n', 'a'],
    ['choices', 'ifdef::x[]\na\nendif::[]', 'a'],
    ['rules and includes', "'''\n\ninclude::b.adoc[]", '---\n\n[b.adoc](b.adoc)'],
    ['passthrough as text', '++++\n<script>x</script>\n++++', block('html', '<script>x</script>')],
    ['inline passthrough as text', 'a +++<b>+++ pass:[<i>]', 'a `<b>` `<i>`'],
    [
      'folded parts',
      '.More\n[%collapsible]\n====\nin\n====',
      '<details>\n<summary>More</summary>\n\nin\n\n</details>',
    ],
    ['an unclosed block', '----\nls', block('', 'ls')],
    ['names that hold marks', 'kube_pod_status and a*b*c', 'kube_pod_status and a*b*c'],
  ])('%s', (_what, written, markdown) => {
    expect(tidy(toMarkdown('a.adoc', written))).toBe(markdown);
  });

  test('gives titles, names, anchors, steps and commands like Markdown', () => {
    const { title, names, sections, steps } = parseRunbook(
      'db/Replication.adoc',
      `= Replication\n\n[[lag]]\n== ReplicationLagHigh\n\n. Look\n+\n[source,sh]\n----\nkubectl get pods <1>\n----\n\n. Tell\n`,
    );
    expect(title).toBe('Replication');
    expect(names).toContainEqual({
      name: 'replicationlaghigh',
      anchor: 'replicationlaghigh',
      origin: 'heading',
    });
    expect(sections[1]).toMatchObject({ anchor: 'replicationlaghigh', aliases: ['lag'] });
    expect(steps.map(({ plainText, anchors }) => [plainText, anchors])).toEqual([
      ['Look', ['replication', 'replicationlaghigh', 'lag']],
      ['Tell', ['replication', 'replicationlaghigh', 'lag']],
    ]);
    expect(steps[0]?.commands[0]?.text).toBe('kubectl get pods');
  });
});

describe('any text in any dialect', () => {
  const scraps = fc.constantFrom(
    ...'{{< a >}}|{{% /a %}}|{{< ref "x" >}}|{{|}}|<%=|%>|!!! note|    in|:::|:::tip|>>>|[[|]]|{#x}|{:toc}|# H|H\n===|----|====|....|++++|'
      .split('|')
      .concat(
        '|===',
        '|a',
        '* a',
        '.. b',
        '+',
        'x:: y',
        '<<a,b>>',
        '`',
        fence,
        '~~~',
        '<a id="x">',
        '<b>',
        '&#0;',
        '\u0000',
        '\ufdd0',
      ),
  );
  const text = fc
    .array(
      fc.tuple(
        fc.oneof(scraps, fc.string({ maxLength: 8 })),
        fc.constantFrom('', ' ', '\n', '\n\n'),
      ),
      {
        maxLength: 40,
      },
    )
    .map((parts) => parts.flat().join(''));
  const path = fc.constantFrom('a.md', 'a.adoc', 'a.html.md.erb', 'b/README.adoc.erb');

  test('is read without failing, the same each time', () => {
    fc.assert(
      fc.property(path, text, (path, text) => {
        const read = parseRunbook(path, text);
        expect(parseRunbook(path, text)).toEqual(read);
        expect(read.title.length).toBeGreaterThan(0);
        expect(new Set(read.steps.map(({ id }) => id)).size).toBe(read.steps.length);
      }),
      { numRuns: 500 },
    );
  });

  test('loses no word of plain prose', () => {
    const word = fc.stringMatching(/^[a-z]{3,8}$/);
    fc.assert(
      fc.property(path, fc.array(word, { minLength: 1, maxLength: 30 }), (path, words) => {
        expect(toMarkdown(path, words.join(' ')).trim()).toBe(words.join(' '));
      }),
    );
  });

  test('keeps the identity of steps when another one is edited', () => {
    const step = fc.stringMatching(/^[A-Z][a-z]{4,9} the [a-z]{4,9}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(step, { minLength: 2, maxLength: 8 }),
        fc.nat(7),
        (steps, index) => {
          const edited = steps.with(index % steps.length, 'Something else entirely');
          const ids = (list: readonly string[], bullet: string, file: string): string[] =>
            parseRunbook(file, list.map((one) => `${bullet} ${one}`).join('\n')).steps.map(
              ({ id }) => id,
            );
          const before = ids(steps, '1.', 'a.md');
          const after = ids(edited, '1.', 'a.md');
          expect(after.filter((_, at) => at !== index % steps.length)).toEqual(
            before.filter((_, at) => at !== index % steps.length),
          );
          expect(ids(steps, '.', 'a.adoc')).toEqual(before);
        },
      ),
      { numRuns: 50 },
    );
  });
});

test.each([
  ['a.html.md.erb', '# <%= current_page.data.title %>\n', '# Own title'],
  ['a.html.md.erb', '# About <%= data.title %>\n', '# About Own title'],
  ['a.md', '# {{ page.title }}\n', '# Own title'],
  ['a.md', '# {{ .Title }}\n', '# Own title'],
  ['a.md', 'Text {{ .Title }}\n', 'Text {{ .Title }}'],
])('a heading of %s that a site fills: %j', (path, written, markdown) => {
  expect(tidy(toMarkdown(path, written, 'Own title'))).toBe(markdown);
});

test.each([
  ['== icon:bug[] Steps', '## Steps'],
  ['icon:bug[role=red] and icon:x[]', 'and'],
  ['include::partial$runbooks/check.adoc[]', '[runbooks/check.adoc](runbooks/check.adoc)'],
  ['include::other:page$a/b.adoc[]', '[a/b.adoc](a/b.adoc)'],
  ['----\nls <1>\ndf <2>\n----\n<1> lists\n<2> sums', '```\nls\ndf\n```\n\n(1) lists\\\n(2) sums'],
])('AsciiDoc of component pages: %j', (written, markdown) => {
  expect(tidy(toMarkdown('a.adoc', written)).replace(/ +$/gm, '')).toBe(markdown);
});

describe('addresses that stand elsewhere', () => {
  test.each([
    ['Go to [the page][x].\n\n[x]: https://a/b', 'Go to [the page](https://a/b).'],
    [
      'Go to [x] or [X][].\n\n[x]: <https://a/b> "T"',
      'Go to [x](https://a/b) or [X](https://a/b).',
    ],
    ['![a][x]\n\n[x]: a.png', '![a](a.png)'],
    ['[x](own) [y] `[x]` [x]: z\n\n[x]: a', '[x](own) [y] `[x]` [x]: z'],
    ['```\n[x]\n```\n\n[x]: a', '```\n[x]\n```'],
    ['1. [x]\n\n[x]: a (b)', '1. [x](a)'],
    ['- [ ] task\n\n[x]: a', '- [ ] task'],
  ])('%j', (written, markdown) => {
    expect(tidy(toMarkdown('a.md', written)).replace(/\n\n\[x\]: .*$/s, '')).toBe(markdown);
  });
  test('a task that is done is no link', () => {
    expect(toMarkdown('a.md', '- [x] task\n\n[x]: a')).toContain('- [x] task');
  });
});
