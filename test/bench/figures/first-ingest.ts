/**
 * The first ingest: from the parsed answer to committed, beside a bare better-sqlite3 that inserts the very rows that
 * came of it in one transaction: same schema, same disk, same `synchronous`. Compared is processor time: both wait for
 * the same disk, and on a busy machine for others.
 */
import Sqlite from 'better-sqlite3';
import { join } from 'node:path';
import { systemClock } from '../../../main/clock.ts';
import { createIncidentService } from '../../../main/incidents/incident-service.ts';
import { createNotifications } from '../../../main/notifications/notification-service.ts';
import { createOutbox } from '../../../main/outbox/outbox.ts';
import { defaultSettings } from '../../../main/settings/configuration.ts';
import { migrate } from '../../../main/store/migrate.ts';
import { migrations } from '../../../main/store/migrations/index.ts';
import { storeFileName } from '../../../main/store/open-store.ts';
import { liveHealth } from '../../support/alarm-desk.ts';
import { createRecordingPowers } from '../../support/recording-powers.ts';
import { tablesOf } from '../../support/store-rows.ts';
import { answerBytes } from '../answers.ts';
import {
  alertmanagerOn,
  openCoreParts,
  type CoreParts,
  sourceId,
  temporaryFolder,
} from '../core-parts.ts';
import { median, numberText, type Figure } from '../figure.ts';

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

interface Cost {
  readonly tookMs: number;
  readonly cpuMs: number;
}

function meter(): () => Cost {
  globalThis.gc?.();
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { tookMs: performance.now() - from, cpuMs: (user + system) / 1_000 };
  };
}

function bareInsert(file: string, tables: readonly TableRows[]): Cost {
  const connection = new Sqlite(file);
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.pragma('foreign_keys = ON');
  migrate(connection, migrations);
  const statements = tables.map(({ table, width }) =>
    connection.prepare(`INSERT INTO "${table}" VALUES (${Array(width).fill('?').join(', ')})`),
  );
  const read = meter();
  connection.transaction(() => {
    for (const [index, { rows }] of tables.entries()) {
      for (const row of rows) statements[index]!.run(...row);
    }
  })();
  const cost = read();
  connection.close();
  return cost;
}

/** Everything that hears of new alarms inside their transaction, and may add rows of its own. */
function listenAsTheCoreDoes(parts: CoreParts): () => Promise<void> {
  const { bus, windows, alarms } = parts;
  const shared = { db: parts.store.db, clock: systemClock, bus, windows, alarms };
  const settings = { current: () => defaultSettings('you') };
  const sources = {
    health: () => liveHealth,
    connector: () => null,
    refresh: () => {},
  };
  const incidents = createIncidentService({ ...shared, runs: { runsOf: () => [] } });
  const powers = createRecordingPowers();
  const notifications = createNotifications({ ...shared, settings, sources, powers });
  const outbox = createOutbox({ ...shared, settings, sources });
  notifications.start();
  outbox.start();
  return async () => {
    await outbox.stop();
    notifications.stop();
    incidents.stop();
  };
}

async function ingest(folder: string, answer: unknown): Promise<Cost> {
  const parts = await openCoreParts(folder);
  parts.store.db
    .write(`INSERT INTO source (id, kind, name) VALUES (@id, 'alertmanager', 'prod')`)
    .run({ id: sourceId });
  const stopListening = listenAsTheCoreDoes(parts);
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
  const read = meter();
  const { snapshot } = await connector.poll(new AbortController().signal);
  const changes = parts.alarms.apply(sourceId, snapshot, Date.now());
  const cost = read();
  if (changes.length !== 10_000) throw new Error(`ingested ${changes.length} alarms`);
  await stopListening();
  await parts.close();
  return cost;
}

export const figure: Figure = {
  title: 'first ingest of 10,000 alarms, beside a bare insert of the same rows',
  most: 3,
  unit: 'x',
  async measure() {
    const now = Date.now();
    const bytes = answerBytes({ count: 10_000, bornAtMs: now, sentAtMs: now });
    const ingests: Cost[] = [];
    const inserts: Cost[] = [];
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
    const ratios = ingests.map(({ cpuMs }, round) => cpuMs / inserts[round]!.cpuMs);
    const times = (costs: readonly Cost[]): string =>
      numberText(median(costs.map(({ tookMs }) => tookMs)));
    return {
      values: ratios,
      notes: [
        `${times(ingests)} ms by the clock beside ${times(inserts)} ms for ${rowCount} rows; ` +
          `the first, before anything was compiled: ${numberText(ratios[0]!)} x, ${numberText(ingests[0]!.tookMs)} ms`,
      ],
    };
  },
};
