/**
 * Asks again when nothing followed an acknowledgement of the night: whoever acknowledged may have fallen asleep over it.
 *
 * Only in the hours of sleep, only for what pages, and only for what this person acknowledged. Everything a person does about
 * the alarm counts: a step, a command, a note, an act on its incident, or saying that they are on it. What it goes by is
 * stored, so a restart changes nothing.
 */
import type { AlarmId } from '../../preload/contract/common.ts';
import type { Settings } from '../../preload/contract/settings.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import { compareAlarms } from '../alarms/order.ts';
import { since, toInstant, toMs, type Clock } from '../clock.ts';
import { isWithinHours } from '../local-time.ts';
import type { ReadableDb } from '../store/database.ts';
import type { Dispatch } from './dispatch.ts';
import { routeOf, type Policy } from './policy.ts';
import { alarmText, titleOf } from './texts.ts';

/** Long enough for what one does in a terminal elsewhere. */
export const idleAfterMs = 15 * 60_000;
/** Then it is the pager's turn. */
const mostAsked = 3;
/** An older acknowledgement is of another night. */
const lookBackMs = 12 * 3_600_000;
const lookEveryMs = 30_000;

export const stillOnIt = 'still_on_it';

export interface IdleFacts {
  readonly ackedAtMs: number;
  /** The last thing that a person did about it, the acknowledgement included. */
  readonly lastActMs: number;
  /** When it was asked before, since then. */
  readonly askedAtMs: readonly number[];
}

/** Whether it is asked now, and why. */
export function idleQuestion(facts: IdleFacts, now: number): string | null {
  const asked = facts.askedAtMs.filter((at) => at > facts.lastActMs);
  const last = Math.max(facts.lastActMs, ...asked);
  if (asked.length >= mostAsked || since(last, now) < idleAfterMs) return null;
  const minutes = (from: number): number => Math.floor(since(from, now) / 60_000);
  // Something may have been done after the acknowledgement, and is not denied.
  const idle = facts.lastActMs > facts.ackedAtMs ? `for ${minutes(facts.lastActMs)} min` : 'since';
  return `you acknowledged this ${minutes(facts.ackedAtMs)} min ago, and nothing was done about it ${idle}`;
}

const personalEvents = ['note', 'command_copied', 'command_ran', 'custom_action', stillOnIt]
  .map((kind) => `'${kind}'`)
  .join(',');

export function createIdleAcknowledgements(deps: {
  readonly db: ReadableDb;
  readonly clock: Clock;
  readonly dispatch: Dispatch;
  readonly policy: () => Policy;
  readonly settings: { current(): Pick<Settings, 'sleepHours' | 'timeZone'> };
  readonly alarm: (id: AlarmId) => KnownAlarm | undefined;
  readonly sourceName: (alarm: KnownAlarm) => string;
}) {
  const { db, clock, dispatch, policy, settings } = deps;
  const acknowledged = db.read<{ alarmId: AlarmId; at: string }, { from: string }>(
    `SELECT a.id AS alarmId, max(i.created_at) AS at
     FROM alarm a JOIN intent i ON i.alarm_id = a.id
     WHERE a.status = 'acknowledged' AND i.kind = 'acknowledge' AND i.state = 'confirmed' AND i.created_at >= @from
     GROUP BY a.id LIMIT 200`,
  );
  const lastAct = db.read<{ at: string | null }, { alarmId: number }>(
    `SELECT max(at) AS at FROM (
       SELECT max(at) AS at FROM event WHERE alarm_id = @alarmId AND kind IN (${personalEvents})
       UNION ALL
       SELECT max(s.at) FROM run r JOIN run_step s ON s.run_id = r.id WHERE r.alarm_id = @alarmId
       UNION ALL
       SELECT max(coalesce(x.ended_at, x.started_at)) FROM run r JOIN execution x ON x.run_id = r.id WHERE r.alarm_id = @alarmId
       UNION ALL
       SELECT max(e.at) FROM incident_alarm m JOIN entry e ON e.incident_id = m.incident_id
        WHERE m.alarm_id = @alarmId AND e.origin = 'you'
          AND e.kind IN ('note','decision','status_update','mitigated','severity','step','command')
     )`,
  );
  const askedBefore = db.read<{ at: string }, { alarmId: number; from: string }>(
    `SELECT at FROM decision
     WHERE alarm_id = @alarmId AND occasion = 'reminder' AND reason LIKE 'you acknowledged this %' AND at >= @from`,
  );
  let lookedAt = -Infinity;

  const ask = (about: readonly { alarm: KnownAlarm; reason: string }[], atMs: number): void => {
    // The worst one speaks for all: one person is asked one question.
    const [first, ...others] = about.toSorted((a, b) => compareAlarms(a.alarm, b.alarm));
    if (first === undefined) return;
    const { alarm } = first;
    const more = others.length === 0 ? '' : `, and of ${others.length} more`;
    const reason = `${first.reason}${more}`;
    dispatch.issue(
      {
        silent: [],
        bundled: [],
        singly: [
          {
            class: 'page',
            occasion: 'reminder',
            alarmId: alarm.id,
            severity: alarm.severity,
            isUnseen: false,
            decisions: about.map((one) => ({
              at: toInstant(atMs),
              alarmId: one.alarm.id,
              episodeId: one.alarm.episodeId,
              sourceId: one.alarm.sourceId,
              class: 'page',
              occasion: 'reminder',
              outcome: 'sent',
              reason: one === first ? reason : one.reason,
              carrier: null,
            })),
            title: () => titleOf(alarm),
            text: () => ({
              ...alarmText(
                { occasion: 'reminder', class: 'page', alarm, reason },
                deps.sourceName(alarm),
              ),
              title: `Are you on it? · ${titleOf(alarm)}`,
            }),
          },
        ],
      },
      atMs,
    );
  };

  return {
    tick(): void {
      if (clock.monotonic() - lookedAt < lookEveryMs) return;
      lookedAt = clock.monotonic();
      const now = clock.now();
      const { sleepHours, timeZone } = settings.current();
      if (!isWithinHours(sleepHours, timeZone, now)) return;
      const due = acknowledged
        .all({ from: toInstant(now - lookBackMs) })
        .flatMap(({ alarmId, at }) => {
          const alarm = deps.alarm(alarmId);
          if (alarm?.status !== 'acknowledged' || routeOf(alarm, policy()).route !== 'page')
            return [];
          const ackedAtMs = toMs(at);
          const acted = lastAct.get({ alarmId })?.at ?? null;
          const reason = idleQuestion(
            {
              ackedAtMs,
              lastActMs: Math.max(ackedAtMs, acted === null ? 0 : toMs(acted)),
              askedAtMs: askedBefore.all({ alarmId, from: at }).map((one) => toMs(one.at)),
            },
            now,
          );
          return reason === null ? [] : [{ alarm, reason }];
        });
      ask(due, now);
    },
  };
}
