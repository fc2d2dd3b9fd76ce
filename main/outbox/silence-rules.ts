/** What a person should know of a silence before it is sent. Pure. */
import type { Matcher } from '../../preload/contract/alarms.ts';
import type { Severity } from '../../preload/contract/common.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import { severityRank } from '../alarms/order.ts';
import type { ConnectorActions, UpstreamSilence } from '../sources/connector.ts';
import { matchersKey, patternOf } from '../sources/matchers.ts';
import { plainText } from './intent.ts';

type Matches = Pick<ConnectorActions, 'matches'>;

const operators = { '=': '=', '!=': '!=', '=~': '=~', '!~': '!~' } as const;
const operatorOf = ({ isEqual, isRegex }: Matcher): string =>
  isRegex
    ? isEqual
      ? operators['=~']
      : operators['!~']
    : isEqual
      ? operators['=']
      : operators['!='];

/** `alertname=CheckoutDown, service=checkout`, cut where it gets long. */
export function describeMatchers(matchers: readonly Matcher[]): string {
  const shown = matchers
    .slice(0, 8)
    .map((each) => plainText(`${each.name}${operatorOf(each)}${each.value}`, 120));
  const rest = matchers.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** Why these must not be sent at all; null: they may. */
export function matcherProblem(matchers: readonly Matcher[], actions: Matches): string | null {
  if (matchers.length === 0) return 'A silence without labels would silence everything.';
  const broken = matchers.find(({ isRegex, value }) => isRegex && patternOf(value) === null);
  if (broken !== undefined) {
    return `The pattern for ${plainText(broken.name, 100)} cannot be read, so nobody can say what it matches.`;
  }
  return actions.matches(matchers, {})
    ? 'It would match every alarm that has none of these labels.'
    : null;
}

/** Why an upstream that knows objects, and not labels, cannot silence these; null: it can. */
export function scopeProblem(
  matchers: readonly Matcher[],
  { silenceScopes }: Pick<ConnectorActions, 'silenceScopes'>,
): string | null {
  if (silenceScopes === undefined) return null;
  const names = new Set(matchers.map(({ name }) => name));
  const isPlain =
    names.size === matchers.length && matchers.every((each) => each.isEqual && !each.isRegex);
  return isPlain && scopeOf(names, silenceScopes) !== null
    ? null
    : `This source silences only ${scopeWords(silenceScopes)}.`;
}

const scopeOf = (
  names: ReadonlySet<string>,
  scopes: readonly (readonly string[])[],
): readonly string[] | null =>
  scopes.find((scope) => scope.length === names.size && scope.every((name) => names.has(name))) ??
  null;

/** `host, or host and service`. */
const scopeWords = (scopes: readonly (readonly string[])[]): string =>
  scopes.map((scope) => scope.map((name) => plainText(name, 60)).join(' and ')).join(', or ');

export interface SilenceScene {
  readonly alarm: KnownAlarm;
  readonly matchers: readonly Matcher[];
  readonly volatileLabels: readonly string[];
  readonly matchesNow: readonly KnownAlarm[];
  readonly durationMs: number;
  /** Why the source cannot be seen at present; null while it is live. */
  readonly blindReason: string | null;
}

const plural = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

const dayMs = 86_400_000;

export function silenceWarnings(scene: SilenceScene, actions: Matches): string[] {
  const { alarm, matchers, matchesNow, durationMs } = scene;
  const warnings: string[] = [];
  const problem = matcherProblem(matchers, actions);
  if (problem !== null) warnings.push(problem);
  for (const { name, value, isRegex, isEqual } of matchers) {
    if (isRegex && isEqual && patternOf(value)?.('') === true) {
      warnings.push(
        `The pattern for ${plainText(name, 100)} also matches an empty text, so alarms without this label are silenced, too.`,
      );
    }
  }
  const others = matchesNow.filter(({ service }) => service !== alarm.service);
  if (others.length > 0) {
    const services = new Set(others.map(({ service }) => service));
    const named = [...services].map((service) => plainText(service, 60) || 'no service');
    const rest = named.length > 3 ? ` and ${named.length - 3} more` : '';
    warnings.push(
      `It matches ${plural(others.length, 'alarm', 'alarms')} of other services: ${named.slice(0, 3).join(', ')}${rest}.`,
    );
  }
  const worse = matchesNow.filter(
    ({ severity }) => severityRank[severity] < severityRank[alarm.severity],
  );
  if (worse.length > 0) {
    warnings.push(
      `It also hides ${plural(worse.length, 'alarm', 'alarms')} worse than this one, up to ${worst(worse)}.`,
    );
  }
  const isVolatile = new Set(scene.volatileLabels);
  const fleeting = matchers.filter(({ name }) => isVolatile.has(name));
  if (fleeting.length > 0) {
    const names = fleeting.map(({ name }) => plainText(name, 60)).join(', ');
    warnings.push(
      `It names ${names}, which may change soon, for example at a restart. Then it silences nothing any more.`,
    );
  }
  if (problem === null && alarm.status !== 'resolved' && !matchesNow.includes(alarm)) {
    warnings.push('It does not match this alarm.');
  }
  if (durationMs > dayMs) {
    warnings.push(
      `It lasts ${plural(Math.round(durationMs / dayMs), 'day', 'days')}: longer than a shift, so others meet it without knowing.`,
    );
  }
  if (scene.blindReason !== null) {
    warnings.push(`What it matches now is the last known state: ${scene.blindReason}`);
  }
  return warnings;
}

function worst(alarms: readonly KnownAlarm[]): Severity {
  let found: Severity = 'info';
  for (const { severity } of alarms) {
    if (severityRank[severity] < severityRank[found]) found = severity;
  }
  return found;
}

/** Those that cover the alarm already, the same ones first, and those that share most of their labels. */
export function similarSilences(
  silences: readonly UpstreamSilence[],
  scene: Pick<SilenceScene, 'alarm' | 'matchers'>,
  actions: Matches,
): readonly UpstreamSilence[] {
  const wanted = matchersKey(scene.matchers);
  const lines = new Set(wanted.split('\n'));
  const rank = (silence: UpstreamSilence): number => {
    const key = matchersKey(silence.matchers);
    if (key === wanted) return 0;
    if (actions.matches(silence.matchers, scene.alarm.labels)) return 1;
    const own = key.split('\n');
    const shared = own.filter((line) => lines.has(line)).length;
    return shared > 0 && shared * 2 >= Math.max(own.length, lines.size) ? 2 : 3;
  };
  return silences
    .filter(({ state }) => state !== 'expired')
    .map((silence) => ({ silence, rank: rank(silence) }))
    .filter((each) => each.rank < 3)
    .sort((a, b) => a.rank - b.rank || (a.silence.endsAt < b.silence.endsAt ? 1 : -1))
    .map(({ silence }) => silence);
}
