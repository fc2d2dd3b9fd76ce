import { expect, test } from 'vitest';
import { askingOf } from '../../../../renderer/runs/asking.ts';

test.each([
  ['', 'nothing'],
  ['working on it', 'nothing'],
  ['Password:\nthanks\n', 'nothing'],
  ['a line: \n', 'nothing'],
  ['Really delete it? [y/N] ', 'something'],
  ['(yes/no/[fingerprint])? ', 'something'],
  ['postgres=>', 'something'],
  ['[sudo] password for ada: ', 'secret'],
  ["Enter passphrase for key '/home/ada/.ssh/id_ed25519': ", 'secret'],
  ['one\nPIN:', 'secret'],
  ['Verification code: ', 'secret'],
  ['the spinning wheel:', 'something'],
] as const)('what %j waits for: %s', (printed, asking) => {
  expect(askingOf(printed)).toBe(asking);
});

test('a line that never ends is looked at from its end only', () => {
  expect(askingOf(`${'password '.repeat(1_000_000)}Name:`)).toBe('secret');
  expect(askingOf(`password ${'x'.repeat(1_000)}Name:`)).toBe('something');
});
