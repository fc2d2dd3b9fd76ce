import { describe, expect, it } from 'vitest';
import { asksTwice, wokenAt } from '../../../../renderer/runs/drowsy.ts';

const minute = 60_000;
const settings = { sleepHours: { from: '22:00', to: '08:00' }, timeZone: 'UTC' };
const page = (at: string) => ({ at });

describe('who was woken', () => {
  it('is somebody to whom a page came in the hours of sleep, the last one counts', () => {
    const night = [page('2026-11-24T04:00:00.000Z'), page('2026-11-24T04:02:00.000Z')];
    expect(wokenAt(night, settings)).toBe(Date.parse('2026-11-24T04:02:00.000Z'));
  });

  it('is nobody by day', () => {
    expect(wokenAt([page('2026-11-24T12:00:00.000Z')], settings)).toBeNull();
  });

  it('is nobody without hours of sleep', () => {
    const off = { ...settings, sleepHours: null };
    expect(wokenAt([page('2026-11-24T04:00:00.000Z')], off)).toBeNull();
  });
});

describe('friction', () => {
  const broad = { isBroad: true };
  it('is for what is broad, in the first quarter of an hour, and then no more', () => {
    expect(asksTwice(broad, 0, 0)).toBe(true);
    expect(asksTwice(broad, 0, 15 * minute - 1)).toBe(true);
    expect(asksTwice(broad, 0, 15 * minute)).toBe(false);
    expect(asksTwice(broad, null, 0)).toBe(false);
  });

  it('is never for what can be undone', () =>
    expect(asksTwice({ isBroad: false }, 0, 0)).toBe(false));

  it('stays when the clock was set back', () =>
    expect(asksTwice(broad, 60 * minute, 0)).toBe(true));
});
