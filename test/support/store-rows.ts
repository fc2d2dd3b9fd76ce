/** Rows for every table of a schema, whatever version: made from what the schema itself says about its columns. */
import type Sqlite from 'better-sqlite3';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
  readonly pk: number;
}

type Row = Record<string, string | number | null>;

export function tablesOf(connection: Sqlite.Database): string[] {
  return (connection.pragma('table_list') as { name: string; type: string; schema: string }[])
    .filter(
      ({ name, type, schema }) =>
        type === 'table' && schema === 'main' && !name.startsWith('sqlite_'),
    )
    .map(({ name }) => name)
    .sort();
}

/** Like what people have: quotes, accents, an emoji, a newline, markup. */
const personal = (table: string, column: string, number: number): string =>
  `${table}.${column} ${number}: "Ł'été" <b>🔥</b>\nline two`;

function valueFor(sql: string, table: string, column: Column, number: number): string | number {
  const choices = new RegExp(`\\b${column.name}\\s+IN\\s*\\(([^)]*)\\)`, 'i').exec(sql)?.[1];
  if (choices !== undefined) {
    const first = choices.split(',')[0]!.trim();
    return first.startsWith("'") ? first.slice(1, -1) : Number(first);
  }
  if (column.type === 'INTEGER') return number;
  if (column.type === 'REAL') return number / 4;
  if (column.name.endsWith('_at')) return `2026-11-0${number}T04:00:00.123Z`;
  if (column.name.endsWith('_on')) return `2026-11-0${number}`;
  return personal(table, column.name, number);
}

/** Two rows per table: one with every column filled, one with only what must be there. Parents come first. */
export function fillEveryTable(connection: Sqlite.Database): void {
  const done = new Set<string>();
  const fill = (table: string): void => {
    if (done.has(table)) return;
    done.add(table);
    const parents = connection.pragma(`foreign_key_list("${table}")`) as {
      table: string;
      from: string;
      to: string;
    }[];
    for (const parent of parents) fill(parent.table);
    const sql = connection
      .prepare<[string], string>('SELECT sql FROM sqlite_schema WHERE name = ?')
      .pluck()
      .get(table)!;
    const columns = connection.pragma(`table_info("${table}")`) as Column[];
    for (const number of [1, 2]) {
      const row: Row = {};
      for (const column of columns) {
        const isNeeded = column.pk > 0 || (column.notnull === 1 && column.dflt_value === null);
        if (number === 2 && !isNeeded) continue;
        const parent = parents.find(({ from }) => from === column.name);
        row[column.name] =
          parent === undefined
            ? valueFor(sql, table, column, number)
            : connection
                .prepare<[number], string | number>(
                  `SELECT "${parent.to}" FROM "${parent.table}" ORDER BY 1 LIMIT 1 OFFSET ?`,
                )
                .pluck()
                .get(number - 1)!;
      }
      const names = Object.keys(row);
      connection
        .prepare(
          `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join(', ')})
           VALUES (${names.map((name) => `@${name}`).join(', ')})`,
        )
        .run(row);
    }
  };
  for (const table of tablesOf(connection)) fill(table);
}

/** Every row of every table, restricted to the columns that `shape` knew. */
export function contentOf(
  connection: Sqlite.Database,
  shape: Record<string, readonly string[]> = shapeOf(connection),
): Record<string, Row[]> {
  return Object.fromEntries(
    Object.entries(shape).map(([table, columns]) => [
      table,
      connection
        .prepare<[], Row>(
          `SELECT ${columns.map((name) => `"${name}"`).join(', ')} FROM "${table}" ORDER BY 1, 2`,
        )
        .all(),
    ]),
  );
}

export function shapeOf(connection: Sqlite.Database): Record<string, readonly string[]> {
  return Object.fromEntries(
    tablesOf(connection).map((table) => [
      table,
      (connection.pragma(`table_info("${table}")`) as Column[]).map(({ name }) => name),
    ]),
  );
}
