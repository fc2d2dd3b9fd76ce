import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { safeExternalUrl } from '../../../main/shells/electron/external-url.ts';
import { openKeychain } from '../../../main/shells/electron/keychain.ts';
import { isOurUrl } from '../../../main/shells/electron/origin.ts';
import {
  placeWindow,
  readWindowState,
  writeWindowState,
} from '../../../main/shells/electron/window-state.ts';
import { contentSecurityPolicy, createNonce } from '../../../main/shells/content-security.ts';
import { containedPath, withNonce } from '../../../main/shells/renderer-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightdesk-parts-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('links that leave', () => {
  test.each([
    ['https://grafana.example/d/1?x=1#y', 'https://grafana.example/d/1?x=1#y'],
    ['http://wiki.local/run book', 'http://wiki.local/run%20book'],
    ['HTTPS://EXAMPLE.org', 'https://example.org/'],
    ['javascript:alert(1)', null],
    ['data:text/html,x', null],
    ['file:///etc/passwd', null],
    ['smb://host/share', null],
    ['vscode://file/x', null],
    ['app://nightdesk/index.html', null],
    ['//evil.example', null],
    [' \u0000javascript:alert(1)', null],
    ['https://grafana.example@evil.example/', null],
    ['https://user:password@example.org/', null],
    ['https://', null],
    ['', null],
    [`https://x/${'a'.repeat(9_000)}`, null],
  ])('%j opens as %j', (text, expected) => {
    expect(safeExternalUrl(text)).toBe(expected);
  });

  test('nothing but http and https ever leaves', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((text) => `https:${text}`),
        ),
        (text) => {
          const url = safeExternalUrl(text);
          expect(url === null || /^https?:\/\/[^/@]+(\/|$)/.test(url)).toBe(true);
        },
      ),
    );
  });
});

describe('our origin', () => {
  test.each([
    ['app://nightdesk/index.html', true],
    ['app://nightdesk/', true],
    ['app://nightdesk.evil/index.html', false],
    ['app://evil/index.html', false],
    ['app://nightdesk@evil/index.html', false],
    ['app://nightdesk:1/index.html', false],
    ['https://nightdesk/', false],
    ['about:blank', false],
    ['', false],
  ])('%j: %s', (url, isOurs) => {
    expect(isOurUrl(url)).toBe(isOurs);
  });
});

describe('files of the window', () => {
  test('no path leads out of the folder', () => {
    const piece = fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '..%2f',
      '/',
      '%5c',
      '\\',
      'renderer-old',
      'a',
      '%00',
      '~',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const path = containedPath('/srv/renderer', `/${pieces.join('/')}`);
        expect(path === null || path.startsWith('/srv/renderer/')).toBe(true);
      }),
    );
  });

  test('a sibling that begins with the same name is outside', () => {
    expect(containedPath('/srv/renderer', '/../renderer-old/index.html')).toBeNull();
    expect(containedPath('/srv/renderer', '/assets/a.js')).toBe('/srv/renderer/assets/a.js');
  });

  test('the page gets exactly one nonce, first in its head', () => {
    const html =
      '<html><head lang="en"><meta property="csp-nonce" nonce="old"><title>t</title></head>';
    expect(withNonce(html, 'new')).toBe(
      '<html><head lang="en"><meta property="csp-nonce" nonce="new"><title>t</title></head>',
    );
  });

  test('the policy begins with nothing and allows nothing inline or foreign', () => {
    const nonce = createNonce();
    const policy = contentSecurityPolicy(nonce, null);
    expect(policy.startsWith("default-src 'none'")).toBe(true);
    expect(policy).toContain("connect-src 'none'");
    expect(policy).toContain("media-src 'self'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(nonce).not.toBe(createNonce());
    expect(Buffer.from(nonce, 'base64')).toHaveLength(16);
  });
});

describe('the window', () => {
  const screen = { x: 0, y: 0, width: 1_920, height: 1_050 };
  const second = { x: 1_920, y: 0, width: 1_280, height: 1_000 };

  test.each([
    [
      'comes back where it was',
      { x: 10, y: 20, width: 900, height: 600 },
      [screen],
      { x: 10, y: 20 },
    ],
    [
      'comes back on the second screen',
      { x: 2_000, y: 0, width: 900, height: 600 },
      [screen, second],
      { x: 2_000 },
    ],
    [
      'returns when its screen is gone',
      { x: 2_000, y: 0, width: 900, height: 600 },
      [screen],
      { x: 280, y: 95 },
    ],
    [
      'returns when its upper edge is out of reach',
      { x: 0, y: -400, width: 900, height: 600 },
      [screen],
      { x: 280 },
    ],
    [
      'is never smaller than usable',
      { x: 0, y: 0, width: 10, height: 10 },
      [screen],
      { width: 1_360 },
    ],
    ['opens in the middle the first time', null, [screen], { x: 280, y: 95, width: 1_360 }],
  ])('%s', (_name, saved, screens, expected) => {
    expect(placeWindow(saved, screens)).toMatchObject(expected);
  });

  test('its state survives a restart, and a damaged file is a fresh start', () => {
    const file = join(folder, 'window.json');
    const state = {
      bounds: { x: 1, y: 2, width: 900, height: 600 },
      isMaximized: true,
      hasSeenTrayHint: true,
    };
    writeWindowState(file, state);
    expect(readWindowState(file)).toEqual(state);
    writeFileSync(file, '{"bounds":{"x":"left"},"hasSeenTrayHint":true}');
    expect(readWindowState(file)).toEqual({
      bounds: null,
      isMaximized: false,
      hasSeenTrayHint: true,
    });
    writeFileSync(file, 'half a { json');
    expect(readWindowState(file).bounds).toBeNull();
  });
});

describe('the keychain', () => {
  function fakeStorage(backend: 'gnome_libsecret' | 'basic_text' | 'unknown', isAvailable = true) {
    let isLocked = false;
    let shouldReEncrypt = false;
    let generation = 1;
    return {
      lock: () => (isLocked = true),
      rotate() {
        generation += 1;
        shouldReEncrypt = true;
      },
      getSelectedStorageBackend: () => backend,
      isAsyncEncryptionAvailable: async () => isAvailable,
      async encryptStringAsync(text: string) {
        return Buffer.from(`${generation}:${Buffer.from(text).toString('hex')}`);
      },
      async decryptStringAsync(encrypted: Buffer) {
        if (isLocked) throw new Error('locked');
        const result = Buffer.from(encrypted.toString().split(':')[1] ?? '', 'hex').toString();
        return { result, shouldReEncrypt };
      },
    };
  }
  const file = (): string => join(folder, 'secrets.json');

  test('keeps secrets over a restart, encrypted and readable by their owner only', async () => {
    const storage = fakeStorage('gnome_libsecret');
    const secrets = await openKeychain(storage, file(), 'linux');
    expect(await secrets.set('source:a', 'hunter2')).toEqual({ isKept: true });
    expect(readFileSync(file(), 'utf8')).not.toContain('hunter2');
    expect(statSync(file()).mode & 0o077).toBe(0);
    const again = await openKeychain(storage, file(), 'linux');
    expect(await again.get('source:a')).toBe('hunter2');
    expect(await again.get('source:b')).toBeNull();
    await again.delete('source:a');
    expect(await again.get('source:a')).toBeNull();
  });

  test.each([
    ['linux', fakeStorage('basic_text')],
    ['linux', fakeStorage('unknown')],
    ['darwin', fakeStorage('gnome_libsecret', false)],
  ] as const)('what is no real keychain on %s is not called one', async (platform, storage) => {
    const secrets = await openKeychain(storage, file(), platform);
    const { keychain, text } = await secrets.describe();
    expect(keychain).toBe('none');
    expect(text).toContain('for this run only');
    expect(await secrets.set('a', 'hunter2')).toEqual({ isKept: false });
    expect(await secrets.get('a')).toBe('hunter2');
    expect(() => readFileSync(file())).toThrow('ENOENT');
  });

  test('a locked keychain is a typed failure with a next step, not an absent secret', async () => {
    const storage = fakeStorage('gnome_libsecret');
    const secrets = await openKeychain(storage, file(), 'linux');
    await secrets.set('a', 'hunter2');
    storage.lock();
    await expect(secrets.get('a')).rejects.toMatchObject({
      code: 'secret.unavailable',
      isRetryable: true,
    });
  });

  test('a secret under an old key is encrypted again', async () => {
    const storage = fakeStorage('gnome_libsecret');
    const secrets = await openKeychain(storage, file(), 'linux');
    await secrets.set('a', 'hunter2');
    const before = readFileSync(file(), 'utf8');
    storage.rotate();
    expect(await secrets.get('a')).toBe('hunter2');
    expect(readFileSync(file(), 'utf8')).not.toBe(before);
  });

  test('a file that cannot be read is told, and never overwritten', async () => {
    writeFileSync(file(), 'half a { json');
    const secrets = await openKeychain(fakeStorage('gnome_libsecret'), file(), 'linux');
    await expect(secrets.set('a', 'b')).rejects.toMatchObject({ code: 'secret.unavailable' });
    expect(readFileSync(file(), 'utf8')).toBe('half a { json');
  });
});
