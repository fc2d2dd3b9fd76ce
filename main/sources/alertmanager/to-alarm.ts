/** From an accepted alert to our alarm. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { observedAlarm, oneLine, pick, unreadableAlarm } from '../observed.ts';
import { severityTextOf } from '../severity.ts';
import type { WireAlert } from './parse.ts';

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

export function statusOf(
  alert: WireAlert,
  context: Pick<MappingContext, 'silence'>,
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
  const service = pick(labels, context.serviceLabels);
  const where = pick(labels, ['instance', 'pod', 'node', 'host', 'hostname', 'device']);
  const name = pick(labels, ['alertname']) || 'Alarm without a name';
  const said = oneLine(pick(annotations, ['summary', 'title']));
  const details = oneLine(pick(annotations, ['description', 'message']));
  const title = said === '' ? (where === '' ? name : `${name} on ${where}`) : said;
  const parts = [service, said === '' ? '' : where, details === said ? '' : details];
  return observedAlarm(
    {
      externalId: externalIdOf(alert.fingerprint),
      ...statusOf(alert, context),
      severityText: severityTextOf(labels),
      title,
      summary: parts.map(oneLine).filter(Boolean).join(' · '),
      service,
      labels,
      annotations,
      url: alert.generatorURL ?? null,
      runbookUrl: pick(annotations, ['runbook_url', 'runbook']),
      startsAt: new Date(alert.startsAt).toISOString(),
      refs: { silencedBy: alert.status.silencedBy, inhibitedBy: alert.status.inhibitedBy },
    },
    context.severityMap,
  );
}

/** Kept by its identity, with the name it is known by. */
export function unreadableAlert(
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
  return unreadableAlarm({
    externalId: externalIdOf(fingerprint),
    name: typeof name === 'string' && name !== '' ? name : `Alarm ${fingerprint}`,
    reason,
    startsAt: new Date(Number.isNaN(startMs) ? seenAtMs : startMs).toISOString(),
  });
}
