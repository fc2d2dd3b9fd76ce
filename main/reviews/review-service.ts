/** Reviews: what was stored of a week, put through the rules of `review.ts`. Computed when asked; nothing of it is kept. */
import type { AlarmId, Day, ExportedFile, SourceId } from '../../preload/contract/common.ts';
import type { Review } from '../../preload/contract/reviews.ts';
import type { Settings } from '../../preload/contract/settings.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import type { Bus } from '../bus.ts';
import { toInstant, toMs, type Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { IncidentService } from '../incidents/incident-service.ts';
import type { PostmortemService } from '../postmortems/postmortem-service.ts';
import type { WritableDb } from '../store/database.ts';
import { exportReview } from './export.ts';
import { createReviewStore, type SentDecision } from './review-store.ts';
import { review, type Noise, type Sent } from './review.ts';
import { blindFor } from './sight.ts';
import { createSightLog } from './sight-log.ts';
import { weekBefore, weekOf } from './week.ts';

export interface ReviewDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly settings: { current(): Pick<Settings, 'timeZone' | 'sleepHours'> };
  readonly sources: { health(id: SourceId): { readonly isEnabled: boolean } | undefined };
  readonly alarms: { get(id: AlarmId): KnownAlarm | undefined };
  readonly runbooks: { markFor(alarm: KnownAlarm): 'certain' | 'suggested' | null };
  readonly incidents: Pick<IncidentService, 'list'>;
  readonly postmortems: Pick<PostmortemService, 'actions'>;
}

export type ReviewService = ReturnType<typeof createReviewService>;

/** Titles that carry a number or a host would be one each; the noisiest of them are enough. */
const mostTitles = 500;

export function createReviewService(deps: ReviewDeps) {
  const { db, clock, settings, alarms } = deps;
  const store = createReviewStore(db);
  const sight = createSightLog(db, deps.bus, (id) => deps.sources.health(id)?.isEnabled ?? false);

  /** Only a certain match counts: a suggestion at 4 AM is not a procedure. */
  const hasRunbook = (id: AlarmId): boolean => {
    const alarm = alarms.get(id);
    return alarm !== undefined && deps.runbooks.markFor(alarm) === 'certain';
  };

  const noiseOf = (
    fromMs: number,
    toMsExclusive: number,
    sent: readonly SentDecision[],
  ): Noise[] => {
    const byTitle = new Map<
      string,
      { title: string; episodes: number; pages: number; ids: AlarmId[] }
    >();
    const add = (title: string, id: AlarmId, episodes: number, pages: number): void => {
      const known = byTitle.get(title) ?? { title, episodes: 0, pages: 0, ids: [] };
      known.episodes += episodes;
      known.pages += pages;
      if (known.ids.length < 5 && !known.ids.includes(id)) known.ids.push(id);
      byTitle.set(title, known);
    };
    const titles = new Map<AlarmId, string>();
    for (const fired of store.fired(toInstant(fromMs), toInstant(toMsExclusive))) {
      titles.set(fired.alarmId, fired.title);
      add(fired.title, fired.alarmId, fired.episodes, 0);
    }
    for (const { alarmId, class: sentClass } of sent) {
      if (alarmId === null || sentClass !== 'page') continue;
      // It may have fired the week before.
      const title = titles.get(alarmId) ?? store.titleOf(alarmId);
      if (title === null) continue;
      titles.set(alarmId, title);
      add(title, alarmId, 0, 1);
    }
    return [...byTitle.values()]
      .toSorted((a, b) => b.pages - a.pages || b.episodes - a.episodes)
      .slice(0, mostTitles)
      .map(({ ids, ...noise }) => ({ ...noise, hasRunbook: ids.every(hasRunbook) }));
  };

  const toSent = (decisions: readonly SentDecision[]): Sent[] =>
    decisions.map(({ at, class: sentClass }) => ({ atMs: toMs(at), class: sentClass }));

  const get = (day: Day): Review => {
    if (day < '1971-01-01' || day > '2200-01-01') {
      throw new AppError('input.invalid', 'There is no review of that time.', {
        next: 'Choose a week of this century.',
      });
    }
    const { timeZone, sleepHours } = settings.current();
    const week = weekOf(day, timeZone);
    const before = weekBefore(week, timeZone);
    const nowMs = clock.now();
    const sent = store.sent(toInstant(week.fromMs), toInstant(week.toMs));
    const untilMs = Math.min(week.toMs, nowMs);
    return review({
      week,
      nowMs,
      timeZone,
      sleepHours,
      sent: toSent(sent),
      sentBefore: toSent(store.sent(toInstant(before.fromMs), toInstant(before.toMs))),
      noise: noiseOf(week.fromMs, week.toMs, sent),
      incidents: deps.incidents.list(),
      actions: deps.postmortems.actions(),
      blind:
        untilMs <= week.fromMs
          ? []
          : sight.sources().map(({ id, name }) => ({
              source: name,
              durationMs: blindFor(sight.records(id, week.fromMs, untilMs), week.fromMs, untilMs),
            })),
    });
  };

  return {
    get,
    export: (day: Day): ExportedFile => exportReview(get(day), settings.current().timeZone),
    stop: sight.stop,
  };
}
