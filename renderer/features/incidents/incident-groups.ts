/** The list of incidents in parts: what needs somebody now comes first. Pure. */
import type { IncidentSummary } from '../../../preload/contract/incidents.ts';
import { incidentState, type IncidentState } from '../../ui/incident-words.ts';

export interface IncidentGroup {
  readonly title: string;
  readonly incidents: readonly IncidentSummary[];
}

const parts: readonly { title: string; states: readonly IncidentState[] }[] = [
  { title: 'Open', states: ['open', 'mitigated'] },
  { title: 'Resolved, not understood yet', states: ['resolved'] },
  { title: 'Understood', states: ['understood'] },
];

/** Each part keeps the order in which the incidents came. Parts without any are left out. */
export const incidentGroups = (incidents: readonly IncidentSummary[]): IncidentGroup[] =>
  parts
    .map(({ title, states }) => ({
      title,
      incidents: incidents.filter(({ times }) => states.includes(incidentState(times))),
    }))
    .filter((group) => group.incidents.length > 0);

/** `2 of 3 alarms firing`, `3 alarms, none firing`, `no alarms`. */
export function alarmsText({ alarmCount, firingCount }: IncidentSummary): string {
  if (alarmCount === 0) return 'no alarms';
  const all = alarmCount === 1 ? 'one alarm' : `${alarmCount} alarms`;
  if (firingCount === 0) return `${all}, ${alarmCount === 1 ? 'not' : 'none'} firing`;
  return alarmCount === firingCount ? `${all} firing` : `${firingCount} of ${all} firing`;
}
