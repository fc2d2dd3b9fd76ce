import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseProfiles, credentialsOf } from '../../../../main/sources/cloudwatch/profiles.ts';
import { episodesOf } from '../../../../main/sources/cloudwatch/passed.ts';
import { endpointOf } from '../../../../main/sources/cloudwatch/settings.ts';
import { signed } from '../../../../main/sources/cloudwatch/signature.ts';
import { severityWordOf } from '../../../../main/sources/cloudwatch/to-alarm.ts';

describe('the signature', () => {
  const credentials = {
    accessKeyId: 'AKIDEXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
    sessionToken: null,
  };
  const base = {
    method: 'POST',
    url: 'https://example.amazonaws.com/',
    headers: {},
    body: '',
    service: 'service',
    region: 'us-east-1',
    atMs: Date.parse('2015-08-30T12:36:00Z'),
  };
  // The numbers are those of the published test suite of Signature Version 4.
  test.each([
    [
      'of a GET',
      { method: 'GET' },
      '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31',
    ],
    ['of a POST', {}, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'of a body',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'Param1=value1' },
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
    [
      'of a query, whatever its order',
      { method: 'GET', url: 'https://example.amazonaws.com/?Param2=value2&Param1=value1' },
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
  ])('%s is the published one', (_, more, signature) => {
    const { authorization } = signed({ ...base, ...more }, credentials);
    expect(authorization).toContain(`Signature=${signature}`);
  });

  test('covers a session token, and never holds the secret key', () => {
    const headers = signed(base, { ...credentials, sessionToken: 'a-token' });
    expect(headers['x-amz-security-token']).toBe('a-token');
    expect(headers['authorization']).toContain(
      'SignedHeaders=host;x-amz-date;x-amz-security-token,',
    );
    expect(JSON.stringify(headers)).not.toContain(credentials.secretAccessKey);
  });
});

describe('a profile', () => {
  const credentials = parseProfiles(
    [
      '# comment',
      '[default]',
      'aws_access_key_id = AKIA1',
      'AWS_SECRET_ACCESS_KEY=s1/+=   ; not part of it',
      '',
      '[ build ]\r',
      'aws_access_key_id=AKIA2\r',
      'aws_secret_access_key=s2\r',
      'aws_session_token = t2==\r',
    ].join('\n'),
  );
  const config = parseProfiles(
    [
      '[profile build]',
      'region = eu-west-1',
      's3 =',
      '  aws_secret_access_key = nested',
      '[profile admin]',
      'role_arn = arn:aws:iam::1:role/admin',
      'source_profile = default',
      '[profile desk]',
      'sso_session = corp',
      '[profile whole]',
      'aws_access_key_id = AKIA3',
      'aws_secret_access_key = s3',
      '[profile nothing]',
    ].join('\n'),
  );
  test.each([
    ['default', { accessKeyId: 'AKIA1', secretAccessKey: 's1/+=', sessionToken: null }],
    ['build', { accessKeyId: 'AKIA2', secretAccessKey: 's2', sessionToken: 't2==' }],
    ['whole', { accessKeyId: 'AKIA3', secretAccessKey: 's3', sessionToken: null }],
  ])('%s has its keys', (profile, expected) => {
    expect(credentialsOf(profile, credentials, config)).toEqual(expected);
  });
  test.each([
    ['admin', /takes on a role \(role_arn\), which Nightdesk cannot do/],
    ['desk', /logs in by single sign-on/],
    ['nothing', /has no keys/],
    ['unknown', /There is no profile unknown/],
  ])('%s says why it cannot be used', (profile, message) => {
    expect(() => credentialsOf(profile, credentials, config)).toThrow(message);
  });
  test('property: any text is read, and keys never leave their section', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const sections = parseProfiles(
          `${text.replaceAll('[', '(')}\n[mine]\naws_access_key_id = A`,
        );
        expect([...sections.keys()]).toEqual(['mine']);
      }),
    );
  });
});

describe('the severity', () => {
  test.each([
    ['orders P1', '', 'P1'],
    ['sev-2 latency', '', 'sev2'],
    ['SEV4', '', 'info'],
    ['db-critical', '', 'critical'],
    ['disk', 'Warning: disk', 'Warning'],
    ['P1 disk', 'severity: low', 'low'],
    ['disk-space-low', '', null],
    ['cpu-high', '', null],
    ['tcp10', 'http2', null],
    ['criticality', '', null],
  ])('%s (%s) is %s', (name, description, expected) => {
    expect(severityWordOf(name, description)).toBe(expected);
  });
});

describe('the address', () => {
  test.each([
    ['', 'eu-central-1', 'https://monitoring.eu-central-1.amazonaws.com/'],
    ['', 'cn-north-1', 'https://monitoring.cn-north-1.amazonaws.com.cn/'],
    ['https://vpce-1.{region}.example.org', 'eu-west-1', 'https://vpce-1.eu-west-1.example.org/'],
  ])('%j in %s is %s', (endpoint, region, expected) => {
    expect(endpointOf(endpoint, region)).toBe(expected);
  });
});

describe('what passed unseen', () => {
  const at = (seconds: number, name: string, state: string): Record<string, unknown> => ({
    AlarmName: name,
    AlarmType: 'MetricAlarm',
    Timestamp: 1_795_492_800 + seconds,
    HistoryItemType: 'StateUpdate',
    HistorySummary: '',
    HistoryData: JSON.stringify({
      version: '1.0',
      oldState: { stateValue: 'OK' },
      newState: { stateValue: state, stateReason: `now ${state}` },
    }),
  });
  const isShown = (state: string): boolean => state === 'ALARM';

  test('is what began and ended; not what was there before, nor what still fires', () => {
    const { episodes, unreadable } = episodesOf(
      [
        at(5, 'before', 'OK'),
        at(10, 'a', 'ALARM'),
        at(30, 'a', 'OK'),
        at(40, 'a', 'ALARM'),
        at(50, 'a', 'INSUFFICIENT_DATA'),
        at(60, 'still', 'ALARM'),
        { ...at(70, 'x', 'ALARM'), HistoryData: 'no JSON' },
      ],
      isShown,
    );
    expect(episodes.map(({ name, startedAt, endedAt }) => [name, startedAt, endedAt])).toEqual([
      ['a', '2026-11-24T04:00:10.000Z', '2026-11-24T04:00:30.000Z'],
      ['a', '2026-11-24T04:00:40.000Z', '2026-11-24T04:00:50.000Z'],
    ]);
    expect(unreadable).toBe(1);
  });

  test('property: episodes of one alarm never overlap, whatever the order of the items', () => {
    const item = fc
      .tuple(
        fc.nat(1_000),
        fc.constantFrom('a', 'b'),
        fc.constantFrom('OK', 'ALARM', 'INSUFFICIENT_DATA'),
      )
      .map(([seconds, name, state]) => at(seconds, name, state));
    fc.assert(
      fc.property(fc.array(item), (items) => {
        const last = new Map<string, string>();
        for (const { name, startedAt, endedAt } of episodesOf(items, isShown).episodes) {
          expect(startedAt <= endedAt).toBe(true);
          expect(startedAt >= (last.get(name) ?? '')).toBe(true);
          last.set(name, endedAt);
        }
      }),
    );
  });
});
