/**
 * Runs one program without a shell, for a limited time and output, in a process group of its own, so that nothing of it is
 * left behind: not after a timeout, not when Nightdesk stops.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { homedir } from 'node:os';
import { basename } from 'node:path';
import { scrubText } from '../../logging.ts';
import { oneLine } from '../observed.ts';
import { SourceError } from '../source-error.ts';

export interface Program {
  readonly argv: readonly string[];
  /** Empty: the home folder. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Texts that must never appear in an error. */
  readonly secrets: readonly string[];
}

/** What programs need to find themselves, each other and the network; nothing that another program put there. */
const inherited = (
  'PATH HOME USER LOGNAME LANG LC_ALL TZ TMPDIR SSH_AUTH_SOCK XDG_CONFIG_HOME XDG_CACHE_HOME XDG_RUNTIME_DIR KUBECONFIG ' +
  'HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy ' +
  'SystemRoot windir ComSpec PATHEXT TEMP TMP USERPROFILE APPDATA LOCALAPPDATA ProgramFiles ProgramData'
).split(' ');
/** After a polite request. */
const killAfterMs = 1_000;
const mostComplaint = 4_096;

const running = new Set<ChildProcess>();
let isWatchingExit = false;

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  const { pid } = child;
  if (pid === undefined) return;
  try {
    // The whole group: a script's children outlive the script otherwise.
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-pid, signal);
  } catch {
    // It ended by itself.
  }
}

function watchExit(): void {
  if (isWatchingExit) return;
  isWatchingExit = true;
  process.on('exit', () => {
    for (const child of running) signalGroup(child, 'SIGKILL');
  });
}

function environmentOf(program: Program): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...program.environment };
}

const notStarted: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist, or its folder does not',
  EACCES: 'may not be run by you',
  EPERM: 'may not be run by you',
  EINVAL: 'cannot be run without a shell; name the interpreter as the program',
  ENOEXEC: 'is no program; name the interpreter as the program',
  E2BIG: 'has too many arguments',
};

/** What it printed. @throws SourceError */
export async function runProgram(program: Program, signal: AbortSignal): Promise<Buffer> {
  const [file = '', ...rest] = program.argv;
  const name = basename(file);
  const stopped = (): SourceError =>
    new SourceError('source.unreachable', `${name} was stopped.`, { next: 'Try again.' });
  if (signal.aborted) throw stopped();
  watchExit();

  const clean = (text: string): string => {
    let result = scrubText(text);
    for (const secret of program.secrets) {
      if (secret !== '') result = result.replaceAll(secret, '[redacted]');
    }
    return oneLine(result.replace(/[\p{Cc}\p{Cf}]+/gu, ' ')).slice(0, 300);
  };
  const failed = (error: unknown): SourceError => {
    const code = (error as { code?: unknown } | null)?.code;
    const known = typeof code === 'string' ? notStarted[code] : undefined;
    const what = known ?? `could not be started (${typeof code === 'string' ? code : 'unknown'})`;
    return new SourceError('source.misconfigured', `${name} ${what}.`, {
      next: 'Check the path of the program, its rights, and the folder.',
      cause: error,
    });
  };

  return new Promise<Buffer>((resolve, reject) => {
    let child: ChildProcess;
    try {
      child = spawn(file, rest, {
        cwd: program.folder === '' ? homedir() : program.folder,
        env: environmentOf(program),
        stdio: ['ignore', 'pipe', 'pipe'],
        shell: false,
        windowsHide: true,
        detached: process.platform !== 'win32',
      });
    } catch (error) {
      reject(failed(error));
      return;
    }
    running.add(child);
    const chunks: Buffer[] = [];
    let size = 0;
    let complaint = Buffer.alloc(0);
    let failure: SourceError | null = null;
    let killTimer: NodeJS.Timeout | null = null;

    const end = (why: SourceError): void => {
      if (failure !== null) return;
      failure = why;
      signalGroup(child, 'SIGTERM');
      killTimer = setTimeout(() => {
        signalGroup(child, 'SIGKILL');
        // Whoever left the group may hold the pipes open for ever.
        child.stdout?.destroy();
        child.stderr?.destroy();
      }, killAfterMs);
    };
    const onAbort = (): void => end(stopped());
    signal.addEventListener('abort', onAbort, { once: true });
    const timer = setTimeout(() => {
      const seconds = Math.round(program.timeoutMs / 1_000);
      end(
        new SourceError(
          'source.unreachable',
          `${name} did not end within ${seconds} s, so it was ended.`,
          {
            next: 'See what it waits for, or give it more time.',
          },
        ),
      );
    }, program.timeoutMs);

    const settle = (finish: () => void): void => {
      clearTimeout(timer);
      if (killTimer !== null) clearTimeout(killTimer);
      signal.removeEventListener('abort', onAbort);
      running.delete(child);
      // What it left in the background ends with it.
      signalGroup(child, 'SIGKILL');
      finish();
    };

    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= program.maxBytes) {
        chunks.push(chunk);
        return;
      }
      const megabytes = Math.round(program.maxBytes / 1_048_576);
      end(
        new SourceError(
          'source.unreachable',
          `${name} printed more than ${megabytes} MB, so it was ended.`,
          {
            next: 'Let it print less, or raise the limit.',
          },
        ),
      );
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      if (complaint.length < mostComplaint) complaint = Buffer.concat([complaint, chunk]);
    });
    child.on('error', (error) => settle(() => reject(failure ?? failed(error))));
    child.on('close', (code, killedBy) => {
      settle(() => {
        if (failure !== null) {
          reject(failure);
          return;
        }
        if (code === 0) {
          resolve(Buffer.concat(chunks));
          return;
        }
        const how =
          code === null ? `was ended by ${killedBy ?? 'something'}` : `ended with ${code}`;
        const said = clean(complaint.subarray(0, mostComplaint).toString('utf8'));
        const tail = said === '' ? '.' : `: ${said}`;
        reject(
          new SourceError('source.unreachable', `${name} ${how}${tail}`, {
            next: 'Run it in a terminal to see what is wrong. It must end with 0.',
          }),
        );
      });
    });
  });
}
