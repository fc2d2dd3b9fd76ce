import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commandKind } from '../../main/sources/command/connector.ts';
import { codeOf, commandText } from '../../main/sources/command/permission.ts';
import { CommandSettings } from '../../main/sources/command/settings.ts';
import { settingsProblem } from '../../main/sources/form.ts';
import { SourceError } from '../../main/sources/source-error.ts';
import type { SourceSettings } from '../../preload/contract/sources.ts';
import { never, open } from '../support/connectors/reading.ts';
import {
  describeConnector,
  type ConnectorCase,
  type Upstream,
} from '../support/connectors/suite.ts';
import { faults } from '../support/upstream-faults.ts';
import { startGenericStandIn, token, type GenericStandIn } from './generic-json/stand-in.ts';

const program = fileURLToPath(new URL('command/print.mjs', import.meta.url));
const fields = ['id = $.id', 'title = $.name'];

/** The suite starts several upstreams at other ports, each of which makes another command with another code. */
let latest: Upstream | null = null;
const settingsFor = (upstream: Upstream): SourceSettings => {
  latest = upstream;
  return {
    command: [process.execPath, program, `${upstream.url}/base/api/alarms?site=a%20b`],
    isAllowed: true,
    passes: 'token',
    timeoutSeconds: 2,
    maxMegabytes: 1,
    items: '$.data.list',
    fields: [
      'id = $.check.id',
      'title = $.name',
      'summary = $.details',
      'status = $.state',
      'severity = $.urgency',
      'startsAt = $.since',
      'labels = $.tags',
    ],
    statuses: ['red = firing'],
    proof: ['$.ok'],
    isEmptyQuiet: true,
  };
};
const codeFor = (upstream: Upstream): string =>
  codeOf(CommandSettings.parse(settingsFor(upstream)));

/** Whatever the server behind it does, all that is seen here is a program that failed. */
const failed = Object.fromEntries(
  Object.keys(faults).map((name) => [name, 'unreachable'] as const),
) as NonNullable<ConnectorCase['expected']>;

const one: ConnectorCase = {
  kind: commandKind,
  async start() {
    latest = await startGenericStandIn(1_000);
    return latest;
  },
  settings: settingsFor,
  get secrets() {
    return { token, code: latest === null ? '' : codeFor(latest) };
  },
  wrongSecrets: { token, code: 'ABCD-EFGH-JKLM' },
  severities: { critical: 'critical', Major: 'high', warn: 'warning', debug: 'info' },
  unknownSeverity: 'mauve',
  absentSeverity: 'warning',
  paging: { why: 'a program prints one document' },
  zones: true,
  unreadableItem: true,
  namelessItem: true,
  unproven: {
    'it says that it does not work': (upstream) => {
      upstream.show([]);
      (upstream as GenericStandIn).more = { ok: false };
    },
    'its list is missing': (upstream) => {
      (upstream as GenericStandIn).more = { data: {} };
    },
    'it prints nothing and ends with 0': (upstream) => {
      upstream.fault = (response) => void response.end();
    },
  },
  expected: {
    ...failed,
    'another JSON than a list': 'misconfigured',
    'a null': 'misconfigured',
    'text instead of JSON': 'misconfigured',
  },
  kept: ['acknowledge', 'silence'],
};

describeConnector(one, ['acknowledge', 'unacknowledge', 'silence', 'extend_silence', 'unsilence']);

describe('command running', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nightdesk-command-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const nothing = { url: '', requests: [] } as unknown as Upstream;
  const opened = (
    script: string,
    args: readonly string[],
    more: SourceSettings = {},
    code?: string,
  ) => {
    const settings = {
      command: [process.execPath, '-e', script, ...args],
      folder,
      isAllowed: true,
      timeoutSeconds: 1,
      maxMegabytes: 1,
      fields,
      ...more,
    };
    const right = codeOf(CommandSettings.parse(settings));
    const bare = { ...one, settings: () => settings, secrets: { code: code ?? right } };
    return open(bare, nothing).connector;
  };
  const failureOf = async (work: Promise<unknown>): Promise<SourceError> => {
    const error = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    if (error instanceof SourceError) return error;
    throw new Error(`no SourceError: ${String(error)}`);
  };
  const isAlive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  const gone = async (pid: number): Promise<boolean> => {
    for (let count = 0; count < 40 && isAlive(pid); count += 1) await wait(50);
    return !isAlive(pid);
  };
  const trace = "require('fs').writeFileSync('ran', 'yes');";

  test('nothing runs before it is switched on, and a test says what would run', async () => {
    const connector = opened(trace, [], { isAllowed: false });
    expect((await failureOf(connector.poll(never))).code).toBe('source.misconfigured');
    const report = await connector.test(never);
    expect(report.isUsable).toBe(false);
    expect(report.steps[0]?.text).toContain(process.execPath);
    expect(report.steps[0]?.next).toMatch(/the code [0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/);
    expect(existsSync(join(folder, 'ran'))).toBe(false);
    await connector.close();
  });

  test('a command that was changed since, for example by a shared file, does not run', async () => {
    const code = codeOf(
      CommandSettings.parse({ command: [process.execPath, '-e', '1'], isAllowed: true, fields }),
    );
    const connector = opened(trace, [], {}, code);
    const error = await failureOf(connector.poll(never));
    expect(error.code).toBe('source.unauthorized');
    expect(error.isRetryable).toBe(false);
    expect(existsSync(join(folder, 'ran'))).toBe(false);
    await connector.close();
  });

  test('every part of what runs is part of its code', () => {
    const base = { command: ['/bin/x', 'a b'], fields };
    const codes = [
      base,
      { ...base, command: ['/bin/x', 'a', 'b'] },
      { ...base, command: ['/bin/x', 'a b', ''] },
      { ...base, folder: '/tmp' },
      { ...base, environment: ['A=b'] },
      { ...base, passes: 'token' },
    ].map((settings) => codeOf(CommandSettings.parse(settings)));
    expect(new Set(codes).size).toBe(codes.length);
  });

  test('what is shown hides nothing', () => {
    const settings = CommandSettings.parse({
      command: ['/bin/x', "it's", '\u202egnp.exe', 'a\nb', ''],
      environment: ['A=b c'],
      folder: '/tmp',
      fields,
    });
    expect(commandText(settings)).toBe(
      String.raw`'A=b c' /bin/x 'it'\''s' '\u{202e}gnp.exe' 'a\u{a}b' ''   (in /tmp)`,
    );
  });

  test('no shell reads the arguments', async () => {
    const script =
      'console.log(JSON.stringify([{ id: 1, name: process.argv.slice(1).join("|") }]))';
    const connector = opened(script, ['$(touch ran)', '; touch ran', '*', '']);
    const { snapshot } = await connector.poll(never);
    expect(snapshot.alarms[0]?.title).toBe('$(touch ran)|; touch ran|*|');
    expect(existsSync(join(folder, 'ran'))).toBe(false);
    await connector.close();
  });

  test('it sees its environment and the ordinary one, and nothing of ours', async () => {
    process.env['NIGHTDESK_PRIVATE'] = 'ours';
    const script =
      'console.log(JSON.stringify([{ id: 1, name: [process.env.A, !!process.env.PATH, process.env.NIGHTDESK_PRIVATE].join() }]))';
    const connector = opened(script, [], { environment: ['A=b=c'] });
    expect((await connector.poll(never)).snapshot.alarms[0]?.title).toBe('b=c,true,');
    delete process.env['NIGHTDESK_PRIVATE'];
    await connector.close();
  });

  const family = `
    const child = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    require('fs').writeFileSync('pid', String(child.pid));
    process.on('SIGTERM', () => {});
    setInterval(() => {}, 1000);`;
  const started = async (): Promise<number> => {
    for (let count = 0; count < 100; count += 1) {
      const text = existsSync(join(folder, 'pid')) ? readFileSync(join(folder, 'pid'), 'utf8') : '';
      if (text !== '') {
        rmSync(join(folder, 'pid'));
        return Number(text);
      }
      await wait(50);
    }
    throw new Error('it never started');
  };

  test('a program that hangs is ended, with what it started, even when it will not', async () => {
    const connector = opened(family, []);
    const [error, pid] = await Promise.all([failureOf(connector.poll(never)), started()]);
    expect(error.message).toContain('did not end within 1 s');
    expect(await gone(pid)).toBe(true);
    await connector.close();
  });

  test('closing ends what runs, and waits for it', async () => {
    const connector = opened(family, [], { timeoutSeconds: 30 });
    const failing = failureOf(connector.poll(never));
    const pid = await started();
    await connector.close();
    expect((await failing).code).toBe('source.unreachable');
    expect(await gone(pid)).toBe(true);
  });

  test('a poll that is given up ends its program', async () => {
    const connector = opened(family, [], { timeoutSeconds: 30 });
    const stop = new AbortController();
    const failing = failureOf(connector.poll(stop.signal));
    const pid = await started();
    stop.abort();
    await failing;
    expect(await gone(pid)).toBe(true);
    await connector.close();
  });

  test.each([
    ['prints too much', "process.stdout.write('[' + ' '.repeat(3e6) + ']')", /more than 1 MB/],
    ['fails', "console.error('no way: token=abc'); process.exit(3)", /ended with 3: no way/],
    ['prints half', 'console.log(\'[{"id":1\')', /broken or incomplete/],
    ['prints words around it', "console.log('Loading...\\n[]')", /broken or incomplete/],
    ['prints nothing', '', /printed nothing/],
    ['is killed', "process.kill(process.pid, 'SIGKILL')", /was ended by SIGKILL/],
  ])('a program that %s gives no list', async (_, script, message) => {
    const connector = opened(script, []);
    const error = await failureOf(connector.poll(never));
    expect(error.message).toMatch(message);
    expect(error.next).not.toBe('');
    await connector.close();
  });

  test.each([
    ['is not there', { command: ['/nowhere/to/be/found'] }, /does not exist/],
    ['may not be run', { command: ['/etc'] }, /may not be run/],
    ['has no folder', { folder: '/nowhere/to/be/found' }, /does not exist/],
  ])('a program that %s says so', async (_, settings, message) => {
    const connector = opened('1', [], settings);
    expect((await failureOf(connector.poll(never))).message).toMatch(message);
    await connector.close();
  });

  test('what cannot be run safely is refused in the form', () => {
    const problem = (settings: SourceSettings): string | null =>
      settingsProblem(commandKind, { fields, ...settings });
    expect(problem({ command: ['/bin/true'] })).toBeNull();
    expect(problem({ command: ['true'] })).toMatch(/full path/);
    expect(problem({ command: ['/bin/true', 'a\0b'] })).toMatch(/NUL/);
    expect(problem({ command: [] })).toMatch(/A program/);
    expect(problem({ command: ['/bin/true'], environment: ['A b'] })).toMatch(/NAME=value/);
    expect(problem({ command: ['/bin/true'], folder: 'here' })).toMatch(/full path/);
  });
});
