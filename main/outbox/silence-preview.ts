/** What a silence would touch: now, and in the last seven days. Reads only. */
import type { Matcher, SilencePreview } from '../../preload/contract/alarms.ts';
import type { AlarmId, Severity } from '../../preload/contract/common.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import { whyNotKind } from '../alarms/alarm-actions.ts';
import { compareAlarms } from '../alarms/order.ts';
import { toInstant } from '../clock.ts';
import { AppError, errorText, notFound } from '../errors.ts';
import { isWithinHours } from '../local-time.ts';
import type { ConnectorActions } from '../sources/connector.ts';
import type { ReadableDb } from '../store/database.ts';
import { plainText } from './intent.ts';
import type { OutboxDeps } from './outbox-deps.ts';
import type { createRequests } from './requests.ts';
import { scopeProblem, silenceWarnings, similarSilences } from './silence-rules.ts';

const weekMs = 7 * 86_400_000;
const mostRows = 100;
const mostTitles = 50;
const mostSimilar = 20;
/** A person waits for it: an upstream that takes longer is left out, and the preview says so. */
const silencesMs = 5_000;

type PastSeverity = SilencePreview['last7Days'][number];

/** Past episodes of a source, walked by the index of their ends (hence the cross join): old ones cost nothing. */
export const pastEpisodes = `
  SELECT e.alarm_id, e.severity, count(*) AS episodes, a.title, a.labels
    FROM episode e CROSS JOIN alarm a ON a.id = e.alarm_id
   WHERE e.ended_at IS NOT NULL AND e.ended_at >= @from AND a.source_id = @sourceId
   GROUP BY +e.alarm_id, e.severity`;

/** Those that this alarm has all labels of. */
const scopesOf = (alarm: KnownAlarm, { silenceScopes }: ConnectorActions): string[][] | null =>
  silenceScopes === undefined
    ? null
    : silenceScopes
        .filter((scope) => scope.every((name) => Object.hasOwn(alarm.labels, name)))
        .map((scope) => [...scope]);

export function createSilencePreviews(
  deps: Pick<OutboxDeps, 'clock' | 'settings' | 'alarms' | 'sources'> & {
    readonly db: ReadableDb;
    readonly requests: Pick<ReturnType<typeof createRequests>, 'actionsOf'>;
  },
) {
  const { clock, settings, alarms, sources } = deps;
  const selectPast = deps.db.read<{
    alarm_id: number;
    severity: Severity;
    episodes: number;
    title: string;
    labels: string;
  }>(pastEpisodes);

  function past(
    alarm: KnownAlarm,
    matchers: readonly Matcher[],
    actions: ConnectorActions,
  ): { list: PastSeverity[]; count: number } {
    const from = toInstant(clock.now() - weekMs);
    const groups = new Map<string, PastSeverity>();
    let lastId = 0;
    let isMatched = false;
    let count = 0;
    for (const row of selectPast.iterate({ from, sourceId: alarm.sourceId })) {
      if (lastId !== row.alarm_id) {
        lastId = row.alarm_id;
        isMatched = actions.matches(matchers, JSON.parse(row.labels) as Record<string, string>);
      }
      if (!isMatched) continue;
      count += row.episodes;
      const key = `${row.severity}\n${row.title}`;
      const known = groups.get(key);
      if (known === undefined) {
        const title = plainText(row.title, 300);
        groups.set(key, { title, severity: row.severity, count: row.episodes });
      } else known.count += row.episodes;
    }
    const list = [...groups.values()].sort((a, b) => b.count - a.count);
    return { list: list.slice(0, mostTitles), count };
  }

  /** @throws AppError */
  return async function preview(input: {
    id: AlarmId;
    labels?: readonly string[] | undefined;
    durationMs: number;
  }): Promise<SilencePreview> {
    const alarm = alarms.get(input.id);
    if (alarm === undefined) throw notFound('This alarm');
    const found = deps.requests.actionsOf(alarm.sourceId);
    if ('why' in found) {
      throw new AppError('source.unsupported', found.why, { next: 'Silence it at the source.' });
    }
    const { actions } = found;
    const whyNot = whyNotKind('silence', found.name, actions);
    if (whyNot !== null) {
      throw new AppError('source.unsupported', whyNot, { next: 'Silence it at the source.' });
    }
    const proposal = actions.propose(alarm);
    const chosen =
      input.labels === undefined
        ? null
        : new Set(input.labels.filter((name) => Object.hasOwn(alarm.labels, name)));
    const scopes = scopesOf(alarm, actions);
    const matchers: readonly Matcher[] =
      chosen === null
        ? proposal.matchers
        : [...chosen].sort().map((name) => ({
            name,
            value: alarm.labels[name] ?? '',
            isRegex: false,
            isEqual: true,
          }));
    const used = new Set(matchers.map(({ name }) => name));
    const volatileLabels = new Set(proposal.volatileLabels);

    const matchesNow: KnownAlarm[] = [];
    for (const other of alarms.active()) {
      if (other.sourceId === alarm.sourceId && actions.matches(matchers, other.labels)) {
        matchesNow.push(other);
      }
    }
    matchesNow.sort(compareAlarms);
    const { list, count } = past(alarm, matchers, actions);
    const health = sources.health(alarm.sourceId);
    const endsAtMs = clock.now() + input.durationMs;
    const { sleepHours, timeZone } = settings.current();
    const scene = {
      alarm,
      matchers,
      volatileLabels: proposal.volatileLabels,
      matchesNow,
      durationMs: input.durationMs,
      blindReason:
        health === undefined || health.freshness === 'live'
          ? null
          : (health.reason ?? 'the source was not read yet.'),
    };
    const warnings = silenceWarnings(scene, actions);
    const outside = matchers.length === 0 ? null : scopeProblem(matchers, actions);
    if (outside !== null) warnings.push(outside);
    const similar: SilencePreview['similar'] = [];
    try {
      const all = await actions.silences(AbortSignal.timeout(silencesMs));
      for (const each of similarSilences(all, scene, actions).slice(0, mostSimilar)) {
        similar.push({
          id: each.id,
          createdBy: plainText(each.createdBy, 200),
          comment: plainText(each.comment, 500),
          endsAt: each.endsAt,
        });
      }
    } catch (error) {
      warnings.push(`The existing silences could not be read: ${plainText(errorText(error), 300)}`);
    }
    return {
      sourceId: alarm.sourceId,
      matchers: matchers.map((matcher) => ({ ...matcher })),
      labels: Object.keys(alarm.labels)
        .sort()
        .map((name) => ({
          name,
          value: alarm.labels[name] ?? '',
          isVolatile: volatileLabels.has(name),
          isUsed: used.has(name),
        })),
      matchesNow: alarms.rows(matchesNow.slice(0, mostRows).map(({ id }) => id)),
      matchesNowCount: matchesNow.length,
      last7Days: list,
      last7DaysCount: count,
      scopes,
      similar,
      endsAt: toInstant(endsAtMs),
      isEndInSleepHours: isWithinHours(sleepHours, timeZone, endsAtMs),
      warnings,
    };
  };
}
