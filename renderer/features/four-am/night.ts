/** When 4 AM mode offers itself. Pure. */
import type { AlarmRow } from '../../../preload/contract/alarms.ts';
import type { Severity } from '../../../preload/contract/common.ts';
import type { DeskState } from '../../../preload/contract/desk.ts';
import type { Settings } from '../../../preload/contract/settings.ts';
import { nightOf } from '../../ui/nights.ts';

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

export interface ShownInput {
  readonly alarm: Pick<AlarmRow, 'id' | 'severity'>;
  /** The screen on which the person is. */
  readonly path: string;
  readonly settings: Pick<Settings, 'sleepHours' | 'timeZone' | 'classBySeverity'>;
  readonly now: number;
  readonly dismissedNight: string | null;
}

/** Where a notification leads that was clicked: a page in the hours of sleep to 4 AM mode, unless it was refused tonight. */
export function placeOfShown(input: ShownInput): string {
  const { alarm, path, settings, now, dismissedNight } = input;
  const night = nightOf(settings.sleepHours, settings.timeZone, now);
  const isPage = settings.classBySeverity[alarm.severity] === 'page';
  const isHere = /^\/four-am(\/|$)/.test(path);
  const isNight = night !== null && night !== dismissedNight && isPage;
  return isHere || isNight ? `/four-am/${alarm.id}` : `/alarm/${alarm.id}`;
}
