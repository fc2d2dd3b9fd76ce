// Which alarms of different sources are the same condition is found by rules; what people decided about it is kept.
import type { Migration } from './migration.ts';

export const migration: Migration = {
  version: 7,
  name: 'joins',
  up(db) {
    db.exec(`
      -- By what the alarms are (name and labels), not by their ids: many sources give every episode a new identity.
      CREATE TABLE join_decision (
        a_source    TEXT NOT NULL REFERENCES source (id) ON DELETE CASCADE,
        a_signature TEXT NOT NULL,
        b_source    TEXT NOT NULL REFERENCES source (id) ON DELETE CASCADE,
        b_signature TEXT NOT NULL,
        state       TEXT NOT NULL CHECK (state IN ('joined','separated')),
        at          TEXT NOT NULL,
        PRIMARY KEY (a_source, a_signature, b_source, b_signature)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX join_decision_by_source ON join_decision (b_source);
    `);
  },
};
