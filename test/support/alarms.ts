/** Alarms for tests: everything that a test does not care about has a plain value. */
import type { AlarmId, EpisodeId, Instant, SourceId } from '../../preload/contract/common.ts';
import type { KnownAlarm, ObservedAlarm, Snapshot } from '../../main/alarms/alarm.ts';

export const source = 'prod' as SourceId;
export const start = Date.parse('2026-11-24T04:00:00.000Z');
export const minute = 60_000;
export const instant = (ms: number): Instant => new Date(ms).toISOString();

export const observed = (change: Partial<ObservedAlarm> = {}): ObservedAlarm => ({
  externalId: 'am:1:a',
  status: 'firing',
  severity: 'critical',
  severityText: 'critical',
  isSeverityMapped: true,
  title: 'CheckoutDown',
  summary: 'Customers cannot pay',
  service: 'checkout',
  labels: { alertname: 'CheckoutDown', service: 'checkout' },
  annotations: {},
  url: null,
  runbookUrl: null,
  startsAt: instant(start - minute),
  ackedBy: null,
  refs: {},
  unreadableReason: null,
  ...change,
});

export const known = (change: Partial<KnownAlarm> = {}): KnownAlarm => ({
  ...observed(),
  id: 1 as AlarmId,
  sourceId: source,
  statusSince: instant(start),
  firstSeenAt: instant(start),
  episodeId: 1 as EpisodeId,
  ...change,
});

export const complete = (...alarms: ObservedAlarm[]): Snapshot => ({
  alarms,
  isComplete: true,
  incompleteReason: null,
});

export const partial = (...alarms: ObservedAlarm[]): Snapshot => ({
  alarms,
  isComplete: false,
  incompleteReason: 'the source restarted 20 s ago',
});
