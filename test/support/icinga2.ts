/**
 * The real Icinga 2 on a free port of the loopback, with an authority of its own and everything in a folder of its own. Whoever
 * starts one calls `remove` in the end. Its checks are passive: a test says what they found.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { makeAuthority, makeCertificate, type Certificate } from './certificate.ts';
import { freePort, until } from './prometheus-stack.ts';
import { give, isInstalled, ownerFor } from './server-process.ts';
import { temporaryFolder } from './store.ts';

const program = 'icinga2';
export const hasIcinga2 = isInstalled(program);
/** The only name in its certificate. */
export const icinga2Node = 'master1';
/** Everybody's password. */
export const icinga2Password = 'test-Ohb4aeT6';
/** May do everything; may read; may read hosts only; sees nothing; is known by a certificate. */
export type Icinga2User = 'desk' | 'reader' | 'hosts-only' | 'stranger' | 'certified';

const users: Readonly<Record<Icinga2User, string>> = {
  desk: 'password = wanted, permissions = [ "objects/query/*", "actions/*", "status/query" ]',
  reader: 'password = wanted, permissions = [ "objects/query/*", "status/query" ]',
  'hosts-only': 'password = wanted, permissions = [ "objects/query/Host", "status/query" ]',
  stranger: `password = wanted, permissions = [ "status/query",
    { permission = "objects/query/Host", filter = {{ host.name == "none" }} },
    { permission = "objects/query/Service", filter = {{ host.name == "none" }} } ]`,
  certified: 'client_cn = "certified", permissions = [ "objects/query/*", "status/query" ]',
};

export interface Icinga2Host {
  readonly name: string;
  readonly title?: string;
  readonly parent?: string;
  /** By name: how many checks in a row make a problem hard. */
  readonly services: Readonly<Record<string, number>>;
  readonly vars?: Readonly<Record<string, string>>;
}

interface Said {
  readonly status: number;
  readonly text: string;
}

export interface Icinga2Program {
  readonly url: string;
  /** PEM of its authority. */
  readonly authority: string;
  /** The certificate of the user `certified`. */
  readonly client: Certificate;
  /** What a check of `host` or `host!service` found: 0 fine, 1 warning or down, 2 critical, 3 unknown. */
  found(name: string, code: number, output: string): Promise<void>;
  /** Past Nightdesk: the attributes of all objects of a type, by full name. */
  objects(type: string): Promise<Map<string, Record<string, unknown>>>;
  request(path: string, body?: unknown, user?: Icinga2User): Promise<Said>;
  start(): Promise<void>;
  /** At once, and all of its processes. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

const text = (value: string): string => JSON.stringify(value);

function configuration(port: number, hosts: readonly Icinga2Host[]): string {
  const passive = 'check_command = "none", enable_active_checks = false, enable_flapping = false';
  const lines = [
    `const NodeName = ${text(icinga2Node)}`,
    `const ZoneName = ${text(icinga2Node)}`,
    `const wanted = ${text(icinga2Password)}`,
    `object Endpoint ${text(icinga2Node)} { }`,
    `object Zone ${text(icinga2Node)} { endpoints = [ ${text(icinga2Node)} ] }`,
    `object ApiListener "api" { bind_host = "127.0.0.1", bind_port = ${port} }`,
    'object CheckerComponent "checker" { }',
    'object CheckCommand "none" { command = [ "/bin/true" ] }',
    ...Object.entries(users).map(([name, rest]) => `object ApiUser ${text(name)} { ${rest} }`),
  ];
  for (const { name, title = name, parent, services, vars = {} } of hosts) {
    const own = Object.entries(vars).map(([key, value]) => `vars.${key} = ${text(value)}`);
    lines.push(
      `object Host ${text(name)} { ${[passive, 'max_check_attempts = 1', `display_name = ${text(title)}`, ...own].join(', ')} }`,
    );
    for (const [service, attempts] of Object.entries(services)) {
      lines.push(
        `object Service ${text(service)} { host_name = ${text(name)}, ${passive}, max_check_attempts = ${attempts}, notes_url = "https://runbooks.example.org/$host.name$" }`,
      );
    }
    if (parent !== undefined) {
      lines.push(
        `object Dependency "parent" { parent_host_name = ${text(parent)}, child_host_name = ${text(name)} }`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}

export async function startIcinga2(hosts: readonly Icinga2Host[]): Promise<Icinga2Program> {
  const port = await freePort();
  const folder = temporaryFolder();
  const owner = ownerFor('nagios');
  const at = (...parts: string[]): string => join(folder.path, ...parts);
  const endsAt = Date.now() + 30 * 86_400_000;
  const authority = makeAuthority('Icinga CA', endsAt);
  const server = makeCertificate(icinga2Node, endsAt, authority);
  const client = makeCertificate('certified', endsAt, authority);

  give(folder.path, owner);
  for (const name of ['data', 'data/certs', 'data/api', 'run', 'log', 'cache', 'spool']) {
    mkdirSync(at(name));
    give(at(name), owner);
  }
  const files: Readonly<Record<string, string>> = {
    'data/certs/ca.crt': authority.cert,
    [`data/certs/${icinga2Node}.crt`]: server.cert,
    [`data/certs/${icinga2Node}.key`]: server.key,
    'icinga2.conf': configuration(port, hosts),
  };
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(at(name), content, { mode: 0o600 });
    give(at(name), owner);
  }
  const who = owner === null ? userInfo().username : 'nagios';
  const group =
    owner === null ? spawnSync('id', ['-gn'], { encoding: 'utf8' }).stdout.trim() : 'nagios';
  const places: Readonly<Record<string, string>> = {
    RunAsUser: who,
    RunAsGroup: group,
    DataDir: at('data'),
    ConfigDir: folder.path,
    InitRunDir: at('run'),
    LogDir: at('log'),
    CacheDir: at('cache'),
    SpoolDir: at('spool'),
    PidPath: at('run', 'pid'),
    VarsPath: at('data', 'vars'),
    StatePath: at('data', 'state'),
    ModAttrPath: at('data', 'modified.conf'),
    ObjectsPath: at('cache', 'objects'),
  };

  let child: ChildProcess | null = null;
  /** It is several processes: they are a group of their own, so that all of them go. */
  const killGroup = ({ pid }: ChildProcess): void => {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  };
  const killAtExit = (): void => {
    if (child !== null) killGroup(child);
  };
  process.once('exit', killAtExit);

  const request = (path: string, body?: unknown, user: Icinga2User = 'desk'): Promise<Said> =>
    new Promise((resolve, reject) => {
      const isQuery = path.startsWith('objects/') && body !== undefined;
      const asked = httpsRequest(
        {
          host: '127.0.0.1',
          port,
          path: `/v1/${path}`,
          method: body === undefined ? 'GET' : 'POST',
          ca: authority.cert,
          servername: icinga2Node,
          auth: `${user}:${icinga2Password}`,
          headers: {
            accept: 'application/json',
            ...(isQuery ? { 'x-http-method-override': 'GET' } : {}),
          },
          agent: false,
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', reject);
          answer.on('end', () =>
            resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
          );
        },
      );
      asked.on('error', reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });

  /** Nothing of it is worth a graceful end, which takes it seconds. */
  const kill = async (): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null || running.signalCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    killGroup(running);
    await gone;
  };

  const start = async (): Promise<void> => {
    const said: string[] = [];
    const started = spawn(
      program,
      [
        'daemon',
        '-c',
        at('icinga2.conf'),
        '-x',
        'warning',
        ...Object.entries(places).map(([name, value]) => `-D${name}=${value}`),
      ],
      {
        cwd: folder.path,
        env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: folder.path, LC_ALL: 'C.UTF-8' },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
        ...owner,
      },
    );
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    }
    child = started;
    await until('Icinga answers', async () => {
      if (started.exitCode !== null) throw new Error(said.join(''));
      return (await request('status/CIB')).status === 200;
    });
  };

  await start();
  return {
    url: `https://127.0.0.1:${port}`,
    authority: authority.cert,
    client,
    request,
    start,
    kill,
    async found(name, code, output) {
      const object = name.includes('!') ? { service: name } : { host: name };
      const body = { ...object, exit_status: code, plugin_output: output };
      const { status, text: said } = await request('actions/process-check-result', body);
      if (status !== 200) throw new Error(`${name}: ${status} ${said}`);
    },
    async objects(type) {
      const { text: said } = await request(`objects/${type}`, {});
      const { results } = JSON.parse(said) as {
        results: { name: string; attrs: Record<string, unknown> }[];
      };
      return new Map(results.map(({ name, attrs }) => [name, attrs]));
    },
    async remove() {
      await kill();
      process.off('exit', killAtExit);
      folder.remove();
    },
  };
}

export interface AgedIcinga2 {
  readonly url: string;
  /** By how much it claims to run for longer than it does. */
  olderMs: number;
  close(): Promise<void>;
}

/** Passes everything on to a real one, which is said to be up for long: so a test need not wait for the minute after a start. */
export async function startAgedIcinga2(icinga: Icinga2Program): Promise<AgedIcinga2> {
  const upstream = new URL(icinga.url);
  const aged = (said: string): string => {
    const answer = JSON.parse(said) as {
      results: { name: string; status: Record<string, unknown> }[];
    };
    for (const { name, status } of answer.results) {
      if (name === 'CIB') status['uptime'] = Number(status['uptime']) + self.olderMs / 1_000;
      if (name !== 'IcingaApplication') continue;
      const { app } = status['icingaapplication'] as { app: { program_start: number } };
      app.program_start -= self.olderMs / 1_000;
    }
    return JSON.stringify(answer);
  };
  const server = createServer((incoming, response) => {
    const { host: _, connection: __, ...headers } = incoming.headers;
    const asked = httpsRequest(
      {
        host: upstream.hostname,
        port: upstream.port,
        path: incoming.url,
        method: incoming.method,
        headers,
        ca: icinga.authority,
        servername: icinga2Node,
        agent: false,
      },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => {
          const said = Buffer.concat(chunks).toString();
          const isStatus = incoming.url === '/v1/status' && answer.statusCode === 200;
          response.writeHead(answer.statusCode ?? 502, {
            'content-type': answer.headers['content-type'] ?? 'application/json',
          });
          response.end(isStatus ? aged(said) : said);
        });
      },
    );
    asked.on('error', () => response.socket?.resetAndDestroy());
    incoming.pipe(asked);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const self: AgedIcinga2 = {
    url: `http://127.0.0.1:${port}`,
    olderMs: 3_600_000,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}
