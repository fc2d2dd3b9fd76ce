/** The past of an alarm, read from what was stored when it happened, for an incident that was opened later. */
import type { AlarmEvent } from '../../preload/contract/alarms.ts';
import type { AlarmId, Instant, SourceId } from '../../preload/contract/common.ts';
import type { Decision } from '../../preload/contract/notifications.ts';
import type { IntentKind } from '../../preload/contract/outbox.ts';
import type { StepState } from '../../preload/contract/runbooks.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import { toInstant, toMs } from '../clock.ts';
import type { ReadableDb } from '../store/database.ts';
import {
  collectReminder,
  entryOfDecision,
  entryOfEvent,
  entryOfIntent,
  entryOfSight,
  entryOfStep,
} from './entries.ts';
import type { NewEntry } from './incident.ts';

export interface PastEpisode {
  readonly id: number;
  readonly startedAt: Instant;
  readonly seenAt: Instant;
  readonly ackedAt: Instant | null;
}

/** An acknowledgement that shows at the source this long after ours was sent is ours. */
const ownForMs = 3_600_000;

export const pastQueries = {
  latestEpisode: `SELECT id, started_at AS startedAt, seen_at AS seenAt, acked_at AS ackedAt FROM episode
    WHERE alarm_id = @alarmId ORDER BY started_at DESC, id DESC LIMIT 1`,
  // A flapping label does not copy more than a person can read.
  events: `SELECT at, kind, origin, text FROM event WHERE episode_id = @episodeId ORDER BY id LIMIT 300`,
  decisions: `SELECT at, class, occasion, outcome, reason FROM decision
    WHERE episode_id = @episodeId AND (outcome <> 'not_sent' OR reason LIKE '%in the summary') ORDER BY id LIMIT 300`,
  steps: `SELECT r.title AS runbookTitle, s.number, s.text, s.state, s.at FROM run r JOIN run_step s ON s.run_id = r.id
    WHERE r.alarm_id = @alarmId AND s.at >= @from AND s.state <> 'open'`,
  intents: `SELECT kind, state, created_at AS createdAt FROM intent
    WHERE alarm_id = @alarmId AND created_at >= @from AND state IN ('queued', 'sent', 'confirmed')
    ORDER BY created_at LIMIT 100`,
  sight: `SELECT at, kind, text FROM event
    WHERE source_id = @sourceId AND at >= @from AND kind IN ('source_blind', 'source_live') ORDER BY at LIMIT 100`,
} as const;

type PastDecision = Pick<Decision, 'at' | 'class' | 'occasion' | 'outcome' | 'reason'>;

export type Past = ReturnType<typeof createPast>;

export function createPast(db: ReadableDb) {
  const latestEpisode = db.read<PastEpisode>(pastQueries.latestEpisode);
  const events = db.read<AlarmEvent>(pastQueries.events);
  const decisions = db.read<PastDecision>(pastQueries.decisions);
  const steps = db.read<{
    runbookTitle: string;
    number: number;
    text: string;
    state: StepState;
    at: Instant;
  }>(pastQueries.steps);
  const intents = db.read<{ kind: IntentKind; state: string; createdAt: Instant }>(
    pastQueries.intents,
  );
  const sight = db.read<{ at: Instant; kind: string; text: string }>(pastQueries.sight);

  /** Whether what the source shows at `at` is what a person asked for here; then their intent tells it. */
  const isOwn = (alarmId: AlarmId, kind: 'acknowledge' | 'silence', at: Instant): boolean =>
    intents
      .all({ alarmId, from: toInstant(toMs(at) - ownForMs) })
      .some((intent) => intent.kind === kind && intent.createdAt <= at);

  const notified = (alarm: KnownAlarm, episodeId: number): NewEntry[] => {
    const entries: NewEntry[] = [];
    const known: { id: number; at: Instant; text: string }[] = [];
    for (const decision of decisions.all({ episodeId })) {
      if (decision.occasion !== 'reminder') {
        const entry = entryOfDecision(decision, alarm);
        if (entry !== null) entries.push(entry);
        continue;
      }
      if (decision.outcome !== 'sent') continue;
      const reminder = collectReminder(decision.at, alarm, known);
      if ('add' in reminder) known.push({ id: known.length, ...reminder.add });
      else if (known[reminder.id] !== undefined) {
        known[reminder.id] = {
          id: reminder.id,
          at: known[reminder.id]?.at ?? decision.at,
          text: reminder.text,
        };
      }
    }
    return [
      ...entries,
      ...known.map(({ at, text }) => ({
        at,
        kind: 'notified' as const,
        origin: 'Nightdesk',
        text,
        code: null,
      })),
    ];
  };

  return {
    /** The open episode, or the last one. */
    episode: (alarmId: AlarmId): PastEpisode | undefined => latestEpisode.get({ alarmId }),
    isOwn,
    /** Of the alarm's latest episode, in no order. */
    entries(alarm: KnownAlarm, sourceName: string): NewEntry[] {
      const episode = latestEpisode.get({ alarmId: alarm.id });
      if (episode === undefined) return [];
      const from = episode.startedAt;
      const told = events.all({ episodeId: episode.id }).flatMap((event) => {
        const isTold =
          (event.kind === 'acknowledged' && isOwn(alarm.id, 'acknowledge', event.at)) ||
          (event.kind === 'suppressed' && isOwn(alarm.id, 'silence', event.at));
        return isTold ? [] : (entryOfEvent(event, alarm, episode) ?? []);
      });
      const asked = intents
        .all({ alarmId: alarm.id, from })
        .filter((intent) => intent.state === 'confirmed')
        .flatMap((intent) => entryOfIntent(intent, alarm, sourceName) ?? []);
      const ticked = steps.all({ alarmId: alarm.id, from }).map(entryOfStep);
      return [...told, ...asked, ...notified(alarm, episode.id), ...ticked];
    },
    /** When a person first took it: here, or wherever the source says. */
    acknowledgedAt(alarmId: AlarmId): Instant | null {
      const episode = latestEpisode.get({ alarmId });
      if (episode === undefined) return null;
      const asked = intents
        .all({ alarmId, from: episode.startedAt })
        .find((intent) => intent.kind === 'acknowledge' && intent.state === 'confirmed');
      const times = [asked?.createdAt, episode.ackedAt].filter((at) => at != null);
      return times.toSorted()[0] ?? null;
    },
    /** When the source was out of sight since then. */
    sight: (sourceId: SourceId, sourceName: string, from: Instant): NewEntry[] =>
      sight.all({ sourceId, from }).map(({ at, kind, text }) => {
        const isLive = kind === 'source_live';
        return entryOfSight({
          at,
          sourceName,
          isLive,
          reason: isLive || text === '' ? null : text,
        });
      }),
  };
}
