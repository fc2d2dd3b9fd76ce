/**
 * One child process for one command, in a process group of its own, so that stopping it stops what it started, too. Its
 * input is closed, and it has no terminal.
 */
import { spawn, type ChildProcess } from 'node:child_process';

export interface Launch {
  readonly file: string;
  readonly args: readonly string[];
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly onOutput: (stream: 'out' | 'err', chunk: Uint8Array) => void;
}

export interface Ended {
  readonly state: 'ended' | 'stopped' | 'timed_out' | 'not_started';
  readonly exitCode: number | null;
  /** For people, where there is more to say. */
  readonly note: string;
}

export interface Running {
  readonly pid: number | null;
  stop(): void;
  /** Never rejects. */
  readonly ended: Promise<Ended>;
}

/** After a polite request. */
const killAfterMs = 2_000;
/** How long after its end what it left behind may hold the pipes. */
const drainMs = 500;

const notStarted: Readonly<Record<string, string>> = {
  ENOENT: 'The shell or the folder does not exist.',
  EACCES: 'The shell may not be run by you.',
  EPERM: 'The shell may not be run by you.',
  E2BIG: 'The command is too long for this system.',
  EAGAIN: 'This computer cannot start any more programs.',
};

const running = new Set<ChildProcess>();
let isWatchingExit = false;

/** False: nothing of the group was left. */
function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): boolean {
  if (pid === undefined) return false;
  try {
    if (process.platform === 'win32') {
      spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
      return false;
    }
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function watchExit(): void {
  if (isWatchingExit) return;
  isWatchingExit = true;
  process.on('exit', () => {
    for (const child of running) signalGroup(child, 'SIGKILL');
  });
}

const whyNot = (error: unknown): Ended => {
  const code = (error as { code?: unknown } | null)?.code;
  const word = typeof code === 'string' ? code : 'unknown';
  return {
    state: 'not_started',
    exitCode: null,
    note: notStarted[word] ?? `It could not be started (${word}).`,
  };
};

export function launch(input: Launch): Running {
  watchExit();
  let child: ChildProcess;
  try {
    child = spawn(input.file, input.args, {
      cwd: input.folder,
      env: { ...input.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: false,
      windowsHide: true,
      // A session of its own: no terminal to ask for a password on, and one group to stop.
      detached: process.platform !== 'win32',
    });
  } catch (error) {
    return { pid: null, stop: () => {}, ended: Promise.resolve(whyNot(error)) };
  }
  running.add(child);
  let cause: 'stopped' | 'timed_out' | null = null;
  let killTimer: NodeJS.Timeout | null = null;
  const letGo = (): void => {
    signalGroup(child, 'SIGKILL');
    // Whoever left the group may hold the pipes open for ever.
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  const end = (why: 'stopped' | 'timed_out'): void => {
    if (cause !== null) return;
    cause = why;
    signalGroup(child, 'SIGTERM');
    killTimer = setTimeout(letGo, killAfterMs);
  };
  const timer = setTimeout(() => end('timed_out'), Math.min(input.timeoutMs, 2_147_483_647));

  const ended = new Promise<Ended>((resolve) => {
    let drainTimer: NodeJS.Timeout | null = null;
    let hasLeft = false;
    const settle = (result: Ended): void => {
      clearTimeout(timer);
      if (killTimer !== null) clearTimeout(killTimer);
      if (drainTimer !== null) clearTimeout(drainTimer);
      if (running.delete(child)) signalGroup(child, 'SIGKILL');
      resolve(result);
    };
    child.stdout?.on('data', (chunk: Buffer) => input.onOutput('out', chunk));
    child.stderr?.on('data', (chunk: Buffer) => input.onOutput('err', chunk));
    child.on('error', (error) => {
      // Also a signal that could not be sent; then it is still there, and its end will come.
      if (child.pid === undefined) settle(whyNot(error));
    });
    child.on('exit', () => {
      drainTimer = setTimeout(() => {
        hasLeft = true;
        letGo();
      }, drainMs);
    });
    child.on('close', (code, signal) => {
      const isLeft = signalGroup(child, 'SIGKILL') || hasLeft;
      const left =
        isLeft && cause === null ? 'What it left in the background was ended with it.' : '';
      const by =
        code === null && cause === null
          ? `Ended by the signal ${signal ?? 'of another program'}.`
          : '';
      settle({
        state: cause ?? 'ended',
        exitCode: cause === null ? code : null,
        note: [by, left].filter((text) => text !== '').join(' '),
      });
    });
  });
  return { pid: child.pid ?? null, stop: () => end('stopped'), ended };
}
