/** What a run is for: a runbook (or one section of it) and the alarm or incident it helps with. Pure. */
import type { RunbookMatch } from '../../preload/contract/alarms.ts';
import type { AlarmId, IncidentId, RunbookId } from '../../preload/contract/common.ts';

export interface RunTarget {
  readonly runbookId: RunbookId;
  readonly anchor: string | null;
  readonly alarmId: AlarmId | null;
  readonly incidentId: IncidentId | null;
}

export const targetOfMatch = (match: RunbookMatch, alarmId: AlarmId): RunTarget => ({
  runbookId: match.runbookId,
  anchor: match.anchor,
  alarmId,
  incidentId: null,
});

/** Stable: for keys of components and drafts. */
export const targetKey = ({ runbookId, anchor, alarmId, incidentId }: RunTarget): string =>
  [runbookId, alarmId ?? '', incidentId ?? '', anchor ?? ''].join(':');

const id = <Id extends number>(text: string | null): Id | null =>
  text !== null && /^[1-9]\d{0,14}$/.test(text) ? (Number(text) as Id) : null;

/** The runbook screen's own part of the address. Whatever is not understood is left out. */
export function readTarget(runbookId: RunbookId, search: string): RunTarget {
  const parameters = new URLSearchParams(search);
  const anchor = parameters.get('anchor') ?? '';
  return {
    runbookId,
    anchor: anchor === '' ? null : anchor.slice(0, 500),
    alarmId: id<AlarmId>(parameters.get('alarm')),
    incidentId: id<IncidentId>(parameters.get('incident')),
  };
}

/** `/runbooks/12?alarm=34&anchor=slug`. */
export function targetPlace({ runbookId, anchor, alarmId, incidentId }: RunTarget): string {
  const parameters = new URLSearchParams();
  if (alarmId !== null) parameters.set('alarm', String(alarmId));
  if (incidentId !== null) parameters.set('incident', String(incidentId));
  if (anchor !== null) parameters.set('anchor', anchor);
  const search = parameters.toString();
  return search === '' ? `/runbooks/${runbookId}` : `/runbooks/${runbookId}?${search}`;
}

/** The same run, with the document at another place. */
export function sectionPlace(target: RunTarget, section: string | null): string {
  const place = targetPlace(target);
  if (section === null) return place;
  return `${place}${place.includes('?') ? '&' : '?'}section=${encodeURIComponent(section)}`;
}
