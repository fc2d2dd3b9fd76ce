/**
 * The table of kinds and promises, from the report of the shared suite.
 *
 *   node scripts/source-table.mjs           prints it, and writes it into docs/sources.md
 *   node scripts/source-table.mjs --check   prints it, and fails when docs/sources.md says something else
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fail, root, say } from './setup.mjs';

const report = join(root, 'test-results', 'connectors.json');
const document = join(root, 'docs', 'sources.md');
const begin = '<!-- promises:begin -->';
const end = '<!-- promises:end -->';

/** Column, and which tests belong to it, by what they are called. */
const columns = [
  ['lists', /^reading (a list is|an empty list|an alarm that is gone|an unchanged)/],
  ['pages', /^reading pages: (?!it has none)/],
  ['faults', /^faults (?!three alarms)/],
  ['quiet needs proof', /^reading quiet without proof/],
  ['severities', /^reading severities: (?!it has none)/],
  ['zones', /^reading zones: (?!it writes)/],
  ['identity', /^reading (identities|an unreadable|an item without)/],
  ['hostile', /^reading (hostile|any text)/],
  ['login', /^reading (a refused login|secrets)/],
];
const actions = [
  'acknowledge',
  'unacknowledge',
  'silence',
  'extend_silence',
  'unsilence',
  'comment',
  'resolve',
];

function tests() {
  const found = [];
  for (const file of JSON.parse(readFileSync(report, 'utf8')).testResults) {
    for (const { ancestorTitles, title, status } of file.assertionResults) {
      const match = /^(\S+) (reading|faults|acting)$/.exec(ancestorTitles[0] ?? '');
      if (match)
        found.push({ kind: match[1], name: `${match[2]} ${title}`, isPassed: status === 'passed' });
    }
  }
  return found;
}

function cell(all, pattern) {
  const chosen = all.filter(({ name }) => pattern.test(name));
  if (chosen.length === 0) return '–';
  const passed = chosen.filter(({ isPassed }) => isPassed).length;
  return passed === chosen.length ? `${passed}` : `**${passed} of ${chosen.length}**`;
}

function table() {
  const byKind = Map.groupBy(tests(), ({ kind }) => kind);
  const head = ['kind', ...columns.map(([name]) => name), 'actions'];
  const rows = [...byKind]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([kind, all]) => {
      const done = actions.filter((action) =>
        all.some(({ name, isPassed }) => isPassed && name.startsWith(`acting ${action}:`)),
      );
      const words = done.map((action) => action.replace('_', ' ')).join(', ') || 'none';
      return [`\`${kind}\``, ...columns.map(([, pattern]) => cell(all, pattern)), words];
    });
  return [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

if (!existsSync(report)) fail('There is no report yet. Run: npm test -- connectors');
const made = table();
say(made);
const text = readFileSync(document, 'utf8');
const [from, to] = [text.indexOf(begin), text.indexOf(end)];
if (from === -1 || to < from) fail(`docs/sources.md lacks the marks ${begin} and ${end}.`);
const next = `${text.slice(0, from + begin.length)}\n${made}\n${text.slice(to)}`;
if (next !== text) {
  if (process.argv.includes('--check'))
    fail('docs/sources.md is out of date. Run: node scripts/source-table.mjs');
  writeFileSync(document, next);
  say('Written into docs/sources.md.');
}
