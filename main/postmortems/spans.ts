/** The measured spans of an incident, each with both of its ends. Pure; a clock that jumped makes none negative. */
import type { Instant } from '../../preload/contract/common.ts';
import type { IncidentTimes } from '../../preload/contract/incidents.ts';
import type { Span } from '../../preload/contract/postmortems.ts';
import { since, toMs } from '../clock.ts';

const span = (
  name: Span['name'],
  label: string,
  from: Instant | null,
  to: Instant | null,
): Span => ({
  name,
  label,
  from,
  to,
  durationMs: from === null || to === null ? null : since(toMs(from), toMs(to)),
});

/** Where nobody knows when the impact began, it is measured from when it was detected, and the label says so. */
export function spansOf(times: Readonly<IncidentTimes>): Span[] {
  const began = times.impactBeganAt ?? times.detectedAt;
  const start = times.impactBeganAt === null ? 'Detected' : 'Impact began';
  return [
    span('to_detect', 'Impact began to detected', times.impactBeganAt, times.detectedAt),
    span('to_acknowledge', 'Detected to acknowledged', times.detectedAt, times.acknowledgedAt),
    span('to_mitigate', `${start} to mitigated`, began, times.mitigatedAt),
    span('to_resolve', `${start} to resolved`, began, times.resolvedAt),
  ];
}

export const isDetectedFirst = (times: Readonly<IncidentTimes>): boolean =>
  times.impactBeganAt !== null &&
  times.detectedAt !== null &&
  toMs(times.detectedAt) < toMs(times.impactBeganAt);
