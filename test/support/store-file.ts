/** Looks into the store of an app, past the app: read only, and only what is committed. */
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';

export function stored<Row>(dataFolder: string, sql: string): Row[] {
  const db = new Sqlite(join(dataFolder, 'nightdesk.db'), { readonly: true });
  try {
    return db.prepare<[], Row>(sql).all();
  } finally {
    db.close();
  }
}
