import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { withReviewDate } from '../../../../main/runbooks/editing/review-date.ts';
import { readFrontMatter } from '../../../../main/runbooks/front-matter.ts';

const day = '2026-11-24';

test.each([
  ['none', '# A\n', `---\nreviewed: ${day}\n---\n\n# A\n`],
  [
    'YAML with an old date',
    '---\ntitle: A\nreviewed: 2024-01-01\nalerts: [B]\n---\n# A\n',
    `---\ntitle: A\nreviewed: ${day}\nalerts: [B]\n---\n# A\n`,
  ],
  ['YAML without one', '---\ntitle: A\n---\n# A\n', `---\ntitle: A\nreviewed: ${day}\n---\n# A\n`],
  ['an empty block', '---\n---\n# A\n', `---\nreviewed: ${day}\n---\n# A\n`],
  [
    'a word of its own for it',
    '---\nlast_reviewed: "2024"\n---\n',
    `---\nlast_reviewed: ${day}\n---\n`,
  ],
  [
    'TOML',
    '+++\ntitle = "A"\n[extra]\nx = 1\n+++\n# A\n',
    `+++\ntitle = "A"\nreviewed = "${day}"\n[extra]\nx = 1\n+++\n# A\n`,
  ],
  [
    'JSON',
    '{\n  "title": "A",\n  "reviewed": "2024-01-01"\n}\n# A\n',
    `{\n  "title": "A",\n  "reviewed": "${day}"\n}\n# A\n`,
  ],
  [
    'JSON without one',
    '{\n  "title": "A"\n}\n# A\n',
    `{\n  "reviewed": "${day}",\n  "title": "A"\n}\n# A\n`,
  ],
])('with front matter of %s', (_, before, after) => {
  expect(withReviewDate(before, day)).toBe(after);
  expect(readFrontMatter(after).meta.reviewedOn).toBe(day);
});

test('the date is read back, and the rest stays, whatever the text is', () => {
  const line = fc.constantFrom(
    'title: A',
    'alerts: [X]',
    'reviewed: soon',
    'tags:',
    '  - a',
    '# c',
  );
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 5 }),
      fc.constantFrom('', '# A\n', '1. x\n---\n'),
      (lines, body) => {
        const text =
          lines.length === 0 ? body : `---\n${[...new Set(lines)].join('\n')}\n---\n${body}`;
        const after = withReviewDate(text, day);
        expect(after.endsWith(body)).toBe(true);
        expect(after).toContain(`reviewed: ${day}`);
        expect(withReviewDate(after, day)).toBe(after);
      },
    ),
  );
});
