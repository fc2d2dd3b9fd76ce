import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { parseFlags, prepareLaunch, usualDataFolder } from '../../../main/shells/launch.ts';
import { networkFingerprint, watchNetwork } from '../../../main/shells/network-watch.ts';
import { browserOpener, leadingPage } from '../../../main/shells/web/browser.ts';
import { openKeyringSecrets } from '../../../main/shells/web/keyring-secrets.ts';

const folders: string[] = [];
const temporary = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'nightdesk-launch-'));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('flags', () => {
  test('are all understood', () => {
    expect(
      parseFlags([
        '--data',
        '/d',
        '--config',
        '/c',
        '--port',
        '80',
        '--drill',
        '--drill-factor',
        '60',
        '--no-open',
      ]),
    ).toEqual({
      data: '/d',
      config: '/c',
      port: 80,
      isDrill: true,
      drillFactor: 60,
      canOpenBrowser: false,
    });
  });

  test.each([
    [['--port', 'x']],
    [['--port', '70000']],
    [['--port', '1.5']],
    [['--drill-factor', '0']],
    [['--drill-factor', 'Infinity']],
    [['--whatever']],
    [['positional']],
  ])('%j is refused in words', (args) => {
    expect(() => parseFlags(args)).toThrow(
      expect.objectContaining({ code: 'input.invalid', next: expect.stringContaining('--data') }),
    );
  });

  test('what a runtime adds is passed over where that is expected', () => {
    expect(parseFlags(['.', '--ozone-platform=x11', '--drill'], true).isDrill).toBe(true);
  });
});

describe('folders', () => {
  test.each([
    ['linux', {}, '/home/a/.local/share/nightdesk'],
    ['linux', { XDG_DATA_HOME: '/x' }, '/x/nightdesk'],
    ['darwin', {}, '/home/a/Library/Application Support/Nightdesk'],
  ] as const)('%s keeps data where it belongs', (platform, env, expected) => {
    expect(usualDataFolder(platform, env, '/home/a')).toBe(expected);
  });

  test('a drill never shares a folder with real data, and only the owner may read it', () => {
    const folder = temporary();
    const { settings } = prepareLaunch(parseFlags(['--data', folder, '--drill']), '/built', '1');
    expect(settings.dataFolder).toBe(join(folder, 'drill'));
    expect(settings.drill).toEqual({ factor: 1, runbooks: '/built/drill-runbooks' });
    expect(statSync(settings.dataFolder).mode & 0o077).toBe(0);
  });

  test('a log that has grown is set aside once', () => {
    const folder = temporary();
    writeFileSync(join(folder, 'nightdesk.log'), 'x'.repeat(10_000_001));
    const { logFile } = prepareLaunch(parseFlags(['--data', folder]), '/built', '1');
    expect(readFileSync(`${logFile}.old`).length).toBe(10_000_001);
  });
});

describe('the network', () => {
  const wired = { address: '10.0.0.2', cidr: '10.0.0.2/24', internal: false };

  test('is the same whatever the order, and without loopback and link-local addresses', () => {
    const local = { address: '127.0.0.1', cidr: '127.0.0.1/8', internal: true };
    const link = { address: 'fe80::1', cidr: 'fe80::1/64', internal: false };
    expect(networkFingerprint({ lo: [local], eth0: [wired, link], b: [wired] })).toBe(
      networkFingerprint({ b: [wired], eth0: [wired] }),
    );
    expect(networkFingerprint({ eth0: [wired] })).not.toBe(networkFingerprint({ tun0: [wired] }));
  });

  test('a change is told once', async () => {
    let current = {};
    let changes = 0;
    const end = watchNetwork(() => (changes += 1), { intervalMs: 5, read: () => current });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(changes).toBe(0);
    current = { eth0: [wired] };
    await new Promise((resolve) => setTimeout(resolve, 60));
    end();
    expect(changes).toBe(1);
  });
});

describe('the browser', () => {
  test('is opened only where there is a desktop', () => {
    expect(browserOpener('linux', {})).toBeNull();
    expect(browserOpener('linux', { WAYLAND_DISPLAY: 'w' })?.command).toBe('xdg-open');
  });

  test('gets the token through a file, never through a command line', () => {
    expect(leadingPage('http://127.0.0.1:1/#token=t')).toContain('url=http://127.0.0.1:1/#token=t');
  });
});

describe('secrets', () => {
  /** A keychain in memory, with the faults that real ones have. */
  function fakeKeyring(fault: 'none' | 'refuses' | 'forgets' | 'hangs') {
    const kept = new Map<string, string>();
    class AsyncEntry {
      readonly #key: string;
      constructor(service: string, key: string) {
        this.#key = `${service} ${key}`;
      }
      async setPassword(value: string): Promise<void> {
        if (fault === 'refuses') throw new Error("Couldn't access platform storage: AccessDenied");
        if (fault === 'hangs') await new Promise(() => {});
        if (fault !== 'forgets') kept.set(this.#key, value);
      }
      async getPassword(): Promise<string | null> {
        return kept.get(this.#key) ?? null;
      }
      async deleteCredential(): Promise<boolean> {
        return kept.delete(this.#key);
      }
    }
    return { kept, load: async () => ({ AsyncEntry }) as never };
  }

  test('go to a keychain that proved that it works', async () => {
    const { kept, load } = fakeKeyring('none');
    const secrets = await openKeyringSecrets({ load });
    expect((await secrets.describe()).keychain).toBe('real');
    expect(kept.size).toBe(0);
    expect(await secrets.set('a', 'hunter2')).toEqual({ isKept: true });
    expect(await secrets.get('a')).toBe('hunter2');
    await secrets.delete('a');
    expect(await secrets.get('a')).toBeNull();
  });

  test.each(['refuses', 'forgets', 'hangs'] as const)(
    'are kept for this run only, and it is said, where the keychain %s',
    async (fault) => {
      const secrets = await openKeyringSecrets({ load: fakeKeyring(fault).load, probeMs: 50 });
      const { keychain, text } = await secrets.describe();
      expect(keychain).toBe('none');
      expect(text).toContain('for this run only');
      expect(await secrets.set('a', 'b')).toEqual({ isKept: false });
      expect(await secrets.get('a')).toBe('b');
    },
  );

  test('a module that is not installed is no failure', async () => {
    const secrets = await openKeyringSecrets({
      load: () => Promise.reject(new Error('Cannot find module')),
    });
    expect((await secrets.describe()).keychain).toBe('none');
  });
});
