/** What the page says has come and gone between two instants. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import { toInstant, toMs } from '../../clock.ts';
import type { Passed, PassedEpisode } from '../connector.ts';
import { idOf, WireIncident } from './parse.ts';
import { isAbout, type Selection } from './selection.ts';
import { incidentAlarm, incidentIdentity, type Page } from './to-alarm.ts';

/** As many as a page lists, whatever their age. */
const listed = 50;

export function passedIncidents(
  incidents: readonly unknown[],
  options: {
    readonly from: string;
    readonly until: string;
    readonly page: Page;
    readonly selection: Selection;
    readonly severityMap: Readonly<Record<string, Severity>>;
  },
): Passed {
  const { page, selection, severityMap } = options;
  const fromMs = toMs(options.from);
  const untilMs = toMs(options.until);
  const episodes: PassedEpisode[] = [];
  let oldestMs = Infinity;
  let unreadable = 0;
  for (const raw of incidents) {
    const parsed = WireIncident.safeParse(raw);
    const id = idOf(raw);
    if (!parsed.success || id === null) {
      unreadable += 1;
      continue;
    }
    const incident = parsed.data;
    const startMs = toMs(incident.started_at ?? incident.created_at);
    oldestMs = Math.min(oldestMs, startMs);
    const endMs = toMs(incident.resolved_at ?? '');
    if (!(startMs >= fromMs && endMs >= startMs && endMs <= untilMs)) continue;
    if (!isAbout(selection, incident)) continue;
    const asItFired = { ...incident, status: 'investigating' };
    const context = { page, severityMap, monitoring: 'firing' } as const;
    const alarm = incidentAlarm(asItFired, incidentIdentity(page, id), context);
    if (alarm !== null) episodes.push({ alarm, endedAt: toInstant(endMs) });
  }
  const reasons = [
    'A page keeps its incidents, but not the states of its components.',
    ...(unreadable > 0 ? [`${unreadable} of its incidents could not be read.`] : []),
    ...(incidents.length >= listed && oldestMs > fromMs
      ? [`It lists its last ${incidents.length} incidents only.`]
      : []),
  ];
  return { episodes, incompleteReason: reasons.join(' ') };
}
