import { describe, expect, it } from 'vitest';
import { webAddress } from '../../../renderer/api/links.ts';
import { reconnectDelayMs } from '../../../renderer/api/link-socket.ts';

describe('addresses that may be opened', () => {
  it.each([
    ['https://wiki.example/a b', 'https://wiki.example/a%20b'],
    ['http://10.0.0.1:9090/graph?x=1#y', 'http://10.0.0.1:9090/graph?x=1#y'],
  ])('takes %s', (text, url) => {
    expect(webAddress(text)).toBe(url);
  });

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'smb://host/share',
    '//evil.example',
    'https://bank.example@evil.example/',
    'no address',
    '',
    `https://x.example/${'a'.repeat(9_000)}`,
  ])('refuses %s', (text) => {
    expect(webAddress(text)).toBeNull();
  });
});

describe('connecting again', () => {
  it('begins soon, slows down, and never gives up', () => {
    expect([0, 1, 2, 3, 20, 10_000].map(reconnectDelayMs)).toEqual([
      250, 500, 1_000, 2_000, 5_000, 5_000,
    ]);
  });
});
