/** How an incident stands, in words. Pure; lists, reviews and postmortems say it alike. */
import type { IncidentSeverity, IncidentTimes } from '../../preload/contract/incidents.ts';
import { durationText } from './time-text.ts';

export const incidentSeverityWords: Readonly<Record<IncidentSeverity, string>> = {
  critical: 'Critical',
  major: 'Major',
  minor: 'Minor',
  unknown: 'Severity not chosen',
};

export type IncidentState = 'open' | 'mitigated' | 'resolved' | 'understood';

export function incidentState(times: Readonly<IncidentTimes>): IncidentState {
  if (times.understoodAt !== null) return 'understood';
  if (times.resolvedAt !== null) return 'resolved';
  return times.mitigatedAt === null ? 'open' : 'mitigated';
}

/** When it began, as well as anybody knows. */
export const incidentBegan = (times: Readonly<IncidentTimes>): string | null =>
  times.impactBeganAt ?? times.detectedAt;

/** `running 11 min`, `mitigated after 16 min`, `resolved after 41 min`, `understood`. */
export function incidentStateText(times: Readonly<IncidentTimes>, now: number): string {
  const began = incidentBegan(times);
  const after = (at: string | null): string =>
    began === null || at === null
      ? ''
      : ` after ${durationText(Date.parse(at) - Date.parse(began))}`;
  switch (incidentState(times)) {
    case 'open':
      return began === null ? 'running' : `running ${durationText(now - Date.parse(began))}`;
    case 'mitigated':
      return `mitigated${after(times.mitigatedAt)}`;
    case 'resolved':
      return `resolved${after(times.resolvedAt)}`;
    case 'understood':
      return `understood, resolved${after(times.resolvedAt)}`;
  }
}
