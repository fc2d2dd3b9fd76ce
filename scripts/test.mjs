/**
 * `npm test`: sets up what is missing, runs every check and every suite, and ends with one line that counts them.
 *
 *   npm test                 all of it
 *   npm test -- unit store   only these (check, unit, store, contract, connectors, integration, web, double, electron)
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { findElectron } from './electron-runtime.mjs';
import {
  ensureBuild,
  ensureDependencies,
  fail,
  findNode,
  root,
  run,
  say,
  took,
  toolEnvironment,
} from './setup.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

const checks = [
  ['types', 'tsc', ['-p', '.']],
  ['lint and layers', 'oxlint', ['--type-aware', '--deny-warnings']],
  ['format', 'oxfmt', ['--check', '.']],
  ['dead code', 'knip', ['--no-progress']],
];
const quick = ['unit', 'store', 'contract'];
const waiting = ['connectors', 'integration'];
const suites = [...quick, ...waiting];
const projects = ['web', 'double', 'electron'];

const known = ['check', ...suites, ...projects];
const chosen = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const unknown = chosen.filter((word) => !known.includes(word));
if (unknown.length > 0) fail(`Unknown: ${unknown.join(', ')}. There are: ${known.join(', ')}.`);
const wants = (name) => chosen.length === 0 || chosen.includes(name);

const start = Date.now();
const results = join(root, 'test-results');
const total = { passed: 0, failed: 0, skipped: 0 };
const failures = [];
const skips = [];

function count(name, { passed, failed, skipped }, seconds) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  say(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped (${seconds})`);
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** Names of skipped tests, one line a file: what was not proven here. */
function noteVitestSkips(report) {
  for (const file of report.testResults) {
    const names = file.assertionResults.filter(
      ({ status }) => status === 'skipped' || status === 'pending',
    );
    if (names.length > 0) {
      skips.push(
        `${file.name.slice(root.length + 1)}: ${names.length} (${names[0].fullName.trim()} …)`,
      );
    }
  }
}

async function runSuite(name) {
  const began = Date.now();
  const file = join(results, `${name}.json`);
  rmSync(file, { force: true });
  const code = await run('vitest', [
    'run',
    '--project',
    name,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  const report = readReport(file);
  const failed = Math.max(report?.numFailedTests ?? 0, code === 0 ? 0 : 1);
  if (failed > 0) failures.push(name);
  if (report !== null) noteVitestSkips(report);
  count(
    name,
    {
      passed: report?.numPassedTests ?? 0,
      failed,
      skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
    },
    took(began),
  );
}

function* specsOf(suite) {
  for (const spec of suite.specs ?? []) yield spec;
  for (const inner of suite.suites ?? []) yield* specsOf(inner);
}

async function runProject(name) {
  const began = Date.now();
  const file = join(results, `e2e-${name}.json`);
  rmSync(file, { force: true });
  // Of its own: a run empties its folder when it begins, and what failed before would be gone.
  const output = join(results, name);
  const code = await run('playwright', ['test', '--project', name, '--output', output], {
    env: toolEnvironment({ NIGHTDESK_E2E_REPORT: file }),
  });
  const report = readReport(file);
  const stats = report?.stats ?? { expected: 0, unexpected: 0, flaky: 0, skipped: 0 };
  const failed = Math.max(stats.unexpected, code === 0 ? 0 : 1);
  if (failed > 0) failures.push(name);
  for (const suite of report?.suites ?? []) {
    for (const spec of specsOf(suite)) {
      if (spec.tests.some(({ status }) => status === 'skipped'))
        skips.push(`${name}: ${spec.title}`);
    }
  }
  count(
    name,
    { passed: stats.expected + stats.flaky, failed, skipped: stats.skipped },
    took(began),
  );
}

await ensureDependencies();
const node = findNode();
const missing =
  chosen.length === 0 || chosen.some((name) => ['integration', ...projects].includes(name))
    ? await ensureSystemPackages()
    : [];
mkdirSync(results, { recursive: true });

if (wants('check')) {
  for (const [name, command, args] of checks) {
    const began = Date.now();
    const code = await run(command, args);
    count(
      name,
      { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 },
      took(began),
    );
    if (code !== 0) failures.push(name);
  }
}
await ensureBuild(node);
for (const name of quick) if (wants(name)) await runSuite(name);

/** What stands in docs/sources.md must be what the connectors' suite saw. */
async function checkTable() {
  const began = Date.now();
  const code = await run(node, ['scripts/source-table.mjs', '--check']);
  const isRight = code === 0;
  count('table of sources', { passed: +isRight, failed: +!isRight, skipped: 0 }, took(began));
  if (!isRight) failures.push('table of sources');
}

async function runWaiting() {
  for (const name of waiting) if (wants(name)) await runSuite(name);
  if (wants('connectors')) await checkTable();
}

async function runBrowsers() {
  for (const name of projects) if (wants(name)) await runProject(name);
}

// The one waits for servers most of its time, the other for a browser: side by side they fit into two cores.
await Promise.all([runWaiting(), runBrowsers()]);

say('');
if (missing.length > 0) say(`Not installed on this machine: ${missing.join(', ')}.`);
if (findElectron() === null && wants('electron')) {
  say(
    'Skipped: everything in the real Electron, because its runtime is not installed. The double is not Electron.',
  );
}
for (const skip of skips) say(`Skipped: ${skip}`);
if (failures.length > 0) say(`Failed: ${failures.join(', ')}`);
say(`All of it took ${took(start)}.`);
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 || total.passed === 0 ? 1 : 0);
