/**
 * Runs the person's own git for our clones: without a shell, without a terminal, for a limited time and output, and in a
 * process group of its own.
 *
 * Their configuration counts (proxy, keys, helpers, `insteadOf`), except where it would ask a question or run something for a
 * repository: hooks, file system monitors, submodules, and all protocols but four. What is set for that travels in the
 * environment, as does a token: never on the command line, which every user of the machine can read.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { scrubText } from '../../logging.ts';

export interface GitLogin {
  /** Scheme, host and port that it is meant for; a redirect elsewhere does not get it. */
  readonly origin: string;
  readonly user: string;
  readonly token: string;
}

export interface GitCall {
  readonly args: readonly string[];
  /** Where the repository is; null for calls that need none. */
  readonly clone: string | null;
  /** A folder whose `files` and `index` are worked on instead of the clone's, which are not touched. */
  readonly beside?: string | undefined;
  readonly login?: GitLogin | null;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface GitAnswer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it was ended before its time; null when it ended by itself. */
  readonly ended: 'timeout' | 'stopped' | 'too much output' | null;
}

export interface GitProgram {
  /** @throws GitMissing */
  run(call: GitCall): Promise<GitAnswer>;
}

/** There is no git, or it cannot be started. */
export class GitMissing extends Error {}

const mostOutput = 4 * 1024 * 1024;
const mostErrors = 64 * 1024;
const killAfterMs = 2_000;

/** Of the variables that git reads, those that say how the person reaches servers. The others could lead it elsewhere. */
const keptVariables = new Set([
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_SSH_VARIANT',
  'GIT_SSL_CAINFO',
  'GIT_SSL_CAPATH',
  'GIT_SSL_CERT',
  'GIT_SSL_KEY',
  'GIT_HTTP_PROXY_AUTHMETHOD',
  'GIT_PROXY_SSL_CAINFO',
  'GIT_CONFIG_GLOBAL',
  'GIT_CONFIG_SYSTEM',
  'GIT_CONFIG_NOSYSTEM',
  'GIT_EXEC_PATH',
]);

/** Git asks for the login; it answers with what is in the environment, and stores nothing. */
const helper =
  '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$NIGHTDESK_GIT_USER" "$NIGHTDESK_GIT_TOKEN"; }; f';

/** Questions fail instead of waiting for an answer that nobody sees. */
const sshOptions =
  '-o BatchMode=yes -o ConnectTimeout=20 -o ForwardAgent=no -o ClearAllForwardings=yes -o PermitLocalCommand=no';

const isPlainSsh = (command: string): boolean => /^(\S*[/\\])?ssh(\.exe)?(\s|$)/.test(command);

export interface GitEnvironment {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** A folder in which there is nothing: where hooks would be. */
  readonly emptyFolder: string;
  /** The person's `core.sshCommand`; null: none. */
  readonly sshCommand: string | null;
}

function configuration(emptyFolder: string, login: GitLogin | null): [string, string][] {
  return [
    ['core.hooksPath', emptyFolder],
    ['core.fsmonitor', 'false'],
    ['core.autocrlf', 'false'],
    ['core.logAllRefUpdates', 'false'],
    ['core.protectNTFS', 'true'],
    ['core.protectHFS', 'true'],
    ['core.longpaths', 'true'],
    ['init.templateDir', ''],
    ['submodule.recurse', 'false'],
    ['fetch.recurseSubmodules', 'false'],
    ['transfer.bundleURI', 'false'],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['http.lowSpeedLimit', '500'],
    ['http.lowSpeedTime', '30'],
    ['advice.detachedHead', 'false'],
    ['credential.interactive', 'false'],
    ...(login === null
      ? []
      : // The empty one takes the person's own helpers away: they would write the token to a file of theirs.
        ([
          ['credential.helper', ''],
          [`credential.${login.origin}.helper`, helper],
        ] as [string, string][])),
  ];
}

/** Everything that git gets from us besides its arguments. Pure. */
export function gitEnvironment(
  base: GitEnvironment,
  call: Pick<GitCall, 'clone' | 'login' | 'beside'>,
): Record<string, string> {
  const kept = Object.entries(base.environment).flatMap(([name, value]) => {
    const isLeft = /^GIT_/i.test(name) && !keptVariables.has(name.toUpperCase());
    return value === undefined || isLeft || /^SSH_ASKPASS/i.test(name) ? [] : [[name, value]];
  });
  const found = Object.fromEntries(kept) as Record<string, string>;
  const login = call.login ?? null;
  const pairs = configuration(base.emptyFolder, login);
  const ssh =
    found['GIT_SSH_COMMAND'] ?? base.sshCommand ?? (found['GIT_SSH'] === undefined ? 'ssh' : null);
  return {
    ...found,
    LC_ALL: 'C',
    LANGUAGE: '',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: '',
    SSH_ASKPASS_REQUIRE: 'never',
    GCM_INTERACTIVE: 'never',
    GIT_ALLOW_PROTOCOL: 'https:http:ssh:file',
    GIT_LFS_SKIP_SMUDGE: '1',
    ...(ssh === null || !isPlainSsh(ssh) ? {} : { GIT_SSH_COMMAND: `${ssh} ${sshOptions}` }),
    // Named, because git would otherwise look upwards for one, and find somebody else's.
    ...(call.clone === null
      ? {}
      : { GIT_DIR: join(call.clone, '.git'), GIT_WORK_TREE: call.clone }),
    ...(call.beside === undefined
      ? {}
      : {
          GIT_WORK_TREE: join(call.beside, 'files'),
          GIT_INDEX_FILE: join(call.beside, 'index'),
        }),
    ...(login === null ? {} : { NIGHTDESK_GIT_USER: login.user, NIGHTDESK_GIT_TOKEN: login.token }),
    GIT_CONFIG_COUNT: String(pairs.length),
    ...Object.fromEntries(
      pairs.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

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

export function createGitProgram(options: {
  readonly emptyFolder: string;
  readonly program?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}): GitProgram {
  const { emptyFolder, program = 'git', environment = process.env } = options;
  let sshCommand: Promise<string | null> | null = null;

  const start = (call: GitCall, ssh: string | null): Promise<GitAnswer> =>
    new Promise((resolve, reject) => {
      if (call.signal.aborted) {
        resolve({ code: null, stdout: '', stderr: '', ended: 'stopped' });
        return;
      }
      const child = spawn(program, [...call.args], {
        cwd: call.clone ?? emptyFolder,
        env: gitEnvironment({ environment, emptyFolder, sshCommand: ssh }, call),
        stdio: ['ignore', 'pipe', 'pipe'],
        windowsHide: true,
        // Without a terminal of its own, ssh has nobody to ask.
        detached: process.platform !== 'win32',
      });
      let ended: GitAnswer['ended'] = null;
      let killTimer: NodeJS.Timeout | null = null;
      const end = (why: NonNullable<GitAnswer['ended']>): void => {
        if (ended !== null) return;
        ended = why;
        signalGroup(child, 'SIGTERM');
        killTimer = setTimeout(() => {
          signalGroup(child, 'SIGKILL');
          child.stdout.destroy();
          child.stderr.destroy();
        }, killAfterMs);
      };
      const onAbort = (): void => end('stopped');
      const onExit = (): void => signalGroup(child, 'SIGKILL');
      const timer = setTimeout(() => end('timeout'), call.timeoutMs);
      call.signal.addEventListener('abort', onAbort, { once: true });
      process.once('exit', onExit);
      const out: Buffer[] = [];
      const errors: Buffer[] = [];
      let outSize = 0;
      let errorSize = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        outSize += chunk.length;
        if (outSize > mostOutput) end('too much output');
        else out.push(chunk);
      });
      child.stderr.on('data', (chunk: Buffer) => {
        if (errorSize < mostErrors) errors.push(chunk.subarray(0, mostErrors - errorSize));
        errorSize += chunk.length;
      });
      const settle = (): void => {
        clearTimeout(timer);
        if (killTimer !== null) clearTimeout(killTimer);
        call.signal.removeEventListener('abort', onAbort);
        process.removeListener('exit', onExit);
        signalGroup(child, 'SIGKILL');
      };
      child.on('error', (error) => {
        settle();
        reject(new GitMissing(error.message, { cause: error }));
      });
      child.on('close', (code) => {
        settle();
        const token = call.login?.token ?? '';
        const clean = (bytes: Buffer[]): string => {
          const text = scrubText(Buffer.concat(bytes).toString('utf8'));
          return token === '' ? text : text.replaceAll(token, '[redacted]');
        };
        resolve({
          code: ended === null ? code : null,
          stdout: clean(out),
          stderr: clean(errors),
          ended,
        });
      });
    });

  return {
    async run(call) {
      sshCommand ??= start(
        {
          args: ['config', '--get', 'core.sshCommand'],
          clone: null,
          timeoutMs: 10_000,
          signal: new AbortController().signal,
        },
        null,
      ).then(
        ({ code, stdout }) => (code === 0 && stdout.trim() !== '' ? stdout.trim() : null),
        (error: unknown) => {
          sshCommand = null;
          throw error;
        },
      );
      return start(call, await sshCommand);
    },
  };
}
