import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Entry } from '../../../../preload/contract/incidents.ts';
import type { Action } from '../../../../preload/contract/postmortems.ts';
import {
  countActions,
  dueText,
  knownOwners,
} from '../../../../renderer/features/postmortems/action-words.ts';
import { findEvidence } from '../../../../renderer/features/postmortems/evidence-filter.ts';
import { evidenceText, insertAt } from '../../../../renderer/features/postmortems/evidence-text.ts';
import { placeOfFinding, textParts } from '../../../../renderer/features/postmortems/parts.ts';
import { markdownTree } from '../../../../renderer/ui/markdown-tree.ts';

const entry = (change: Partial<Entry>): Entry => ({
  id: 1,
  at: '2026-11-24T04:01:12.000Z',
  kind: 'alarm_fired',
  origin: 'prod',
  text: 'Error rate above 5 %',
  code: null,
  ...change,
});

/** Names of the elements that a text becomes. */
function elements(markdown: string): string[] {
  const names: string[] = [];
  const walk = (node: { type: string; tagName?: string; children?: unknown[] }): void => {
    if (node.type === 'element') names.push(node.tagName ?? '');
    for (const child of node.children ?? []) walk(child as Parameters<typeof walk>[0]);
  };
  walk(markdownTree(markdown));
  return names;
}

describe('evidence as text', () => {
  test('is one line of a list, in UTC', () => {
    expect(evidenceText(entry({}))).toBe('- 2026-11-24 04:01 UTC: Error rate above 5 % (prod)');
  });

  test('whatever an alarm says stays text', () => {
    const pieces = [
      '<b>',
      '# h',
      '**b**',
      '[x](javascript:1)',
      '![](http://x)',
      '`',
      '\n\n',
      '| a |',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary' }))),
        (parts) => {
          const names = new Set(elements(evidenceText(entry({ text: parts.join(' ') }))));
          for (const allowed of ['ul', 'li', 'code', 'p']) names.delete(allowed);
          expect([...names]).toEqual([]);
        },
      ),
    );
  });

  test('a command cannot end its block', () => {
    const names = elements(evidenceText(entry({ code: 'echo\n```\n# heading\n````\n<b>' })));
    expect(names).not.toContain('h1');
    expect(names).toContain('pre');
  });

  test.each([
    ['', 0, 'X', 0],
    ['one\ntwo', 3, 'one\nX\ntwo', 3],
    ['one', 3, 'one\nX', 3],
    ['one\n', 4, 'one\nX', 4],
    ['one\n\ntwo', 4, 'one\nX\ntwo', 4],
  ])('into %j at %i it stands on lines of its own', (text, cursor, after, place) => {
    expect(insertAt(text, cursor, 'X')).toEqual({ text: after, place });
  });

  test.each([
    [0, 'one two\nX\nthree'],
    [4, 'one two\nX\nthree'],
    [9, 'one two\nthree\nX'],
  ])('a cursor at %i, inside a line, tears no sentence apart', (cursor, after) => {
    expect(insertAt('one two\nthree', cursor, 'X').text).toBe(after);
  });

  test('wherever the cursor is, every line that was there is still there, in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom('a', ' ', 'é') })),
        fc.nat(),
        (lines, n) => {
          const text = lines.join('\n');
          const after = insertAt(text, n % (text.length + 1), 'X').text.split('\n');
          const before = text.split('\n');
          const others = after.filter((line) => line !== 'X');
          expect(others.filter(Boolean)).toEqual(before.filter(Boolean));
          expect(after).toContain('X');
        },
      ),
    );
  });

  test('is found by its text, its origin, its command and its kind', () => {
    const timeline = [
      entry({ id: 1 }),
      entry({ id: 2, kind: 'note', origin: 'you', text: 'Rolled back' }),
      entry({ id: 3, kind: 'command', text: 'Copied', code: 'kubectl rollout undo' }),
    ];
    const found = (query: string): number[] => findEvidence(timeline, query).map(({ id }) => id);
    expect(found('')).toEqual([1, 2, 3]);
    expect(found('NOTE you')).toEqual([2]);
    expect(found('undo')).toEqual([3]);
    expect(found('alarm rate')).toEqual([1]);
    expect(found('nothing like it')).toEqual([]);
  });
});

describe('findings', () => {
  test('each part of the text is a place to go to', () => {
    const places = textParts.map(({ label }) => placeOfFinding(label));
    expect(new Set(places).size).toBe(textParts.length);
    expect(placeOfFinding('Whys')).toBe('part-whys');
    expect(placeOfFinding('Something new')).toBe('part-title');
  });
});

describe('actions', () => {
  const action = (change: Partial<Action>): Action => ({
    id: 1,
    incidentId: null,
    incidentTitle: null,
    title: 'Alarm on dropped indexes',
    owner: '',
    dueOn: null,
    doneAt: null,
    isOverdue: false,
    ...change,
  });

  test.each([
    [null, false, 'no due date'],
    ['2026-11-24', false, 'due today'],
    ['2026-12-02', false, 'due 2 Dec, in 8 d'],
    ['2026-11-21', true, 'overdue by 3 d, 21 Nov'],
    ['2025-11-24', true, 'overdue by 365 d, 24 Nov 2025'],
  ])('due on %s, overdue %s: %s', (dueOn, isOverdue, text) => {
    expect(dueText({ dueOn, isOverdue }, '2026-11-24')).toBe(text);
  });

  test('are counted once each', () => {
    const actions = [
      action({ isOverdue: true, dueOn: '2026-11-01' }),
      action({}),
      action({ doneAt: '2026-11-24T04:01:12.000Z' }),
    ];
    expect(countActions(actions)).toEqual({ overdue: 1, open: 1, done: 1 });
  });

  test('offer those who own the most first', () => {
    const owners = ['Kim', 'Ada', 'Kim ', ''].map((owner) => action({ owner }));
    expect(knownOwners(owners)).toEqual(['Kim', 'Ada']);
  });
});
