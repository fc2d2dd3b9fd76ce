/** The hygiene report as a page of Markdown, or as a table. Pure. */
import type { ExportedFile } from '../../../preload/contract/common.ts';
import type { HygieneFinding, HygieneKind } from '../../../preload/contract/runbook-hygiene.ts';
import { csvText } from '../../csv.ts';
import { escapeText, frontMatter } from '../../postmortems/markdown.ts';

export const kindWords: Readonly<Record<HygieneKind, string>> = {
  no_runbook: 'Paged without a runbook',
  dead_link: 'Links that lead nowhere',
  missing_section: 'Sections that do not exist',
  unread: 'Files that are not read',
  broken_front_matter: 'Front matter that cannot be read',
  broken_command: 'Commands that cannot be read',
  dead_reference: 'Links in runbooks that lead nowhere',
  stub: 'Nearly empty',
  unreviewed: 'Not reviewed for long',
  never_used: 'Never used',
};

const pagesWords = (pages: number): string => `${pages} ${pages === 1 ? 'page' : 'pages'}`;

export interface HygieneReport {
  readonly checkedOn: string;
  readonly days: number;
  readonly unreviewedDays: number;
  readonly findings: readonly HygieneFinding[];
}

export function hygieneMarkdown(report: HygieneReport): ExportedFile {
  const sections = Object.entries(kindWords).map(([kind, title]) => {
    const own = report.findings.filter((finding) => finding.kind === kind);
    const lines = own.map(
      ({ title: name, path, text, next, pages }) =>
        `- **${escapeText(name, 200)}**${path === null ? '' : ` (${escapeText(path, 300)})`}, ${pagesWords(pages)}. ${escapeText(text, 700)} ${escapeText(next, 400)}`,
    );
    return `## ${title}\n\n${lines.length === 0 ? 'None.' : lines.join('\n')}\n`;
  });
  const head = frontMatter({ title: 'Runbook hygiene', date: report.checkedOn });
  const intro = `Pages of the ${report.days} days before ${report.checkedOn}; a review is missed after ${report.unreviewedDays} days.\n`;
  return {
    fileName: `runbook-hygiene-${report.checkedOn}.md`,
    mediaType: 'text/markdown',
    text: `${head}\n# Runbook hygiene\n\n${intro}\n${sections.join('\n')}`,
  };
}

export function hygieneCsv(report: HygieneReport): ExportedFile {
  const header = ['kind', 'pages', 'title', 'path', 'problem', 'what to do'];
  return {
    fileName: `runbook-hygiene-${report.checkedOn}.csv`,
    mediaType: 'text/csv',
    text: csvText([
      header,
      ...report.findings.map(({ kind, pages, title, path, text, next }) => [
        kind,
        pages,
        title,
        path,
        text,
        next,
      ]),
    ]),
  };
}
