// Ten thousand rows take longer to write than a person who acknowledges a storm should wait for. They are stored as one
// row, which makes the request safe on disk, and spread into their table as soon as it was answered.
import type { Migration } from './migration.ts';

export const migration: Migration = {
  version: 14,
  name: 'bulk writes',
  up(db) {
    db.exec(`
      CREATE TABLE bulk_write (
        id     INTEGER PRIMARY KEY,
        -- Which statement spreads it.
        name   TEXT NOT NULL CHECK (name IN ('intents','events')),
        -- What all rows share, by the names of the statement's parameters.
        shared TEXT NOT NULL,
        -- JSON, one item per row.
        rows   TEXT NOT NULL,
        -- Why it could not be spread; it is kept and not tried again.
        error  TEXT
      ) STRICT;
    `);
  },
};
