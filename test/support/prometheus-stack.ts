/**
 * The real Alertmanager and Prometheus as plain child processes on free ports of the loopback, each with a folder of
 * its own. Whoever starts one calls `remove` in the end.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from './store.ts';

const isInstalled = (program: string): boolean =>
  spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;

export const hasAlertmanager = isInstalled('prometheus-alertmanager');
export const hasPrometheus = hasAlertmanager && isInstalled('prometheus');

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Waits until `check` answers something true; throws with the last reason after `atMostMs`. */
export async function until<Value>(
  what: string,
  check: () => Value | Promise<Value>,
  atMostMs = 60_000,
): Promise<NonNullable<Value>> {
  const end = Date.now() + atMostMs;
  let reason: unknown = 'it stayed false';
  for (;;) {
    try {
      const value = await check();
      if (value) return value;
    } catch (error) {
      reason = error;
    }
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`, { cause: reason });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A server program that a test may stop, freeze and start again at the same address with the same data. */
export interface ServerProgram {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Its sockets still accept, but it says nothing. */
  freeze(): void;
  thaw(): void;
  /** Stops it and deletes its folder. */
  remove(): Promise<void>;
}

async function createProgram(options: {
  program: string;
  port: number;
  /** Path in front of everything it serves. */
  prefix?: string;
  headers?: Readonly<Record<string, string>>;
  prepare(folder: string): void;
  arguments(folder: string): readonly string[];
}): Promise<ServerProgram> {
  const { program, port } = options;
  const folder = temporaryFolder();
  const url = `http://127.0.0.1:${port}${options.prefix ?? ''}`;
  let child: ChildProcess | null = null;
  options.prepare(folder.path);

  const stop = async (): Promise<void> => {
    const running = child;
    child = null;
    if (running === null || running.exitCode !== null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill('SIGCONT');
    running.kill('SIGTERM');
    const force = setTimeout(() => running.kill('SIGKILL'), 10_000);
    await gone;
    clearTimeout(force);
  };

  const start = async (): Promise<void> => {
    const said: string[] = [];
    const started = spawn(program, options.arguments(folder.path), {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    started.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    child = started;
    await until(`${program} is ready`, async () => {
      if (started.exitCode !== null) throw new Error(said.join(''));
      const answer = await fetch(`${url}/-/ready`, { headers: options.headers ?? {} });
      return answer.ok;
    });
  };

  await start();
  return {
    url,
    port,
    folder: folder.path,
    start,
    stop,
    freeze: () => child?.kill('SIGSTOP'),
    thaw: () => child?.kill('SIGCONT'),
    async remove() {
      await stop();
      folder.remove();
    },
  };
}

/** What a test posts as a firing alert; one with an `endsAt` in the past is over. */
export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly generatorURL?: string;
}

export interface SilenceThere {
  readonly id: string;
  readonly status: { readonly state: string };
  readonly comment: string;
  readonly createdBy: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly matchers: readonly { name: string; value: string; isRegex: boolean }[];
}

export interface AlertThere {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly status: { readonly state: string; readonly silencedBy: readonly string[] };
}

export interface AlertmanagerProgram extends ServerProgram {
  post(alerts: readonly PostedAlert[]): Promise<void>;
  /** Past Nightdesk: what Alertmanager itself says. */
  alerts(): Promise<AlertThere[]>;
  silences(): Promise<SilenceThere[]>;
}

/** The login of a server started with `hasLogin`. */
export const login = { user: 'desk', password: 'test' } as const;
/** bcrypt of that password. */
const passwordHash = '$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay';
const webLogin = { basic_auth_users: { [login.user]: passwordHash } };
const loginHeaders = {
  authorization: `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`,
};

export async function startAlertmanager(
  options: {
    port?: number;
    hasLogin?: boolean;
    /** Path in front of its API, e.g. `/alertmanager`. */
    prefix?: string;
    /** Port on which it talks to the other members of its cluster, and theirs. */
    cluster?: { port: number; peers: readonly number[] };
    inhibitRules?: readonly unknown[];
  } = {},
): Promise<AlertmanagerProgram> {
  const { hasLogin = false, cluster, prefix = '' } = options;
  const port = options.port ?? (await freePort());
  const headers: Record<string, string> = hasLogin ? loginHeaders : {};
  const program = await createProgram({
    program: 'prometheus-alertmanager',
    port,
    prefix,
    headers,
    prepare(folder) {
      // JSON is YAML, too.
      const config = {
        route: { receiver: 'on-call', group_by: ['...'], group_wait: '1s', group_interval: '1s' },
        receivers: [{ name: 'on-call' }],
        inhibit_rules: options.inhibitRules ?? [],
      };
      writeFileSync(join(folder, 'alertmanager.yml'), JSON.stringify(config));
      if (hasLogin) writeFileSync(join(folder, 'web.yml'), JSON.stringify(webLogin));
    },
    arguments: (folder) => [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...(prefix === '' ? [] : [`--web.route-prefix=${prefix}`]),
      `--cluster.listen-address=${cluster === undefined ? '' : `127.0.0.1:${cluster.port}`}`,
      ...(cluster?.peers ?? []).map((peer) => `--cluster.peer=127.0.0.1:${peer}`),
      ...(cluster === undefined ? [] : ['--cluster.settle-timeout=1s']),
      ...(hasLogin ? [`--web.config.file=${join(folder, 'web.yml')}`] : []),
      '--log.level=warn',
    ],
  });

  const ask = async (path: string, body?: unknown): Promise<unknown> => {
    const answer = await fetch(`${program.url}/api/v2/${path}`, {
      headers: { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  return {
    ...program,
    async post(alerts) {
      await ask('alerts', alerts);
    },
    alerts: async () => (await ask('alerts')) as AlertThere[],
    silences: async () => (await ask('silences')) as SilenceThere[],
  };
}

export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

export const watchdogRule: AlertingRule = {
  alert: 'Watchdog',
  expr: 'vector(1)',
  labels: { severity: 'none' },
  annotations: { summary: 'Always firing, to prove that the pipeline works.' },
};

/** Rules that fire as soon as they are evaluated. */
export const firingRules: readonly AlertingRule[] = [
  watchdogRule,
  {
    alert: 'CheckoutErrorRate',
    expr: 'vector(0.2) > 0.05',
    labels: { severity: 'critical', service: 'checkout', cluster: 'prod-eu' },
    annotations: {
      summary: 'Checkout fails for {{ $value | humanizePercentage }} of requests',
      runbook_url: 'https://runbooks.example.org/checkout-error-rate',
    },
  },
  {
    alert: 'DiskFillingUp',
    expr: 'vector(0.93) > 0.9',
    labels: { severity: 'warning', service: 'orders', instance: 'db-1:9100' },
    annotations: { description: 'The disk of db-1 is full in about four hours.' },
  },
];

export interface PrometheusProgram extends ServerProgram {
  /** Replaces the rules; they are evaluated within a second. An alert whose rule is gone resolves. */
  setRules(rules: readonly AlertingRule[]): Promise<void>;
}

export async function startPrometheus(options: {
  alertmanagers: readonly { readonly port: number }[];
  rules?: readonly AlertingRule[];
  hasLogin?: boolean;
}): Promise<PrometheusProgram> {
  const { hasLogin = false } = options;
  const port = await freePort();
  const writeRules = (folder: string, rules: readonly AlertingRule[]): void =>
    writeFileSync(
      join(folder, 'rules.yml'),
      JSON.stringify({ groups: [{ name: 'test', interval: '1s', rules }] }),
    );
  const program = await createProgram({
    program: 'prometheus',
    port,
    headers: hasLogin ? loginHeaders : {},
    prepare(folder) {
      const config = {
        global: { scrape_interval: '1s', evaluation_interval: '1s' },
        rule_files: ['rules.yml'],
        alerting: {
          alertmanagers: [
            {
              static_configs: [
                { targets: options.alertmanagers.map((other) => `127.0.0.1:${other.port}`) },
              ],
            },
          ],
        },
        scrape_configs: [],
      };
      writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
      writeRules(folder, options.rules ?? firingRules);
      if (hasLogin) writeFileSync(join(folder, 'web.yml'), JSON.stringify(webLogin));
    },
    arguments: (folder) => [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      ...(hasLogin ? [`--web.config.file=${join(folder, 'web.yml')}`] : []),
      '--web.enable-lifecycle',
      '--rules.alert.resend-delay=1s',
      '--log.level=warn',
    ],
  });
  return {
    ...program,
    async setRules(rules) {
      writeRules(program.folder, rules);
      const answer = await fetch(`${program.url}/-/reload`, { method: 'POST' });
      if (!answer.ok) throw new Error(`rules refused: ${await answer.text()}`);
    },
  };
}
