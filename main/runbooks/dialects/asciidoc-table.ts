/** AsciiDoc's tables as Markdown's: one line per row, the first row on top. */

interface TableInput {
  readonly options: string;
  readonly separator: string;
  /** One cell's text as Markdown. */
  readonly cell: (text: string) => string;
}

/** `[cols="1,2,3"]`, `[cols="3*"]`, `[cols=2*]`; 0 when it does not say. */
function columnCount(options: string): number {
  const columns = /\bcols="?([^"\]]*)/.exec(options)?.[1] ?? '';
  if (columns.trim() === '') return 0;
  const list = /\bcols="/.test(options) ? columns : (columns.split(',')[0] ?? '');
  let count = 0;
  for (const column of list.split(/[,;]/)) {
    const times = /^\s*(\d{1,2})\*/.exec(column)?.[1];
    count += times === undefined ? 1 : Number(times);
  }
  return Math.min(count, 50);
}

const split = (line: string): string[] =>
  line.split(/(?<!\\)(?:(?:\d+(?:\.\d+)?|\.\d+)[+*])?(?:[<^>.]{0,4})[adehlmsv]?\|(?=\s|\S|$)/);

function cellsOf(lines: readonly string[], separator: string): string[][] {
  if (separator !== '|') {
    const mark = separator === ',' ? ',' : separator;
    return lines
      .filter((line) => line.trim() !== '')
      .map((line) => line.split(mark).map((cell) => cell.trim().replace(/^"|"$/g, '')));
  }
  const rows: string[][] = [];
  for (const line of lines) {
    if (line.startsWith('//')) continue;
    const marked = line.includes('|');
    const parts = marked ? split(line) : [line];
    const [before = '', ...cells] = parts;
    const last = rows.at(-1);
    if (before.trim() !== '' && last !== undefined) {
      const cell = last.pop() ?? '';
      last.push(`${cell}\n${before.trim()}`.trim());
    }
    if (cells.length > 0) rows.push(cells.map((cell) => cell.trim().replaceAll('\\|', '|')));
    else if (line.trim() === '') rows.push([]);
  }
  return rows;
}

export function tableMarkdown(lines: readonly string[], input: TableInput): string {
  const isCsv = /format="?(csv|tsv|dsv)/.exec(input.options)?.[1];
  const separator =
    isCsv === 'csv' ? ',' : isCsv === 'dsv' ? ':' : isCsv === 'tsv' ? '\t' : input.separator;
  const found = cellsOf(lines, separator);
  const filled = found.filter((row) => row.length > 0);
  const first = filled[0];
  if (first === undefined) return '';
  const firstAt = found.indexOf(first);
  const isHeaderTold = /%header|options="?[\w,]*header/.test(input.options);
  // A blank line after the first row makes it the head.
  const isHeader = isHeaderTold || (found[firstAt + 1]?.length === 0 && first.length > 1);
  const count = columnCount(input.options) || Math.max(1, first.length);
  const cells = filled.flat();
  const rows: string[][] = [];
  const isRegular = filled.every((row) => row.length === count);
  if (isRegular) rows.push(...filled);
  else for (let at = 0; at < cells.length; at += count) rows.push(cells.slice(at, at + count));
  const write = (row: readonly string[]): string =>
    `| ${Array.from({ length: count }, (_, index) =>
      input.cell((row[index] ?? '').replace(/\s*\n\s*/g, ' ')).replace(/(?<!\\)\|/g, '\\|'),
    ).join(' | ')} |`;
  const head = isHeader ? (rows.shift() ?? []) : [];
  return [write(head), `|${' --- |'.repeat(count)}`, ...rows.map(write)].join('\n');
}
