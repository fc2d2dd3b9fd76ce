import { once } from 'node:events';
import { createServer as createHttp, type RequestListener } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Space } from '../../../../main/sources/local/disks.ts';
import { createLocalKind, type Machine } from '../../../../main/sources/local/connector.ts';
import { formOf } from '../../../../main/sources/form.ts';
import { createHttpClient } from '../../../../main/sources/http-client.ts';
import { readFileSync, readdirSync } from 'node:fs';
import type { KnownAlarm, ObservedAlarm } from '../../../../main/alarms/alarm.ts';
import type { SourceId } from '../../../../preload/contract/common.ts';
import {
  SourceKind,
  TestReport,
  type SourceSettings,
} from '../../../../preload/contract/sources.ts';
import { known } from '../../../support/alarms.ts';
import { makeCertificate } from '../../../support/certificate.ts';
import { standingClock } from '../../../support/store.ts';

const day = 86_400_000;
const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => {
      server.close(resolve);
    });
  });
  return (server.address() as AddressInfo).port;
}

const http = (handler: RequestListener) => listen(createHttp(handler));

const gb = 1e9;
const roomy: Space = { usedBytes: 10 * gb, freeBytes: 90 * gb, usedInodes: 1, freeInodes: 99 };
const full: Space = { ...roomy, usedBytes: 99 * gb, freeBytes: gb };
const root = { mountpoint: '/', device: '/dev/sda1', type: 'ext4' };

/** A computer that is well, unless a test says otherwise. */
const well: Machine = {
  disks: { list: async () => [root], read: async () => roomy },
  memory: async () => ({
    availableBytes: 8 * gb,
    totalBytes: 16 * gb,
    stalledPercent: 0,
    isEstimate: false,
  }),
  load: { load: () => [0, 0, 0], processors: () => 4, platform: 'linux' },
};

function open(
  settings: SourceSettings = {},
  machine: Machine = {},
  memory: Readonly<Record<string, unknown>> = {},
) {
  const clock = standingClock(new Date().toISOString());
  const connector = createLocalKind({ ...well, ...machine }).create({
    sourceId: 'this-computer' as SourceId,
    name: 'This computer',
    settings,
    secrets: {},
    http: createHttpClient(),
    clock,
    memory,
    severityMap: {},
  });
  closers.push(() => connector.close());
  let kept = memory;
  return {
    clock,
    connector,
    kept: () => kept,
    async poll() {
      const result = await connector.poll(AbortSignal.timeout(20_000));
      kept = result.memory ?? kept;
      return { ...result, alarms: result.snapshot.alarms, same: result.memory };
    },
    async polls(count: number) {
      let last = await this.poll();
      for (let index = 1; index < count; index += 1) last = await this.poll();
      return last;
    },
  };
}

const names = (alarms: readonly ObservedAlarm[]): string[] =>
  alarms.map(({ externalId, severity }) => `${externalId} ${severity}`);

describe('a computer that is well', () => {
  it('has no alarms, says what it cannot check, and keeps nothing new', async () => {
    const local = open();
    const first = await local.poll();
    expect(first.snapshot).toEqual({ alarms: [], isComplete: true, incompleteReason: null });
    expect(first.remarks.join()).toContain('clock is not checked');
    expect((await local.poll()).same).toBe(first.same);
  });

  it('is checked for real with no configuration at all', async () => {
    const local = open({}, { disks: {}, memory: undefined as never, load: undefined as never });
    const { snapshot } = await local.poll();
    expect(snapshot.isComplete).toBe(true);
    expect(snapshot.alarms.every(({ unreadableReason }) => unreadableReason === null)).toBe(true);
  });

  it('has a form that the contract can carry', () => {
    const form = SourceKind.parse(formOf(createLocalKind()));
    expect(form.fields.every(({ label, isRequired }) => label !== '' && !isRequired)).toBe(true);
  });
});

describe('alarms of this computer', () => {
  it('are named like the runbooks that ship for them', async () => {
    const port = await http((_request, response) => response.writeHead(500).end());
    const local = open(
      { targets: [`http://127.0.0.1:${port}/`] },
      {
        disks: { list: async () => [root], read: async () => full },
        memory: async () => ({
          availableBytes: 1,
          totalBytes: 100,
          stalledPercent: null,
          isEstimate: false,
        }),
        load: { load: () => [0, 99, 0], processors: () => 1, platform: 'linux' },
      },
    );
    local.clock.move(-3_600_000);
    const { alarms } = await local.poll();
    expect(names(alarms)).toEqual([
      'local:v1:disk:/ critical',
      'local:v1:memory:this high',
      'local:v1:load:this high',
      `local:v1:probe:http://127.0.0.1:${port}/ high`,
      'local:v1:clock:this high',
    ]);
    expect(alarms[0]?.labels).toMatchObject({ mountpoint: '/', device: '/dev/sda1' });
    const folder = new URL('../../../../main/runbooks/starter/', import.meta.url);
    const runbooks = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), 'utf8'));
    for (const { labels } of alarms) {
      expect(runbooks.some((text) => text.includes(`alerts: [${labels['alertname']}]`))).toBe(true);
    }
  });

  it('stay the same object while they say the same, and keep their start over a restart', async () => {
    const machine = { disks: { list: async () => [root], read: async () => full } };
    const local = open({}, machine);
    const [first] = (await local.poll()).alarms;
    local.clock.move(15_000);
    expect((await local.poll()).alarms[0]).toBe(first);
    const again = open({}, machine, JSON.parse(JSON.stringify(local.kept())) as never);
    again.clock.move(60_000);
    expect((await again.poll()).alarms[0]).toEqual(first);
  });

  it('say that a check could not be run, and do not clear because of it', async () => {
    let read = async (): Promise<Space> => full;
    const local = open({}, { disks: { list: async () => [root], read: () => read() } });
    await local.poll();
    read = async () => {
      throw new Error('input/output error');
    };
    const { alarms, snapshot } = await local.poll();
    expect(snapshot.isComplete).toBe(true);
    expect(alarms).toMatchObject([
      { externalId: 'local:v1:disk:/', severity: 'high', unreadableReason: 'input/output error' },
    ]);
    read = async () => roomy;
    expect((await local.poll()).alarms).toEqual([]);
  });

  it('resolve nothing when the system does not say which disks there are', async () => {
    const before = open({}, { disks: { list: async () => [root], read: async () => full } });
    await before.poll();
    const list = async () => {
      throw new Error('no /proc');
    };
    const local = open({}, { disks: { list, read: async () => full } }, before.kept());
    const { snapshot } = await local.poll();
    expect(snapshot.isComplete).toBe(false);
    expect(snapshot.incompleteReason).toContain('no /proc');
    const after = open(
      {},
      { disks: { list: async () => [root], read: async () => full } },
      local.kept(),
    );
    expect((await after.poll()).alarms).toMatchObject([{ externalId: 'local:v1:disk:/' }]);
  });

  it('do not wait for a disk that hangs, and ask it once', async () => {
    let asked = 0;
    const read = () => {
      asked += 1;
      return new Promise<Space>(() => undefined);
    };
    const local = open({}, { disks: { list: async () => [root], read, patienceMs: 20 } });
    const { alarms } = await local.polls(3);
    expect(asked).toBe(1);
    expect(alarms[0]?.unreadableReason).toContain('has not answered');
  });

  it('survive a memory that somebody else wrote', async () => {
    for (const memory of [
      { tracks: 7, acknowledged: [1], silences: { a: 1 } },
      { tracks: { a: null } },
    ]) {
      expect((await open({}, {}, memory as never).poll()).alarms).toEqual([]);
    }
  });
});

describe('probes', () => {
  it('fire at the second failure in a row and clear at the second success', async () => {
    let status = 200;
    const port = await http((_request, response) => response.writeHead(status).end('<html>'));
    const target = `http://127.0.0.1:${port}/health`;
    const local = open({ targets: [target], probeSeverity: 'critical' });
    expect((await local.poll()).alarms).toEqual([]);
    status = 503;
    const once = await local.poll();
    expect(once.alarms).toEqual([]);
    expect(once.remarks.join()).toContain('once so far: It answered with status 503.');
    const [alarm] = (await local.poll()).alarms;
    expect(alarm).toMatchObject({
      externalId: `local:v1:probe:${target}`,
      severity: 'critical',
      summary: 'It answered with status 503.',
      service: '127.0.0.1',
      labels: { alertname: 'LocalProbe', target, host: '127.0.0.1', port: String(port) },
    });
    status = 204;
    expect((await local.poll()).alarms).toHaveLength(1);
    expect((await local.poll()).alarms).toEqual([]);
  });

  it('ask a TCP port, and say in words why nothing answers', async () => {
    const port = await listen(createTcp());
    const close = closers.at(-1);
    const local = open({ targets: [`tcp://127.0.0.1:${port}`] });
    expect((await local.poll()).alarms).toEqual([]);
    await close?.();
    expect((await local.polls(2)).alarms[0]?.summary).toContain('nothing listens there');
  });

  it.each<[string, (socket: Socket) => void]>([
    ['accepts and never speaks', () => undefined],
    ['resets', (socket) => socket.resetAndDestroy()],
    ['speaks something else', (socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')],
    [
      'drips headers for ever',
      (socket) => {
        socket.write('HTTP/1.1 200 OK\r\n');
        const timer = setInterval(() => socket.write('X-A: b\r\n'), 50);
        socket.on('close', () => clearInterval(timer));
      },
    ],
    [
      'sends headers without end',
      (socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${'a'.repeat(500_000)}`),
    ],
  ])('survive a server that %s', async (_name, behave) => {
    const port = await listen(createTcp(behave));
    const targets = [
      `http://127.0.0.1:${port}/`,
      `https://127.0.0.1:${port}/`,
      `tls://127.0.0.1:${port}`,
    ];
    const local = open({ targets, probeTimeoutSeconds: 1 });
    const { alarms } = await local.poll();
    expect(alarms.filter(({ labels }) => labels['alertname'] === 'LocalProbe')).toHaveLength(3);
  });

  it('do not read an answer that never ends', async () => {
    let sent = 0;
    const port = await http((_request, response) => {
      const more = (): void => {
        if (response.destroyed) return;
        sent += 1;
        response.write('x'.repeat(100_000), () => setImmediate(more));
      };
      more();
    });
    const local = open({ targets: [`http://127.0.0.1:${port}/`] });
    expect((await local.poll()).alarms).toEqual([]);
    expect(sent).toBeLessThan(1_000);
  });

  it('end with the signal of the poll', async () => {
    const port = await listen(createTcp());
    const local = open({ targets: [`http://127.0.0.1:${port}/`] });
    const controller = new AbortController();
    const poll = local.connector.poll(controller.signal);
    setTimeout(() => controller.abort('discarded'), 50);
    await expect(poll).rejects.toBe('discarded');
  });

  it('compare our clock with what the servers say, unless a cache says it', async () => {
    let headers = {};
    const port = await http((_request, response) => response.writeHead(200, headers).end());
    const local = open({ targets: [`http://127.0.0.1:${port}/`] });
    headers = { date: new Date(local.clock.now() + 120_000).toUTCString() };
    const [alarm] = (await local.poll()).alarms;
    expect(alarm).toMatchObject({ externalId: 'local:v1:clock:this', severity: 'warning' });
    expect(alarm?.title).toContain('behind');
    headers = { ...headers, age: '120' };
    expect((await local.poll()).remarks.join()).toContain('no address told its time');
  });
});

describe('certificates', () => {
  async function serve(host: string, endsAt: number, trust: 'trusted' | 'unknown') {
    const { key, cert } = makeCertificate(host, endsAt);
    const server = createHttps({ key, cert }, (_request, response) =>
      response.writeHead(200).end(),
    );
    const port = await listen(server);
    const local = open(
      { targets: [`https://localhost:${port}/`] },
      { trusted: trust === 'trusted' ? [cert] : [] },
    );
    return { ...local, server, port };
  }

  it('that are good for long are no alarm', async () => {
    const { poll } = await serve('localhost', Date.now() + 90 * day, 'trusted');
    expect((await poll()).alarms).toEqual([]);
  });

  it('are a warning when they end soon, high when they end very soon, and critical after', async () => {
    const { poll, clock, port } = await serve('localhost', Date.now() + 20 * day, 'trusted');
    const certificate = async () =>
      (await poll()).alarms.find(({ labels }) => labels['alertname'] === 'LocalCertificate');
    expect(await certificate()).toMatchObject({
      externalId: `local:v1:certificate:localhost:${port}`,
      severity: 'warning',
      title: expect.stringMatching(/ends in (19|20) days/),
      labels: { host: 'localhost', port: String(port) },
    });
    clock.move(16 * day);
    expect(await certificate()).toMatchObject({ severity: 'high' });
    clock.move(5 * day);
    expect(await certificate()).toMatchObject({
      severity: 'critical',
      title: expect.stringContaining('has ended'),
    });
  });

  it.each<[string, string, 'trusted' | 'unknown', string]>([
    ['of an unknown authority', 'localhost', 'unknown', 'self-signed'],
    ['for another name', 'other.example.org', 'trusted', 'for another name'],
  ])('%s are critical, though the server answers', async (_name, host, trust, reason) => {
    const { poll } = await serve(host, Date.now() + 90 * day, trust);
    const { alarms } = await poll();
    expect(alarms).toHaveLength(1);
    expect(alarms[0]).toMatchObject({
      severity: 'critical',
      title: expect.stringContaining('not trusted'),
    });
    expect(alarms[0]?.summary).toContain(reason);
  });

  it('do not become good because the server does not answer any more', async () => {
    const { poll, port } = await serve('localhost', Date.now() + 10 * day, 'trusted');
    expect((await poll()).alarms).toHaveLength(1);
    await closers.shift()?.();
    const { alarms } = await poll();
    expect(alarms).toMatchObject([
      {
        externalId: `local:v1:certificate:localhost:${port}`,
        unreadableReason: expect.stringContaining('could not be looked at'),
      },
    ]);
  });
});

describe('acknowledging here', () => {
  const machine = { disks: { list: async () => [root], read: async () => full } };
  const signal = AbortSignal.timeout(60_000);
  const asKnown = (alarm: ObservedAlarm | undefined): KnownAlarm => known({ ...alarm, refs: {} });

  it('is confirmed once a poll has handed it to the store, and survives a restart', async () => {
    const local = open({}, machine);
    const alarm = asKnown((await local.poll()).alarms[0]);
    const { actions } = local.connector;
    if (actions === null) throw new Error('no actions');
    const action = {
      kind: 'acknowledge',
      refs: {},
      externalId: alarm.externalId,
      matchers: actions.propose(alarm).matchers,
      by: 'ada',
      note: '',
      durationMs: 1_000,
    } as const;
    const receipt = await actions.send(action, 'k1', signal);
    await actions.send(action, 'k1', signal);
    expect(await actions.confirm(action, receipt, signal)).toBe(false);
    expect((await local.poll()).alarms).toMatchObject([{ status: 'acknowledged', ackedBy: 'ada' }]);
    expect(await actions.confirm(action, receipt, signal)).toBe(true);

    const stored = JSON.parse(JSON.stringify(local.kept())) as Record<string, unknown>;
    const again = open({}, machine, stored);
    expect((await again.poll()).alarms[0]?.status).toBe('acknowledged');
    const undo = {
      kind: 'unacknowledge',
      refs: {},
      externalId: alarm.externalId,
      upstreamRef: null,
    } as const;
    const undone = await again.connector.actions?.send(undo, 'k2', signal);
    expect((await again.poll()).alarms[0]?.status).toBe('firing');
    expect(undone && (await again.connector.actions?.confirm(undo, undone, signal))).toBe(true);
  });

  it('ends with the alarm: the next one is new', async () => {
    let read = async (): Promise<Space> => full;
    const local = open({}, { disks: { list: async () => [root], read: () => read() } });
    await local.poll();
    const ack = {
      kind: 'acknowledge',
      refs: {},
      externalId: 'local:v1:disk:/',
      matchers: [],
      by: 'ada',
      note: '',
      durationMs: 1_000,
    } as const;
    await local.connector.actions?.send(ack, 'k', signal);
    read = async () => roomy;
    await local.poll();
    await expect(local.connector.actions?.send(ack, 'k', signal)).rejects.toMatchObject({
      code: 'source.rejected',
    });
    read = async () => full;
    expect((await local.poll()).alarms[0]?.status).toBe('firing');
  });

  it('silences by labels until the end, and never everything', async () => {
    const local = open({}, machine);
    const alarm = asKnown((await local.poll()).alarms[0]);
    const { actions } = local.connector;
    const matchers = actions?.propose(alarm).matchers ?? [];
    const endsAt = new Date(local.clock.now() + 60_000).toISOString();
    const silence = { kind: 'silence', matchers, by: 'ada', note: 'known', endsAt } as const;
    await expect(actions?.send({ ...silence, matchers: [] }, 'none', signal)).rejects.toMatchObject(
      { code: 'source.rejected' },
    );
    await actions?.send(silence, 's1', signal);
    await actions?.send(silence, 's1', signal);
    expect((await local.poll()).alarms[0]?.status).toBe('suppressed');
    expect(await actions?.silences(signal)).toMatchObject([
      { id: 's1', createdBy: 'ada', comment: 'known' },
    ]);
    local.clock.move(61_000);
    expect((await local.poll()).alarms[0]?.status).toBe('firing');
    expect(await actions?.silences(signal)).toEqual([]);
  });
});

describe('the test of the form', () => {
  it('says of each check what it found', async () => {
    const { key, cert } = makeCertificate('localhost', Date.now() + 3 * day);
    const port = await listen(createHttps({ key, cert }, (_request, response) => response.end()));
    const { connector } = open(
      { targets: [`https://localhost:${port}/`, 'tcp://127.0.0.1:1'] },
      { trusted: [cert] },
    );
    const report = TestReport.parse(await connector.test(AbortSignal.timeout(20_000)));
    expect(report.isUsable).toBe(true);
    expect(report.steps.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      'read ok',
      'read ok',
      'read ok',
      'reach ok',
      'reach warning',
      'tls warning',
      'clock ok',
    ]);
  });
});
