/** The strip of the six times of an incident. Pure. */
import type { IncidentTimes } from '../../../preload/contract/incidents.ts';
import { incidentBegan } from '../../ui/incident-words.ts';
import { durationText, momentText } from '../../ui/time-text.ts';

export interface TimeCell {
  readonly name: keyof IncidentTimes;
  readonly label: string;
  /** `04:06 · in 5 min`, `running 11 min`, `not yet`, `later`. */
  readonly text: string;
  readonly isReached: boolean;
}

type Times = Readonly<IncidentTimes>;

/** `· in 5 min`, measured from `from`; nothing when that is unknown. */
function after(from: string | null, at: string, before: string): string {
  if (from === null) return '';
  const ms = Date.parse(at) - Date.parse(from);
  return ms < 0 ? ` · ${before}` : ` · in ${durationText(ms)}`;
}

export function timeCells(times: Times, now: number, zone: string): TimeCell[] {
  const began = incidentBegan(times);
  const isOver = times.resolvedAt !== null;
  const moment = (at: string): string => momentText(at, now, zone);
  const cell = (
    name: keyof IncidentTimes,
    label: string,
    from: string | null,
    open: string,
    before = 'at once',
  ): TimeCell => {
    const at = times[name];
    return {
      name,
      label,
      text: at === null ? open : `${moment(at)}${after(from, at, before)}`,
      isReached: at !== null,
    };
  };
  const running = began === null ? 'not yet' : `running ${durationText(now - Date.parse(began))}`;
  return [
    cell('impactBeganAt', 'Impact began', null, 'not known'),
    cell('detectedAt', 'Detected', times.impactBeganAt, 'not yet', 'before the impact'),
    cell(
      'acknowledgedAt',
      'Acknowledged',
      times.detectedAt,
      isOver ? 'by nobody here' : 'not yet',
      'before it showed here',
    ),
    cell('mitigatedAt', 'Mitigated', began, running),
    cell('resolvedAt', 'Resolved', began, 'not yet'),
    cell('understoodAt', 'Understood', began, 'later'),
  ];
}

/** The last line of the timeline: how long it lasts, or that it is over. */
export function nowText(times: Times, now: number): { when: string; text: string } {
  const began = incidentBegan(times);
  const since = (at: string, until: string | number = now): string =>
    durationText(new Date(until).getTime() - Date.parse(at));
  const what = times.impactBeganAt === null ? 'it was detected' : 'impact began';
  if (times.resolvedAt !== null) {
    return {
      when: 'over',
      text:
        began === null ? 'Resolved' : `Resolved ${since(began, times.resolvedAt)} after ${what}`,
    };
  }
  if (times.mitigatedAt !== null) {
    return { when: 'now', text: `${since(times.mitigatedAt)} since it was mitigated` };
  }
  return { when: 'now', text: began === null ? 'running' : `${since(began)} since ${what}` };
}
