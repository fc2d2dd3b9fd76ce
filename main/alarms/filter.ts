/**
 * The filter language, as pure functions: `checkout severity>=high -status:suppressed namespace=~"prod-.*"`.
 *
 * All tokens must hold; `-` before one negates it. A token that cannot be understood is reported and does not filter,
 * so that a list never empties while somebody is typing. Letter case never matters.
 */
import type { AlarmStatus, Severity } from '../../preload/contract/common.ts';
import { AlarmStatus as Statuses, Severity as Severities } from '../../preload/contract/common.ts';
import { toMs } from '../clock.ts';
import type { KnownAlarm } from './alarm.ts';
import { tokenize, type Operator, type Token } from './filter-tokens.ts';
import { compilePattern, PatternProblem } from './linear-regex.ts';
import { severityRank } from './order.ts';

export interface QueryProblem {
  readonly token: string;
  readonly message: string;
}

/** What a query may ask beyond the alarm itself. */
export interface QueryContext {
  now(): number;
  sourceName(alarm: KnownAlarm): string;
  /** Its source cannot be read now: what we show is the last known. */
  isBlind(alarm: KnownAlarm): boolean;
  isUnseen(alarm: KnownAlarm): boolean;
  isFlapping(alarm: KnownAlarm): boolean;
  hasRunbook(alarm: KnownAlarm): boolean;
  hasIncident(alarm: KnownAlarm): boolean;
}

export interface Query {
  matches(alarm: KnownAlarm): boolean;
  readonly problems: readonly QueryProblem[];
  /** Asks for alarms that are over: `status:resolved`, or `is:unseen` for those that cleared unseen. */
  readonly wants: { readonly resolved: boolean; readonly unseen: boolean };
  /** Its answer changes without any alarm changing: by time, sight, runbooks or incidents. */
  readonly isVolatile: boolean;
}

type Test = (alarm: KnownAlarm) => boolean;
type Built = Test | { readonly problem: string };

const fields = new Set(['severity', 'status', 'source', 'service', 'is', 'has', 'age']);
const maxTokens = 50;

/** Long texts are searched by their beginning. */
const maxHaystack = 8_000;
const haystacks = new WeakMap<KnownAlarm, string>();

/** All that free text looks in, lower case, made once per alarm. */
export function haystackOf(alarm: KnownAlarm): string {
  let haystack = haystacks.get(alarm);
  if (haystack === undefined) {
    let text = `${alarm.title.slice(0, 1_000)}\n${alarm.service.slice(0, 200)}\n${alarm.summary.slice(0, 2_000)}`;
    for (const name of Object.keys(alarm.labels)) {
      text += `\n${name}=${alarm.labels[name]?.slice(0, 500)}`;
      if (text.length > maxHaystack) break;
    }
    haystack = text.slice(0, maxHaystack).toLowerCase();
    haystacks.set(alarm, haystack);
  }
  return haystack;
}

const listed = (values: readonly string[]): string =>
  `${values.slice(0, -1).join(', ')} or ${values.at(-1) ?? ''}`;

function compareNumbers(operator: Operator, left: number, right: number): boolean | null {
  switch (operator) {
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    default:
      return null;
  }
}

/** `label=value` and its kin, for one text of the alarm. An absent label is an empty text. */
function textTest(operator: Operator, value: string, textOf: (alarm: KnownAlarm) => string): Built {
  const wanted = value.toLowerCase();
  switch (operator) {
    case '=':
      return (alarm) => textOf(alarm).toLowerCase() === wanted;
    case '!=':
      return (alarm) => textOf(alarm).toLowerCase() !== wanted;
    case ':':
      return (alarm) => textOf(alarm).toLowerCase().includes(wanted);
    case '=~':
    case '!~':
      return patternTest(value, operator === '=~', textOf);
    default:
      return { problem: 'Only severity and age can be compared with < and >.' };
  }
}

function patternTest(
  pattern: string,
  isWanted: boolean,
  textOf: (alarm: KnownAlarm) => string,
): Built {
  let test: (text: string) => boolean;
  try {
    test = compilePattern(pattern);
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error;
    return { problem: `Not a pattern: ${error.message}.` };
  }
  // Few distinct values among many alarms.
  const known = new Map<string, boolean>();
  return (alarm) => {
    const text = textOf(alarm);
    let isMatch = known.get(text);
    if (isMatch === undefined) {
      isMatch = test(text);
      if (known.size >= 5_000) known.clear();
      known.set(text, isMatch);
    }
    return isMatch === isWanted;
  };
}

function severityTest(operator: Operator, value: string): Built {
  const severity = Severities.options.find((one) => one === value.toLowerCase());
  if (severity === undefined) return { problem: `A severity is ${listed(Severities.options)}.` };
  if (operator === '=' || operator === ':') return (alarm) => alarm.severity === severity;
  if (operator === '!=') return (alarm) => alarm.severity !== severity;
  // A worse severity has the lower rank, and is the greater one in words.
  if (compareNumbers(operator, 0, 0) === null) return { problem: 'Use =, !=, >=, <=, > or <.' };
  const rank: Readonly<Record<Severity, number>> = severityRank;
  return (alarm) => compareNumbers(operator, rank[severity], rank[alarm.severity]) === true;
}

function statusTest(operator: Operator, value: string): Built {
  const wanted = value.toLowerCase();
  const status: AlarmStatus | undefined = Statuses.options.find((one) => one === wanted);
  if (status === undefined) return { problem: `A status is ${listed(Statuses.options)}.` };
  if (operator === '=' || operator === ':') return (alarm) => alarm.status === status;
  if (operator === '!=') return (alarm) => alarm.status !== status;
  return { problem: 'Use status: or status!=.' };
}

const unitMs: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5, w: 6048e5 };

/** `90s`, `10m`, `1h30m`, `2d`; null when it is none. */
export function parseDuration(text: string): number | null {
  if (!/^(\d{1,9}[smhdw])+$/i.test(text)) return null;
  let total = 0;
  for (const [, count, unit] of text.toLowerCase().matchAll(/(\d+)([smhdw])/g)) {
    total += Number(count) * (unitMs[unit ?? ''] ?? 0);
  }
  return total;
}

function ageTest(operator: Operator, value: string, context: QueryContext): Built {
  const limit = parseDuration(value);
  if (limit === null) return { problem: 'An age is written like 90s, 10m, 2h or 1h30m.' };
  if (compareNumbers(operator, 0, 0) === null)
    return { problem: 'Use age>, age>=, age< or age<=.' };
  return (alarm) => compareNumbers(operator, context.now() - toMs(alarm.startsAt), limit) === true;
}

function isTest(value: string, context: QueryContext): Built {
  switch (value.toLowerCase()) {
    case 'unseen':
      return (alarm) => context.isUnseen(alarm);
    case 'flapping':
      return (alarm) => context.isFlapping(alarm);
    case 'unreadable':
      return (alarm) => alarm.unreadableReason !== null;
    case 'unmapped':
      return (alarm) => !alarm.isSeverityMapped;
    case 'blind':
      return (alarm) => context.isBlind(alarm);
    default:
      return { problem: 'After is: comes unseen, flapping, unreadable, unmapped or blind.' };
  }
}

function hasTest(value: string, context: QueryContext): Built {
  switch (value.toLowerCase()) {
    case 'runbook':
      return (alarm) => context.hasRunbook(alarm);
    case 'incident':
      return (alarm) => context.hasIncident(alarm);
    default:
      return { problem: 'After has: comes runbook or incident.' };
  }
}

function sourceTest(operator: Operator, value: string, context: QueryContext): Built {
  const byName = textTest(operator, value, (alarm) => context.sourceName(alarm));
  if (operator !== '=' && operator !== '!=' && operator !== ':') return byName;
  const wanted = value.toLowerCase();
  return (alarm) => {
    const isSource =
      alarm.sourceId === wanted ||
      (operator === ':'
        ? context.sourceName(alarm).toLowerCase().includes(wanted)
        : context.sourceName(alarm).toLowerCase() === wanted);
    return isSource === (operator !== '!=');
  };
}

function build(token: Token, context: QueryContext): Built {
  const { name, operator, value } = token;
  if (name === null || operator === null) {
    const wanted = value.toLowerCase();
    return (alarm) => haystackOf(alarm).includes(wanted);
  }
  const field = name.toLowerCase();
  // An empty value is how one asks for a label that is absent; a field always has one.
  if (value === '' && !token.isQuoted && (fields.has(field) || operator === '=~')) {
    return { problem: `${name}${operator} needs a value.` };
  }
  switch (field) {
    case 'severity':
      return severityTest(operator, value);
    case 'status':
      return statusTest(operator, value);
    case 'age':
      return ageTest(operator, value, context);
    case 'source':
      return sourceTest(operator, value, context);
    case 'service':
      return textTest(operator, value, (alarm) => alarm.service);
    case 'is':
    case 'has': {
      const test = field === 'is' ? isTest(value, context) : hasTest(value, context);
      if (operator === ':' || operator === '=') return test;
      if (operator === '!=' && typeof test === 'function') return (alarm) => !test(alarm);
      return typeof test === 'function' ? { problem: `Write ${field}:${value}.` } : test;
    }
    default:
      return textTest(operator, value, (alarm) =>
        Object.hasOwn(alarm.labels, name) ? (alarm.labels[name] ?? '') : '',
      );
  }
}

const asks = (token: Token, field: string, value: string): boolean =>
  !token.isNegated &&
  token.name?.toLowerCase() === field &&
  (token.operator === ':' || token.operator === '=') &&
  token.value.toLowerCase() === value;

/** Never throws: what cannot be understood is in `problems`, and the rest filters. */
export function compileFilter(text: string, context: QueryContext): Query {
  const problems: QueryProblem[] = [];
  const tests: Test[] = [];
  const all = tokenize(text, (name) => fields.has(name.toLowerCase()));
  const tokens = all.slice(0, maxTokens);
  if (all.length > maxTokens) {
    problems.push({ token: '…', message: `Only the first ${maxTokens} parts are used.` });
  }
  for (const token of tokens) {
    const built = build(token, context);
    if (typeof built !== 'function') {
      problems.push({ token: token.text.slice(0, 200), message: built.problem });
    } else {
      tests.push(token.isNegated ? (alarm) => !built(alarm) : built);
    }
  }
  const names = new Set(tokens.map(({ name }) => name?.toLowerCase()));
  const isAboutSight = tokens.some(({ name, value }) => name !== null && /^blind$/i.test(value));
  return {
    problems,
    wants: {
      resolved: tokens.some((token) => asks(token, 'status', 'resolved')),
      unseen: tokens.some((token) => asks(token, 'is', 'unseen')),
    },
    isVolatile: names.has('age') || names.has('has') || isAboutSight,
    matches: (alarm) => {
      for (const test of tests) if (!test(alarm)) return false;
      return true;
    },
  };
}
