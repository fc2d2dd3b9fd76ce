/** Whether Grafana's list of alarms says what it seems to say, by what its rules say. Pure. */
import { SourceError } from '../source-error.ts';
import type { RuleFindings } from './rules.ts';

/** A rule that began to fire may reach the Alertmanager, or leave it, between our two questions. */
const patienceMs = 60_000;

const named = (names: readonly string[]): string => {
  const rest = names.length > 3 ? ` and ${names.length - 3} more` : '';
  return `${names.slice(0, 3).join(', ')}${rest}`;
};

export interface ProofInput {
  readonly host: string;
  readonly rules: RuleFindings;
  /** Rules that fire although no alarm of theirs is listed, and since when that is so by the monotonic clock. */
  readonly unlisted: readonly string[];
  readonly unlistedForMs: number;
  readonly alarmCount: number;
}

export interface Proof {
  readonly incompleteReason: string | null;
  readonly blind: SourceError | null;
  readonly remarks: readonly string[];
}

export function judge(input: ProofInput): Proof {
  const { host, rules, unlisted, unlistedForMs, alarmCount } = input;
  const remarks: string[] = [];
  const isBlind = (message: string, next: string, code: SourceError['code']): Proof => ({
    incompleteReason: message,
    blind: new SourceError(code, message, { next }),
    remarks,
  });
  if (rules.failing.length > 0) {
    remarks.push(
      `Rules that Grafana cannot evaluate: ${named(rules.failing)}. Their settings decide whether that becomes an alarm.`,
    );
  }
  if (rules.unreadableCount > 0) {
    return isBlind(
      `${rules.unreadableCount} of its rules could not be read, so nothing counts as resolved.`,
      'Look at the alert rules in Grafana.',
      'source.unreachable',
    );
  }
  if (rules.ruleCount === 0) {
    return isBlind(
      alarmCount === 0
        ? `${host} shows this login no alert rule, so an empty list proves nothing.`
        : `${host} shows this login no alert rule, so nothing counts as resolved.`,
      'Give the service account the role Viewer, or take the data source as whose alarms to read if Grafana itself has no rules.',
      'source.misconfigured',
    );
  }
  if (!rules.hasAnyInTime) {
    return isBlind(
      `Grafana evaluates no rule: ${named(rules.late)} ${rules.late.length === 1 ? 'was' : 'were'} due long ago.`,
      'Look at the Grafana server. After a start it takes one round of evaluation.',
      'source.unreachable',
    );
  }
  if (rules.late.length > 0) {
    remarks.push(`Rule groups that are not evaluated in time: ${named(rules.late)}.`);
  }
  if (unlisted.length > 0) {
    const message = `Rules that fire are missing from its list of alarms: ${named(unlisted)}.`;
    if (unlistedForMs < patienceMs) return { incompleteReason: message, blind: null, remarks };
    return isBlind(
      message,
      'Does Grafana send its alarms to an Alertmanager elsewhere? Then read them there, or from that data source.',
      'source.misconfigured',
    );
  }
  return { incompleteReason: null, blind: null, remarks };
}
