/** The same questions to the simulator of the drill and to the real Alertmanager: they must not be told apart. */
import { spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { systemClock } from '../../main/clock.ts';
import { Alertmanager } from '../../main/drill/alertmanager.ts';
import { startSimulator } from '../../main/drill/simulator.ts';
import { temporaryFolder } from '../support/store.ts';
import { until } from '../support/prometheus-stack.ts';

const program = 'prometheus-alertmanager';
const hasProgram = spawnSync(program, ['--version']).error === undefined;

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

const inhibitRule = {
  source: [{ name: 'severity', value: 'critical', isRegex: false, isEqual: true }],
  target: [{ name: 'severity', value: 'warning', isRegex: false, isEqual: true }],
  equal: ['service'],
};

async function simulated(): Promise<Server> {
  return startSimulator(new Alertmanager(systemClock, [inhibitRule]), {
    startedAt: Date.now(),
    inhibitedText: '',
  });
}

async function real(): Promise<Server> {
  const folder = temporaryFolder();
  const config = join(folder.path, 'alertmanager.yml');
  writeFileSync(
    config,
    `route: {receiver: on-call, group_by: ['...'], group_wait: 1s}
receivers: [{name: on-call}]
inhibit_rules:
- source_matchers: [severity="critical"]
  target_matchers: [severity="warning"]
  equal: [service]
`,
  );
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  const child = spawn(
    program,
    [
      `--config.file=${config}`,
      `--storage.path=${join(folder.path, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  const isReady = (): Promise<boolean> =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (let attempt = 0; attempt < 100 && !(await isReady()); attempt++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    url,
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      folder.remove();
    },
  };
}

const Rfc3339 = z.iso.datetime();
const Texts = z.record(z.string(), z.string());
/** The published shapes: every field that is always there. */
const GettableAlert = z.object({
  labels: Texts,
  annotations: Texts,
  startsAt: Rfc3339,
  endsAt: Rfc3339,
  updatedAt: Rfc3339,
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
  generatorURL: z.string().optional(),
  receivers: z.array(z.object({ name: z.string() })).min(1),
  status: z.object({
    state: z.enum(['unprocessed', 'active', 'suppressed']),
    silencedBy: z.array(z.string()),
    inhibitedBy: z.array(z.string()),
  }),
});
const GettableSilence = z.object({
  id: z.uuid(),
  status: z.object({ state: z.enum(['expired', 'active', 'pending']) }),
  updatedAt: Rfc3339,
  startsAt: Rfc3339,
  endsAt: Rfc3339,
  createdBy: z.string(),
  comment: z.string(),
  matchers: z
    .array(
      z.object({
        name: z.string(),
        value: z.string(),
        isRegex: z.boolean(),
        isEqual: z.boolean(),
      }),
    )
    .min(1),
});
const Status = z.object({
  cluster: z.object({ status: z.string(), peers: z.array(z.unknown()) }),
  config: z.object({ original: z.string() }),
  uptime: Rfc3339,
  versionInfo: z.object({
    branch: z.string(),
    buildDate: z.string(),
    buildUser: z.string(),
    goVersion: z.string(),
    revision: z.string(),
    version: z.string(),
  }),
});

const hour = 3_600_000;
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();
const equals = (name: string, value: string) => ({ name, value, isRegex: false, isEqual: true });

/** One suite, asked of both. */
function answersLikeAlertmanager(start: () => Promise<Server>): void {
  let server: Server;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(async () => {
    await server.stop();
  });

  const ask = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(`${server.url}${path}`, init);
  const post = (path: string, body: unknown, type = 'application/json'): Promise<Response> =>
    ask(path, {
      method: 'POST',
      headers: { 'content-type': type },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  /** The order of the list is the order of the fingerprints; other tests leave their alerts behind. */
  const alerts = async (query: string): Promise<z.infer<typeof GettableAlert>[]> =>
    z.array(GettableAlert).parse(await (await ask(`/api/v2/alerts?${query}`)).json());
  const alertsNamed = (name: string, query = ''): ReturnType<typeof alerts> =>
    alerts(`filter=${encodeURIComponent(`alertname="${name}"`)}${query}`);
  const silence = (change: Record<string, unknown> = {}): Promise<Response> =>
    post('/api/v2/silences', {
      matchers: [equals('alertname', 'Nothing')],
      startsAt: inMs(0),
      endsAt: inMs(hour),
      createdBy: 'ann',
      comment: 'looking',
      ...change,
    });
  const silenceId = async (response: Response): Promise<string> =>
    z.object({ silenceID: z.uuid() }).parse(await response.json()).silenceID;
  const silenceOf = async (id: string): Promise<z.infer<typeof GettableSilence>> =>
    GettableSilence.parse(await (await ask(`/api/v2/silence/${id}`)).json());

  test('is healthy and ready, in plain text', async () => {
    for (const path of ['/-/healthy', '/-/ready']) {
      const response = await ask(path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('text/plain');
      expect(await response.text()).toBe('OK');
    }
  });

  test('tells its version, uptime and configuration, with a Date header', async () => {
    const response = await ask('/api/v2/status');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(Math.abs(Date.parse(response.headers.get('date') ?? '') - Date.now())).toBeLessThan(
      3_000,
    );
    const status = Status.parse(await response.json());
    expect(status.cluster.status).toBe('disabled');
    expect(status.versionInfo.version).toBe('0.25.0');
    expect(status.config.original).toContain('receiver: on-call');
    expect(await (await ask('/api/v2/receivers')).json()).toEqual([{ name: 'on-call' }]);
  });

  test('an alert keeps its start while it is repeated, moves its end, and has a known fingerprint', async () => {
    const alert = {
      labels: { alertname: 'A', severity: 'critical', pod: 'p-1' },
      annotations: { summary: 's' },
      generatorURL: 'http://p/graph?g0',
    };
    expect((await post('/api/v2/alerts', [alert])).status).toBe(200);
    const [first] = await alertsNamed('A');
    expect(first).toMatchObject({
      ...alert,
      fingerprint: '5e2381c4b8e0f45a',
      receivers: [{ name: 'on-call' }],
      status: { state: 'active', silencedBy: [], inhibitedBy: [] },
    });
    expect(Date.parse(first!.endsAt) - Date.parse(first!.startsAt)).toBe(300_000);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await post('/api/v2/alerts', [{ ...alert, annotations: { summary: 'new' } }]);
    const [second] = await alertsNamed('A');
    expect(second?.startsAt).toBe(first?.startsAt);
    expect(second?.annotations['summary']).toBe('new');
    expect(Date.parse(second!.endsAt)).toBeGreaterThan(Date.parse(first!.endsAt));
    expect(Date.parse(second!.updatedAt)).toBeGreaterThan(Date.parse(first!.updatedAt));
  });

  test('an alert that ended is gone, and one that fires again begins anew with the same fingerprint', async () => {
    const labels = { alertname: 'Again', path: 'ü "q" \\' };
    await post('/api/v2/alerts', [{ labels, startsAt: inMs(-hour) }]);
    const [first] = await alertsNamed('Again');
    await post('/api/v2/alerts', [{ labels, startsAt: inMs(-hour), endsAt: inMs(-1_000) }]);
    expect(await alertsNamed('Again')).toEqual([]);
    await post('/api/v2/alerts', [{ labels }]);
    const [second] = await alertsNamed('Again');
    expect(second?.fingerprint).toBe(first?.fingerprint);
    expect(Date.parse(second!.startsAt)).toBeGreaterThan(Date.now() - 10_000);
    expect(second).not.toHaveProperty('generatorURL', expect.anything());
  });

  test('lists are sorted by fingerprint, and empty labels are no labels', async () => {
    await post(
      '/api/v2/alerts',
      ['c', 'a', 'b'].map((pod) => ({ labels: { alertname: 'Sorted', pod, none: '' } })),
    );
    const list = await alertsNamed('Sorted');
    expect(list.map(({ fingerprint }) => fingerprint)).toEqual(
      list.map(({ fingerprint }) => fingerprint).toSorted(),
    );
    expect(list.every(({ labels }) => !('none' in labels))).toBe(true);
  });

  test('refuses alerts in the words of the real one', async () => {
    const answers = await Promise.all([
      post('/api/v2/alerts', '[]', 'text/plain'),
      post('/api/v2/alerts', [{ labels: {} }]),
      post('/api/v2/alerts', [{ annotations: {} }]),
      post('/api/v2/alerts', '{'),
      post('/api/v2/alerts', [
        { labels: { alertname: 'B' }, startsAt: inMs(0), endsAt: inMs(-hour) },
      ]),
    ]);
    expect(
      await Promise.all(answers.map(async (answer) => [answer.status, await answer.json()])),
    ).toEqual([
      [
        415,
        {
          code: 415,
          message: 'unsupported media type "text/plain", only [application/json] are allowed',
        },
      ],
      [400, 'at least one label pair required'],
      [422, { code: 602, message: '0.labels in body is required' }],
      [400, { code: 400, message: 'parsing alerts body from "" failed, because unexpected EOF' }],
      [400, 'start time must be before end time'],
    ]);
  });

  test('filters: all forms of matchers, and by state and receiver', async () => {
    await post('/api/v2/alerts', [
      { labels: { alertname: 'F', pod: 'web-1', note: 'a"b' } },
      { labels: { alertname: 'F', pod: 'web-2' } },
    ]);
    const pods = async (query: string): Promise<string[]> =>
      (await alertsNamed('F', query)).map(({ labels }) => labels['pod'] ?? '').sort();
    const filter = (text: string): string => `&filter=${encodeURIComponent(text)}`;
    expect(await pods(filter('pod="web-1"'))).toEqual(['web-1']);
    expect(await pods(filter('pod=web-1'))).toEqual(['web-1']);
    expect(await pods(filter('pod != "web-1"'))).toEqual(['web-2']);
    expect(await pods(filter('pod=~"web-.*"'))).toEqual(['web-1', 'web-2']);
    expect(await pods(filter('pod=~"web"'))).toEqual([]);
    expect(await pods(filter('pod!~".*-1"'))).toEqual(['web-2']);
    expect(await pods(filter('note=""'))).toEqual(['web-2']);
    expect(await pods(filter('note="a\\"b"'))).toEqual(['web-1']);
    expect(await pods('&active=false')).toEqual([]);
    expect(await pods('&active=maybe')).toEqual([]);
    expect(await pods('&receiver=on')).toEqual([]);
    expect(await pods('&receiver=on-.*')).toEqual(['web-1', 'web-2']);
    for (const bad of ['{a="1",b="2"}', 'xx', 'a.b="x"']) {
      const response = await ask(`/api/v2/alerts?filter=${encodeURIComponent(bad)}`);
      expect([response.status, await response.json()]).toEqual([400, `bad matcher format: ${bad}`]);
    }
  });

  test('a silence covers what it matches from the moment it is posted, and no longer when deleted', async () => {
    await post('/api/v2/alerts', [
      { labels: { alertname: 'S', pod: 'x-1' } },
      { labels: { alertname: 'S', pod: 'y-1' } },
    ]);
    const posted = await silence({
      matchers: [
        equals('alertname', 'S'),
        { name: 'pod', value: 'x-.*', isRegex: true },
        { name: 'pod', value: 'x-2', isRegex: false, isEqual: false },
      ],
    });
    expect(posted.status).toBe(200);
    const id = await silenceId(posted);
    const covered = await alertsNamed('S', '&active=false');
    expect(covered).toHaveLength(1);
    expect(covered[0]).toMatchObject({
      labels: { pod: 'x-1' },
      status: { state: 'suppressed', silencedBy: [id], inhibitedBy: [] },
    });
    expect(await alertsNamed('S', '&silenced=false')).toHaveLength(1);
    const kept = await silenceOf(id);
    expect(kept).toMatchObject({
      status: { state: 'active' },
      createdBy: 'ann',
      comment: 'looking',
    });
    expect(kept.matchers[1]).toEqual({
      name: 'pod',
      value: 'x-.*',
      isRegex: true,
      isEqual: true,
    });
    const remove = (): Promise<Response> => ask(`/api/v2/silence/${id}`, { method: 'DELETE' });
    const removed = await remove();
    expect([removed.status, await removed.text()]).toEqual([200, '']);
    expect((await remove()).status).toBe(200);
    expect((await silenceOf(id)).status.state).toBe('expired');
    expect(await alertsNamed('S', '&active=false')).toEqual([]);
  });

  test('a silence that begins later is pending and silences nothing; one from the past begins now', async () => {
    await post('/api/v2/alerts', [{ labels: { alertname: 'T' } }]);
    const later = await silenceId(
      await silence({ matchers: [equals('alertname', 'T')], startsAt: inMs(hour / 2) }),
    );
    expect((await silenceOf(later)).status.state).toBe('pending');
    expect((await alertsNamed('T'))[0]?.status.state).toBe('active');
    const past = await silenceId(await silence({ startsAt: inMs(-hour) }));
    expect(Math.abs(Date.parse((await silenceOf(past)).startsAt) - Date.now())).toBeLessThan(2_000);
    const list = z.array(GettableSilence).parse(await (await ask('/api/v2/silences')).json());
    const states = list.map(({ status }) => status.state);
    expect(states.indexOf('pending')).toBeGreaterThan(states.lastIndexOf('active'));
    const filtered = await ask(`/api/v2/silences?filter=${encodeURIComponent('alertname="T"')}`);
    expect(
      z
        .array(GettableSilence)
        .parse(await filtered.json())
        .map(({ id }) => id),
    ).toEqual([later]);
  });

  test('extending keeps the id; other matchers, or an expired one, get a new id', async () => {
    const id = await silenceId(await silence());
    const { startsAt } = await silenceOf(id);
    const longer = await silenceId(await silence({ id, startsAt, endsAt: inMs(2 * hour) }));
    expect(longer).toBe(id);
    expect(Date.parse((await silenceOf(id)).endsAt)).toBeGreaterThan(Date.now() + 1.9 * hour);
    const other = await silenceId(
      await silence({ id, startsAt, matchers: [equals('alertname', 'Other')] }),
    );
    expect(other).not.toBe(id);
    expect((await silenceOf(id)).status.state).toBe('expired');
    const revived = await silenceId(await silence({ id, startsAt }));
    expect([id, other]).not.toContain(revived);
    const unknown = await silence({ id: '11111111-1111-4111-8111-111111111111' });
    expect([unknown.status, await unknown.json()]).toEqual([404, 'silence not found']);
  });

  test('refuses silences in the words of the real one', async () => {
    const matcher = equals('alertname', 'A');
    const cases: readonly [Promise<Response>, number, unknown][] = [
      [post('/api/v2/silences', {}), 422, { code: 602, message: 'comment in body is required' }],
      [
        silence({ matchers: [] }),
        422,
        { code: 612, message: 'matchers in body should have at least 1 items' },
      ],
      [
        silence({ startsAt: undefined }),
        422,
        { code: 602, message: 'startsAt in body is required' },
      ],
      [
        silence({ matchers: [{ name: 'a', value: 'b' }] }),
        422,
        { code: 602, message: 'matchers.0.isRegex in body is required' },
      ],
      [post('/api/v2/silences', ''), 422, { code: 602, message: 'silence in body is required' }],
      [
        silence({ startsAt: inMs(hour), endsAt: inMs(hour / 2) }),
        400,
        'Failed to create silence: start time must be before end time',
      ],
      [
        silence({ startsAt: inMs(-2 * hour), endsAt: inMs(-hour) }),
        400,
        "Failed to create silence: end time can't be in the past",
      ],
      [
        silence({ matchers: [equals('alertname', '')] }),
        400,
        'silence invalid: at least one matcher must not match the empty string',
      ],
      [
        silence({ matchers: [{ ...matcher, isRegex: true, value: '.*' }] }),
        400,
        'silence invalid: at least one matcher must not match the empty string',
      ],
      [
        silence({ matchers: [equals('a.b', 'x')] }),
        400,
        'silence invalid: invalid label matcher 0: invalid label name "a.b"',
      ],
    ];
    for (const [asked, status, body] of cases) {
      const response = await asked;
      expect([response.status, await response.json()]).toEqual([status, body]);
    }
    const regex = await silence({ matchers: [{ ...matcher, isRegex: true, value: '(' }] });
    expect([regex.status, await regex.text()]).toEqual([
      400,
      expect.stringContaining('invalid regular expression'),
    ]);
    const type = await post('/api/v2/silences', '{}', 'application/octet-stream');
    expect(type.status).toBe(415);
    const time = await silence({ startsAt: 'yesterday' });
    expect(time.status).toBe(400);
  });

  test('an empty comment and author are taken: they are claims, not proof', async () => {
    expect((await silence({ comment: '', createdBy: '' })).status).toBe(200);
  });

  test('an unknown silence, and one that is no id', async () => {
    const unknown = '/api/v2/silence/11111111-1111-4111-8111-111111111111';
    const asked = await ask(unknown);
    expect([asked.status, await asked.text()]).toEqual([404, '']);
    const removed = await ask(unknown, { method: 'DELETE' });
    expect([removed.status, await removed.json()]).toEqual([500, 'silence not found']);
    for (const method of ['GET', 'DELETE']) {
      const bad = await ask('/api/v2/silence/nope', { method });
      expect([bad.status, await bad.json()]).toEqual([
        422,
        { code: 601, message: 'silenceID in path must be of type uuid: "nope"' },
      ]);
    }
  });

  test('a firing critical inhibits the warning of its service, and only that', async () => {
    await post('/api/v2/alerts', [
      { labels: { alertname: 'I', severity: 'warning', service: 'one' } },
      { labels: { alertname: 'I', severity: 'warning', service: 'two' } },
      { labels: { alertname: 'I', severity: 'critical', service: 'one' } },
    ]);
    // The real one works it out a moment after it took the alerts.
    await until('one is inhibited', async () =>
      (await alertsNamed('I')).some(({ status }) => status.state === 'suppressed'),
    );
    const list = await alertsNamed('I');
    const source = list.find(({ labels }) => labels['severity'] === 'critical');
    const state = (service: string): unknown =>
      list.find(({ labels }) => labels['service'] === service && labels['severity'] === 'warning')
        ?.status;
    expect(state('one')).toEqual({
      state: 'suppressed',
      silencedBy: [],
      inhibitedBy: [source?.fingerprint],
    });
    expect(state('two')).toMatchObject({ state: 'active' });
    expect(await alertsNamed('I', '&inhibited=false')).toHaveLength(2);
  });

  test('wrong paths, methods and wishes are refused alike', async () => {
    const path = await ask('/api/v2/nothing');
    expect([path.status, await path.json()]).toEqual([
      404,
      { code: 404, message: 'path /api/v2/nothing was not found' },
    ]);
    const outside = await ask('/nothing');
    expect([outside.status, await outside.text()]).toEqual([404, '404 page not found\n']);
    const method = await ask('/api/v2/alerts', { method: 'PUT' });
    expect(method.status).toBe(405);
    expect((await ask('/api/v2/alerts', { headers: { accept: 'text/html' } })).status).toBe(406);
    // No page of another origin may write here: the browser's question beforehand finds no permission.
    const preflight = await ask('/api/v2/silences', { method: 'OPTIONS' });
    expect(preflight.status).toBe(405);
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  });
}

describe('Alertmanager API v2 of the simulator', () => {
  answersLikeAlertmanager(simulated);
});
describe.skipIf(!hasProgram)(`Alertmanager API v2 of the real ${program}`, () => {
  answersLikeAlertmanager(real);
});
