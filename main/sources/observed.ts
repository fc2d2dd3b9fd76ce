/** Makes alarms from what a connector read, so that every kind cuts, cleans and marks alike. Pure. */
import type { z } from 'zod';
import type { Severity } from '../../preload/contract/common.ts';
import type { ObservedAlarm } from '../alarms/alarm.ts';
import { mapSeverity } from './severity.ts';
import { SourceError } from './source-error.ts';
import { cutText } from './text.ts';

type Texts = Readonly<Record<string, string>>;

const longestTitle = 300;
const longestSummary = 1_000;
const longestService = 200;
/** As much as a matcher may carry; past it a value is not data any more. */
const longestValue = 200_000;

export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** The first of these that is there and not blank; else an empty text. */
export function pick(texts: Texts, names: readonly string[]): string {
  for (const name of names) {
    const value = Object.hasOwn(texts, name) ? texts[name] : undefined;
    if (value !== undefined && value.trim() !== '') return value;
  }
  return '';
}

function capped(texts: Texts): Texts {
  let isLong = false;
  for (const name in texts) if ((texts[name]?.length ?? 0) > longestValue) isLong = true;
  if (!isLong) return texts;
  return Object.fromEntries(
    Object.entries(texts).map(([name, value]) => [name, cutText(value, longestValue)]),
  );
}

/** Only an address of the web is a link. */
export function webAddress(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  const protocol = URL.parse(text)?.protocol;
  return protocol === 'https:' || protocol === 'http:' ? text : null;
}

/** A path or an anchor is fine, too; a scheme that is not the web's is not. */
export function runbookAddress(text: string): string | null {
  const address = text.trim();
  if (address === '') return null;
  return /^[a-z][a-z0-9+.-]*:/i.test(address) ? webAddress(address) : address;
}

/** The labels and annotations that usually name a runbook. */
export const runbookOf = (texts: Texts): string | null =>
  runbookAddress(pick(texts, ['runbook_url', 'runbook', 'runbook_link', 'notes_url']));

/** The instant of a text or number of the upstream: RFC 3339 with any offset, or Unix seconds, or milliseconds. */
export function instantOf(value: string | number | null | undefined): string | null {
  if (value === null || value === undefined || value === '') return null;
  const number =
    typeof value === 'number' ? value : /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : null;
  const ms = number === null ? Date.parse(String(value)) : number < 1e11 ? number * 1_000 : number;
  // Go's zero time and zero itself mean "unset".
  if (!Number.isFinite(ms) || ms <= 0 || ms > 8.64e15) return null;
  return new Date(ms).toISOString();
}

export interface AlarmFacts {
  readonly externalId: string;
  readonly status: ObservedAlarm['status'];
  /** As the upstream wrote it; null when absent. */
  readonly severityText: string | null;
  /** The kind's own table, in lower case; it wins over the common words. */
  readonly severityTable?: Readonly<Record<string, Severity>>;
  readonly title: string;
  readonly summary?: string;
  readonly service: string;
  readonly labels: Texts;
  readonly annotations?: Texts;
  readonly url?: string | null;
  readonly runbookUrl?: string | null;
  readonly startsAt: string;
  readonly ackedBy?: string | null;
  readonly refs?: Readonly<Record<string, unknown>>;
}

/** `severityMap`: the words that a person mapped for this source; they win over every table. */
export function observedAlarm(
  facts: AlarmFacts,
  severityMap: Readonly<Record<string, Severity>>,
): ObservedAlarm {
  const { annotations = {}, summary = '', labels } = facts;
  const severity = mapSeverity(facts.severityText, severityMap, facts.severityTable);
  return {
    externalId: facts.externalId,
    status: facts.status,
    severity: severity.severity,
    severityText: severity.text === null ? null : cutText(severity.text, longestService),
    isSeverityMapped: severity.isMapped,
    title: cutText(oneLine(facts.title) || 'Alarm without a name', longestTitle),
    summary: cutText(oneLine(summary), longestSummary),
    service: cutText(oneLine(facts.service), longestService),
    labels: capped(labels),
    annotations: capped(annotations),
    url: webAddress(facts.url),
    runbookUrl:
      facts.runbookUrl === undefined
        ? (runbookOf(annotations) ?? runbookOf(labels))
        : facts.runbookUrl === null
          ? null
          : runbookAddress(facts.runbookUrl),
    startsAt: facts.startsAt,
    ackedBy: facts.ackedBy === undefined || facts.ackedBy === '' ? null : facts.ackedBy,
    refs: facts.refs ?? {},
    unreadableReason: null,
  };
}

/** Kept by its identity, so that it is neither lost nor taken for resolved. Nobody knows its severity: high. */
export function unreadableAlarm(options: {
  readonly externalId: string;
  /** What it is called as far as that can be read; else its identity. */
  readonly name: string;
  readonly reason: string;
  readonly startsAt: string;
}): ObservedAlarm {
  const { externalId, name, reason, startsAt } = options;
  return {
    externalId,
    status: 'firing',
    severity: 'high',
    severityText: null,
    isSeverityMapped: true,
    title: cutText(oneLine(`${name} (unreadable)`), longestTitle),
    summary: cutText(`Its source sent something that could not be read: ${reason}`, longestSummary),
    service: '',
    labels: {},
    annotations: {},
    url: null,
    runbookUrl: null,
    startsAt,
    ackedBy: null,
    refs: {},
    unreadableReason: cutText(reason, longestSummary),
  };
}

/** Items without identity can be neither shown nor named: the list may look quiet because of them. */
export const unidentified = (count: number): SourceError | null =>
  count === 0
    ? null
    : new SourceError(
        'source.unreachable',
        `${count} ${count === 1 ? 'alarm' : 'alarms'} without identity could not be read, so nothing counts as resolved.`,
        { next: 'Look at this source itself, and at the proxy in front of it.' },
      );

/** Where and what is wrong, for people: `labels.severity: expected string, received number`. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'not understood';
  const where = issue.path.join('.');
  const what = issue.message.replace(/^Invalid input: /, '');
  return where === '' ? what : `${where}: ${what}`;
}
