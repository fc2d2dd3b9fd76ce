import { execFileSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressProblem, fill } from '../../../main/custom-actions/template.ts';
import { observed } from '../../support/alarms.ts';

const alarmWith = (labels: Record<string, string>) =>
  observed({
    title: 'Checkout is down',
    service: 'checkout',
    labels,
    annotations: { dashboard: 'd/abc' },
  });

const filled = (
  kind: 'open_url' | 'copy_command' | 'run_command',
  template: string,
  labels: Record<string, string> = {},
  answers: Record<string, string> = {},
) =>
  fill(
    { kind, template },
    { alarm: alarmWith(labels), sourceName: 'Production', answers, language: 'sh' },
  );

describe('a web address', () => {
  test.each<[string, string, Record<string, string>, string]>([
    ['a label', 'https://g/?pod={{labels.pod}}', { pod: 'a-1' }, 'https://g/?pod=a-1'],
    ['spaces', 'https://g/{{ title }}', {}, 'https://g/Checkout%20is%20down'],
    ['an annotation', 'https://g/{{annotations.dashboard}}', {}, 'https://g/d%2Fabc'],
    ['the source', 'https://g/{{source}}/{{service}}', {}, 'https://g/Production/checkout'],
    [
      'a label with dots and slashes in its name',
      'https://g/{{labels.app.kubernetes.io/name}}',
      { 'app.kubernetes.io/name': 'web' },
      'https://g/web',
    ],
    [
      'what would end the parameter, quote or host',
      'https://g/?q={{labels.x}}',
      { x: `a&b=1#c'"()*/?@:\\` },
      'https://g/?q=a%26b%3D1%23c%27%22%28%29%2A%2F%3F%40%3A%5C',
    ],
    [
      'a host, which a label cannot leave',
      'https://{{labels.host}}/x',
      { host: 'good.example/@evil.example' },
      'https://good.example%2F%40evil.example/x',
    ],
  ])('takes %s', (_what, template, labels, expected) => {
    expect(filled('open_url', template, labels)).toMatchObject({
      text: expected,
      hasMissing: false,
    });
  });

  test('whatever a label says, it stays one value of the parameter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), (value) => {
        const { text, hasMissing } = filled('open_url', 'https://g.example/a?q={{labels.x}}#end', {
          x: value,
        });
        const url = hasMissing ? null : new URL(text);
        const seen = [url?.host, url?.pathname, url?.hash, url?.searchParams.get('q')];
        expect(
          hasMissing || seen.join('\n') === ['g.example', '/a', '#end', value].join('\n'),
        ).toBe(true);
      }),
    );
  });

  test.each([
    ['..', /climbs/],
    ['x'.repeat(3_000), /too long/],
    ['\ud800', /not valid text/],
  ])('a value that cannot go in is asked for: %#', (value, why) => {
    const [, part] = filled('open_url', 'https://g/{{labels.x}}/', { x: value }).parts;
    expect(part).toMatchObject({ kind: 'missing', why: expect.stringMatching(why) as string });
  });

  test.each([
    ['javascript:alert(1)', /does not begin/],
    ['file:///etc/passwd', /does not begin/],
    ['{{labels.url}}', /does not begin/],
    ['https:{{labels.rest}}', /does not begin/],
    ['https://user:secret@g/', /name or password/],
    ['https://exa mple/', /no web address/],
    [`https://g/${'x'.repeat(9_000)}`, /too long/],
  ])('%s is not opened', (template, why) => {
    expect(addressProblem(template, template)).toMatch(why);
  });

  test('an address of the web is', () => {
    expect(addressProblem('HTTP://g.example/', 'HTTP://g.example/')).toBeNull();
  });
});

describe('what is missing', () => {
  test.each([
    ['a label that is not there', '{{labels.pod}}', {}, /does not say/],
    ['a label that is empty', '{{labels.pod}}', { pod: '' }, /does not say/],
    ['a label that only every object has', '{{labels.constructor}}', {}, /does not say/],
    ['a name that nobody knows', '{{pod}}', { pod: 'a' }, /no such value/],
    ['no name', '{{ }}', {}, /no such value/],
  ] as [string, string, Record<string, string>, RegExp][])(
    '%s is shown and asked for, never an empty text',
    (_what, template, labels, why) => {
      const { text, hasMissing, parts } = filled('copy_command', `echo ${template}`, labels);
      expect(hasMissing).toBe(true);
      expect(text).toBe(`echo ${template}`);
      expect(parts.at(-1)).toMatchObject({
        kind: 'missing',
        why: expect.stringMatching(why) as string,
      });
    },
  );

  test('is filled from what the person typed, which counts before the alarm', () => {
    const answers = { 'labels.pod': 'web 1' };
    expect(
      filled('copy_command', 'kubectl logs {{labels.pod}}', { pod: 'a' }, answers),
    ).toMatchObject({ text: `kubectl logs 'web 1'`, hasMissing: false });
  });
});

describe('a command', () => {
  const hostile = [
    `'; touch /tmp/owned; '`,
    '$(touch /tmp/owned)',
    '`id`',
    'a\nb',
    '"; id; "',
    '\\',
    '*',
    '~',
    '!!',
    '& id',
    '| id',
    '${HOME}',
    'ü ß 日本',
    `a'b"c`,
  ];

  test.each(['printf %s {{labels.x}}', `printf %s '{{labels.x}}'`, 'printf %s "{{labels.x}}"'])(
    'hands over exactly the value, for the shell that runs it: %s',
    (template) => {
      for (const x of hostile) {
        const { text, hasMissing } = filled('run_command', template, { x });
        expect({ x, hasMissing }).toEqual({ x, hasMissing: false });
        expect(execFileSync('/bin/sh', ['-c', text], { encoding: 'utf8' })).toBe(x);
      }
    },
  );

  test.each([
    ['chooses the program', '{{labels.x}} --version', 'rm'],
    ['would be an option', 'kubectl delete pod {{labels.x}}', '--all'],
    ['is read again as code', 'ssh {{labels.host}} uptime', 'a;id'],
    ['is invisible', 'echo {{labels.x}}', 'a\u202eb'],
    ['is in a comment', 'uptime # {{labels.x}}', 'a'],
  ])('a value that %s is asked for instead', (_what, template, value) => {
    expect(filled('run_command', template, { x: value, host: value }).hasMissing).toBe(true);
  });

  test('the braces of the template do not make it one that is read again', () => {
    expect(filled('copy_command', 'kubectl describe pod {{labels.x}}', { x: 'a b' }).text).toBe(
      `kubectl describe pod 'a b'`,
    );
  });
});
