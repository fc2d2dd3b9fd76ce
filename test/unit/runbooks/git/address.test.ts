import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal, readGitPlace } from '../../../../main/runbooks/git/address.ts';

const read = (url: string, branch = '', subfolder = '') => readGitPlace({ url, branch, subfolder });

describe('addresses of repositories', () => {
  it.each([
    ['https://github.com/acme/runbooks.git', 'https', 'github.com/acme/runbooks'],
    ['https://git.example.org:8443/a/b/', 'https', 'git.example.org:8443/a/b'],
    ['http://127.0.0.1:3000/x.git', 'http', '127.0.0.1:3000/x'],
    ['git@github.com:acme/runbooks.git', 'ssh', 'github.com/acme/runbooks'],
    ['ssh://git@git.example.org:2222/acme/x', 'ssh', 'git.example.org:2222/acme/x'],
    ['/srv/git/run books.git', 'file', '/srv/git/run books'],
    ['file:///srv/git/x', 'file', '/srv/git/x'],
    ['  https://github.com/a/b  ', 'https', 'github.com/a/b'],
  ])('takes %s', (url, protocol, name) => {
    expect(read(url)).toMatchObject({ protocol, name });
  });

  it.each([
    [''],
    ['runbooks'],
    ['ext::sh -c "touch /tmp/x"'],
    ['EXT::sh'],
    ['fd::17'],
    ['--upload-pack=touch'],
    ['-oProxyCommand=touch'],
    ['git://github.com/a/b'],
    ['ftp://example.org/a'],
    ['https://user:secret@github.com/a/b'],
    ['https://ghp_secret@github.com/a/b'],
    ['ssh://git:secret@example.org/a'],
    ['ssh://-oProxyCommand=touch/a'],
    ['-host:path'],
    ['-u@host:path'],
    ['https://github.com'],
    ['https://github.com/'],
    ['file://elsewhere/share'],
    ['https://github.com/a\n/b'],
    ['/srv/\u0000'],
  ])('refuses %j and says what to do', (url) => {
    const place = read(url);
    expect(isRefusal(place)).toBe(true);
    expect(JSON.stringify(place)).not.toContain('secret');
    expect(place).toMatchObject({ next: expect.stringMatching(/\w/) as unknown });
  });

  it.each([
    ['main', true],
    ['feature/on-call', true],
    ['v1.2', true],
    ['-x', false],
    ['a..b', false],
    ['a b', false],
    ['a:b', false],
    ['a~1', false],
    ['@{u}', false],
    ['@', false],
    ['a.lock', false],
    ['a/', false],
    ['refs\\x', false],
    ['a\u0007', false],
  ])('branch %j: %s', (branch, isTaken) => {
    expect(isRefusal(read('https://h/a/b', branch))).toBe(!isTaken);
  });

  it.each([
    ['docs/runbooks', 'docs/runbooks'],
    ['/docs//runbooks/', 'docs/runbooks'],
    ['.\\docs', 'docs'],
    ['..', null],
    ['docs/../..', null],
    ['.git/hooks', null],
  ])('subfolder %j is %j', (written, subfolder) => {
    const place = read('https://h/a/b', '', written);
    expect(isRefusal(place) ? null : place.subfolder).toBe(subfolder);
  });

  it('give every address, branch and subfolder a clone and a name of its own', () => {
    const places = [
      read('https://h/a/b'),
      read('https://h/a/b', 'x'),
      read('https://h/a/b', '', 'x'),
      read('https://other/a/b'),
      read('https://h/a-b/c'),
      read('https://h/a/b-c'),
    ];
    const values = (key: 'id' | 'name') =>
      new Set(places.map((place) => (isRefusal(place) ? '' : place[key])));
    expect(values('id').size).toBe(places.length);
    expect(values('name').size).toBe(places.length);
  });

  it('whatever is written, git gets one of four protocols and no option', () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string().map((text) => `https://${text}`),
      fc.string().map((text) => `git@${text}`),
      fc.string().map((text) => `ssh://${text}/x`),
      fc.string().map((text) => `/${text}`),
    );
    fc.assert(
      fc.property(odd, odd, odd, (url, branch, subfolder) => {
        const place = readGitPlace({ url, branch, subfolder });
        if (isRefusal(place)) return;
        expect(place.url).toMatch(
          /^(https?:\/\/|ssh:\/\/|file:\/\/|([\w.-]+@)?[A-Za-z0-9][\w.-]*:)/,
        );
        expect(place.url).not.toMatch(/^-|::|^(git|ext|fd):/);
        expect(place.branch).not.toMatch(/^-|[\s:]/);
        expect(place.subfolder.split('/')).not.toContain('..');
        expect(place.id).toMatch(/^[a-z0-9-]+$/);
      }),
    );
  });
});
