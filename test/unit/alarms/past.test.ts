import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { median, pastOf, type PastEpisode } from '../../../main/alarms/past.ts';
import { AlarmPast } from '../../../preload/contract/alarms.ts';
import type { IncidentId } from '../../../preload/contract/common.ts';
import { instant, minute, start } from '../../support/alarms.ts';

const episode = (
  fromMinute: number,
  forMinutes: number | null,
  change: Partial<PastEpisode> = {},
): PastEpisode => ({
  startedAt: instant(start + fromMinute * minute),
  endedAt: forMinutes === null ? null : instant(start + (fromMinute + forMinutes) * minute),
  fixedBy: null,
  incidentId: null,
  ...change,
});
const past = (episodes: readonly PastEpisode[], timeZone = 'UTC') =>
  pastOf({ timesFired: episodes.length, firstAt: null, episodes, notes: [] }, timeZone);

describe('the past of an alarm', () => {
  test.each([
    [[], null],
    [[7], 7],
    [[9, 1, 5], 5],
    [[4, 1, 2, 9], 3],
  ])('the usual of %j is %j', (values, usual) => {
    expect(median(values)).toBe(usual);
  });

  it('takes the usual duration from what is over', () => {
    expect(past([episode(60, null), episode(30, 2), episode(10, 4), episode(0, 90)])).toMatchObject(
      {
        usualMs: 4 * minute,
        longestMs: 90 * minute,
      },
    );
    expect(past([episode(0, null)])).toMatchObject({ usualMs: null, longestMs: null });
  });

  it('counts the hours of the person, not of the server', () => {
    const at = [episode(0, 1), episode(10, 1), episode(70, 1)];
    expect(
      past(at)
        .byHour.map((count, hour) => [hour, count])
        .filter(([, count]) => count),
    ).toEqual([
      [4, 2],
      [5, 1],
    ]);
    expect(past(at, 'Asia/Kolkata').byHour[9]).toBe(2);
  });

  it('names what fixed it once, with how often', () => {
    const fix = (text: string, id: number) => ({ fixedBy: text, incidentId: id as IncidentId });
    const { fixes } = past([
      episode(30, 1, fix('Restarted the pod', 4)),
      episode(20, 1, fix(' ', 3)),
      episode(10, 1, fix('Rolled back', 2)),
      episode(0, 1, fix('Restarted the pod', 1)),
    ]);
    expect(fixes).toMatchObject([
      { text: 'Restarted the pod', incidentId: 4, times: 2 },
      { text: 'Rolled back', incidentId: 2, times: 1 },
    ]);
  });

  it('is never negative and always fits the contract, whatever the clocks did', () => {
    const any = fc.record({
      from: fc.integer({ min: -1e6, max: 1e6 }),
      ms: fc.option(fc.integer({ min: -1e6, max: 1e6 })),
    });
    fc.assert(
      fc.property(fc.array(any), fc.constantFrom('UTC', '', 'Nowhere/At_all'), (all, zone) => {
        const made = past(
          all.map(({ from, ms }) => episode(from, ms)),
          zone,
        );
        AlarmPast.parse(made);
        expect(made.byHour.reduce((sum, count) => sum + count, 0)).toBe(all.length);
      }),
    );
  });
});
