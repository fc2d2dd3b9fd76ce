/**
 * The real Zabbix 6.0 as plain child processes on free ports of the loopback: PostgreSQL, zabbix_server, and its frontend in the web
 * server of PHP, all in one folder. Whoever starts one calls `remove` in the end.
 *
 * Of the data that Zabbix ships only what it needs to start is loaded: no templates, so that it stands within seconds.
 */
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { freePort, until } from './prometheus-stack.ts';
import {
  give,
  isInstalled,
  ownerFor,
  runProgram,
  startProcess,
  type ServerProcess,
} from './server-process.ts';
import { temporaryFolder } from './store.ts';

const frontend = '/usr/share/zabbix';
const sql = '/usr/share/zabbix-server-pgsql';
const [postgres] = globSync('/usr/lib/postgresql/*/bin').toSorted().toReversed();

export const hasZabbix =
  postgres !== undefined &&
  existsSync(`${frontend}/api_jsonrpc.php`) &&
  existsSync(`${sql}/schema.sql.gz`) &&
  globSync('/etc/php/*/mods-available/pgsql.ini').length > 0 &&
  isInstalled('zabbix_server') &&
  isInstalled('zabbix_sender') &&
  isInstalled('php');

/** Of the built-in user Admin, and of every user that a test makes. */
export const adminPassword = 'zabbix';
export const userPassword = 'Test-4711-xyz!';

/** Rows without which neither server nor frontend start. */
const neededTables = new Set([
  'config',
  'config_autoreg_tls',
  'expressions',
  'globalmacro',
  'graph_theme',
  'hstgrp',
  'regexps',
  'role',
  'role_rule',
  'users',
  'users_groups',
  'usrgrp',
]);

function neededData(): string {
  const kept: string[] = [];
  let isKept = false;
  for (const line of gunzipSync(readFileSync(`${sql}/data.sql.gz`))
    .toString('utf8')
    .split('\n')) {
    const table = /^INSERT INTO (\w+)/.exec(line)?.[1];
    if (table !== undefined) isKept = neededTables.has(table);
    // A value may go on over several lines.
    if (isKept) kept.push(line);
  }
  return kept.join('\n');
}

const serverConfig = (folder: string, port: number): string =>
  Object.entries({
    ListenIP: '127.0.0.1',
    ListenPort: port,
    LogType: 'file',
    LogFile: `${folder}/server.log`,
    PidFile: `${folder}/server.pid`,
    SocketDir: folder,
    DBHost: folder,
    DBName: 'zabbix',
    DBUser: 'zabbix',
    DBPort: 5432,
    AllowUnsupportedDBVersions: 1,
    // A change of the configuration counts within a second.
    CacheUpdateFrequency: 1,
    HousekeepingFrequency: 0,
    StartPollers: 1,
    StartPreprocessors: 1,
    StartTrappers: 2,
    StartPingers: 0,
    StartDiscoverers: 0,
    StartHTTPPollers: 0,
    StartEscalators: 1,
    StartDBSyncers: 1,
    StartLLDProcessors: 1,
    CacheSize: '8M',
    HistoryCacheSize: '4M',
    HistoryIndexCacheSize: '4M',
    TrendCacheSize: '4M',
    ValueCacheSize: '4M',
    Timeout: 3,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

const frontendConfig = (folder: string, serverPort: number): string => `<?php
$DB['TYPE'] = 'POSTGRESQL';
$DB['SERVER'] = '${folder}';
$DB['PORT'] = '5432';
$DB['DATABASE'] = 'zabbix';
$DB['USER'] = 'zabbix';
$DB['PASSWORD'] = '';
$DB['SCHEMA'] = '';
$DB['ENCRYPTION'] = false;
$DB['VERIFY_HOST'] = false;
$DB['VAULT_URL'] = '';
$DB['DOUBLE_IEEE754'] = true;
$ZBX_SERVER = '127.0.0.1';
$ZBX_SERVER_PORT = '${serverPort}';
$IMAGE_FORMAT_DEFAULT = IMAGE_FORMAT_PNG;
`;

/** The frontend knows one place for its configuration; before anything else runs, ours takes it. */
const prepend = (folder: string): string => `<?php
eval('?>'.str_replace("'/etc/zabbix/zabbix.conf.php'", "'${folder}/frontend.php'",
  file_get_contents('${frontend}/include/classes/core/CConfigFile.php')));
`;

export interface ZabbixProgram {
  /** Of the frontend. */
  readonly url: string;
  /** Past Nightdesk: what the API says to the administrator. Throws what it refuses. */
  ask<Result = unknown>(method: string, params: unknown): Promise<Result>;
  /** A value for a trapper item; it is taken within a second or two after the item was made. */
  send(host: string, key: string, value: number | string): Promise<void>;
  /** A session of another user, as it logs in itself. */
  login(user: string): Promise<string>;
  startServer(): Promise<void>;
  /** The server alone: database and frontend go on. */
  stopServer(name?: NodeJS.Signals): Promise<void>;
  sql(text: string): string;
  stopDatabase(): Promise<void>;
  remove(): Promise<void>;
}

/** The server takes none above 32767, where all of the system's free ones lie. */
async function freeLowPort(): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (isFree) {
      await new Promise((resolve) => probe.close(resolve));
      return port;
    }
    if (attempt > 50) throw new Error('no port is free');
  }
}

export async function startZabbix(): Promise<ZabbixProgram> {
  const running: (() => Promise<void>)[] = [];
  try {
    return await start(running);
  } catch (error) {
    for (const stop of running.toReversed()) await stop();
    throw error;
  }
}

/** What is in `running` is stopped in the end, last first. */
async function start(running: (() => Promise<void>)[]): Promise<ZabbixProgram> {
  if (postgres === undefined) throw new Error('PostgreSQL is not installed');
  const owner = ownerFor('postgres');
  const [webPort, serverPort] = [await freePort(), await freeLowPort()];
  const temporary = temporaryFolder();
  const folder = temporary.path;
  running.push(() => Promise.resolve(temporary.remove()));
  give(folder, owner);
  for (const [name, text] of Object.entries({
    'server.conf': serverConfig(folder, serverPort),
    'frontend.php': frontendConfig(folder, serverPort),
    'prepend.php': prepend(folder),
  })) {
    writeFileSync(join(folder, name), text);
    give(join(folder, name), owner);
  }
  const run = (program: string, parameters: readonly string[], input?: string): string =>
    runProgram(program, parameters, { owner, folder, ...(input === undefined ? {} : { input }) });

  run(`${postgres}/initdb`, [
    '-D',
    join(folder, 'db'),
    '-U',
    'zabbix',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--no-locale',
    '--no-sync',
  ]);
  const database = startProcess({
    program: `${postgres}/postgres`,
    arguments: [
      '-D',
      join(folder, 'db'),
      // Nothing here has to survive a power cut.
      'fsync=off',
      'synchronous_commit=off',
      'full_page_writes=off',
      'autovacuum=off',
      'listen_addresses=',
      `unix_socket_directories=${folder}`,
      'shared_buffers=32MB',
    ].flatMap((part, index) => (index < 2 ? [part] : ['-c', part])),
    owner,
    folder,
  });
  running.push(() => database.stop('SIGINT'));
  const psql = (text: string, name = 'zabbix'): string =>
    run(
      `${postgres}/psql`,
      ['-q', '-t', '-A', '-h', folder, '-U', 'zabbix', '-d', name, '-v', 'ON_ERROR_STOP=1'],
      text,
    );
  await until('PostgreSQL answers', () => {
    if (!database.isRunning()) throw new Error(database.said());
    return psql('SELECT 1', 'postgres').trim() === '1';
  });
  psql('CREATE DATABASE zabbix', 'postgres');
  psql(gunzipSync(readFileSync(`${sql}/schema.sql.gz`)).toString('utf8'));
  psql(neededData());

  const web = startProcess({
    program: 'php',
    arguments: [
      '-d',
      `auto_prepend_file=${folder}/prepend.php`,
      '-d',
      'memory_limit=256M',
      '-d',
      'date.timezone=UTC',
      '-d',
      `session.save_path=${folder}`,
      '-S',
      `127.0.0.1:${webPort}`,
      '-t',
      frontend,
    ],
    owner,
    folder,
    environment: { PHP_CLI_SERVER_WORKERS: '3' },
  });
  running.push(() => web.stop());
  const url = `http://127.0.0.1:${webPort}`;
  let token = '';
  const post = async (method: string, params: unknown, auth?: string): Promise<unknown> => {
    const answer = await fetch(`${url}/api_jsonrpc.php`, {
      method: 'POST',
      headers: { 'content-type': 'application/json-rpc' },
      body: JSON.stringify({ jsonrpc: '2.0', method, params, auth, id: 1 }),
    });
    const { result, error } = (await answer.json()) as { result?: unknown; error?: unknown };
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
    return result;
  };
  const login = async (username: string, password: string): Promise<string> =>
    (await post('user.login', { username, password })) as string;

  let server: ServerProcess | null = null;
  const startServer = async (): Promise<void> => {
    const started = startProcess({
      program: 'zabbix_server',
      arguments: ['-f', '-c', join(folder, 'server.conf')],
      owner,
      folder,
    });
    server = started;
    running.push(() => started.stop());
    await until('zabbix_server runs', () => {
      if (!started.isRunning()) throw new Error(started.said());
      const log = join(folder, 'server.log');
      const said = existsSync(log) ? readFileSync(log, 'utf8') : '';
      return /server #\d+ started \[trapper/.test(said.slice(said.lastIndexOf('Starting Zabbix')));
    });
  };
  await startServer();
  token = await until('the frontend answers', () => login('Admin', adminPassword));

  return {
    url,
    ask: async (method, params) => (await post(method, params, token)) as never,
    async send(host, key, value) {
      await until(
        `the value of ${key} is taken`,
        () =>
          /processed: 1;/.test(
            run('zabbix_sender', [
              '-z',
              '127.0.0.1',
              '-p',
              `${serverPort}`,
              '-s',
              host,
              '-k',
              key,
              '-o',
              `${value}`,
            ]),
          ),
        15_000,
      );
    },
    login: (user) => login(user, userPassword),
    startServer,
    async stopServer(name) {
      await server?.stop(name);
    },
    sql: psql,
    stopDatabase: () => database.stop('SIGINT'),
    async remove() {
      for (const stop of running.splice(0).toReversed()) await stop();
    },
  };
}
