import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMask, isSecretName, maskText } from '../../../../main/runbooks/running/secrets.ts';

/** Put together here, so that nothing in this repository looks like a key. */
const key = (...parts: string[]): string => parts.join('');

describe('what looks like a secret is left out', () => {
  test.each([
    [
      'a login in an address',
      'psql postgres://ada:hunter22@db/x',
      'psql postgres://[redacted]@db/x',
    ],
    ['a bearer', 'Authorization: Bearer abc.def-123', 'Authorization: [redacted]'],
    ['a bearer alone', 'sent bearer abcdef123456 to it', 'sent bearer [redacted] to it'],
    ['a basic login', 'curl: Basic YWRhOmh1bnRlcjIy', 'curl: Basic [redacted]'],
    ['a cookie', 'set-cookie: session=abc; Path=/', 'set-cookie: [redacted]'],
    ['a variable', 'export DB_PASSWORD=hunter22 HOST=db', 'export DB_PASSWORD=[redacted] HOST=db'],
    ['a variable in quotes', `API_TOKEN="two words" x`, 'API_TOKEN=[redacted] x'],
    ['YAML', 'client-secret: hunter22', 'client-secret: [redacted]'],
    ['JSON', '{"password": "a \\"b\\" c", "n": 1}', '{"password": "[redacted]", "n": 1}'],
    [
      'a query',
      'https://x.example/?access_token=abc&n=1',
      'https://x.example/?access_token=[redacted]&n=1',
    ],
    ['an option', 'mysql --password hunter22 -h db', 'mysql --password [redacted] -h db'],
    ['an AWS key', `id ${key('AK', 'IA', 'ABCDEFGHIJKLMNOP')}`, 'id [redacted]'],
    ['a GitHub token', `x ${key('gh', 'p_', 'a1'.repeat(18))} y`, 'x [redacted] y'],
    ['a GitLab token', key('gl', 'pat-', 'a1b2c3d4e5f6g7h8i9j0'), '[redacted]'],
    ['a Slack token', key('xo', 'xb-', '123456789012-abcdef'), '[redacted]'],
    [
      'a web token',
      `${key('ey', 'JhbGciOiJIUzI1')}.${key('ey', 'JzdWIiOiIxMjM0')}.sig-nature`,
      '[redacted]',
    ],
  ])('%s', (_what, text, clean) => expect(maskText(text)).toBe(clean));

  test('a private key, over its lines and in one line', () => {
    const begin = key('-----BEGIN RSA ', 'PRIVATE KEY-----');
    const end = key('-----END RSA ', 'PRIVATE KEY-----');
    const mask = createMask([]);
    const lines = ['before', begin, 'MIIEpAIBAAKCAQEA', 'x', `${end} after`, 'done'];
    expect(lines.map((line) => mask.line(line))).toEqual([
      'before',
      '[redacted]',
      '',
      '',
      ' after',
      'done',
    ]);
    expect(maskText(`a ${begin}\\nMIIE\\n${end} b`)).toBe('a [redacted] b');
    // What is only looked at changes nothing.
    mask.glance(begin);
    expect(mask.line('plain')).toBe('plain');
  });

  test.each([
    'deployment "api" successfully rolled out',
    'NAME   READY   STATUS    RESTARTS   AGE',
    'basic auth is enabled',
    'pass: 12, fail: 0',
    'secret/db created',
    'https://grafana.example/d/abc?from=now-1h&to=now',
    'user@host:/var/log$ ls',
    'bearer of bad news',
  ])('but not %s', (text) => expect(maskText(text)).toBe(text));
});

describe('what is known to be a secret', () => {
  test('is found in every spelling, the longer one first', () => {
    const known = ['s3cret/value', 's3cret/value-longer'];
    const base64 = Buffer.from(known[0] ?? '').toString('base64');
    expect(maskText(`a s3cret/value-longer b s3cret/value c`, known)).toBe(
      'a [redacted] b [redacted] c',
    );
    expect(maskText(`${base64} s3cret%2Fvalue`, known)).not.toMatch(/s3cret|czNj/);
  });

  test('is not looked for when it is an ordinary word', () => {
    expect(maskText('yes, it is on', ['yes', 'on', '', ' '])).toBe('yes, it is on');
  });

  test('never comes through, whatever stands around it', () => {
    const secret = 'Zq9-known-secret';
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (a, b) => {
        return !maskText(`${a}${secret}${b}`, [secret]).includes(secret);
      }),
    );
    expect(maskText(secret, [secret])).toBe('[redacted]');
  });
});

test.each([
  ['DB_PASSWORD', true],
  ['AWS_SECRET_ACCESS_KEY', true],
  ['GITHUB_TOKEN', true],
  ['apiKey', true],
  ['PGPASSWORD', true],
  ['PATH', false],
  ['HOME', false],
  ['KUBECONFIG', false],
  ['SSH_AUTH_SOCK', true],
])('the variable %s holds a secret: %s', (name, is) => expect(isSecretName(name)).toBe(is));

test('long lines are read in a time that grows with their length only', () => {
  const attack = [
    'a'.repeat(60_000),
    '-'.repeat(60_000),
    'token='.repeat(10_000),
    '"a-token'.repeat(8_000),
    '://a:'.repeat(12_000),
  ];
  const cleaned = attack.map((text) => maskText(text).length);
  expect(cleaned.every((length) => length > 0)).toBe(true);
});
