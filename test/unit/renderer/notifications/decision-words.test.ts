/** Decisions in words. */
import { describe, expect, it } from 'vitest';
import type { AlarmId } from '../../../../preload/contract/common.ts';
import type { Decision } from '../../../../preload/contract/notifications.ts';
import {
  decisionLines,
  readFilter,
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
});
