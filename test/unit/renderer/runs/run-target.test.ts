import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AlarmId, IncidentId, RunbookId } from '../../../../preload/contract/common.ts';
import { parseDraft } from '../../../../renderer/runs/answers-draft.ts';
import { readTarget, targetPlace } from '../../../../renderer/runs/run-target.ts';

it('finds the same run again from its address', () => {
  const id = fc.integer({ min: 1, max: 1_000_000 });
  fc.assert(
    fc.property(
      id,
      fc.option(id),
      fc.option(id),
      fc.option(fc.string({ minLength: 1, maxLength: 50 })),
      (runbookId, alarmId, incidentId, anchor) => {
        const target = {
          runbookId: runbookId as RunbookId,
          alarmId: alarmId as AlarmId | null,
          incidentId: incidentId as IncidentId | null,
          anchor,
        };
        const [path, search = ''] = targetPlace(target).split('?');
        expect(path).toBe(`/runbooks/${runbookId}`);
        expect(readTarget(target.runbookId, search)).toEqual(target);
      },
    ),
  );
});

it.each(['alarm=', 'alarm=0', 'alarm=-1', 'alarm=1e3', 'alarm=99999999999999999999', 'incident=x'])(
  'reads no id from %s',
  (search) => {
    const { alarmId, incidentId } = readTarget(1 as RunbookId, search);
    expect([alarmId, incidentId]).toEqual([null, null]);
  },
);

it.each([null, '', '{', '[]', 'null', '3', '["a"]'])('takes %s for an empty draft', (text) => {
  expect(parseDraft(text)).toEqual({});
});

it('keeps only texts of a draft', () => {
  expect(parseDraft('{"a":"1","b":2,"c":null}')).toEqual({ a: '1' });
});
