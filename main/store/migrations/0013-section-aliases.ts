// Documents name places themselves (`<a name>`, `{#id}`), and links use those names as often as a heading's own.
import type { Migration } from './migration.ts';

export const migration: Migration = {
  version: 13,
  name: 'section aliases',
  up(db) {
    // As a JSON list of texts. Documents are read again by the parser that finds them.
    db.exec(`ALTER TABLE runbook_section ADD COLUMN aliases TEXT NOT NULL DEFAULT '[]'`);
  },
};
