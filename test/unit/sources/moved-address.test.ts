import { expect, test } from 'vitest';
import { alertmanagerKind } from '../../../main/sources/alertmanager/connector.ts';
import { cloudWatchKind } from '../../../main/sources/cloudwatch/connector.ts';
import type { ConnectorKind } from '../../../main/sources/connector.ts';
import { reachOf, strayedSecrets } from '../../../main/sources/moved-address.ts';
import { prometheusKind } from '../../../main/sources/prometheus/connector.ts';
import type { SourceSettings } from '../../../preload/contract/sources.ts';
import { makeAuthority } from '../../support/certificate.ts';

const basic = (...urls: string[]) => ({ urls, login: 'basic', user: 'ada' });
const here = basic('http://am.example.org:9093');

/** The fields to enter again when what was stored for `before` meets `after`. */
function strayed(
  before: SourceSettings,
  after: SourceSettings,
  kind: ConnectorKind = alertmanagerKind,
  names: readonly string[] = ['password'],
): string[] {
  const reach = reachOf(kind, before);
  const found = new Map(names.map((name) => [name, { value: 's', isKept: true, reach }]));
  return strayedSecrets(kind, after, found, { before: null, entered: {} }).map(
    ({ field }) => field.name,
  );
}

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
  ['another timeout', { ...here, timeoutS: 60 }, []],
  ['no proxy at all', { ...here, proxy: 'none' }, []],
  [
    'a proxy that somebody named',
    { ...here, proxy: 'address', proxyAddress: 'http://evil.example.net:3128' },
    ['password'],
  ],
  ['a proxy that is named but not used', { ...here, proxyAddress: 'http://e.example.net' }, []],
  ['another name in the certificate', { ...here, serverName: 'evil.example.net' }, ['password']],
  [
    'a pinned certificate',
    { ...here, trust: 'fingerprint', fingerprint: 'ab'.repeat(32) },
    ['password'],
  ],
])('a stored password does not go where nobody entered it for: %s', (_, after, expected) => {
  expect(strayed(here, after)).toEqual(expected);
});

test('another authority could read it in between', () => {
  const ca = makeAuthority('Team', Date.now() + 86_400_000).cert.split('\n');
  expect(strayed(here, { ...here, ca })).toEqual(['password']);
  expect(strayed({ ...here, ca }, { ...here, ca: ['', ...ca] })).toEqual([]);
  // The authorities of this computer are trusted by everything else, too.
  expect(strayed({ ...here, ca }, here)).toEqual([]);
});

test('the first encryption of a host is known afterwards, its end is not', () => {
  const https = basic('https://am.example.org');
  expect(strayed(https, basic('http://am.example.org'))).toEqual(['password']);
});

test('a source of another kind at the same address does not inherit it', () => {
  const reach = reachOf(alertmanagerKind, here);
  const found = new Map([['password', { value: 's', isKept: true, reach }]]);
  const settings = { url: 'http://am.example.org:9093', login: 'basic', user: 'ada' };
  const options = { before: null, entered: {} };
  expect(strayedSecrets(prometheusKind, settings, found, options)).toMatchObject([
    { field: { name: 'password' }, why: expect.stringContaining('prometheus') },
  ]);
});

test('the endpoint of CloudWatch is an address like any other', () => {
  const keys = { regions: ['eu-central-1'], login: 'keys', accessKeyId: 'AKIA' };
  const endpoint = 'https://{region}.evil.example.net';
  const names = ['secretAccessKey'];
  expect(strayed(keys, { ...keys, endpoint }, cloudWatchKind, names)).toEqual(names);
  expect(strayed({ ...keys, endpoint }, keys, cloudWatchKind, names)).toEqual([]);
});

test('entered again, it goes; and one without a reach of its own is held against what was configured', () => {
  const found = new Map([['password', { value: 's', isKept: true, reach: null }]]);
  const there = basic('http://b.example.org');
  const before = reachOf(alertmanagerKind, here);
  expect(strayedSecrets(alertmanagerKind, there, found, { before, entered: {} })).toHaveLength(1);
  const entered = { password: 'x' };
  expect(strayedSecrets(alertmanagerKind, there, found, { before, entered })).toEqual([]);
});
