/** Decisions in words. */
import { describe, expect, it } from 'vitest';
import type { AlarmId } from '../../../../preload/contract/common.ts';
import type { Decision } from '../../../../preload/contract/notifications.ts';
import {
  alarmIdsOf,
  decisionLines,
  readFilter,
  titleOf,
} from '../../../../renderer/features/notifications/decision-words.ts';

const decision = (change: Partial<Decision> = {}): Decision => ({
  at: '2026-11-24T04:01:13.000Z',
  alarmId: 3 as AlarmId,
  class: 'page',
  occasion: 'fired',
  outcome: 'sent',
  reason: 'critical at Alertmanager prod',
  carrier: 'notify-send',
  ...change,
});

describe('decisions', () => {
  it('keep their order, their reason and where they went', () => {
    const lines = decisionLines(
      [decision({ outcome: 'not_sent', reason: 'quiet hours', class: 'notice' }), decision()],
      'all',
    );
    expect(lines.map(({ kind, outcomeText, reason }) => [kind, outcomeText, reason])).toEqual([
      ['Notice', 'Not sent', 'quiet hours'],
      ['Page', 'Sent', 'critical at Alertmanager prod'],
    ]);
    expect(new Set(lines.map(({ key }) => key)).size).toBe(2);
  });

  it('never give a silent decision the mark of a sent one', () => {
    const marks = (['sent', 'not_sent', 'failed'] as const).map(
      (outcome) => decisionLines([decision({ outcome })], 'all')[0]?.outcome,
    );
    expect(marks).toEqual(['ok', 'none', 'failed']);
  });

  it('are filtered by what stands in the address, and all are shown for anything else', () => {
    const all = [decision(), decision({ outcome: 'failed' })];
    expect(decisionLines(all, readFilter('?outcome=failed'))).toHaveLength(1);
    expect(decisionLines(all, readFilter('outcome=sent'))).toHaveLength(1);
    expect(decisionLines(all, readFilter('?outcome=<script>'))).toHaveLength(2);
    expect(decisionLines(all, readFilter(''))).toHaveLength(2);
  });

  it('count as sent only when a carrier took them', () => {
    const [line] = decisionLines([decision({ carrier: null })], 'all');
    expect(line).toMatchObject({ outcome: 'waiting', outcomeText: 'Handed over' });
  });
});

describe('the alarms that decisions are about', () => {
  const about = (...ids: (number | null)[]): Decision[] =>
    ids.map((alarmId) => decision({ alarmId: alarmId as AlarmId | null }));

  it('are asked for once each, and the same ones with the same question', () => {
    expect(alarmIdsOf(about(9, 3, null, 9))).toEqual([3, 9]);
    expect(alarmIdsOf(about(3, 9))).toEqual(alarmIdsOf(about(9, 3)));
  });

  it('are no more than may be asked for, those of the newest decisions', () => {
    const newestFirst = Array.from({ length: 500 }, (_, index) => 1_000 - index);
    const ids = alarmIdsOf(about(...newestFirst));
    expect(ids).toHaveLength(300);
    expect(ids.at(-1)).toBe(1_000);
    expect(ids[0]).toBe(701);
  });

  it('have their number when nothing else is known of them', () => {
    const titles = new Map([[3, 'Checkout is down']]);
    expect(titleOf(3 as AlarmId, titles)).toBe('Checkout is down');
    expect(titleOf(4 as AlarmId, titles)).toBe('Alarm 4');
  });
});
