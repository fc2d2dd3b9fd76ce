/** What the person must know once; kept until dismissed. */
import type { DeskNotice } from '../../preload/contract/desk.ts';
import { toInstant, type Clock } from '../clock.ts';
import { notFound } from '../errors.ts';
import type { WritableDb } from '../store/database.ts';
import type { Windows } from './windows.ts';

const mostShown = 100;

export function createNotices(deps: { db: WritableDb; clock: Clock; windows: Windows }) {
  const { db, clock, windows } = deps;
  const selectOpen = db.read<DeskNotice, { limit: number }>(
    `SELECT id, at, kind, title, text FROM notice
      WHERE dismissed_at IS NULL ORDER BY id DESC LIMIT @limit`,
  );
  const selectSame = db.read<{ id: number }, { kind: string; title: string; text: string }>(
    `SELECT id FROM notice
      WHERE dismissed_at IS NULL AND kind = @kind AND title = @title AND text = @text`,
  );
  const selectOne = db.read<{ id: number }, { id: number }>('SELECT id FROM notice WHERE id = @id');
  const insert = db.write<{ at: string; kind: string; title: string; text: string }>(
    'INSERT INTO notice (at, kind, title, text) VALUES (@at, @kind, @title, @text)',
  );
  const update = db.write<{ id: number; at: string }>(
    'UPDATE notice SET dismissed_at = @at WHERE id = @id AND dismissed_at IS NULL',
  );
  const told = (): void => db.afterCommit(() => windows.changed('notices'));

  return {
    /** Newest first. */
    list: (): DeskNotice[] => selectOpen.all({ limit: mostShown }),

    /** One that says the same and is still there is not said twice. Returns its id. */
    add(kind: DeskNotice['kind'], title: string, text: string): number {
      return db.transaction(() => {
        const same = selectSame.get({ kind, title, text });
        if (same !== undefined) return same.id;
        const { lastId } = insert.run({ at: toInstant(clock.now()), kind, title, text });
        told();
        return lastId;
      });
    },

    dismiss(id: number): void {
      db.transaction(() => {
        if (selectOne.get({ id }) === undefined) throw notFound('This notice');
        if (update.run({ id, at: toInstant(clock.now()) }).changes > 0) told();
      });
    },
  };
}
