import { describe, expect, test } from 'vitest';
import type { CustomAction } from '../../../../preload/contract/settings.ts';
import {
  actionProblems,
  withAction,
  withoutAction,
} from '../../../../renderer/features/settings/own-actions.ts';
import { resultText } from '../../../../renderer/features/triage/custom-action-words.ts';

const action = (name: string, change: Partial<CustomAction> = {}): CustomAction => ({
  name,
  kind: 'copy_command',
  template: 'id',
  query: '',
  ...change,
});
const names = (actions: readonly CustomAction[]): string[] => actions.map(({ name }) => name);

describe('the list of own actions', () => {
  const all = [action('a'), action('b'), action('c')];

  test('a changed one stays in its place, a new one comes last', () => {
    expect(names(withAction(all, action('b'), action('B')))).toEqual(['a', 'B', 'c']);
    expect(names(withAction(all, null, action('d')))).toEqual(['a', 'b', 'c', 'd']);
  });

  test('one that somebody removed meanwhile takes no other with it', () => {
    const gone = action('gone');
    expect(names(withoutAction(all, gone))).toEqual(['a', 'b', 'c']);
    expect(names(withAction(all, gone, action('new')))).toEqual(['a', 'b', 'c', 'new']);
    expect(names(withoutAction(all, action('b')))).toEqual(['a', 'c']);
  });

  test.each<[CustomAction, object]>([
    [action('ok'), {}],
    [action(' '), { name: expect.stringContaining('name') as string }],
    [action('x', { template: ' ' }), { template: expect.stringContaining('Write') as string }],
    [
      action('x', { kind: 'open_url', template: 'javascript:1' }),
      { template: expect.stringContaining('https') as string },
    ],
    [action('x', { kind: 'open_url', template: 'https://a/{{title}}' }), {}],
  ])('says what is wrong before it is saved %#', (one, expected) => {
    expect(actionProblems(one)).toEqual(expected);
  });
});

test.each([
  [0, null, false, 'It succeeded after 2 s.'],
  [3, null, true, 'It ended with 3 after 2 s. It printed more than is kept here.'],
  [null, 'stopped by you', false, 'It was stopped by you.'],
])('the end of a command is said %#', (exitCode, ended, isCut, expected) => {
  expect(resultText({ exitCode, ended, isCut, output: '', tookMs: 2_000 })).toBe(expected);
});
