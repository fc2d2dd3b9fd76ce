import { expect, test } from 'vitest';
import {
  chosenText,
  contestedParts,
} from '../../../../renderer/features/runbook-editor/conflict-text.ts';
import { readBeginning } from '../../../../renderer/features/runbook-editor/beginning.ts';
import { withoutFrontMatter } from '../../../../renderer/features/runbook-editor/preview-text.ts';

const parts = [
  { kind: 'agreed', text: 'a\n1. Look.\n```\n' },
  { kind: 'contested', mine: 'm\n', theirs: 't\n' },
  { kind: 'agreed', text: 'b\n' },
  { kind: 'contested', mine: 'm2', theirs: 't2' },
] as const;

test.each([
  [{}, 'a\n1. Look.\n```\nt\nm\nb\nt2\nm2'],
  [{ 1: 'mine', 3: 'theirs' }, 'a\n1. Look.\n```\nm\nb\nt2'],
  [{ 1: 'theirs', 3: 'mine' }, 'a\n1. Look.\n```\nt\nb\nm2'],
] as const)('choices %j make one text of two', (choices, text) => {
  expect(chosenText({ parts: [...parts] }, choices)).toBe(text);
});

test('a place is known again by the last words before it', () => {
  expect(contestedParts([...parts]).map(({ index, after }) => [index, after])).toEqual([
    [1, '1. Look.'],
    [3, 'b'],
  ]);
});

test.each([
  ['---\na: 1\n---\n# A\n---\n', '# A\n---\n'],
  ['+++\na = 1\n+++\n# A', '# A'],
  ['{\n"a": 1\n}\n# A', '# A'],
  ['# A\n---\nb\n---\n', '# A\n---\nb\n---\n'],
  ['---\nnever closed', '---\nnever closed'],
])('the page of %j is %j', (text, page) => {
  expect(withoutFrontMatter(text)).toBe(page);
});

test.each([
  ['', { kind: 'template', template: 'alarm' }],
  ['template=task', { kind: 'template', template: 'task' }],
  ['template=../x', { kind: 'template', template: 'alarm' }],
  ['incident=12', { kind: 'incident', incidentId: 12 }],
  ['incident=-1&copy=3', { kind: 'copy', id: 3 }],
])('an address with %j begins as %j', (search, beginning) => {
  expect(readBeginning(search)).toEqual(beginning);
});
