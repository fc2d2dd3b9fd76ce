// What a person switched on at this computer. Not in the configuration file: a team shares that one, and one person's
// consent is no other's.
import type { Migration } from './migration.ts';

export const migration: Migration = {
  version: 9,
  name: 'local switches',
  up(db) {
    db.exec(`
      CREATE TABLE local_switch (
        name        TEXT PRIMARY KEY,
        switched_at TEXT NOT NULL
      ) STRICT;
    `);
  },
};
