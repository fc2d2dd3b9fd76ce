/**
 * Checks what the connectors send, and what our stand-ins and fixtures say, against the schemas that vendors publish.
 *
 *   node scripts/check-specs.mjs FOLDER             runs the connector suite, and checks what was said in it
 *   node scripts/check-specs.mjs FOLDER RECORDED    checks what an earlier run with NIGHTDESK_RECORD=RECORDED kept
 *
 * FOLDER holds a folder per system (see `systems`). The schemas are no part of this project: without the folder, it says that
 * nothing was checked.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root, run, say, toolEnvironment } from './setup.mjs';
import { awsService } from './specs/aws.mjs';
import { graphQl } from './specs/graphql.mjs';
import { openApi } from './specs/openapi.mjs';

/**
 * `kind`: whose recordings and fixtures. `fixtures`: which of them is the answer to which request; others are of systems that
 * only resemble this one, or no whole answers.
 */
const systems = [
  {
    name: 'alertmanager',
    kind: 'alertmanager',
    open: (folder) =>
      openApi([join(folder, 'openapi-0.25.0.yaml'), join(folder, 'openapi-0.34.0.yaml')]),
    fixtures: [],
  },
  {
    name: 'prometheus',
    kind: 'prometheus',
    open: (folder) => openApi([join(folder, 'openapi_3.1_golden.yaml')]),
    fixtures: [[/^prometheus-/, { method: 'GET', path: '/api/v1/rules' }]],
  },
  {
    name: 'opsgenie',
    kind: 'opsgenie',
    open: (folder) => openApi([join(folder, 'swagger-alerts-schedules.json')]),
    fixtures: [[/^opsgenie-v2-alerts/, { method: 'GET', path: '/v2/alerts' }]],
  },
  {
    name: 'datadog',
    kind: 'datadog',
    open: (folder) => openApi([join(folder, 'openapi-v1-monitors-downtimes-events.json')]),
    // Version 2 of the downtimes is published elsewhere.
    isBeyond: ({ path }) => path.startsWith('/api/v2/'),
    fixtures: [[/^monitors/, { method: 'GET', path: '/api/v1/monitor' }]],
  },
  {
    name: 'goalert',
    kind: 'goalert',
    open: (folder) => graphQl(folder, join(root, 'docs', 'goalert.graphql')),
    fixtures: [[/^alerts/, (lines) => lines.find(({ json }) => /\balerts\(/.test(json?.query))]],
  },
  {
    name: 'aws',
    kind: 'cloudwatch',
    open: (folder) => awsService(join(folder, 'cloudwatch-alarms.service-2.json')),
    fixtures: [
      [
        /^describe-alarms/,
        { headers: { 'x-amz-target': 'GraniteServiceVersion20100801.DescribeAlarms' } },
      ],
    ],
  },
];

const mostShown = 20;
const [folder, recordedBefore] = process.argv.slice(2);
if (folder === undefined || !existsSync(folder)) {
  say('Skipped: published schemas. Nothing was checked, because no folder with them was given.');
  say('Run: node scripts/check-specs.mjs FOLDER');
  process.exit(0);
}

async function recordAll() {
  const recorded = mkdtempSync(join(tmpdir(), 'nightdesk-record-'));
  const kinds = systems.map(({ kind }) => `test/connectors/${kind}.test.ts`);
  const files = kinds.filter((file) => existsSync(join(root, file)));
  const options = ['run', '--project', 'connectors', '--reporter=dot'];
  const code = await run('vitest', [...options, ...files], {
    env: toolEnvironment({ NIGHTDESK_RECORD: recorded }),
  });
  return { recorded, isPassed: code === 0 };
}

const linesOf = (file) =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];

function fixturesOf({ kind, fixtures }, lines) {
  const place = join(root, 'test', 'connectors', kind, 'fixtures');
  if (!existsSync(place)) return [];
  return readdirSync(place).flatMap((name) => {
    const known = fixtures.find(([pattern]) => pattern.test(name))?.[1];
    const request = typeof known === 'function' ? known(lines) : known;
    if (request === undefined) return [];
    const json = JSON.parse(readFileSync(join(place, name), 'utf8'));
    return [{ name, request, json: json.answer ?? json }];
  });
}

function check(system, spec, recorded) {
  const problems = new Map();
  const note = (where, texts) => {
    for (const text of texts)
      problems.set(`${where}: ${text}`, (problems.get(`${where}: ${text}`) ?? 0) + 1);
  };
  const counts = { requests: 0, answers: 0, fixtures: 0, refused: 0, beyond: 0 };
  const lines = linesOf(join(recorded, `${system.kind}.jsonl`));
  for (const { answer, isTruthful, ...request } of lines) {
    // What was refused was wrong on purpose: a login, a probe, an object that is gone.
    if ((answer.status ?? 200) >= 400) {
      counts.refused += 1;
      continue;
    }
    if (system.isBeyond?.(request) === true) {
      counts.beyond += 1;
      continue;
    }
    const what = `${request.method} ${request.headers['x-amz-target'] ?? request.path}`;
    counts.requests += 1;
    note(`request ${what}`, spec.request(request));
    if (isTruthful === false) continue;
    counts.answers += 1;
    note(`answer to ${what}`, spec.answer(request, answer));
  }
  for (const { name, request, json } of fixturesOf(system, lines)) {
    counts.fixtures += 1;
    note(`fixture ${name}`, spec.answer({ headers: {}, ...request }, { json }));
  }
  return { problems, counts };
}

const { recorded, isPassed } =
  recordedBefore === undefined ? await recordAll() : { recorded: recordedBefore, isPassed: true };
let failures = isPassed ? 0 : 1;
if (!isPassed) say('The connector suite itself failed, so not all of it was recorded.');
for (const system of systems) {
  const place = join(folder, system.name);
  if (!existsSync(place)) {
    say(`${system.name}: skipped, there is no folder ${system.name}`);
    continue;
  }
  const { problems, counts } = check(system, system.open(place), recorded);
  const said = `${counts.requests} requests, ${counts.answers} answers, ${counts.fixtures} fixtures`;
  const beside = ` (besides ${counts.refused} refused${counts.beyond > 0 ? `, ${counts.beyond} that are published elsewhere` : ''})`;
  if (counts.requests === 0) say(`${system.name}: skipped, nothing was recorded`);
  else if (problems.size === 0) say(`${system.name}: ${said} as published${beside}`);
  else {
    failures += 1;
    say(`${system.name}: ${said}${beside}; ${problems.size} differ from what is published:`);
    for (const [text, count] of [...problems].slice(0, mostShown)) say(`  ${count} x ${text}`);
    if (problems.size > mostShown) say(`  and ${problems.size - mostShown} more`);
  }
}
if (recordedBefore === undefined) rmSync(recorded, { recursive: true, force: true });
process.exit(failures > 0 ? 1 : 0);
