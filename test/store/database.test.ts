import { beforeEach, describe, expect, test } from 'vitest';
import { openTestStore, type TestStore } from '../support/store.ts';

let store: TestStore;
beforeEach(() => {
  store = openTestStore();
});

const add = (id: string, text = ''): unknown =>
  store.db.write(`INSERT INTO source (id, kind, name) VALUES (@id, 'k', @text)`).run({ id, text });
const ids = (): string[] =>
  store.db
    .read<{ id: string }>('SELECT id FROM source ORDER BY id')
    .all({})
    .map(({ id }) => id);

/** The disk is full: SQLite may not add a page. */
const fillDisk = (): void => {
  const pages = Number(store.connection.pragma('page_count', { simple: true }));
  store.connection.pragma(`max_page_count = ${pages}`);
};

describe('the connection', () => {
  test('a handle for reading refuses to write', () => {
    expect(() => store.db.read('DELETE FROM source')).toThrow('not a read');
  });

  test('a failed transaction stores nothing and lets nothing out', () => {
    const effects: string[] = [];
    expect(() =>
      store.db.transaction(() => {
        add('a');
        store.db.afterCommit(() => effects.push('a'));
        throw new Error('bug');
      }),
    ).toThrow('bug');
    expect(ids()).toEqual([]);
    expect(effects).toEqual([]);
    // The next one is not burdened with it.
    store.db.transaction(() => store.db.afterCommit(() => effects.push('b')));
    expect(effects).toEqual(['b']);
  });

  test('effects run after the outermost commit, in order', () => {
    const effects: string[] = [];
    store.db.transaction(() => {
      store.db.transaction(() => store.db.afterCommit(() => effects.push('inner')));
      expect(effects).toEqual([]);
      store.db.afterCommit(() => effects.push('outer'));
    });
    store.db.afterCommit(() => effects.push('alone'));
    expect(effects).toEqual(['inner', 'outer', 'alone']);
  });

  test('an effect that fails keeps neither the commit nor the other effects back', () => {
    const effects: string[] = [];
    store.db.transaction(() => {
      add('a');
      store.db.afterCommit(() => {
        throw new Error('window is gone');
      });
      store.db.afterCommit(() => effects.push('second'));
    });
    expect(ids()).toEqual(['a']);
    expect(effects).toEqual(['second']);
  });

  test('a promise inside a transaction is refused, and nothing is stored', () => {
    expect(() =>
      store.db.transaction(async () => {
        add('a');
        await Promise.resolve();
      }),
    ).toThrow('promise');
    expect(ids()).toEqual([]);
  });

  test('a full disk is said as such, and what was there stays', () => {
    add('a');
    fillDisk();
    expect(() => {
      for (let number = 0; number < 100; number++) add(`b${number}`, 'x'.repeat(20_000));
    }).toThrow(expect.objectContaining({ code: 'store.full' }));
    expect(ids()).toContain('a');
  });

  test('after SQLite ended a transaction by itself, nothing that follows in it is stored', () => {
    const effects: string[] = [];
    expect(() =>
      store.db.transaction(() => {
        add('first');
        // What SQLite may do on a full disk or a read error.
        store.connection.exec('ROLLBACK');
        store.db.afterCommit(() => effects.push('told'));
        expect(() => store.db.transaction(() => add('nested'))).toThrow('rolled back');
        add('orphan');
      }),
    ).toThrow('rolled back');
    expect(ids()).toEqual([]);
    expect(effects).toEqual([]);
  });

  test('a file error of other code inside a transaction stays its own', () => {
    const error = Object.assign(new Error('theirs'), { code: 'EACCES' });
    expect(() =>
      store.db.transaction(() => {
        throw error;
      }),
    ).toThrow(error);
  });
});
