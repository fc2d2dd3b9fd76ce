import { readFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { applicationId, latestVersion, migrate, versionOf } from '../../main/store/migrate.ts';
import { migrations } from '../../main/store/migrations/index.ts';
import type { Migration } from '../../main/store/migrations/migration.ts';
import { schemaText } from '../../main/store/schema.ts';
import { contentOf, fillEveryTable, shapeOf } from '../support/store-rows.ts';

const memory = (): Sqlite.Database => {
  const connection = new Sqlite(':memory:');
  connection.pragma('foreign_keys = ON');
  return connection;
};

describe('migrations', () => {
  test('versions rise by one and start at one', () => {
    expect(migrations.map(({ version }) => version)).toEqual(
      migrations.map((_, index) => index + 1),
    );
  });

  test.each(migrations.map((migration) => [migration.version, migration.name] as const))(
    'migration %i (%s) keeps every row that people had',
    (version) => {
      const connection = memory();
      migrate(connection, migrations.slice(0, version - 1));
      fillEveryTable(connection);
      const shape = shapeOf(connection);
      const before = contentOf(connection, shape);

      migrate(connection, migrations.slice(0, version));

      expect(contentOf(connection, shape)).toEqual(before);
      expect(versionOf(connection)).toBe(version);
      expect(connection.pragma('foreign_key_check')).toEqual([]);
      expect(connection.pragma('integrity_check', { simple: true })).toBe('ok');
      // The rows of the new version can be made too.
      const fresh = memory();
      migrate(fresh, migrations.slice(0, version));
      fillEveryTable(fresh);
      expect(fresh.pragma('foreign_key_check')).toEqual([]);
    },
  );

  test('step by step gives the same schema as all at once', () => {
    const stepwise = memory();
    for (const migration of migrations) migrate(stepwise, migrations.slice(0, migration.version));
    const atOnce = memory();
    migrate(atOnce, migrations);
    expect(schemaText(stepwise)).toBe(schemaText(atOnce));
    expect(atOnce.pragma('application_id', { simple: true })).toBe(applicationId);
  });

  test('schema.sql says what the migrations add up to (npm run schema)', () => {
    const connection = memory();
    migrate(connection, migrations);
    const written = readFileSync(new URL('../../main/store/schema.sql', import.meta.url), 'utf8');
    expect(written).toBe(schemaText(connection));
  });

  test('every table is STRICT', () => {
    const connection = memory();
    migrate(connection, migrations);
    const loose = (
      connection.pragma('table_list') as { name: string; type: string; strict: number }[]
    ).filter(
      ({ name, type, strict }) => type === 'table' && strict === 0 && !name.startsWith('sqlite_'),
    );
    expect(loose).toEqual([]);
  });

  test('a failing migration takes back everything, also the migrations before it', () => {
    const connection = memory();
    migrate(connection, migrations.slice(0, 2));
    fillEveryTable(connection);
    const schema = schemaText(connection);
    const content = contentOf(connection);
    const broken: Migration = {
      version: latestVersion(migrations) + 1,
      name: 'broken',
      up(db) {
        db.exec(
          'DELETE FROM alarm; ALTER TABLE source RENAME TO origin; INSERT INTO nowhere VALUES (1)',
        );
      },
    };
    expect(() => migrate(connection, [...migrations, broken])).toThrow('nowhere');
    expect(schemaText(connection)).toBe(schema);
    expect(contentOf(connection)).toEqual(content);
    expect(connection.pragma('foreign_keys', { simple: true })).toBe(1);
  });

  test('a migration that leaves rows referring to nothing is refused', () => {
    const connection = memory();
    migrate(connection, migrations);
    fillEveryTable(connection);
    const careless: Migration = {
      version: latestVersion(migrations) + 1,
      name: 'careless',
      up: (db) => void db.exec('DELETE FROM source'),
    };
    expect(() => migrate(connection, [...migrations, careless])).toThrow('refer to nothing');
    expect(versionOf(connection)).toBe(latestVersion(migrations));
  });

  test('migrations out of order are a mistake, not a guess', () => {
    const second = migrations[1]!;
    expect(() => migrate(memory(), [second, migrations[0]!])).toThrow('out of order');
  });
});
