/** The checker itself: with small schemas of our own, so that it is known to find what differs. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
const script = join(root, 'scripts', 'check-specs.mjs');

const swagger = {
  swagger: '2.0',
  basePath: '/',
  consumes: ['application/json'],
  paths: {
    '/v2/alerts': {
      get: {
        parameters: [
          { name: 'limit', in: 'query', type: 'integer', maximum: 100 },
          { name: 'order', in: 'query', type: 'string', enum: ['asc', 'desc'] },
        ],
        responses: { 200: { schema: { $ref: '#/definitions/Alerts' } } },
      },
    },
    '/v2/alerts/{identifier}/snooze': {
      post: {
        parameters: [
          { name: 'identifier', in: 'path', required: true, type: 'string' },
          { name: 'body', in: 'body', required: true, schema: { $ref: '#/definitions/Snooze' } },
        ],
        responses: { 202: {} },
      },
    },
  },
  definitions: {
    Alerts: {
      type: 'object',
      required: ['data'],
      properties: { data: { type: 'array', items: { type: 'object', required: ['id'] } } },
    },
    Snooze: {
      type: 'object',
      required: ['endTime'],
      properties: { endTime: { type: 'string', format: 'date-time' }, note: { type: 'string' } },
    },
  },
};

const graph = `
  type Query { alerts(first: Int): [Alert!]! }
  type Alert { id: ID! status: Status! }
  enum Status { Open Closed }
`;

const service = {
  metadata: { targetPrefix: 'Granite', jsonVersion: '1.0' },
  operations: { Describe: { input: { shape: 'Input' }, output: { shape: 'Output' } } },
  shapes: {
    Input: {
      type: 'structure',
      required: ['State'],
      members: { State: { shape: 'State' }, Most: { shape: 'Most' } },
    },
    Output: { type: 'structure', members: { Names: { shape: 'Names' } } },
    Names: { type: 'list', member: { shape: 'Name' } },
    Name: { type: 'string', min: 1 },
    Most: { type: 'integer', max: 100 },
    State: { type: 'string', enum: ['OK', 'ALARM'] },
  },
};

const get = (query: [string, string][], answer: unknown = { data: [] }) => ({
  method: 'GET',
  path: '/v2/alerts',
  query,
  headers: {},
  text: '',
  answer: { json: answer },
});
const snooze = (json: unknown) => ({
  method: 'POST',
  path: '/v2/alerts/a1/snooze',
  query: [],
  headers: { 'content-type': 'application/json; charset=utf-8' },
  text: JSON.stringify(json),
  json,
  answer: { status: 202, json: {} },
});
const ask = (query: string, answer: unknown, variables = {}) => ({
  method: 'POST',
  path: '/api/graphql',
  query: [],
  headers: {},
  text: 'x',
  json: { query, variables },
  answer: { json: { data: answer } },
});
const describeAlarms = (json: unknown, answer: unknown = {}) => ({
  method: 'POST',
  path: '/',
  query: [],
  headers: { 'x-amz-target': 'Granite.Describe', 'content-type': 'application/x-amz-json-1.0' },
  text: 'x',
  json,
  answer: { json: answer },
});

/** The project's own fixtures are checked, too, and differ from these schemas: only what was recorded counts here. */
const toldOf = /x (request|answer)/;

describe('the check against published schemas', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nightdesk-specs-'));
    const write = (file: string, text: string): void => {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    };
    write('opsgenie/swagger-alerts-schedules.json', JSON.stringify(swagger));
    write('goalert/schema.graphql', graph);
    write('aws/cloudwatch-alarms.service-2.json', JSON.stringify(service));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function check(
    kind: string,
    lines: readonly object[],
    ...place: string[]
  ): Promise<{ code: number; said: string }> {
    const recorded = mkdtempSync(join(folder, 'recorded-'));
    writeFileSync(
      join(recorded, `${kind}.jsonl`),
      lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
    );
    const [specs = folder] = place;
    return new Promise((resolve) => {
      execFile(process.execPath, [script, specs, recorded], (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, said: stdout + stderr });
      });
    });
  }

  test('without the folder it says that nothing was checked', async () => {
    const { code, said } = await check('opsgenie', [], join(folder, 'nowhere'));
    expect(code).toBe(0);
    expect(said).toContain('Skipped');
    expect(said).not.toContain('as published');
  });

  test('what was not recorded is skipped, not passed', async () => {
    expect((await check('opsgenie', [])).said).toContain('opsgenie: skipped, nothing was recorded');
  });

  test('what is as published passes; refused requests and untruthful answers are not held against it', async () => {
    const refused = { ...get([['nonsense', '1']]), answer: { status: 403 } };
    const lie = { ...get([], { data: 7 }), isTruthful: false };
    const good = [
      get(
        [
          ['limit', '20'],
          ['order', 'asc'],
        ],
        { data: [{ id: '1' }] },
      ),
      snooze({ endTime: '2026-11-23T04:00:00Z' }),
    ];
    const { said } = await check('opsgenie', [...good, refused, lie]);
    expect(said).toContain('opsgenie: 3 requests, 2 answers');
    expect(said).not.toMatch(toldOf);
  });

  test('what differs from an OpenAPI document is told, each once', async () => {
    const { code, said } = await check('opsgenie', [
      get([['offset', '1']]),
      get([['limit', '101']]),
      get([['order', 'up']]),
      get([], { data: [{}] }),
      snooze({ endTime: 'tomorrow' }),
      snooze({ endTime: '2026-11-23T04:00:00Z', nots: 'x' }),
      { ...get([]), path: '/v2/alarms' },
    ]);
    expect(code).toBe(1);
    for (const text of [
      'unknown parameter offset',
      'parameter limit does not take',
      'parameter order does not take',
      "must have required property 'id'",
      'must match format "date-time"',
      '"unevaluatedProperty":"nots"',
      '/v2/alarms is not in the published document',
    ]) {
      expect(said).toContain(text);
    }
  });

  test('what differs from a GraphQL schema is told', async () => {
    const good = 'query($n: Int) { alerts(first: $n) { id status } }';
    const fine = await check('goalert', [
      ask(good, { alerts: [{ id: '1', status: 'Open' }] }, { n: 1 }),
    ]);
    expect(fine.said).toContain('goalert: 1 requests, 1 answers');
    expect(fine.said).not.toMatch(toldOf);
    const { code, said } = await check('goalert', [
      ask('{ alerts { id stats } }', null),
      ask(good, null, { n: 'many' }),
      ask(good, { alerts: [{ id: '1', status: 'Odd' }] }),
      ask(good, { alerts: [{ status: 'Open' }] }),
    ]);
    expect(code).toBe(1);
    for (const text of ['Cannot query field "stats"', 'Variable "$n"', 'Status', 'Alert.id']) {
      expect(said).toContain(text);
    }
  });

  test('what differs from a service description of AWS is told', async () => {
    const fine = await check('cloudwatch', [
      describeAlarms({ State: 'OK', Most: 100 }, { Names: ['a'] }),
    ]);
    expect(fine.said).toContain('aws: 1 requests, 1 answers');
    expect(fine.said).not.toMatch(toldOf);
    const { said } = await check('cloudwatch', [
      describeAlarms({ State: 'Alarm' }),
      describeAlarms({ State: 'OK', Most: 101 }),
      describeAlarms({ State: 'OK', Least: 1 }),
      describeAlarms({}),
      describeAlarms({ State: 'OK' }, { Names: [7] }),
    ]);
    for (const text of [
      'is "Alarm", not one of',
      'the request.Most is no integer',
      'the request.Least is not in Input',
      'the request.State is missing',
      'the answer.Names[0] is no string',
    ]) {
      expect(said).toContain(text);
    }
  });
});
