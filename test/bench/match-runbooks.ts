/**
 * `node scripts/match-runbooks.mjs <folder> <rules file or folder>`: which runbook each alert rule leads to, and how well
 * that agrees with the rules' own links. Reads only; nothing leaves this computer.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readText, scanFolder } from '../../main/runbooks/files.ts';
import { evaluate, precisionOf, recallOf, type Miss } from './matching/evaluate.ts';
import { loadRunbooks } from './matching/load.ts';
import { readRules, type RulesFile } from './matching/rules-file.ts';

const [folder, rulesPath, ...options] = process.argv.slice(2);
const isAll = options.includes('--all');
/** Of each list, unless all are asked for. */
const mostListed = isAll ? Number.POSITIVE_INFINITY : 15;

if (folder === undefined || rulesPath === undefined) {
  console.error(
    'Usage: node scripts/match-runbooks.mjs <folder of runbooks> <rules file, or folder of them> [--all]',
  );
  process.exit(2);
}

for (const path of [folder, rulesPath]) {
  if (existsSync(path)) continue;
  console.error(`${path} is not there. Look whether the path is right.`);
  process.exit(2);
}
if (!statSync(folder).isDirectory()) {
  console.error(`${folder} is a file. Give the folder in which the runbooks are.`);
  process.exit(2);
}

function ruleFiles(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/i.test(name))
    .map((name) => join(path, name))
    .filter((name) => statSync(name).isFile())
    .toSorted();
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function list(title: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  console.log(`\n${title} (${lines.length})`);
  for (const line of lines.slice(0, mostListed)) console.log(`  ${line}`);
  if (lines.length > mostListed) console.log(`  … and ${lines.length - mostListed} more (--all)`);
}

const missLine = ({ name, wanted, got }: Miss): string => `${name}: wanted ${wanted}, got ${got}`;

const scan = await scanFolder(folder, null);
const files: { path: string; text: string }[] = [];
const unread = [...scan.problems, ...scan.unreadable.map((path) => `${path}: unreadable`)];
for (const file of scan.files) {
  const { path } = file;
  try {
    const text = await readText(folder, file);
    if (text === null) unread.push(`${path}: not text`);
    else files.push({ path, text });
  } catch (error) {
    unread.push(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
const read: RulesFile[] = ruleFiles(rulesPath).map((path) => {
  try {
    const file = readRules(readFileSync(path, 'utf8'));
    return { ...file, problems: file.problems.map((problem) => `${path}: ${problem}`) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { rules: [], problems: [`${path}: ${reason}`], templated: 0 };
  }
});
const rules = read.flatMap((file) => file.rules);
const loaded = loadRunbooks(files, folder);
const from = performance.now();
const result = evaluate(loaded.matcher, rules);
const tookMs = performance.now() - from;
loaded.close();

console.log(`${files.length} runbooks, ${rules.length} alert rules, ${result.links} with a link`);
console.log(`\nHow they match`);
for (const [reason, count] of [...result.reasons].toSorted((a, b) => b[1] - a[1]))
  console.log(`  ${String(count).padStart(5)}  ${reason}`);

const { withLinks, withoutLinks, suggestions } = result;
const templated = read.reduce((total, file) => total + file.templated, 0);
console.log(`
Links that lead to a runbook for certain: ${result.links - result.deadLinks.length} of ${result.links}; ${templated} more are templates
With the links hidden, against where they lead:
  certain: precision ${percent(precisionOf(withoutLinks))} (${withoutLinks.right} of ${withoutLinks.certain}), recall ${percent(recallOf(withoutLinks))} (${withoutLinks.found} of ${withoutLinks.known})
  suggestions for the other ${suggestions.asked}: mean reciprocal rank ${suggestions.reciprocalRank.toFixed(3)}, first ${suggestions.first}, among three ${suggestions.amongThree}
With the links: precision ${percent(precisionOf(withLinks))}, recall ${percent(recallOf(withLinks))}
${(tookMs / Math.max(1, 2 * rules.length)).toFixed(2)} ms for each question`);

list('Files that could not be read', unread);
list(
  'Runbooks that could not be parsed',
  loaded.problems.map(({ path, reason }) => `${path}: ${reason}`),
);
list(
  'Rules that could not be read',
  read.flatMap((file) => file.problems),
);
list(
  'Links that lead nowhere for certain',
  result.deadLinks.map(({ name, wanted, got }) => `${name}: ${wanted}, instead ${got}`),
);
list(
  'Links to sections that do not exist',
  result.missingSections.map(({ name, wanted, got }) => `${name}: ${wanted}, opens ${got}`),
);
list(
  'Names that lead for certain elsewhere than the link',
  withoutLinks.misses.filter(({ got }) => got.includes('(certain')).map(missLine),
);
list('Suggestions that do not put the link’s page first', suggestions.misses.map(missLine));
