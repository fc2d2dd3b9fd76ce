/**
 * Fills `{{labels.pod}}` and its like into a web address or a command. Pure.
 *
 * A value from an alarm is hostile: in an address it is percent-encoded, in a command it is quoted for its place, and where
 * that cannot be done for certain it is left out and asked for. What is missing is never an empty text.
 */
import type { CommandPart } from '../../preload/contract/runbooks.ts';
import type { CustomAction } from '../../preload/contract/settings.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import { contextsOf } from '../runbooks/contexts.ts';
import { quoteValue, readsArgumentsAgain, type Quoted } from '../runbooks/quoting.ts';

export type ShellLanguage = 'sh' | 'powershell';
type Answers = Readonly<Record<string, string>>;
type Source = Pick<
  KnownAlarm,
  | 'title'
  | 'summary'
  | 'service'
  | 'severity'
  | 'status'
  | 'url'
  | 'externalId'
  | 'startsAt'
  | 'labels'
  | 'annotations'
>;

interface Place {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** `labels.pod`, `title`. */
  readonly name: string;
}

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;

const placesOf = (template: string): Place[] =>
  [...template.matchAll(placeholder)].map((found) => ({
    start: found.index,
    end: found.index + found[0].length,
    text: found[0],
    name: found[1] ?? '',
  }));

const own = (values: Readonly<Record<string, string>>, name: string): string | null =>
  Object.hasOwn(values, name) ? (values[name] ?? null) : null;

/** What the alarm says under this name; null: nothing. `sourceName`: as people call the source. */
function valueOf(name: string, alarm: Source, sourceName: string): string | null {
  const label = /^labels\.(.+)$/s.exec(name)?.[1];
  if (label !== undefined) return own(alarm.labels, label);
  const annotation = /^annotations\.(.+)$/s.exec(name)?.[1];
  if (annotation !== undefined) return own(alarm.annotations, annotation);
  const { title, summary, service, severity, status, url, externalId, startsAt } = alarm;
  const fields = { title, summary, service, severity, status, startsAt };
  return own({ ...fields, url: url ?? '', id: externalId, source: sourceName }, name);
}

const isKnownName = (name: string): boolean =>
  /^(labels|annotations)\../s.test(name) ||
  ['title', 'summary', 'service', 'severity', 'status', 'startsAt', 'url', 'id', 'source'].includes(
    name,
  );

const longestInAddress = 2_000;

function encode(value: string): Quoted {
  if (value.length > longestInAddress) return { why: 'the value is too long for an address' };
  if (!value.isWellFormed()) return { why: 'the value is not valid text' };
  // Dots alone are no name in an address, but a way up.
  if (/^\.{1,2}$/.test(value)) return { why: 'the value climbs out of its folder' };
  return { text: encodeURIComponent(value).replace(/[!'()*]/g, percent) };
}

/** Left alone by the standard, but not by everybody who puts an address into a text. */
const percent = (char: string): string =>
  `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

export interface Filled {
  readonly parts: CommandPart[];
  readonly text: string;
  readonly hasMissing: boolean;
}

export function fill(
  action: Pick<CustomAction, 'kind' | 'template'>,
  context: {
    readonly alarm: Source;
    readonly sourceName: string;
    readonly answers: Answers;
    readonly language: ShellLanguage;
  },
): Filled {
  const { template } = action;
  const { alarm, sourceName, answers, language } = context;
  const places = placesOf(template);
  const isCommand = action.kind !== 'open_url';
  const contexts = isCommand ? contextsOf(language, template, places) : [];
  // The braces are ours, and no template of another program.
  const isReadAgain = isCommand && readsArgumentsAgain(template.replace(placeholder, 'x'));
  const parts: CommandPart[] = [];
  let at = 0;
  const literal = (end: number): void => {
    if (end > at) parts.push({ kind: 'text', text: template.slice(at, end) });
    at = end;
  };
  for (const [index, { start, end, text, name }] of places.entries()) {
    literal(start);
    at = end;
    const typed = own(answers, name) ?? '';
    const value = typed === '' ? (valueOf(name, alarm, sourceName) ?? '') : typed;
    if (value === '') {
      const why = isKnownName(name)
        ? 'the alarm does not say it'
        : 'Nightdesk knows no such value; labels are written labels.name';
      parts.push({ kind: 'missing', text, name, why });
      continue;
    }
    const place = contexts[index];
    const quoted =
      place === undefined
        ? encode(value)
        : quoteValue({ language, context: place, value, isTrusted: typed !== '', isReadAgain });
    if ('why' in quoted) parts.push({ kind: 'missing', text, name, why: quoted.why });
    else {
      const from = typed === '' ? 'the alarm' : 'you';
      parts.push({ kind: 'filled', text: quoted.text, value, name, from });
    }
  }
  literal(template.length);
  return {
    parts,
    text: parts.map((part) => part.text).join(''),
    hasMissing: parts.some(({ kind }) => kind === 'missing'),
  };
}

/** Why this must not be opened; null: it may. */
export function addressProblem(template: string, text: string): string | null {
  // The scheme and what follows it are the author's: no label chooses them.
  if (!/^https?:\/\/[^/\s]/i.test(template)) return 'It does not begin with https:// or http://.';
  if (text.length > 8_000) return 'The address is too long to be opened.';
  if (!URL.canParse(text)) return 'This is no web address.';
  const { username, password } = new URL(text);
  // A name before the host is there to look like one.
  return username === '' && password === '' ? null : 'It has a name or password before its host.';
}
