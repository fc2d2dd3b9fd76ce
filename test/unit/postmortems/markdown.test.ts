import * as fc from 'fast-check';
import remarkGfm from 'remark-gfm';
import remarkParse from 'remark-parse';
import { unified } from 'unified';
import { visit } from 'unist-util-visit';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { exportPostmortem } from '../../../main/postmortems/export.ts';
import {
  closeBlocks,
  codeBlock,
  escapeLines,
  escapeText,
  slug,
} from '../../../main/postmortems/markdown.ts';
import type { Entry } from '../../../preload/contract/incidents.ts';
import type { IncidentId } from '../../../preload/contract/common.ts';
import type { Postmortem } from '../../../preload/contract/postmortems.ts';
import { instant, start } from '../../support/alarms.ts';

const markdown = unified().use(remarkParse).use(remarkGfm);

/** The kinds of nodes in a document, and its plain text. */
function read(text: string): { types: string[]; values: string; headings: string[] } {
  const types: string[] = [];
  const headings: string[] = [];
  let values = '';
  visit(markdown.parse(text), (node) => {
    types.push(node.type);
    if ('value' in node) values += node.value;
    if (node.type === 'heading') {
      let heading = '';
      visit(node, 'text', (item) => {
        heading += item.value;
      });
      headings.push(heading);
    }
  });
  return { types, values, headings };
}

const attacks = [
  '# Heading',
  '---',
  '***',
  '===',
  '- item',
  '1. item',
  '1) item',
  '> quote',
  '    code',
  '```sh',
  '~~~',
  '<script>alert(1)</script>',
  '<!-- ',
  '[click](javascript:alert(1))',
  '![x](https://evil.example/x.png)',
  '<https://evil.example>',
  'https://evil.example',
  'www.evil.example',
  'mailto:a@evil.example',
  'a@evil.example',
  '[x]: https://evil.example',
  '| a | b |',
  '&lt;b&gt;',
  '**bold** _it_ ~~gone~~ `code`',
  'x[^1]',
  '$x$',
  '\\',
  'a\u0000b\u202ec',
  '\ufeff# x',
];
const hostile = fc.oneof(
  fc.constantFrom(...attacks),
  fc
    .array(fc.constantFrom(...attacks, '\n', ' ', '\r\n', '\u2028'), { maxLength: 6 })
    .map((all) => all.join('')),
  fc.string({ unit: 'binary', maxLength: 80 }),
);

describe('text in Markdown', () => {
  test.each(attacks)('%j stays text', (attack) => {
    const { types, values } = read(`- ${escapeText(attack)}`);
    expect(types.slice(0, 3)).toEqual(['root', 'list', 'listItem']);
    expect(
      types.slice(3).filter((type) => !['paragraph', 'text', 'inlineCode'].includes(type)),
    ).toEqual([]);
    expect(values.length).toBeGreaterThan(0);
  });

  test('any text stays text, in a paragraph, a list and a heading', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const [before, types] of [
          ['- ', ['root', 'list', 'listItem', 'paragraph', 'text', 'break', 'inlineCode']],
          ['Seen: ', ['root', 'paragraph', 'text', 'break', 'inlineCode']],
        ] as const) {
          const found = read(`${before}${escapeLines(text, '  ')} (end)`).types;
          expect(found.filter((type) => !(types as readonly string[]).includes(type))).toEqual([]);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('code stays one block, and is all there', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom('', '  '), (code, indent) => {
        const before = indent === '' ? '' : '- x\n\n';
        const { types } = read(`${before}${codeBlock(code, indent)}\n\nafter`);
        expect(types.filter((type) => type === 'code')).toHaveLength(1);
        expect(types).not.toContain('html');
        expect(types).not.toContain('link');
      }),
    );
    expect(codeBlock('a ```` b')).toBe('`````text\na ```` b\n`````');
  });

  test.each([
    ['```\nopen', '```\nopen\n```'],
    ['~~~~\n~~~', '~~~~\n~~~\n~~~~'],
    ['```\nclosed\n```\n', '```\nclosed\n```'],
    ['plain\u0000', 'plain\ufffd'],
  ])('%j is closed', (text, expected) => {
    expect(closeBlocks(text)).toBe(expected);
  });

  test.each([
    ['Checkout is “down”!', 'checkout-is-down'],
    ['../../etc/passwd', 'etc-passwd'],
    ['Été à Zürich 🔥', 'ete-a-zurich'],
    ['\u202e', ''],
  ])('%j names a file %s', (text, expected) => {
    expect(slug(text).replace(/^-/, '')).toBe(expected);
  });
});

const sections = [
  'Summary',
  'Impact',
  'Mitigation',
  'Whys',
  'Contributing factors',
  'What went well',
  'What went badly',
  'Where we got lucky',
  'Actions',
  'Timeline',
];

function postmortem(text: string, entries: readonly Partial<Entry>[] = [{}]): Postmortem {
  const times = {
    impactBeganAt: instant(start),
    detectedAt: instant(start),
    acknowledgedAt: null,
    mitigatedAt: null,
    resolvedAt: null,
    understoodAt: null,
  };
  return {
    incident: {
      id: 7 as IncidentId,
      title: text,
      severity: 'major',
      impact: '',
      times,
      alarmCount: 0,
      firingCount: 0,
      hasPostmortem: true,
    },
    text: {
      title: text,
      summary: '',
      impact: '',
      mitigation: '',
      whys: [
        { id: 'a', parentId: null, text, evidence: [1, 99] },
        { id: 'b', parentId: 'a', text, evidence: [] },
      ],
      contributingFactors: '',
      wentWell: '',
      wentBadly: '',
      gotLucky: '',
    },
    spans: [
      {
        name: 'to_detect',
        label: 'Impact began to detected',
        from: instant(start),
        to: null,
        durationMs: null,
      },
    ],
    timeline: entries.map((change, index) => ({
      id: index + 1,
      at: instant(start),
      kind: 'note',
      origin: text,
      text,
      code: text,
      ...change,
    })),
    actions: [
      {
        id: 1,
        incidentId: null,
        incidentTitle: null,
        title: text,
        owner: text,
        dueOn: '2026-11-01',
        doneAt: null,
        isOverdue: true,
      },
    ],
    findings: [],
    revision: 3,
    savedAt: instant(start),
  };
}

describe('the exported postmortem', () => {
  test('reads like a document', () => {
    const file = exportPostmortem(
      postmortem('Checkout down', [
        { origin: 'you', text: 'Rolled back', kind: 'decision', code: null },
      ]),
      'Ada',
    );
    expect(file.fileName).toBe('postmortem-2026-11-24-checkout-down.md');
    expect(file.text).toContain('- 2026-11-24 04:00:00 UTC · **decision** · Rolled back (Ada)');
    expect(file.text).toContain('- [ ] Checkout down (Checkout down, due 2026-11-01, overdue)');
    expect(file.text).toContain(
      '| Impact began to detected | unknown | 2026-11-24 04:00 UTC | unknown |',
    );
    expect(file.text).toContain(
      '- Checkout down\n  - evidence: 2026-11-24 04:00:00 UTC, Rolled back\n  - Checkout down',
    );
  });

  test('keeps its front matter, its headings and its sections, whatever an alarm says', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const file = exportPostmortem(postmortem(text), text);
        const [, matter = '', body = ''] =
          /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(file.text) ?? [];
        expect(parse(matter)).toMatchObject({
          title: text,
          type: 'postmortem',
          incident: 7,
          revision: 3,
        });
        const { types, headings } = read(body);
        expect(headings.slice(1)).toEqual(sections);
        for (const type of [
          'html',
          'link',
          'image',
          'definition',
          'blockquote',
          'footnoteReference',
        ]) {
          expect(types).not.toContain(type);
        }
        expect(file.fileName).toMatch(/^postmortem-2026-11-24-[a-z0-9-]+\.md$/);
      }),
      { numRuns: 300 },
    );
  });
});
