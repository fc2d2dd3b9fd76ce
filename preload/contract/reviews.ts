/** The weekly review, written by the tool. */
import { z } from 'zod';
import { method } from './base.ts';
import { Day, ExportedFile, Instant } from './common.ts';
import { IncidentSummary } from './incidents.ts';
import { Action } from './postmortems.ts';

export const Review = z.object({
  weekOf: Day,
  from: Instant,
  to: Instant,
  pages: z.int(),
  pagesInSleepHours: z.int(),
  notices: z.int(),
  /** Pages per started 12-hour shift, against the bar of 2 incidents per 12 hours. */
  shifts: z.array(z.object({ from: Instant, to: Instant, pages: z.int(), isOverBar: z.boolean() })),
  bar: z.number(),
  previous: z.object({ pages: z.int(), pagesInSleepHours: z.int() }),
  frequent: z.array(
    z.object({ title: z.string(), episodes: z.int(), pages: z.int(), hasRunbook: z.boolean() }),
  ),
  withoutRunbook: z.array(z.object({ title: z.string(), pages: z.int() })),
  incidents: z.array(IncidentSummary),
  openActions: z.array(Action),
  overdueActions: z.array(Action),
  /** How long we could not see, per source. */
  blind: z.array(z.object({ source: z.string(), durationMs: z.number().nonnegative() })),
});
export type Review = z.infer<typeof Review>;

export const reviews = {
  /** The week (Monday to Monday, local time) that holds this day. */
  get: method.input(z.object({ day: Day })).output(Review),
  /** Markdown, one page. */
  export: method.input(z.object({ day: Day })).output(ExportedFile),
};
