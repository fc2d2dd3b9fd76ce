import { describe, expect, it } from 'vitest';
import type { RunbookId } from '../../../../preload/contract/common.ts';
import type { RunbookSource } from '../../../../preload/contract/runbooks.ts';
import {
  libraryPlace,
  readLibraryPlace,
  reviewWords,
  runbookPlace,
  sourceViews,
} from '../../../../renderer/features/runbooks/library.ts';

const at = '2026-11-24T02:00:00.000Z';
const runbook = (id: number, folder: string, title: string) => ({
  id: id as RunbookId,
  title,
  path: `${id}.md`,
  folder,
  modifiedAt: at,
  copiedAt: at,
  reviewedOn: null,
  stepCount: 0,
});
const source = (folder: string, problem: string | null = null): RunbookSource => ({
  kind: 'folder',
  folder,
  title: folder,
  place: folder,
  count: 0,
  copiedAt: at,
  freshness: 'Read again whenever a file changes.',
  problem,
  isAway: problem !== null,
  next: null,
  isBusy: false,
  git: null,
});

describe('sources', () => {
  it('puts those that cannot be read first, and keeps what there is of them', () => {
    const views = sourceViews({
      runbooks: [runbook(1, '/share', 'B'), runbook(2, '/own', 'A')],
      sources: [
        source('/own'),
        source('/share', 'not mounted'),
        source('/never', 'no such folder'),
      ],
    });
    expect(views.map(({ folder, runbooks }) => [folder, runbooks.length])).toEqual([
      ['/share', 1],
      ['/never', 0],
      ['/own', 1],
    ]);
  });

  it('sorts runbooks by title as people do', () => {
    const [view] = sourceViews({
      runbooks: ['b', 'Step 10', 'A', 'Step 9'].map((title, index) =>
        runbook(index + 1, 'x', title),
      ),
      sources: [source('x')],
    });
    expect(view?.runbooks.map(({ title }) => title)).toEqual(['A', 'b', 'Step 9', 'Step 10']);
  });
});

describe('the review date', () => {
  const now = Date.parse('2026-11-24T04:00:00Z');
  it.each([
    ['2026-11-03', 'reviewed 3 weeks ago', false],
    ['2026-11-24', 'reviewed today', false],
    ['2024-01-01', 'reviewed 34 months ago', true],
    ['last spring', 'reviewed last spring', false],
    ['2026-13-45', 'reviewed 2026-13-45', false],
    ['2027-01-01', 'reviewed 2027-01-01', false],
  ])('%s', (day, text, isOld) => expect(reviewWords(day, now)).toEqual({ text, isOld }));

  it('is not spoken of when there is none', () => {
    expect(reviewWords(null, now)).toBeNull();
    expect(reviewWords('', now)).toBeNull();
  });
});

describe('addresses', () => {
  it('keep what is searched and for which alarm', () => {
    const place = { text: 'a=b & c?', alarmId: '34' };
    expect(readLibraryPlace(libraryPlace(place).split('?')[1] ?? '')).toEqual(place);
    expect(libraryPlace({ text: '', alarmId: null })).toBe('/runbooks');
    expect(readLibraryPlace('alarm=x').alarmId).toBeNull();
  });

  it('open a hit at its section with the alarm kept', () => {
    expect(runbookPlace(3 as RunbookId, 'stop-it', '34')).toBe(
      '/runbooks/3?alarm=34&section=stop-it',
    );
    expect(runbookPlace(3 as RunbookId, null, null)).toBe('/runbooks/3');
  });
});
