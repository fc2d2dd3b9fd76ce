/** The schema as text: what the migrations add up to, for people and for a diff. */
import type { Connection } from './native.ts';
import { versionOf } from './migrate.ts';

const dedent = (sql: string): string => {
  const lines = sql.split('\n');
  const indents = lines
    .slice(1)
    .filter((line) => line.trim() !== '')
    .map((line) => line.length - line.trimStart().length);
  // The last line of a table is its closing bracket, which stands where the statement began.
  const base = indents.length === 0 ? 0 : Math.min(...indents);
  return [lines[0], ...lines.slice(1).map((line) => line.slice(base))].join('\n').trimEnd();
};

/** Tables in the order they came, each followed by its indexes. Inner tables of the full-text index are left out. */
export function schemaText(connection: Connection): string {
  const inner = new Set(
    (connection.pragma('table_list') as { name: string; type: string }[])
      .filter(({ type }) => type === 'shadow')
      .map(({ name }) => name),
  );
  const objects = connection
    .prepare<[], { type: string; name: string; tbl_name: string; sql: string }>(
      `SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'`,
    )
    .all()
    .filter(({ name, tbl_name }) => !inner.has(name) && !inner.has(tbl_name));
  const tables = objects.filter(({ type }) => type === 'table');
  const others = objects.filter(({ type }) => type !== 'table');
  const blocks = tables.map((table) =>
    [table, ...others.filter(({ tbl_name }) => tbl_name === table.name)]
      .map(({ sql }) => `${dedent(sql)};`)
      .join('\n'),
  );
  return [
    `-- The schema after migration ${versionOf(connection)}. Written by \`npm run schema\`; change main/store/migrations, not this file.`,
    ...blocks,
    '',
  ].join('\n\n');
}
