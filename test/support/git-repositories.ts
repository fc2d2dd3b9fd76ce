/** Real repositories, and real servers for them: git's own HTTP backend behind a small server, and sshd. */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSocket, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { ownerFor, startProcess } from './server-process.ts';

/** Nobody's configuration: what the machine has must not change a test. */
export function bareEnvironment(home: string): Record<string, string> {
  mkdirSync(home, { recursive: true });
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
  };
}

export interface Repository {
  /** The bare one that is served. */
  readonly path: string;
  git(...args: readonly string[]): string;
  /** Writes, commits and pushes; null removes a file. Answers with the commit. */
  commit(
    files: Readonly<Record<string, string | Buffer | null>>,
    message?: string,
    branch?: string,
  ): string;
  /** Replaces the whole history by one commit. */
  rewrite(files: Readonly<Record<string, string>>): string;
}

export function makeRepository(root: string, name = 'runbooks'): Repository {
  const path = join(root, `${name}.git`);
  const work = join(root, `${name}-work`);
  const env = bareEnvironment(join(root, 'home'));
  const run = (cwd: string, args: readonly string[]): string =>
    execFileSync('git', [...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
      .toString()
      .trim();
  mkdirSync(path, { recursive: true });
  run(path, ['init', '--quiet', '--bare', '--initial-branch=main']);
  run(path, ['config', 'uploadpack.allowFilter', 'true']);
  run(root, ['init', '--quiet', '--initial-branch=main', work]);
  run(work, ['remote', 'add', 'origin', path]);
  const put = (files: Readonly<Record<string, string | Buffer | null>>): void => {
    for (const [file, content] of Object.entries(files)) {
      const full = join(work, file);
      mkdirSync(dirname(full), { recursive: true });
      if (content === null) rmSync(full);
      else writeFileSync(full, content);
    }
    run(work, ['add', '--all']);
  };
  return {
    path,
    git: (...args) => run(work, args),
    commit(files, message = 'A change', branch = 'main') {
      if (run(work, ['branch', '--show-current']) !== branch)
        run(work, ['checkout', '-q', '-B', branch]);
      put(files);
      run(work, ['commit', '--quiet', '--allow-empty', '-m', message]);
      run(work, ['push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`]);
      return run(work, ['rev-parse', 'HEAD']);
    },
    rewrite(files) {
      run(work, ['checkout', '-q', '--orphan', `fresh-${Math.random().toString(36).slice(2)}`]);
      run(work, ['rm', '-rfq', '.']);
      put(files);
      run(work, ['commit', '--quiet', '-m', 'Begin again']);
      run(work, ['push', '--quiet', '--force', 'origin', 'HEAD:refs/heads/main']);
      return run(work, ['rev-parse', 'HEAD']);
    },
  };
}

export interface GitHttpServer {
  readonly url: string;
  /** Everything that was asked, with the login that came along. */
  readonly asked: { method: string; path: string; authorization: string | null }[];
  /** What it does instead of answering. */
  fault: ((request: IncomingMessage, response: ServerResponse) => boolean) | null;
  /** `user:token` that it wants. */
  login: string | null;
  close(): Promise<void>;
}

export async function serveByHttp(root: string): Promise<GitHttpServer> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://x');
    const authorization = request.headers.authorization ?? null;
    served.asked.push({ method: request.method ?? '', path: url.pathname, authorization });
    if (served.fault?.(request, response) === true) return;
    const wanted =
      served.login === null ? null : `Basic ${Buffer.from(served.login).toString('base64')}`;
    if (wanted !== null && authorization !== wanted) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    backend(root, url, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const served: GitHttpServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    fault: null,
    login: null,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return served;
}

/** The common gateway interface, as far as git uses it. */
function backend(root: string, url: URL, request: IncomingMessage, response: ServerResponse): void {
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      GIT_CONFIG_NOSYSTEM: '1',
      PATH_INFO: decodeURIComponent(url.pathname),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_ADDR: '127.0.0.1',
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const isPacked = request.headers['content-encoding'] === 'gzip';
  (isPacked ? request.pipe(createGunzip()) : request).pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  let head: Buffer | null = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => {
    if (head === null) {
      response.write(chunk);
      return;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) return;
    const lines = head.subarray(0, end).toString().split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    );
    response.writeHead(Number.parseInt(headers['Status'] ?? '200', 10), headers);
    response.write(head.subarray(end + 4));
    head = null;
  });
  child.on('close', () => response.end());
}

/** Started by root, sshd wants the user that its package makes. */
export const hasSsh =
  existsSync('/usr/sbin/sshd') &&
  existsSync('/usr/bin/ssh') &&
  (process.getuid?.() !== 0 || ownerFor('sshd') !== null);

export interface GitSshServer {
  url(path: string): string;
  /** What our git needs to reach it: a key, and the server's own. */
  readonly sshCommand: string;
  /** Without knowing the server's key. */
  readonly strangerCommand: string;
  close(): Promise<void>;
}

export async function serveBySsh(folder: string): Promise<GitSshServer> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Its separated part wants this empty folder, which a service manager would have made.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const key = (name: string): string => {
    const file = join(folder, name);
    execFileSync('/usr/bin/ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file]);
    return file;
  };
  const hostKey = key('host');
  const ownKey = key('own');
  const port = await freePort();
  const authorized = join(folder, 'authorized_keys');
  writeFileSync(authorized, readFileSync(`${ownKey}.pub`), { mode: 0o600 });
  const config = join(folder, 'sshd_config');
  writeFileSync(
    config,
    `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${hostKey}\nPidFile none\nAuthorizedKeysFile ${authorized}\n` +
      'PasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM no\nStrictModes no\nPermitRootLogin yes\nLogLevel ERROR\n',
  );
  const server = startProcess({
    program: '/usr/sbin/sshd',
    arguments: ['-D', '-e', '-f', config],
    owner: null,
    folder,
  });
  const known = join(folder, 'known_hosts');
  writeFileSync(known, `[127.0.0.1]:${port} ${readFileSync(`${hostKey}.pub`, 'utf8')}`);
  const empty = join(folder, 'no_hosts');
  writeFileSync(empty, '');
  const command = (hosts: string): string =>
    `ssh -F /dev/null -i ${ownKey} -o IdentitiesOnly=yes -o UserKnownHostsFile=${hosts}`;
  const deadline = Date.now() + 10_000;
  for (;;) {
    try {
      execFileSync(
        'sh',
        ['-c', `${command(known)} -p ${port} ${userInfo().username}@127.0.0.1 true`],
        {
          stdio: 'ignore',
          timeout: 5_000,
        },
      );
      break;
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(`sshd did not start: ${server.said()}`, { cause: error });
      await wait(100);
    }
  }
  return {
    url: (path) => `ssh://${userInfo().username}@127.0.0.1:${port}${path}`,
    sshCommand: command(known),
    strangerCommand: command(empty),
    close: () => server.stop(),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const socket = createSocket().listen(0, '127.0.0.1', () => {
      const { port } = socket.address() as AddressInfo;
      socket.close(() => resolve(port));
    });
  });
}
