import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clockNotice,
  GapWatch,
  judgeTick,
  sleepNotice,
  spanText,
} from '../../../main/desk/gaps.ts';
import { start } from '../../support/alarms.ts';

const before = { wall: start, monotonic: 5_000, uptime: 90_000 };
const after = (wall: number, monotonic: number, uptime = Math.max(wall, monotonic)) => ({
  wall: before.wall + wall,
  monotonic: before.monotonic + monotonic,
  uptime: before.uptime + uptime,
});
const hour = 3_600_000;

describe('what a tick says about the time before it', () => {
  it.each([
    ['an ordinary second', after(1_000, 1_000), null],
    ['a busy core', after(15_000, 15_000), null],
    ['sleep on Linux or macOS: the monotonic clock stood', after(hour, 1_000), 'sleep'],
    ['sleep on Windows: the timer was late by every clock', after(hour, hour), 'sleep'],
    ['a frozen core', after(60_000, 60_000), 'sleep'],
    ['a clock set forwards', after(hour, 1_000, 1_000), 'clock'],
    ['a clock set back', after(-hour, 1_000, 1_000), 'clock'],
    ['a correction by NTP', after(2_500, 1_000, 1_000), null],
    ['sleep with a clock set back in it', after(-hour, 1_000, 2 * hour), 'sleep'],
    ['clocks that run back together', after(-hour, -1_000, -1_000), 'clock'],
  ])('%s', (_name, now, reason) => {
    expect(judgeTick(before, now)?.reason ?? null).toBe(reason);
  });

  it('never says that a gap ends before it began', () => {
    const step = fc.integer({ min: -10 * hour, max: 10 * hour });
    fc.assert(
      fc.property(step, step, step, (wall, monotonic, uptime) => {
        const gap = judgeTick(before, after(wall, monotonic, uptime));
        expect(gap === null || gap.fromMs <= gap.at).toBe(true);
      }),
    );
  });
});

describe('gaps from ticks and signals', () => {
  it('tells a sleep once, whoever notices it first', () => {
    const byTick = new GapWatch(before);
    byTick.suspended(after(500, 500));
    expect(byTick.tick(after(hour, 1_000))).toMatchObject({
      reason: 'sleep',
      fromMs: start + 500 - 500,
    });
    expect(byTick.resumed(after(hour + 300, 1_300))).toBeNull();
    const bySignal = new GapWatch(before);
    bySignal.suspended(after(500, 500));
    expect(bySignal.resumed(after(hour, 1_000))?.reason).toBe('sleep');
    expect(bySignal.tick(after(hour + 1_000, 2_000))).toBeNull();
  });

  it('believes the shell when a sleep was too short for the clocks', () => {
    const watch = new GapWatch(before);
    watch.suspended(after(500, 500));
    expect(watch.resumed(after(9_000, 1_000))).toMatchObject({
      reason: 'sleep',
      fromMs: start + 500,
      at: start + 9_000,
    });
  });

  it('says nothing for a resume that nothing preceded', () => {
    expect(new GapWatch(before).resumed(after(1_000, 1_000))).toBeNull();
  });

  it('forgets a suspend that did not happen', () => {
    const watch = new GapWatch(before);
    watch.suspended(before);
    for (let second = 1; second <= 70; second += 1) {
      expect(watch.tick(after(second * 1_000, second * 1_000))).toBeNull();
    }
    expect(watch.tick(after(70_000 + hour, 71_000))).toMatchObject({ fromMs: start + 70_000 });
  });
});

describe('what is said after a gap', () => {
  const from = Date.parse('2026-11-24T01:10:00Z');
  const to = Date.parse('2026-11-24T06:42:00Z');

  it('says how long, and what came of it', () => {
    const notice = sleepNotice(
      { fromMs: from, at: to },
      { fired: 7, cleared: 5, stillFiring: 2, blind: [], caughtUp: [] },
      'UTC',
    );
    expect(notice.title).toBe('Asleep 01:10-06:42: 7 fired, 5 cleared, 2 still firing');
  });

  it('never keeps back that something could not be seen', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), fc.nat(), (blind, count) => {
        const result = { fired: count, cleared: 0, stillFiring: 0, blind, caughtUp: [] };
        const { title, text } = sleepNotice({ fromMs: from, at: to }, result, '');
        expect(title).toContain(`${blind.length} still blind`);
        expect(text).toContain(blind[0]);
      }),
    );
  });

  it('names the days when they differ, in the zone of the person', () => {
    expect(spanText(from - 4 * hour, to, 'UTC')).toBe('23 Nov 21:10 - 24 Nov 06:42');
    expect(spanText(from, to, 'Europe/Berlin')).toBe('02:10-07:42');
  });

  it('says which way a clock was set', () => {
    const gap = { fromMs: to, at: to, reason: 'clock' } as const;
    expect(clockNotice({ ...gap, jumpMs: -2 * hour }).title).toContain('back by 2 h 0 min');
    expect(clockNotice({ ...gap, jumpMs: 50 * hour }).title).toContain('forwards by 2 d 2 h');
  });
});
