/**
 * The first ingest: from the parsed answer to committed, beside a bare better-sqlite3 that inserts the very rows that
 * came of it in one transaction: same schema, same disk, same `synchronous`.
 */
import Sqlite from 'better-sqlite3';
import { join } from 'node:path';
import { systemClock } from '../../../main/clock.ts';
import { createIncidentService } from '../../../main/incidents/incident-service.ts';
import { migrate } from '../../../main/store/migrate.ts';
import { migrations } from '../../../main/store/migrations/index.ts';
import { storeFileName } from '../../../main/store/open-store.ts';
import { tablesOf } from '../../support/store-rows.ts';
import { answerBytes } from '../answers.ts';
import { alertmanagerOn, openCoreParts, sourceId, temporaryFolder } from '../core-parts.ts';
import { inMs, median, numberText, type Figure } from '../figure.ts';

const rounds = 7;

interface TableRows {
  readonly table: string;
  readonly width: number;
  readonly rows: readonly unknown[][];
}

/** Parents first, as the foreign keys want it: the order in which the migrations made the tables. */
function everyRow(file: string): TableRows[] {
  const connection = new Sqlite(file, { readonly: true });
  const made = connection
    .prepare<[], string>(`SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid`)
    .pluck()
    .all();
  const known = new Set(tablesOf(connection).filter((table) => !table.includes('search')));
  const found = made
    .filter((table) => known.has(table))
    .map((table) => {
      const rows = connection.prepare(`SELECT * FROM "${table}"`).raw().all() as unknown[][];
      return { table, width: rows[0]?.length ?? 0, rows };
    })
    .filter(({ rows }) => rows.length > 0);
  connection.close();
  return found;
}

function bareInsert(file: string, tables: readonly TableRows[]): number {
  const connection = new Sqlite(file);
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  migrate(connection, migrations);
  const statements = tables.map(({ table, width }) =>
    connection.prepare(`INSERT INTO "${table}" VALUES (${Array(width).fill('?').join(', ')})`),
  );
  globalThis.gc?.();
  const from = process.hrtime.bigint();
  connection.transaction(() => {
    for (const [index, { rows }] of tables.entries()) {
      for (const row of rows) statements[index]!.run(...row);
    }
  })();
  const tookMs = inMs(process.hrtime.bigint() - from);
  connection.close();
  return tookMs;
}

async function ingest(folder: string, answer: unknown): Promise<number> {
  const parts = await openCoreParts(folder);
  parts.store.db
    .write(`INSERT INTO source (id, kind, name) VALUES (@id, 'alertmanager', 'prod')`)
    .run({ id: sourceId });
  createIncidentService({
    ...parts,
    db: parts.store.db,
    clock: systemClock,
    runs: { runsOf: () => [] },
  });
  const connector = alertmanagerOn(() => answer).create({
    sourceId,
    name: 'prod',
    settings: { urls: ['http://prod'] },
    secrets: {},
    http: { request: () => Promise.reject(new Error('unused')), close: async () => {} },
    clock: systemClock,
    memory: {},
    severityMap: {},
  });
  globalThis.gc?.();
  const from = process.hrtime.bigint();
  const { snapshot } = await connector.poll(new AbortController().signal);
  const changes = parts.alarms.apply(sourceId, snapshot, Date.now());
  const tookMs = inMs(process.hrtime.bigint() - from);
  if (changes.length !== 10_000) throw new Error(`ingested ${changes.length} alarms`);
  await parts.close();
  return tookMs;
}

export const figure: Figure = {
  title: 'first ingest of 10,000 alarms, beside a bare insert of the same rows',
  most: 3,
  unit: 'x',
  async measure() {
    const now = Date.now();
    const bytes = answerBytes({ count: 10_000, bornAtMs: now, sentAtMs: now });
    const ingests: number[] = [];
    const inserts: number[] = [];
    let rowCount = 0;
    for (let round = 0; round < rounds; round += 1) {
      const [ours, bare] = [temporaryFolder(), temporaryFolder()];
      try {
        ingests.push(await ingest(ours.path, JSON.parse(bytes.toString('utf8'))));
        const tables = everyRow(join(ours.path, storeFileName));
        rowCount = tables.reduce((sum, { rows }) => sum + rows.length, 0);
        inserts.push(bareInsert(join(bare.path, 'bare.db'), tables));
      } finally {
        ours.remove();
        bare.remove();
      }
    }
    return {
      values: ingests.map((tookMs, round) => tookMs / inserts[round]!),
      notes: [
        `${numberText(median(ingests))} ms beside ${numberText(median(inserts))} ms for ${rowCount} rows; ` +
          `the first, before anything was compiled: ${numberText(ingests[0]!)} ms beside ${numberText(inserts[0]!)} ms`,
      ],
    };
  },
};
