/** Whatever the clocks do, ours and theirs: no time is negative, and no episode ends before it began. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AlarmId } from '../../preload/contract/common.ts';
import { openAlarmDesk } from '../support/alarm-desk.ts';
import { complete, instant, minute, observed, source, start } from '../support/alarms.ts';

const jump = fc.integer({ min: -3 * 60, max: 3 * 60 });
const step = fc.record({
  /** By our clock, in minutes: it may be set back. */
  after: jump,
  /** Of the upstream's clock. */
  skew: jump,
  isFiring: fc.boolean(),
  passed: fc.option(fc.tuple(jump, jump)),
});

test('no duration is negative and no episode ends before it began, whatever the clocks do', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
      const desk = openAlarmDesk();
      let at = start;
      for (const { after, skew, isFiring, passed } of steps) {
        at += after * minute;
        desk.clock.move(after * minute);
        const alarm = observed({ startsAt: instant(at + skew * minute) });
        desk.alarms.apply(source, isFiring ? complete(alarm) : complete(), at);
        if (passed === null) continue;
        const [from, until] = passed.map((minutes) => instant(at + minutes * minute));
        const episode = { alarm: { ...alarm, startsAt: from ?? '' }, endedAt: until ?? '' };
        desk.alarms.applyPassed(source, [episode], at);
      }
      const isKnown = desk.alarms.get(1 as AlarmId) !== undefined;
      const detail = isKnown ? desk.alarms.detail(1 as AlarmId) : null;
      for (const { durationMs, startedAt, endedAt } of detail?.episodes ?? []) {
        expect(durationMs).toBeGreaterThanOrEqual(0);
        expect(endedAt === null || endedAt >= startedAt).toBe(true);
      }
      expect(detail?.past.usualMs ?? 0).toBeGreaterThanOrEqual(0);
      const open = detail?.episodes.filter(({ endedAt }) => endedAt === null) ?? [];
      expect(open.length).toBeLessThanOrEqual(1);
      desk.store.close();
    }),
    { numRuns: 60 },
  );
});
