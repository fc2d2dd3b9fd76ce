/** Rows of `source`: what is kept of each between runs, and what its alarms hang on. */
import type { Freshness, Instant, SourceId } from '../../preload/contract/common.ts';
import type { WritableDb } from '../store/database.ts';

export interface StoredSource {
  readonly id: SourceId;
  readonly kind: string;
  readonly name: string;
  readonly lastAttemptAt: Instant | null;
  readonly lastSuccessAt: Instant | null;
  readonly memory: Readonly<Record<string, unknown>>;
}

export interface StoredHealth {
  readonly id: SourceId;
  readonly lastAttemptAt: Instant | null;
  readonly lastSuccessAt: Instant | null;
  readonly freshness: Freshness;
  readonly problem: string | null;
  readonly memory: Readonly<Record<string, unknown>>;
}

interface Row {
  id: string;
  kind: string;
  name: string;
  last_attempt_at: string | null;
  last_success_at: string | null;
  memory: string;
}

/** Memory only saves time and caution; unreadable, it is as if there were none. */
function parseMemory(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}

export type SourceStore = ReturnType<typeof createSourceStore>;

export function createSourceStore(db: WritableDb) {
  const selectAll = db.read<Row>(
    'SELECT id, kind, name, last_attempt_at, last_success_at, memory FROM source',
  );
  const countActive = db.read<{ source_id: string; count: number }>(
    `SELECT source_id, count(*) AS count FROM alarm WHERE status <> 'resolved' GROUP BY source_id`,
  );
  const selectAlarm = db.read<{ id: number }, { id: string }>(
    'SELECT id FROM alarm WHERE source_id = @id LIMIT 1',
  );
  const upsert = db.write<{ id: string; kind: string; name: string }>(
    `INSERT INTO source (id, kind, name) VALUES (@id, @kind, @name)
     ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name
      WHERE kind <> excluded.kind OR name <> excluded.name`,
  );
  const updateHealth = db.write(
    `UPDATE source SET last_attempt_at = @lastAttemptAt, last_success_at = @lastSuccessAt,
            freshness = @freshness, problem = @problem, memory = @memory
      WHERE id = @id`,
  );
  const deleteOne = db.write<{ id: string }>('DELETE FROM source WHERE id = @id');

  return {
    all(): readonly StoredSource[] {
      return selectAll.all({}).map((row) => ({
        id: row.id as SourceId,
        kind: row.kind,
        name: row.name,
        lastAttemptAt: row.last_attempt_at,
        lastSuccessAt: row.last_success_at,
        memory: parseMemory(row.memory),
      }));
    },

    /** Sources to the number of their alarms that are not over; absent: none. */
    activeCounts(): ReadonlyMap<SourceId, number> {
      return new Map(countActive.all({}).map((row) => [row.source_id as SourceId, row.count]));
    },

    hasAlarms: (id: SourceId): boolean => selectAlarm.get({ id }) !== undefined,

    upsert(id: SourceId, kind: string, name: string): void {
      upsert.run({ id, kind, name });
    },

    saveHealth(health: StoredHealth): void {
      updateHealth.run({ ...health, memory: JSON.stringify(health.memory) });
    },

    /** Its alarms, episodes, events and intents go with it. */
    remove(id: SourceId): void {
      deleteOne.run({ id });
    },
  };
}
