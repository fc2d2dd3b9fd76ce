/**
 * Server programs from Debian as plain child processes. Some refuse to run as root, and none of them needs to: then they run as
 * the user that their package made.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, readFileSync } from 'node:fs';

export const isInstalled = (program: string, option = '--version'): boolean =>
  spawnSync(program, [option], { stdio: 'ignore' }).error === undefined;

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Null: stay who we are, because we are not root or there is no such user. */
export function ownerFor(user: string): Owner | null {
  if (process.getuid?.() !== 0) return null;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith(`${user}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}

export function give(path: string, owner: Owner | null): void {
  if (owner !== null) chownSync(path, owner.uid, owner.gid);
}

export interface ServerProcess {
  /** What it said on its error output. */
  said(): string;
  isRunning(): boolean;
  signal(name: NodeJS.Signals): void;
  /** Asks it to end, and ends it after a while. */
  stop(name?: NodeJS.Signals): Promise<void>;
}

export function startProcess(options: {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly owner: Owner | null;
  readonly folder: string;
  readonly environment?: Readonly<Record<string, string>>;
}): ServerProcess {
  const { program, owner, folder, environment = {} } = options;
  const said: string[] = [];
  const child: ChildProcess = spawn(program, options.arguments, {
    cwd: folder,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: folder, LC_ALL: 'C.UTF-8', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: what is killed takes its children along, as it does where it is a service.
    detached: true,
    ...owner,
  });
  child.on('error', (error) => said.push(String(error)));
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      said.push(chunk.toString());
      if (said.length > 200) said.shift();
    });
  }
  const isRunning = (): boolean =>
    child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const signalGroup = (name: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // Nobody is left in it.
    }
  };
  return {
    said: () => said.join(''),
    isRunning,
    signal: signalGroup,
    async stop(name = 'SIGTERM') {
      if (!isRunning()) return;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      signalGroup('SIGCONT');
      // Asked to end, a program ends its children itself.
      if (name === 'SIGKILL') signalGroup(name);
      else child.kill(name);
      const force = setTimeout(() => signalGroup('SIGKILL'), 8_000);
      await gone;
      clearTimeout(force);
      // Whatever it left behind.
      signalGroup('SIGKILL');
    },
  };
}

/** Runs to its end; throws with what it said when it fails. */
export function runProgram(
  program: string,
  parameters: readonly string[],
  options: {
    readonly owner: Owner | null;
    readonly folder: string;
    readonly input?: string;
    readonly environment?: Readonly<Record<string, string>>;
  },
): string {
  const { owner, folder, input, environment = {} } = options;
  const done = spawnSync(program, parameters, {
    cwd: folder,
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: folder, LC_ALL: 'C.UTF-8', ...environment },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    ...(input === undefined ? {} : { input }),
    ...owner,
  });
  if (done.status !== 0) {
    throw new Error(`${program} failed: ${done.error?.message ?? ''} ${done.stderr}`);
  }
  return done.stdout;
}
