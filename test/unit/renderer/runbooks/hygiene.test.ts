import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HygieneFinding } from '../../../../preload/contract/runbook-hygiene.ts';
import type { AlarmId, RunbookId } from '../../../../preload/contract/common.ts';
import {
  countOfKind,
  findingPlace,
  hygienePlace,
  kindsInOrder,
  readHygienePlace,
  reviewChoices,
  shownFindings,
} from '../../../../renderer/features/runbooks/hygiene.ts';

const finding = (change: Partial<HygieneFinding> = {}): HygieneFinding => ({
  kind: 'no_runbook',
  title: 'CheckoutDown',
  text: '',
  next: '',
  pages: 1,
  alarmId: 3 as AlarmId,
  runbookId: 7 as RunbookId,
  path: null,
  anchor: null,
  ...change,
});

describe('the place of the hygiene report', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(null, ...kindsInOrder),
        fc.constantFrom(...reviewChoices),
        (kind, unreviewedDays) => {
          const place = { kind, unreviewedDays };
          expect(readHygienePlace(hygienePlace(place).split('?')[1] ?? '')).toEqual(place);
        },
      ),
    );
  });
  test.each(['kind=constructor', 'kind=', 'reviewed=1e9', 'reviewed=-1', '%E0%A4%A'])(
    'leaves out what %s says',
    (search) => {
      expect(readHygienePlace(search)).toEqual({ kind: null, unreviewedDays: 180 });
    },
  );
});

describe('a finding', () => {
  test.each<[Partial<HygieneFinding>, string | null]>([
    [{ kind: 'no_runbook' }, '/alarm/3'],
    [{ kind: 'dead_link', runbookId: null }, '/alarm/3'],
    [{ kind: 'missing_section' }, '/runbooks/7'],
    [{ kind: 'never_used', alarmId: null }, '/runbooks/7'],
    [{ kind: 'dead_reference' }, '/runbooks/7'],
    [{ kind: 'unread', runbookId: null }, null],
    [{ kind: 'dead_link', alarmId: null, runbookId: null }, null],
  ])('%j is mended at %s', (change, place) => {
    expect(findingPlace(finding(change))).toBe(place);
  });

  test('is counted even when it is not shown', () => {
    const counts = Object.fromEntries(kindsInOrder.map((kind) => [kind, 2])) as never;
    const report = { counts, findings: [finding(), finding({ kind: 'unreviewed' })] };
    expect(shownFindings(report, 'unreviewed')).toHaveLength(1);
    expect(shownFindings(report, null)).toHaveLength(2);
    expect(countOfKind(report, 'unreviewed')).toBe(2);
    expect(countOfKind(report, null)).toBe(2 * kindsInOrder.length);
  });
});
