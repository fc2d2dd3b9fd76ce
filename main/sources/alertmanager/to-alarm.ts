/** From an accepted alert to our alarm. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { mapSeverity, severityTextOf } from '../severity.ts';
import { cutText } from '../text.ts';
import type { WireAlert } from './parse.ts';

type Labels = Readonly<Record<string, string>>;

/** What the alarm needs to know of a silence that covers it. */
export interface CoveringSilence {
  readonly createdBy: string;
  readonly comment: string;
}

export interface MappingContext {
  readonly serviceLabels: readonly string[];
  readonly severityMap: Readonly<Record<string, Severity>>;
  /** Undefined: the silences could not be read. */
  readonly silence: (id: string) => CoveringSilence | undefined;
}

export const externalIdOf = (fingerprint: string): string => `alertmanager:1:${fingerprint}`;
export const fingerprintOf = (externalId: string): string =>
  externalId.replace(/^alertmanager:1:/, '');

/** Karma's convention, which ours follows: a silence that is an acknowledgement says so in its first word. */
export const isAcknowledgement = (comment: string): boolean => comment.startsWith('ACK!');

const longestTitle = 300;
const longestSummary = 1_000;
const longestService = 200;
/** As much as a matcher may carry; past it a value is not data any more. */
const longestValue = 200_000;

const pick = (labels: Labels, names: readonly string[]): string => {
  for (const name of names) {
    const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
    if (value !== undefined && value.trim() !== '') return value;
  }
  return '';
};

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

function capped(texts: Labels): Labels {
  let isLong = false;
  for (const name in texts) if ((texts[name]?.length ?? 0) > longestValue) isLong = true;
  if (!isLong) return texts;
  return Object.fromEntries(
    Object.entries(texts).map(([name, value]) => [name, cutText(value, longestValue)]),
  );
}

function webAddress(text: string | undefined): string | null {
  const protocol = text === undefined ? undefined : URL.parse(text)?.protocol;
  return text !== undefined && (protocol === 'https:' || protocol === 'http:') ? text : null;
}

/** A path or an anchor is fine, too; a scheme that is not the web's is not. */
function runbookAddress(text: string): string | null {
  const address = text.trim();
  if (address === '') return null;
  return /^[a-z][a-z0-9+.-]*:/i.test(address) ? webAddress(address) : address;
}

function statusOf(
  alert: WireAlert,
  context: MappingContext,
): { status: ObservedAlarm['status']; ackedBy: string | null } {
  const { state, silencedBy, inhibitedBy, mutedBy } = alert.status;
  const covering = silencedBy.map(context.silence);
  const acks = covering.filter((silence) => silence && isAcknowledgement(silence.comment));
  const isAcked = silencedBy.length > 0 && acks.length === silencedBy.length;
  const ackedBy = isAcked ? (acks[0]?.createdBy ?? null) : null;
  if (inhibitedBy.length > 0 || mutedBy.length > 0) return { status: 'suppressed', ackedBy };
  if (isAcked) return { status: 'acknowledged', ackedBy };
  if (state === 'suppressed' || silencedBy.length > 0) return { status: 'suppressed', ackedBy };
  return { status: 'firing', ackedBy };
}

export function toAlarm(alert: WireAlert, context: MappingContext): ObservedAlarm {
  const { labels, annotations } = alert;
  const severity = mapSeverity(severityTextOf(labels), context.severityMap);
  const service = pick(labels, context.serviceLabels);
  const where = pick(labels, ['instance', 'pod', 'node', 'host', 'hostname', 'device']);
  const name = pick(labels, ['alertname']) || 'Alarm without a name';
  const said = oneLine(pick(annotations, ['summary', 'title']));
  const details = oneLine(pick(annotations, ['description', 'message']));
  const title = said === '' ? (where === '' ? name : `${name} on ${where}`) : said;
  const parts = [service, said === '' ? '' : where, details === said ? '' : details];
  return {
    externalId: externalIdOf(alert.fingerprint),
    ...statusOf(alert, context),
    severity: severity.severity,
    severityText: severity.text === null ? null : cutText(severity.text, longestService),
    isSeverityMapped: severity.isMapped,
    title: cutText(oneLine(title), longestTitle),
    summary: cutText(parts.map(oneLine).filter(Boolean).join(' · '), longestSummary),
    service: cutText(oneLine(service), longestService),
    labels: capped(labels),
    annotations: capped(annotations),
    url: webAddress(alert.generatorURL),
    runbookUrl: runbookAddress(pick(annotations, ['runbook_url', 'runbook'])),
    startsAt: new Date(alert.startsAt).toISOString(),
    refs: { silencedBy: alert.status.silencedBy, inhibitedBy: alert.status.inhibitedBy },
    unreadableReason: null,
  };
}

/** Kept by its identity, so that it is neither lost nor taken for resolved. An unknown severity is high. */
export function unreadableAlarm(
  fingerprint: string,
  raw: unknown,
  reason: string,
  seenAtMs: number,
): ObservedAlarm {
  const labels = (raw as { labels?: unknown } | null)?.labels;
  const name =
    labels !== null && typeof labels === 'object'
      ? (labels as { alertname?: unknown }).alertname
      : undefined;
  const startsAt = (raw as { startsAt?: unknown }).startsAt;
  const startMs = typeof startsAt === 'string' ? Date.parse(startsAt) : Number.NaN;
  return {
    externalId: externalIdOf(fingerprint),
    status: 'firing',
    severity: 'high',
    severityText: null,
    isSeverityMapped: true,
    title:
      typeof name === 'string' && name !== ''
        ? cutText(oneLine(`${name} (unreadable)`), longestTitle)
        : `Unreadable alarm ${fingerprint}`,
    summary: cutText(`Its source sent something that could not be read: ${reason}`, longestSummary),
    service: '',
    labels: {},
    annotations: {},
    url: null,
    runbookUrl: null,
    startsAt: new Date(Number.isNaN(startMs) ? seenAtMs : startMs).toISOString(),
    ackedBy: null,
    refs: {},
    unreadableReason: cutText(reason, longestSummary),
  };
}
