/** Which night it is, by the person's own clock and sleep hours. Pure; right over midnight and when clocks change. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { DeskState } from '../../../preload/contract/desk.ts';
import type { Hours, Settings } from '../../../preload/contract/settings.ts';
import { wallTime } from '../../ui/zoned-time.ts';

const dayMs = 86_400_000;

const dayBefore = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - dayMs).toISOString().slice(0, 10);

/**
 * The day on which this night began, or null when it is no night. `from` belongs to it, `to` does not; equal ones are no
 * night at all, as for the quiet hours.
 */
export function nightOf(hours: Hours | null, zone: string, at: number): string | null {
  if (hours === null) return null;
  const wall = wallTime(at, zone);
  const day = wall.slice(0, 10);
  const time = wall.slice(11, 16);
  if (hours.from <= hours.to) return hours.from <= time && time < hours.to ? day : null;
  if (time >= hours.from) return day;
  return time < hours.to ? dayBefore(day) : null;
}

export interface OfferInput {
  readonly state: Pick<DeskState, 'worst'> | null;
  readonly settings:
    | Pick<Settings, 'sleepHours' | 'timeZone' | 'classBySeverity' | 'isFourAmDefault'>
    | undefined;
  readonly now: number;
  /** The night for which the person said no. */
  readonly dismissedNight: string | null;
}

export interface Offer {
  readonly night: string;
  readonly severity: Severity;
  readonly count: number;
  /** The person wants to be taken there without being asked. */
  readonly isDefault: boolean;
}

/** 4 AM mode is offered while something fires that may wake a person, in the hours in which that person sleeps. */
export function fourAmOffer({ state, settings, now, dismissedNight }: OfferInput): Offer | null {
  const worst = state?.worst ?? null;
  if (worst === null || settings === undefined) return null;
  if (settings.classBySeverity[worst.severity] !== 'page') return null;
  const night = nightOf(settings.sleepHours, settings.timeZone, now);
  if (night === null || night === dismissedNight) return null;
  return { night, ...worst, isDefault: settings.isFourAmDefault };
}
