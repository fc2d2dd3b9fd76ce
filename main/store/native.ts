/** The native SQLite module, loaded only where it can work. */
import type BetterSqlite3 from 'better-sqlite3';
import { AppError } from '../errors.ts';

export type Connection = BetterSqlite3.Database;
export type Sqlite = typeof BetterSqlite3;

/** Node-API 10 came with Node 22.14. On an older one the module crashes the process instead of failing. */
const neededNodeApi = 10;

export async function loadSqlite(
  nodeApi: string | undefined = process.versions['napi'],
): Promise<Sqlite> {
  if (Number(nodeApi ?? 0) < neededNodeApi) {
    throw new AppError(
      'store.unavailable',
      `The data cannot be opened with Node.js ${process.versions.node}: its database module needs 22.14 or newer.`,
      { next: 'Start Nightdesk with npm start, which brings its own Node.js.' },
    );
  }
  try {
    return (await import('better-sqlite3')).default;
  } catch (cause) {
    throw new AppError('store.unavailable', 'The database module could not be loaded.', {
      next: 'Install Nightdesk again; its native module is missing or made for another system.',
      cause,
    });
  }
}
