import { describe, expect, test } from 'vitest';
import {
  canSave,
  chosen,
  failed,
  isDirty,
  openEdit,
  put,
  read,
  refused,
  saved,
  saving,
  typed,
} from '../../../../renderer/features/runbook-editor/edit-state.ts';

const stored = { text: 'a', version: '1', draft: null, conflict: null };
const conflict = { mine: 'b', theirs: 'c', version: '2', parts: [], merged: null };
const keptAt = '2026-11-24T04:00:00.000Z';

describe('opening', () => {
  test('a draft goes on where it was', () => {
    const state = openEdit({ ...stored, draft: { text: 'b', version: '1', keptAt } }, null);
    expect([state.text, isDirty(state), canSave(state)]).toEqual(['b', true, true]);
  });

  test('what the window held back is newer than what the core kept', () => {
    const draft = { text: 'b', version: '1', keptAt };
    expect(openEdit({ ...stored, draft }, { text: 'b2', version: '1' }).text).toBe('b2');
  });

  test('held back over an older file, it is saved against that file and meets the newer one', () => {
    const state = openEdit({ ...stored, version: '2' }, { text: 'b', version: '1' });
    expect(state.base.version).toBe('1');
  });

  test('a conflict saves nothing before somebody chose', () => {
    const state = openEdit(
      { ...stored, draft: { text: 'b', version: '0', keptAt }, conflict },
      null,
    );
    expect(canSave(state)).toBe(false);
  });
});

describe('the file changes on disk', () => {
  test('and is shown anew where nothing was typed', () => {
    const state = read(openEdit(stored, null), { ...stored, text: 'c', version: '2' });
    expect([state.text, state.revision, isDirty(state)]).toEqual(['c', 1, false]);
  });

  test('and never replaces what was typed', () => {
    const state = read(typed(openEdit(stored, null), 'b'), {
      ...stored,
      text: 'c',
      version: '2',
      conflict,
    });
    expect([state.text, state.conflict]).toEqual(['b', conflict]);
  });

  test('to what was typed, which is no conflict', () => {
    const state = read(typed(openEdit(stored, null), 'b'), { ...stored, text: 'b', version: '2' });
    expect([isDirty(state), state.conflict]).toEqual([false, null]);
  });

  test('by our own save, which its answer tells better', () => {
    const state = saving(typed(openEdit(stored, null), 'b'));
    expect(read(state, { ...stored, text: 'b', version: '2' })).toBe(state);
  });
});

describe('saving', () => {
  test('leaves what was typed meanwhile unsaved', () => {
    const state = typed(saving(typed(openEdit(stored, null), 'b')), 'b2');
    const after = saved(state, { version: '2', text: 'b' });
    expect([after.text, isDirty(after), canSave(after)]).toEqual(['b2', true, true]);
  });

  test('that fails keeps the text and can be tried again', () => {
    const state = failed(saving(typed(openEdit(stored, null), 'b')), { message: 'm', next: 'n' });
    expect([state.text, canSave(state)]).toEqual(['b', true]);
  });

  test('that is refused waits for a choice, which goes over the newer file', () => {
    const state = refused(saving(typed(openEdit(stored, null), 'b')), conflict);
    expect(canSave(state)).toBe(false);
    const after = chosen(state, 'bc');
    expect([after.text, after.base, after.conflict]).toEqual([
      'bc',
      { version: '2', text: 'c' },
      null,
    ]);
    expect(isDirty(chosen(state, 'c'))).toBe(false);
  });
});

test('only a text from elsewhere is shown to the editor again', () => {
  const state = openEdit(stored, null);
  expect([typed(state, 'b').revision, put(state, 'b').revision, put(state, 'a').revision]).toEqual([
    0, 1, 0,
  ]);
});
