/**
 * One child process for one command, in a process group of its own, so that stopping it stops what it started, too. Its
 * input is closed, and it has no terminal: what there is where terminal.ts cannot give one.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { createEnding } from './ending.ts';
import { followGroup, leaveGroup, signalGroup } from './process-group.ts';

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
  /** A line that a person typed for it; null: there is no more. Absent: it takes no input. */
  typeLine?: (line: string | null) => void;
  /** Never rejects. */
  readonly ended: Promise<Ended>;
}

/** How long after its end what it left behind may hold the pipes. */
const drainMs = 500;

const notStarted: Readonly<Record<string, string>> = {
  ENOENT: 'The shell or the folder does not exist.',
  EACCES: 'The shell may not be run by you.',
  EPERM: 'The shell may not be run by you.',
  E2BIG: 'The command is too long for this system.',
  EAGAIN: 'This computer cannot start any more programs.',
};

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
  const pid = child.pid ?? null;
  if (pid !== null) followGroup(pid);
  const letGo = (): void => {
    signalGroup(pid, 'SIGKILL');
    // Whoever left the group may hold the pipes open for ever.
    child.stdout?.destroy();
    child.stderr?.destroy();
  };
  const ending = createEnding({ timeoutMs: input.timeoutMs, pid, letGo });

  const ended = new Promise<Ended>((resolve) => {
    let drainTimer: NodeJS.Timeout | null = null;
    let hasLeft = false;
    const settle = (result: Ended): void => {
      ending.over();
      if (drainTimer !== null) clearTimeout(drainTimer);
      if (pid !== null) leaveGroup(pid);
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
      const isLeft = signalGroup(pid, 'SIGKILL') || hasLeft;
      settle(
        ending.tell({
          code,
          signal: code === null ? (signal ?? 'of another program') : null,
          isLeft,
        }),
      );
    });
  });
  return { pid, stop: () => ending.stop(), ended };
}
