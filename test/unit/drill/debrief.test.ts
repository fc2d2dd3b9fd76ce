import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { debrief, inWords, type DrillFacts } from '../../../main/drill/debrief.ts';
import { durationText } from '../../../renderer/ui/time-text.ts';

const minute = 60_000;
const fired = Date.parse('2026-11-24T04:01:30.000Z');
const good: DrillFacts = {
  firedAt: fired,
  acknowledgedAt: fired + 2 * minute,
  mitigatedAt: fired + 12 * minute,
  resolvedAt: fired + 30 * minute,
  hasIncident: true,
  hasSeverity: true,
  hasImpact: true,
  hasMitigationText: true,
  notes: 2,
  stepsDone: 5,
  stepsBeforeMitigation: 4,
  hasPostmortem: true,
  actions: 1,
  actionsWithoutOwner: 0,
  firingAtResolve: 0,
  isRescued: false,
  factor: 1,
};

describe('the debrief', () => {
  test('tells the times from the page on, and finds nothing to say about a good night', () => {
    expect(debrief(good)).toEqual({
      toAcknowledgeMs: 2 * minute,
      toMitigateMs: 12 * minute,
      toResolveMs: 30 * minute,
      stepsDone: 5,
      remarks: [
        'Acknowledged after 2 min: nobody else had to be woken.',
        'Customers were failing for 12 min.',
      ],
    });
  });

  test.each<[string, Partial<DrillFacts>, RegExp]>([
    ['never acknowledged', { acknowledgedAt: null }, /Nobody acknowledged the page/],
    ['acknowledged late', { acknowledgedAt: fired + 7 * minute }, /after 7 min.*acknowledge first/],
    ['never mitigated', { mitigatedAt: null }, /never marked as mitigated/],
    [
      'ended by the script',
      { isRescued: true, mitigatedAt: null },
      /a colleague rolled the release back/,
    ],
    ['mitigated late', { mitigatedAt: fired + 40 * minute }, /failing for 40 min.*Stop it first/],
    ['mitigated without a step', { stepsBeforeMitigation: 0 }, /No step of a runbook was ticked/],
    ['no word on what helped', { hasMitigationText: false }, /does not say what mitigated it/],
    ['no incident', { hasIncident: false }, /There was no incident/],
    ['severity not chosen', { hasSeverity: false }, /severity of the incident stayed unknown/],
    ['no impact', { hasImpact: false }, /impact stayed empty/],
    ['no note', { notes: 0 }, /no note on the timeline/],
    ['resolved while it fired', { firingAtResolve: 3 }, /Resolved while 3 alarms/],
    ['not resolved', { resolvedAt: null }, /still open/],
    ['no postmortem', { hasPostmortem: false, actions: 0 }, /draft of the postmortem waits/],
    ['no action', { actions: 0 }, /has no action yet/],
    ['an action of nobody', { actionsWithoutOwner: 1 }, /One action has no owner/],
    ['played faster', { factor: 10 }, /10 times faster; the times are real ones/],
  ])('remarks on it: %s', (_, change, remark) => {
    const without = debrief(good).remarks.join('\n');
    const remarks = debrief({ ...good, ...change }).remarks.join('\n');
    expect(remarks).toMatch(remark);
    expect(without).not.toMatch(remark);
  });

  test('a night on which nothing was done has no times, only words', () => {
    const nothing = debrief({
      ...good,
      acknowledgedAt: null,
      mitigatedAt: null,
      resolvedAt: null,
      hasIncident: false,
      stepsDone: 0,
      isRescued: true,
    });
    expect(nothing).toMatchObject({ toAcknowledgeMs: null, toMitigateMs: null, toResolveMs: null });
    expect(nothing.remarks.join(' ')).not.toContain('still open');
  });

  test('a time is never negative, and every remark is a sentence', () => {
    const instant = fc.option(fc.integer({ min: fired - 60 * minute, max: fired + 60 * minute }));
    const count = fc.nat(5);
    fc.assert(
      fc.property(
        fc.record<DrillFacts>({
          firedAt: instant,
          acknowledgedAt: instant,
          mitigatedAt: instant,
          resolvedAt: instant,
          hasIncident: fc.boolean(),
          hasSeverity: fc.boolean(),
          hasImpact: fc.boolean(),
          hasMitigationText: fc.boolean(),
          notes: count,
          stepsDone: count,
          stepsBeforeMitigation: count,
          hasPostmortem: fc.boolean(),
          actions: count,
          actionsWithoutOwner: count,
          firingAtResolve: count,
          isRescued: fc.boolean(),
          factor: fc.constantFrom(1, 10),
        }),
        (facts) => {
          const result = debrief(facts);
          for (const ms of [result.toAcknowledgeMs, result.toMitigateMs, result.toResolveMs]) {
            expect(ms ?? 0).toBeGreaterThanOrEqual(0);
          }
          for (const remark of result.remarks) expect(remark).toMatch(/^[A-Z].*[.?]$/);
        },
      ),
    );
  });

  test.each([
    [0, '0 s'],
    [59_900, '59 s'],
    [89_400, '1 min'],
    [119_999, '1 min'],
    [29 * minute, '29 min'],
    [125 * minute, '2 h 5 min'],
  ])('%i ms in words: %s', (ms, words) => {
    expect(inWords(ms)).toBe(words);
  });

  // One screen shows both: `4 s` above `after 5 s` would be two truths.
  test('are the words of the window, for any drill that ends within a day', () => {
    fc.assert(
      fc.property(fc.nat({ max: 86_399_999 }), (ms) => {
        expect(inWords(ms)).toBe(durationText(ms));
      }),
    );
  });
});
