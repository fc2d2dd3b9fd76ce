/** Brings a database to the schema of this program. */
import { AppError } from '../errors.ts';
import type { Migration } from './migrations/migration.ts';
import type { Connection } from './native.ts';

/** "NDSK": says whose file this is, in the header of the file. */
export const applicationId = 0x4e44534b;

export const versionOf = (connection: Connection): number =>
  Number(connection.pragma('user_version', { simple: true }));

export function latestVersion(migrations: readonly Migration[]): number {
  return migrations.at(-1)?.version ?? 0;
}

export function pendingFrom(
  version: number,
  migrations: readonly Migration[],
): readonly Migration[] {
  for (const [index, migration] of migrations.entries()) {
    if (migration.version <= (migrations[index - 1]?.version ?? 0)) {
      throw new Error(`migration ${migration.version} (${migration.name}) is out of order`);
    }
  }
  return migrations.filter((migration) => migration.version > version);
}

/**
 * Runs all pending migrations in one transaction, then `within` in the same one. An error leaves, and SQLite takes
 * everything back. Foreign keys are enforced at the end: a table that is rebuilt must be allowed to vanish in between.
 */
export function migrate(
  connection: Connection,
  migrations: readonly Migration[],
  within: () => void = () => {},
): { from: number; to: number } {
  const from = versionOf(connection);
  const pending = pendingFrom(from, migrations);
  connection.pragma('foreign_keys = OFF');
  try {
    connection
      .transaction(() => {
        for (const migration of pending) {
          migration.up(connection);
          connection.pragma(`user_version = ${migration.version}`);
        }
        if (pending.length > 0) {
          connection.pragma(`application_id = ${applicationId}`);
          const broken = connection.pragma('foreign_key_check') as { table: string }[];
          if (broken[0] !== undefined) {
            throw new Error(`a migration left rows in ${broken[0].table} that refer to nothing`);
          }
        }
        within();
      })
      .immediate();
  } finally {
    connection.pragma('foreign_keys = ON');
  }
  return { from, to: versionOf(connection) };
}

/** @throws AppError when the file belongs to a newer Nightdesk or to another program; it is left alone. */
export function refuseForeign(
  header: { version: number; application: number; tables: number },
  latest: number,
  file: string,
): void {
  const isOurs = header.application === applicationId;
  const isNew = header.application === 0 && header.version === 0 && header.tables === 0;
  if (!isOurs && !isNew) {
    throw new AppError('store.unavailable', `${file} belongs to another program.`, {
      next: 'Nothing was changed. Start with another data folder (--data FOLDER).',
    });
  }
  if (header.version > latest) {
    throw new AppError(
      'store.unavailable',
      `The data in ${file} was written by a newer Nightdesk (data version ${header.version}, this one knows ${latest}).`,
      {
        next: 'Nothing was changed. Install the newer Nightdesk again, or start with another data folder (--data FOLDER).',
      },
    );
  }
}
