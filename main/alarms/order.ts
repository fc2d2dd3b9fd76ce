/** Worst first: the one order of severities and statuses that list, tray and reconcile share. */
import type { AlarmStatus, Severity } from '../../preload/contract/common.ts';
import type { KnownAlarm } from './alarm.ts';

export const severityRank: Readonly<Record<Severity, number>> = {
  critical: 0,
  high: 1,
  warning: 2,
  info: 3,
};

/** What needs hands first. */
export const statusRank: Readonly<Record<AlarmStatus, number>> = {
  firing: 0,
  acknowledged: 1,
  suppressed: 2,
  resolved: 3,
};

export const worseSeverity = (a: Severity, b: Severity): Severity =>
  severityRank[a] <= severityRank[b] ? a : b;

type Ordered = Pick<KnownAlarm, 'id' | 'severity' | 'status' | 'startsAt'>;

/**
 * The order of rows: what is over last; then by severity; within one severity firing before acknowledged before
 * suppressed; then the longest first. So a new alarm joins below those of its kind that were there, and rows that a
 * person is reading stay where they are.
 */
export function compareAlarms(a: Ordered, b: Ordered): number {
  return (
    Number(a.status === 'resolved') - Number(b.status === 'resolved') ||
    severityRank[a.severity] - severityRank[b.severity] ||
    statusRank[a.status] - statusRank[b.status] ||
    (a.startsAt < b.startsAt ? -1 : a.startsAt > b.startsAt ? 1 : a.id - b.id)
  );
}
