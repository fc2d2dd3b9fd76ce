import { describe, expect, it, test } from 'vitest';
import {
  acknowledgesAt,
  differingText,
  leadInList,
  originNames,
  originStatus,
} from '../../../../renderer/features/triage/origin-words.ts';
import { hourBars, hoursText, pastText } from '../../../../renderer/features/triage/past-words.ts';
import type { AlarmOrigin, AlarmPast } from '../../../../preload/contract/alarms.ts';
import type { AlarmId, SourceId } from '../../../../preload/contract/common.ts';
import { instant, minute, start } from '../../../support/alarms.ts';

const origin = (change: Partial<AlarmOrigin> = {}): AlarmOrigin => ({
  alarmId: 1 as AlarmId,
  sourceId: 'am' as SourceId,
  sourceName: 'Alertmanager',
  freshness: 'live',
  title: 'CheckoutDown',
  status: 'firing',
  statusSince: instant(start),
  severity: 'critical',
  ackedBy: null,
  rule: null,
  reason: '',
  ...change,
});
const pager = (change: Partial<AlarmOrigin> = {}) =>
  origin({ sourceName: 'PagerDuty', rule: 'reference', ...change });

describe('a row of several sources', () => {
  it('names them all, each once', () => {
    expect(originNames({ sourceName: 'A', origins: [] })).toBe('A');
    expect(originNames({ sourceName: 'A', origins: [origin(), pager(), pager()] })).toBe(
      'Alertmanager + PagerDuty',
    );
  });

  test.each([
    [[origin(), pager()], ''],
    [[origin(), pager({ status: 'acknowledged' })], 'acknowledged at PagerDuty'],
    [[origin({ status: 'suppressed' }), pager()], 'suppressed at Alertmanager'],
    [[], ''],
  ])('says who says otherwise: %#', (origins, words) => {
    expect(differingText({ status: 'firing', origins })).toBe(words);
  });

  it('says where an acknowledgement goes, if there is a choice', () => {
    expect(acknowledgesAt({ origins: [origin(), pager()] })).toBe(
      'Goes to Alertmanager and PagerDuty.',
    );
    expect(acknowledgesAt({ origins: [origin(), pager({ status: 'acknowledged' })] })).toBe('');
    expect(acknowledgesAt({ origins: [] })).toBe('');
    expect(originStatus(pager({ status: 'acknowledged', ackedBy: 'Bo' }))).toBe(
      'acknowledged by Bo',
    );
  });

  it('leads from an alarm that became part of a row to that row', () => {
    const [own, other] = [1 as AlarmId, 2 as AlarmId];
    const origins = [origin({ alarmId: other }), pager({ alarmId: own })];
    expect(leadInList({ id: own, origins }, [other])).toBe(other);
    expect(leadInList({ id: own, origins }, [own, other])).toBeNull();
    expect(leadInList({ id: own, origins }, [])).toBeNull();
    expect(leadInList({ id: own, origins: [] }, [other])).toBeNull();
    expect(leadInList(undefined, [other])).toBeNull();
  });

  it('lets no name turn the text around', () => {
    const words = acknowledgesAt({ origins: [origin({ sourceName: 'a\u202Eb' }), pager()] });
    expect(words).not.toContain('\u202E');
  });
});

describe('the past at a glance', () => {
  const past = (change: Partial<AlarmPast> = {}): AlarmPast => ({
    timesFired: 12,
    firstAt: instant(start - 20 * 86_400_000),
    usualMs: 4 * minute,
    longestMs: 120 * minute,
    byHour: Array.from({ length: 24 }, (_, hour) => (hour === 3 ? 5 : hour === 4 ? 2 : 0)),
    notes: [],
    fixes: [],
    ...change,
  });

  it('says how often and how long', () => {
    expect(pastText(past(), start, 'UTC')).toBe(
      'Fired 12 times since 4 Nov 04:00, usually for 4 min, at most 2 h.',
    );
    expect(pastText(past({ longestMs: 5 * minute }), start, 'UTC')).toMatch(/usually for 4 min\.$/);
    expect(pastText(past({ timesFired: 2, usualMs: null }), start, 'UTC')).toBe(
      'Fired 2 times since 4 Nov 04:00.',
    );
    expect(pastText(past({ timesFired: 1 }), start, 'UTC')).toBe('');
    expect(pastText(past({ timesFired: 0, firstAt: null }), start, 'UTC')).toBe('');
  });

  it('draws hours when there is a pattern to see', () => {
    const bars = hourBars(past());
    expect(bars).toHaveLength(24);
    expect(bars[3]).toEqual({ hour: 3, count: 5, share: 1 });
    expect(hoursText(past())).toBe('Most often between 03:00 and 04:00: 5 of 7');
    expect(hourBars(past({ byHour: Array.from({ length: 24 }, () => 0) }))).toEqual([]);
  });
});
