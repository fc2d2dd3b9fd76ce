/**
 * What the rules say about the alarms: that they are evaluated, and which of them fire. Pure.
 *
 * Grafana's list of alarms is empty after its restart, when its evaluation stands still, when alarms are sent to an Alertmanager
 * elsewhere, and for a token that may see no rule. The rules tell all of these from quiet.
 */
import { z } from 'zod';
import { instantOf } from '../observed.ts';

const nullToDefault = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((value) => value ?? undefined, schema);

const WireRule = z.object({
  name: z.string(),
  /** Prometheus style: firing, pending, recovering, inactive. */
  state: nullToDefault(z.string().default('')),
  uid: nullToDefault(z.string().default('')),
  health: nullToDefault(z.string().default('')),
  lastError: nullToDefault(z.string().default('')),
  type: nullToDefault(z.string().default('alerting')),
  isPaused: nullToDefault(z.boolean().default(false)),
});
type WireRule = z.infer<typeof WireRule>;

const WireGroup = z.object({
  name: z.string(),
  file: nullToDefault(z.string().default('')),
  interval: nullToDefault(z.number().default(60)),
  lastEvaluation: nullToDefault(z.string().default('')),
  rules: nullToDefault(z.array(z.unknown()).default([])),
});

export const WireRules = z.object({
  status: z.string(),
  data: z.object({ groups: nullToDefault(z.array(z.unknown()).default([])) }),
});

export interface RuleFindings {
  /** Alerting rules that this login sees and that are not paused. */
  readonly ruleCount: number;
  /** By uid, with their name: those that fire by their own account. */
  readonly firing: ReadonlyMap<string, string>;
  /** Rules that could not be evaluated. Their settings may keep that from becoming an alarm. */
  readonly failing: readonly string[];
  /** Groups that were due long ago. */
  readonly late: readonly string[];
  readonly hasAnyInTime: boolean;
  /** Parts of the answer that could not be read. */
  readonly unreadableCount: number;
}

/** Evaluations may be late by a few rounds when Grafana is busy. */
const graceMs = 60_000;
const graceRounds = 3;

const isAlerting = (rule: WireRule): boolean => rule.type !== 'recording' && !rule.isPaused;

/** `nowMs` by Grafana's own clock. */
export function judgeRules(groups: readonly unknown[], nowMs: number): RuleFindings {
  const firing = new Map<string, string>();
  const failing: string[] = [];
  const late: string[] = [];
  let ruleCount = 0;
  let unreadableCount = 0;
  let hasAnyInTime = false;
  for (const raw of groups) {
    const group = WireGroup.safeParse(raw);
    if (!group.success) {
      unreadableCount += 1;
      continue;
    }
    const { name, file, interval, lastEvaluation } = group.data;
    let activeCount = 0;
    for (const item of group.data.rules) {
      const rule = WireRule.safeParse(item);
      if (!rule.success) {
        unreadableCount += 1;
        continue;
      }
      if (!isAlerting(rule.data)) continue;
      activeCount += 1;
      const { uid, state, health } = rule.data;
      if (state.toLowerCase() === 'firing' && uid !== '') firing.set(uid, rule.data.name);
      if (health.toLowerCase() === 'error') failing.push(rule.data.name);
    }
    ruleCount += activeCount;
    if (activeCount === 0) continue;
    const evaluatedAt = instantOf(lastEvaluation);
    const dueMs = interval * 1_000 * graceRounds + graceMs;
    if (evaluatedAt !== null && nowMs - Date.parse(evaluatedAt) <= dueMs) hasAnyInTime = true;
    else late.push(file === '' ? name : `${file}/${name}`);
  }
  return { ruleCount, firing, failing, late, hasAnyInTime, unreadableCount };
}

/** Rules that fire although no alarm of theirs is listed. */
export const unlisted = (
  firing: ReadonlyMap<string, string>,
  listedUids: ReadonlySet<string>,
): readonly string[] => [...firing].filter(([uid]) => !listedUids.has(uid)).map(([, name]) => name);
