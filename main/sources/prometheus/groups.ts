/**
 * What the groups of rules say, and whether that can be believed. Pure.
 *
 * A rule group that is not evaluated lists no new alarms and ends none. One that was not evaluated twice since a restart has
 * lost how long its conditions were true already, and shows firing alarms as pending.
 */
import { instantOf, oneLine } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { cutText } from '../text.ts';
import { WireGroup, WireRule } from './parse.ts';

/** An evaluation may be left out while the server is busy; three in a row mean that it stands still. */
const missedIntervals = 3;
const graceMs = 60_000;
const defaultIntervalMs = 60_000;
const namedAtMost = 3;

export interface ReadRule {
  /** The same over polls. */
  readonly key: string;
  readonly name: string;
  readonly query: string;
  /** Why it could not be evaluated; null when it was. */
  readonly error: string | null;
  readonly alerts: readonly unknown[];
}

export interface ReadGroup {
  /** The same over polls. */
  readonly key: string;
  readonly name: string;
  readonly intervalMs: number;
  /** Null: not evaluated yet. */
  readonly evaluatedAtMs: number | null;
  readonly rules: readonly ReadRule[];
}

const msOf = (text: string): number | null => {
  const instant = instantOf(text);
  return instant === null ? null : Date.parse(instant);
};

/** Groups without alerting rules are left out; what could not be read is counted. */
export function readGroups(raw: readonly unknown[]): {
  groups: readonly ReadGroup[];
  unreadable: number;
} {
  const groups: ReadGroup[] = [];
  let unreadable = 0;
  for (const rawGroup of raw) {
    const group = WireGroup.safeParse(rawGroup);
    if (!group.success) {
      unreadable += 1;
      continue;
    }
    const { name, file, interval, lastEvaluation } = group.data;
    const rules: ReadRule[] = [];
    let latest = msOf(lastEvaluation);
    for (const rawRule of group.data.rules) {
      const type = (rawRule as { type?: unknown } | null)?.type;
      // Older relatives do not know the filter, and send recording rules, too.
      if (type === 'recording' || type === 'record') continue;
      const rule = WireRule.safeParse(rawRule);
      if (!rule.success) {
        unreadable += 1;
        continue;
      }
      const { health, lastError, query, alerts } = rule.data;
      const said = lastError === '' ? 'it does not say why' : lastError;
      rules.push({
        key: JSON.stringify([file, name, rule.data.name, query]),
        name: rule.data.name,
        query,
        error: health === 'err' ? cutText(oneLine(said), 200) : null,
        alerts,
      });
      const ruleAt = msOf(rule.data.lastEvaluation);
      if (ruleAt !== null && (latest === null || ruleAt > latest)) latest = ruleAt;
    }
    if (rules.length === 0) continue;
    const intervalMs = interval > 0 ? interval * 1_000 : defaultIntervalMs;
    groups.push({
      key: JSON.stringify([file, name]),
      name,
      intervalMs,
      evaluatedAtMs: latest,
      rules,
    });
  }
  return { groups, unreadable };
}

const named = (names: readonly string[]): string => {
  const shown = names.slice(0, namedAtMost).map((name) => cutText(oneLine(name), 100));
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
};

export interface Verdict {
  /** Set when the rules stand still: the source is not live. */
  readonly blind: SourceError | null;
  /** Why absence proves nothing, and why pending alarms may be firing ones; null when all is settled. */
  readonly incompleteReason: string | null;
  /** Groups that were never evaluated, and since when we know them. */
  readonly waiting: ReadonlyMap<string, number>;
}

/** All times are the server's own. `startedAtMs`: null where it does not say. */
export function judgeGroups(
  groups: readonly ReadGroup[],
  context: {
    readonly nowMs: number;
    readonly startedAtMs: number | null;
    readonly waiting: ReadonlyMap<string, number>;
  },
): Verdict {
  const { nowMs, startedAtMs } = context;
  const waiting = new Map<string, number>();
  const stalled: string[] = [];
  const restoring: string[] = [];
  for (const { key, name, intervalMs, evaluatedAtMs } of groups) {
    let aliveAtMs = Math.max(evaluatedAtMs ?? 0, startedAtMs ?? 0);
    if (evaluatedAtMs === null) {
      const since = context.waiting.get(key) ?? nowMs;
      waiting.set(key, since);
      aliveAtMs = Math.max(aliveAtMs, since);
    }
    // The second evaluation after a start lies more than one interval behind it.
    const isRestored =
      evaluatedAtMs !== null && (startedAtMs === null || evaluatedAtMs - startedAtMs > intervalMs);
    if (nowMs - aliveAtMs > missedIntervals * intervalMs + graceMs) stalled.push(name);
    else if (!isRestored) restoring.push(name);
  }
  const were = (names: readonly string[]): string => (names.length === 1 ? 'was' : 'were');
  if (stalled.length > 0) {
    const message = `Its rules stand still: ${named(stalled)} ${were(stalled)} not evaluated for more than ${missedIntervals} intervals.`;
    const next =
      'Look at the load and the log of the Prometheus, or of the ruler that evaluates them.';
    return {
      blind: new SourceError('source.unreachable', message, { next }),
      incompleteReason: message,
      waiting,
    };
  }
  if (restoring.length === 0) return { blind: null, incompleteReason: null, waiting };
  return {
    blind: null,
    incompleteReason: `It was started or reloaded a moment ago: ${named(restoring)} ${were(restoring)} not evaluated often enough yet.`,
    waiting,
  };
}

/** Rules that cannot be evaluated, in words; null when there are none. */
export function brokenRules(groups: readonly ReadGroup[]): string | null {
  const broken = groups.flatMap(({ rules }) => rules.filter(({ error }) => error !== null));
  const [first] = broken;
  if (first === undefined) return null;
  const what = broken.length === 1 ? 'rule' : 'rules';
  return `${broken.length} ${what} cannot be evaluated, so nothing new is raised: ${named(broken.map(({ name }) => name))} (${first.error ?? ''}).`;
}
