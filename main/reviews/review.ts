/** The review of a week: how heavy it was, what was noisy, what had no runbook, what is still to do. Pure. */
import type { IncidentSummary } from '../../preload/contract/incidents.ts';
import type { Action } from '../../preload/contract/postmortems.ts';
import type { Review } from '../../preload/contract/reviews.ts';
import type { Hours } from '../../preload/contract/settings.ts';
import { toInstant, toMs } from '../clock.ts';
import { oneLine } from '../incidents/words.ts';
import { isWithinHours } from '../local-time.ts';
import { shiftsOf, type Week } from './week.ts';

/** More than two incidents in a shift of twelve hours leave no time to do more than the first aid for each. */
export const bar = 2;
const mostFrequent = 10;
const mostWithoutRunbook = 20;

/** One thing that was sent; reminders, recoveries and tests are left out before. */
export interface Sent {
  readonly atMs: number;
  readonly class: 'page' | 'notice';
}

/** Alarms of one title, counted together. */
export interface Noise {
  readonly title: string;
  readonly episodes: number;
  readonly pages: number;
  readonly hasRunbook: boolean;
}

export interface WeekFacts {
  readonly week: Week;
  readonly nowMs: number;
  readonly timeZone: string;
  readonly sleepHours: Hours | null;
  readonly sent: readonly Sent[];
  readonly sentBefore: readonly Sent[];
  readonly noise: readonly Noise[];
  readonly incidents: readonly IncidentSummary[];
  readonly actions: readonly Action[];
  readonly blind: readonly { readonly source: string; readonly durationMs: number }[];
}

const noisiest = (a: Noise, b: Noise): number =>
  b.pages - a.pages || b.episodes - a.episodes || a.title.localeCompare(b.title);

const mostOften = (a: Noise, b: Noise): number => b.episodes - a.episodes || noisiest(a, b);

/** It began in the week, or was still open in it. */
function isOf(incident: IncidentSummary, week: Week): boolean {
  const { impactBeganAt, detectedAt, resolvedAt } = incident.times;
  const began = impactBeganAt ?? detectedAt;
  if (began === null || toMs(began) >= week.toMs) return false;
  return toMs(began) >= week.fromMs || resolvedAt === null || toMs(resolvedAt) >= week.fromMs;
}

export function review(facts: WeekFacts): Review {
  const { week, timeZone, sleepHours } = facts;
  const pagesOf = (sent: readonly Sent[]): Sent[] => sent.filter((item) => item.class === 'page');
  const inSleep = (pages: readonly Sent[]): number =>
    pages.filter(({ atMs }) => isWithinHours(sleepHours, timeZone, atMs)).length;
  const pages = pagesOf(facts.sent);
  const before = pagesOf(facts.sentBefore);
  return {
    weekOf: week.weekOf,
    from: toInstant(week.fromMs),
    to: toInstant(week.toMs),
    pages: pages.length,
    pagesInSleepHours: inSleep(pages),
    notices: facts.sent.length - pages.length,
    shifts: shiftsOf(week, timeZone)
      .filter(({ fromMs }) => fromMs <= facts.nowMs)
      .map(({ fromMs, toMs: endMs }) => {
        const count = pages.filter(({ atMs }) => atMs >= fromMs && atMs < endMs).length;
        return {
          from: toInstant(fromMs),
          to: toInstant(endMs),
          pages: count,
          isOverBar: count > bar,
        };
      }),
    bar,
    previous: { pages: before.length, pagesInSleepHours: inSleep(before) },
    frequent: facts.noise
      .toSorted(mostOften)
      .slice(0, mostFrequent)
      .map((noise) => ({ ...noise, title: oneLine(noise.title, 200) })),
    withoutRunbook: facts.noise
      .filter(({ hasRunbook }) => !hasRunbook)
      .toSorted(noisiest)
      .slice(0, mostWithoutRunbook)
      .map(({ title, pages: count }) => ({ title: oneLine(title, 200), pages: count })),
    incidents: facts.incidents.filter((incident) => isOf(incident, week)),
    openActions: facts.actions.filter((action) => action.doneAt === null && !action.isOverdue),
    overdueActions: facts.actions.filter((action) => action.isOverdue),
    blind: facts.blind
      .filter(({ durationMs }) => durationMs > 0)
      .toSorted((a, b) => b.durationMs - a.durationMs),
  };
}
