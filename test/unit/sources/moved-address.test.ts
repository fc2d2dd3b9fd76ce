import { expect, test } from 'vitest';
import { alertmanagerKind } from '../../../main/sources/alertmanager/connector.ts';
import { secretsToEnterAgain } from '../../../main/sources/moved-address.ts';

const basic = (...urls: string[]) => ({ urls, login: 'basic', user: 'ada' });
const names = (...parts: Parameters<typeof secretsToEnterAgain>): string[] =>
  secretsToEnterAgain(...parts).map(({ name }) => name);

const here = basic('http://am.example.org:9093');

test.each([
  ['the same address', here, []],
  ['another path of it', basic('http://am.example.org:9093/team'), []],
  ['the same host, encrypted', basic('https://am.example.org:9093'), []],
  ['another host', basic('http://am.example.net:9093'), ['password']],
  ['another port', basic('http://am.example.org:9094'), ['password']],
  ['one more member', basic('http://am.example.org:9093', 'http://b.example.org'), ['password']],
  ['no login any more', { urls: ['http://x.example.org'], login: 'none' }, []],
  [
    'another login, whose secret was never stored',
    { urls: ['http://x.example.org'], login: 'bearer' },
    [],
  ],
])('a stored password does not go where nobody entered it for: %s', (_, after, expected) => {
  expect(names(alertmanagerKind, here, after, {})).toEqual(expected);
});

test('entered again, it goes', () => {
  expect(names(alertmanagerKind, here, basic('http://b.example.org'), { password: 'x' })).toEqual(
    [],
  );
});
