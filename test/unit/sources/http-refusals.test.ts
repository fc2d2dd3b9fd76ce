import { expect, test } from 'vitest';
import { reasonIn } from '../../../main/sources/http-refusals.ts';

test.each<[unknown, string | null]>([
  ['plain', 'plain'],
  [{ message: 'not yours' }, 'not yours'],
  [{ error: 'no such thing' }, 'no such thing'],
  [{ message: '', error: 'no such thing' }, 'no such thing'],
  [
    { error: { code: 2001, message: 'Invalid Input Provided', errors: ['From is needed'] } },
    'Invalid Input Provided: From is needed',
  ],
  [{ errors: ['Forbidden'] }, 'Forbidden'],
  [{ errors: [{ title: 'Bad', detail: 'scope does not match' }] }, 'scope does not match'],
  [{ errors: [{ title: 'Bad' }] }, 'Bad'],
  [{ errors: {} }, null],
  [{ errors: [null, 7] }, null],
  [{ message: 7, error: null }, null],
  [null, null],
  [[], null],
])('the reason in %j is %j', (body, reason) => {
  expect(reasonIn(body)).toBe(reason);
});
