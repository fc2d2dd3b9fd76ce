/**
 * The package, built offline around a stand-in for the Electron runtime: what is in the archive, what lies beside it,
 * and which doors the fuses close. The stand-in carries the fuse wire of a real binary, so that flipping is real too.
 */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { CoreHost } from '../../main/shells/core-host.ts';
import { connectPort } from '../support/carriers.ts';
import { createRecordingPowers } from '../support/recording-powers.ts';

const require = createRequire(import.meta.url);
/** The tools that electron-builder itself uses, in its versions. */
const toolsOf = createRequire(
  createRequire(require.resolve('electron-builder/package.json')).resolve('app-builder-lib'),
);
const { extractFile, listPackage, statFile } = toolsOf('@electron/asar') as {
  extractFile(archive: string, file: string): Buffer;
  listPackage(archive: string, options: { isPack: boolean }): string[];
  statFile(archive: string, file: string): { unpacked?: boolean };
};
const { FuseV1Options, getCurrentFuseWire } = toolsOf('@electron/fuses') as {
  FuseV1Options: Record<string, number>;
  getCurrentFuseWire(binary: string): Promise<Record<number, number>>;
};
const configFile = 'electron-builder.yml';
const config = parse(readFileSync(configFile, 'utf8')) as {
  electronFuses: Record<string, boolean>;
  npmRebuild: boolean;
};

describe('the configuration', () => {
  test('is one that electron-builder understands', async () => {
    const { validateConfiguration } = toolsOf('app-builder-lib/out/util/config/config') as {
      validateConfiguration(config: unknown, debug: unknown): Promise<void>;
    };
    const { DebugLogger } = toolsOf('builder-util') as {
      DebugLogger: new (on: boolean) => unknown;
    };
    const debug = new DebugLogger(false);
    await expect(validateConfiguration(config, debug)).resolves.toBeUndefined();
    await expect(validateConfiguration({ ...config, linuxx: {} }, debug)).rejects.toThrow('linuxx');
  });

  test('never rebuilds the native module, whose binaries fit as they are', () => {
    expect(config.npmRebuild).toBe(false);
  });

  test('states every fuse that opens a door', () => {
    expect(config.electronFuses).toMatchObject({
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableCookieEncryption: true,
      onlyLoadAppFromAsar: true,
      enableEmbeddedAsarIntegrityValidation: true,
      grantFileProtocolExtraPrivileges: false,
    });
  });
});

const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';

/** All that electron-builder looks for in a runtime, with the fuses as Electron ships them. */
function makeRuntime(folder: string): void {
  const version = (require('electron/package.json') as { version: string }).version;
  mkdirSync(join(folder, 'locales'), { recursive: true });
  mkdirSync(join(folder, 'resources'));
  const wire = Buffer.concat([
    Buffer.from(sentinel),
    Buffer.from([1, 9]),
    Buffer.from('101100110'),
  ]);
  const padding = Buffer.alloc(64);
  writeFileSync(join(folder, 'electron'), Buffer.concat([padding, wire, padding]));
  for (const name of ['LICENSE', 'LICENSES.chromium.html', 'chrome-sandbox']) {
    writeFileSync(join(folder, name), '');
  }
  writeFileSync(join(folder, 'version'), version);
  writeFileSync(join(folder, 'locales', 'en-US.pak'), '');
  for (const name of ['electron', 'chrome-sandbox']) chmodSync(join(folder, name), 0o755);
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

const isBuilt = [
  'dist/main/electron.js',
  'dist/preload/preload.cjs',
  'dist/renderer/index.html',
].every((file) => existsSync(file));

describe.skipIf(!isBuilt || process.platform !== 'linux')('the package for Linux', () => {
  let folder: string;
  let resources: string;
  let archive: string;
  let inside: string[];
  let beside: string[];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nightdesk-package-'));
    makeRuntime(join(folder, 'runtime'));
    const override = `extends: ${join(process.cwd(), configFile)}
electronDist: ${join(folder, 'runtime')}
directories:
  output: ${join(folder, 'release')}
`;
    writeFileSync(join(folder, 'config.yml'), override);
    await promisify(execFile)(
      process.execPath,
      [
        require.resolve('electron-builder/cli.js'),
        '--dir',
        '--linux',
        '--x64',
        '--config',
        join(folder, 'config.yml'),
      ],
      { env: { ...process.env, ELECTRON_BUILDER_CACHE: join(folder, 'cache') } },
    );
    resources = join(folder, 'release', 'linux-unpacked', 'resources');
    archive = join(resources, 'app.asar');
    inside = listPackage(archive, { isPack: false }).map((path) => path.replace(/^\//, ''));
    beside = filesUnder(join(resources, 'app.asar.unpacked'));
  }, 110_000);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test('holds the desktop shell, the bridge and the window', () => {
    for (const file of ['main/electron.js', 'preload/preload.cjs', 'renderer/index.html']) {
      expect(inside).toContain(`dist/${file}`);
    }
    const packed = JSON.parse(extractFile(archive, 'package.json').toString()) as { main: string };
    expect(inside).toContain(packed.main);
  });

  test('has the core and the native module beside the archive, where threads can read them', () => {
    expect(beside).toContain('dist/main/core-worker.js');
    expect(beside).toContain('node_modules/better-sqlite3/prebuilds/linux-x64.node');
    expect(beside).toContain('node_modules/better-sqlite3/package.json');
    expect(beside).toContain('node_modules/@lydell/node-pty-linux-x64/pty.node');
    expect(beside).toContain('node_modules/@lydell/node-pty/index.js');
    expect(beside.some((file) => file.startsWith('dist/main/starter-runbooks/'))).toBe(true);
    expect(statFile(archive, 'dist/main/electron.js').unpacked).toBeUndefined();
  });

  test('the core finds every file that it imports beside the archive', () => {
    const seen = new Set<string>();
    const visit = (file: string): void => {
      if (seen.has(file)) return;
      seen.add(file);
      expect(beside).toContain(file);
      const text = readFileSync(join(resources, 'app.asar.unpacked', file), 'utf8');
      for (const [, path] of text.matchAll(/(?:from|import)\s*\(?"(\.[^"]+\.js)"/g)) {
        visit(join(file, '..', path!).replaceAll('\\', '/'));
      }
    };
    visit('dist/main/core-worker.js');
    expect(seen.size).toBeGreaterThan(1);
  });

  test('the core starts from there, with its store', async () => {
    const host = new CoreHost({
      workerFile: join(resources, 'app.asar.unpacked', 'dist', 'main', 'core-worker.js'),
      powers: createRecordingPowers(),
      logFile: join(folder, 'core.log'),
      settings: {
        version: '0.0.0',
        dataFolder: join(folder, 'data'),
        configFile: join(folder, 'data', 'nightdesk.json'),
        starterRunbooks: join(resources, 'app.asar.unpacked', 'dist', 'main', 'starter-runbooks'),
        drill: null,
      },
    });
    await host.start();
    const { client } = connectPort(host.connect());
    await expect(client.system.ping({})).resolves.toHaveProperty('at');
    await host.stop();
  });

  test('carries nothing that only development or another machine needs', () => {
    const all = [...inside, ...beside];
    for (const unwanted of [
      /node_modules\/node-(linux|win|darwin)/,
      /better-sqlite3\/(deps|src)\//,
      /prebuilds\/(?!linux-x64)/,
      /node-addon-api/,
      /\.map$/,
      /^(test|scripts|renderer|main|docs)\//,
      /@napi-rs/,
      /playwright|vitest|typescript/,
    ]) {
      expect(all.filter((file) => unwanted.test(file) && !file.endsWith('/prebuilds'))).toEqual([]);
    }
    const bytes = statSync(archive).size;
    expect(bytes).toBeLessThan(30_000_000);
  });

  test('has its doors closed', async () => {
    const wire = await getCurrentFuseWire(join(folder, 'release', 'linux-unpacked', 'nightdesk'));
    const doors = ['RunAsNode', 'EnableNodeOptionsEnvironmentVariable']
      .concat('EnableNodeCliInspectArguments', 'GrantFileProtocolExtraPrivileges')
      .concat('EnableCookieEncryption', 'OnlyLoadAppFromAsar')
      .map((name) => [name, String.fromCharCode(wire[FuseV1Options[name]!]!)]);
    expect(Object.fromEntries(doors)).toEqual({
      RunAsNode: '0',
      EnableNodeOptionsEnvironmentVariable: '0',
      EnableNodeCliInspectArguments: '0',
      GrantFileProtocolExtraPrivileges: '0',
      EnableCookieEncryption: '1',
      OnlyLoadAppFromAsar: '1',
    });
  });
});
