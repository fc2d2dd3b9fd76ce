/**
 * `npm run bench`: every figure of the design as a table, target beside measured. Names choose some of them.
 *
 * Each figure is measured in a process of its own, one after the other, so that none inherits the heap or the compiled
 * code of another.
 */
import { fork } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { median, numberText, type Report } from './figure.ts';
import { figureNames, type FigureName } from './figures.ts';

/** A figure that takes longer than this hangs. */
const patienceMs = 300_000;

function measure(name: FigureName): Promise<Report> {
  return new Promise((resolve) => {
    const child = fork(new URL('measure.ts', import.meta.url), [name], {
      execArgv: process.execArgv,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let report: Report | null = null;
    const timer = setTimeout(() => child.kill('SIGTERM'), patienceMs);
    child.on('message', (message) => {
      report = message as Report;
    });
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      const why = `its process ended with ${signal ?? `code ${code}`}`;
      resolve(report ?? { kind: 'failed', title: name, most: Number.NaN, unit: 'x', why });
    });
  });
}

const isReached = (report: Report): boolean =>
  report.kind === 'measured' && median(report.values) <= report.most;

function cells(name: FigureName, report: Report): string[] {
  const target = Number.isNaN(report.most) ? '' : `≤ ${report.most} ${report.unit}`;
  if (report.kind !== 'measured') return [name, report.title, target, '', '', report.kind];
  const { values, unit } = report;
  const range = `${numberText(Math.min(...values))} – ${numberText(Math.max(...values))} (${values.length})`;
  const verdict = isReached(report) ? 'reached' : 'MISSED';
  return [name, report.title, target, `${numberText(median(values))} ${unit}`, range, verdict];
}

function printTable(rows: readonly (readonly string[])[]): void {
  const header = ['name', 'figure', 'target', 'median', 'min – max (runs)', 'verdict'];
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  console.log(line(header));
  console.log(line(widths.map((width) => '-'.repeat(width))));
  for (const row of rows) console.log(line(row));
}

function chosen(args: readonly string[]): readonly FigureName[] {
  if (args.length === 0) return figureNames;
  const unknown = args.filter((name) => !figureNames.some((known) => known === name));
  if (unknown.length > 0) {
    console.error(
      `No figure is named ${unknown.join(', ')}. There are: ${figureNames.join(', ')}.`,
    );
    process.exit(2);
  }
  return figureNames.filter((name) => args.includes(name));
}

const names = chosen(process.argv.slice(2));
const reports: (readonly [FigureName, Report])[] = [];
for (const name of names) {
  console.log(`Measuring ${name} …`);
  reports.push([name, await measure(name)]);
}

console.log(
  `\n${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB of memory, ${process.platform}, Node ${process.versions.node}\n`,
);
printTable(reports.map(([name, report]) => cells(name, report)));
console.log('');
for (const [name, report] of reports) {
  const notes = report.kind === 'measured' ? report.notes : [`${report.kind}: ${report.why}`];
  for (const note of notes) console.log(`${name}: ${note}`);
}
const isFine = reports.every(([, report]) => report.kind === 'skipped' || isReached(report));
process.exit(isFine ? 0 : 1);
