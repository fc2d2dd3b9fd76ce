import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PostmortemText } from '../../../../preload/contract/postmortems.ts';
import {
  canSave,
  chosen,
  edit,
  failed,
  isDirty,
  openEditing,
  read,
  refused,
  saved,
  saving,
  type Editing,
  type Stored,
} from '../../../../renderer/features/postmortems/autosave.ts';
import { merge, mergeParts } from '../../../../renderer/features/postmortems/merge.ts';

const blank: PostmortemText = {
  title: 'Checkout is down',
  summary: '',
  impact: '',
  mitigation: '',
  whys: [],
  contributingFactors: '',
  wentWell: '',
  wentBadly: '',
  gotLucky: '',
};
const text = (summary: string): PostmortemText => ({ ...blank, summary });
const stored = (revision: number, summary: string): Stored => ({
  revision,
  text: text(summary),
  savedAt: '2026-11-24T04:31:00.000Z',
});
const open = (): Editing => openEditing(stored(2, 'before'), null);

describe('autosave', () => {
  test('saves what was typed, and nothing else', () => {
    expect(canSave(open())).toBe(false);
    const typed = edit(open(), { summary: 'typed' });
    expect(canSave(typed)).toBe(true);
    expect(canSave(saving(typed))).toBe(false);
    expect(canSave(edit(typed, { summary: 'before' }))).toBe(false);
  });

  test('keeps what is typed while a save is under way, and saves it next', () => {
    const under = saving(edit(open(), { summary: 'one' }));
    const after = saved(edit(under, { summary: 'one two' }), stored(3, 'one'));
    expect(after.text.summary).toBe('one two');
    expect(after.base.revision).toBe(3);
    expect(canSave(after)).toBe(true);
  });

  test('shows what another window saved while nothing is typed here', () => {
    expect(read(open(), stored(3, 'theirs')).text.summary).toBe('theirs');
  });

  test('never goes back to an older text', () => {
    expect(read(open(), stored(1, 'older')).text.summary).toBe('before');
  });

  test('follows the draft while nobody saved it', () => {
    const draft = openEditing(stored(1, 'drafted'), null);
    expect(read(draft, stored(1, 'drafted again')).text.summary).toBe('drafted again');
  });

  test('a newer text never replaces what was typed: both are there', () => {
    const typed = edit(open(), { summary: 'mine' });
    const both = read(typed, stored(3, 'theirs'));
    expect(both.text.summary).toBe('mine');
    expect(both.theirs?.text.summary).toBe('theirs');
    expect(canSave(both)).toBe(false);
  });

  test('our own save, read before its answer came, is no other window', () => {
    const under = edit(saving(edit(open(), { summary: 'one' })), { summary: 'one two' });
    const after = read(under, stored(3, 'one'));
    expect(after.theirs).toBeNull();
    expect(after.text.summary).toBe('one two');
  });

  test('a refused save offers both, and one that says the same ends it', () => {
    const under = saving(edit(open(), { summary: 'mine' }));
    expect(refused(under, stored(3, 'theirs')).theirs?.revision).toBe(3);
    const same = refused(under, stored(3, 'mine'));
    expect(same.theirs).toBeNull();
    expect(isDirty(same)).toBe(false);
  });

  test('the chosen text is saved over the newer one', () => {
    const both = refused(saving(edit(open(), { summary: 'mine' })), stored(7, 'theirs'));
    const after = chosen(both, text('both'));
    expect(after.base.revision).toBe(7);
    expect(after.text.summary).toBe('both');
    expect(canSave(after)).toBe(true);
  });

  test('a failed save is tried again, with everything still there', () => {
    const after = failed(saving(edit(open(), { summary: 'mine' })), 'no answer');
    expect(after.text.summary).toBe('mine');
    expect(after.failure).toBe('no answer');
    expect(canSave(after)).toBe(true);
  });

  test.each([
    ['the same revision goes on', 2, false],
    ['a newer one offers both', 5, true],
  ])('what a reload kept: %s', (_name, revision, isOffered) => {
    const kept = { text: text('kept'), base: stored(2, 'before') };
    const after = openEditing(stored(revision, 'now'), kept);
    expect(after.text.summary).toBe('kept');
    expect(after.theirs !== null).toBe(isOffered);
    expect(canSave(after)).toBe(!isOffered);
  });

  test('what a reload kept and was saved after all is nothing to do', () => {
    const kept = { text: text('kept'), base: stored(2, 'before') };
    const after = openEditing(stored(3, 'kept'), kept);
    expect(isDirty(after)).toBe(false);
    expect(after.theirs).toBeNull();
  });

  test('no order of reads, saves and refusals loses the last thing typed', () => {
    const event = fc.constantFrom('read', 'saving', 'saved', 'failed', 'refused');
    fc.assert(
      fc.property(fc.array(event), (events) => {
        let revision = 2;
        let editing = edit(open(), { summary: 'typed' });
        let isStored = false;
        for (const name of events) {
          revision += 1;
          if (name === 'read') editing = read(editing, stored(revision, 'theirs'));
          if (name === 'saving' && canSave(editing)) editing = saving(editing);
          if (name === 'saved' && editing.isSaving) {
            editing = saved(editing, { ...stored(revision, ''), text: editing.text });
            isStored = true;
          }
          if (name === 'failed' && editing.isSaving) editing = failed(editing, 'no answer');
          if (name === 'refused' && editing.isSaving) {
            editing = refused(editing, stored(revision, 'theirs'));
          }
          expect(isStored || editing.text.summary === 'typed').toBe(true);
        }
      }),
    );
  });
});

describe('two texts that grew from one', () => {
  const base = { ...blank, summary: 'base', impact: 'base', wentWell: 'base' };
  const mine = { ...base, summary: 'mine', impact: 'mine' };
  const theirs = { ...base, summary: 'theirs', wentWell: 'theirs' };

  test('only what differs is asked, and what one changed is chosen already', () => {
    const parts = mergeParts(base, mine, theirs);
    expect(
      parts.map(({ name, suggestion, isContested }) => [name, suggestion, isContested]),
    ).toEqual([
      ['summary', 'both', true],
      ['impact', 'mine', false],
      ['wentWell', 'theirs', false],
    ]);
  });

  test('the suggestions keep every change of both', () => {
    const choices = Object.fromEntries(
      mergeParts(base, mine, theirs).map(({ name, suggestion }) => [name, suggestion]),
    );
    expect(merge(base, mine, theirs, choices)).toEqual({
      ...base,
      summary: 'theirs\n\nmine',
      impact: 'mine',
      wentWell: 'theirs',
    });
  });

  test('both of what one contains already is not written twice', () => {
    const longer = { ...theirs, summary: 'mine, and theirs' };
    expect(merge(base, mine, longer, { summary: 'both' }).summary).toBe('mine, and theirs');
  });

  test.each([
    ['base. One.', 'base. Two.', 'base. Two. One.'],
    ['base\nOne', 'base\n\nTwo', 'base\n\nTwo\nOne'],
    ['basely', 'based', 'based\n\nly'],
    ['One. base', 'Two. base', 'Two. base\n\nOne. base'],
  ])('both of %j and %j: what they began from stands once', (own, other, both) => {
    const summary = own.startsWith('base.') ? 'base.' : 'base';
    const merged = merge(
      { ...base, summary },
      { ...mine, summary: own },
      { ...theirs, summary: other },
      { summary: 'both' },
    );
    expect(merged.summary).toBe(both);
  });

  test('texts that are equal ask nothing', () => {
    expect(mergeParts(base, mine, mine)).toEqual([]);
  });
});
