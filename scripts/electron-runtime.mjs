/**
 * The Electron runtime: found, fetched within a minute, or a reason in words that is remembered for a day.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, say, toolEnvironment } from './setup.mjs';

const cacheFile = join(root, '.cache', 'electron-runtime.json');
const dayMs = 86_400_000;
const limitMs = 60_000;

/** The executable, or null when it is not installed. Never downloads. */
export function findElectron() {
  const override = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  const packageFolder = join(root, 'node_modules', 'electron');
  const pathFile = join(packageFolder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron';
  const executable = join(override ?? join(packageFolder, 'dist'), name);
  return existsSync(executable) ? executable : null;
}

function remembered() {
  try {
    const { failedAt, reason } = JSON.parse(readFileSync(cacheFile, 'utf8'));
    return Date.now() - failedAt < dayMs && failedAt <= Date.now() ? reason : null;
  } catch {
    return null;
  }
}

/** The last line of an installer's output that says something. */
function reasonIn(output) {
  const lines = output.split('\n').map((line) => line.trim());
  const telling = lines.filter((line) =>
    /error|fail|refused|timed? ?out|ENOTFOUND|EAI_AGAIN/i.test(line),
  );
  return (
    telling.find((line) => /cause|ENOTFOUND|ECONN|EAI_AGAIN|certificate/i.test(line)) ??
    telling[0] ??
    lines[0] ??
    ''
  ).slice(0, 300);
}

/** Runs Electron's own installer for at most a minute. */
function download(node) {
  return new Promise((resolve) => {
    const child = spawn(node, [join(root, 'node_modules', 'electron', 'install.js')], {
      cwd: root,
      env: toolEnvironment(),
      detached: process.platform !== 'win32',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk) => (output = (output + chunk).slice(-20_000));
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const timer = setTimeout(() => {
      try {
        process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
      } catch {
        // It has just ended by itself.
      }
      resolve(`the download did not finish within ${limitMs / 1000} s`);
    }, limitMs);
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve(error.message);
    });
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? null : reasonIn(output) || `the installer ended with code ${code}`);
    });
  });
}

/** @returns {Promise<{ executable: string } | { reason: string }>} */
export async function ensureElectron(node, { retry }) {
  const found = findElectron();
  if (found !== null) return { executable: found };

  const known = retry ? null : remembered();
  if (known !== null)
    return { reason: `${known} (tried within the last day; --electron tries again)` };

  say('Fetching the Electron runtime (at most 60 s) …');
  const reason = await download(node);
  const executable = findElectron();
  if (reason === null && executable !== null) {
    rmSync(cacheFile, { force: true });
    return { executable };
  }
  const text = reason ?? 'the installer said it succeeded, but there is no runtime';
  mkdirSync(join(root, '.cache'), { recursive: true });
  writeFileSync(cacheFile, JSON.stringify({ failedAt: Date.now(), reason: text }));
  return { reason: text };
}
