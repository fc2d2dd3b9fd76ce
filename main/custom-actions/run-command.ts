/**
 * Runs one command line in the system's plain shell, for a limited time and output, in a process group of its own: nothing
 * of it is left behind when it is stopped, or when Nightdesk ends.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { homedir } from 'node:os';
import type { CommandResult } from '../../preload/contract/custom-actions.ts';
import { since, type Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import { scrubText } from '../logging.ts';
import type { ShellLanguage } from './template.ts';

const longestMs = 120_000;
const mostBytes = 200_000;
const killAfterMs = 1_000;

/** As `template.ts` quotes for it. */
export const shellLanguage: ShellLanguage = process.platform === 'win32' ? 'powershell' : 'sh';

const shellOf = (text: string): readonly [string, readonly string[]] =>
  shellLanguage === 'powershell'
    ? ['powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', text]]
    : ['/bin/sh', ['-c', text]];

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-pid, signal);
  } catch {
    // It ended by itself.
  }
}

const running = new Set<ChildProcess>();
let isWatchingExit = false;

function watchExit(): void {
  if (isWatchingExit) return;
  isWatchingExit = true;
  process.on('exit', () => {
    for (const child of running) signalGroup(child, 'SIGKILL');
  });
}

/** @throws AppError when it could not be started at all. */
export function runCommand(
  text: string,
  options: {
    readonly clock: Pick<Clock, 'monotonic'>;
    readonly signal: AbortSignal;
    readonly timeoutMs?: number;
  },
): Promise<CommandResult> {
  const { clock, signal, timeoutMs = longestMs } = options;
  const began = clock.monotonic();
  watchExit();
  return new Promise((resolve, reject) => {
    const failed = (error: unknown): void =>
      reject(
        new AppError('shell.unsupported', 'The command could not be started.', {
          next: 'Copy it and run it in a terminal.',
          cause: error,
        }),
      );
    let child: ChildProcess;
    try {
      const [file, argv] = shellOf(text);
      child = spawn(file, argv, {
        cwd: homedir(),
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
        detached: process.platform !== 'win32',
      });
    } catch (error) {
      failed(error);
      return;
    }
    running.add(child);
    const chunks: Buffer[] = [];
    let size = 0;
    let ended: string | null = null;
    let killTimer: NodeJS.Timeout | null = null;
    const end = (why: string): void => {
      if (ended !== null) return;
      ended = why;
      signalGroup(child, 'SIGTERM');
      killTimer = setTimeout(() => {
        signalGroup(child, 'SIGKILL');
        // Whoever left the group may hold the pipes open for ever.
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, killAfterMs);
    };
    const onAbort = (): void => end('stopped by you');
    const timer = setTimeout(
      () => end(`ended after ${Math.round(timeoutMs / 1_000)} s`),
      timeoutMs,
    );
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      if (killTimer !== null) clearTimeout(killTimer);
      signal.removeEventListener('abort', onAbort);
      running.delete(child);
      // What it left in the background ends with it.
      signalGroup(child, 'SIGKILL');
    };
    const take = (chunk: Buffer): void => {
      // More is read and dropped, so that the command ends as it would in a terminal.
      if (size < mostBytes) chunks.push(chunk.subarray(0, mostBytes - size));
      size += chunk.length;
    };
    child.stdout?.on('data', take);
    child.stderr?.on('data', take);
    child.on('error', (error) => {
      settle();
      failed(error);
    });
    child.on('close', (code) => {
      settle();
      resolve({
        exitCode: ended === null ? code : null,
        ended: ended ?? (code === null ? 'ended by another program' : null),
        output: scrubText(Buffer.concat(chunks).toString('utf8')),
        isCut: size > mostBytes,
        tookMs: since(began, clock.monotonic()),
      });
    });
  });
}
