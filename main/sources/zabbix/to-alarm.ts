/** From a problem and its trigger to our alarm. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { toInstant } from '../../clock.ts';
import { joinUrl } from '../http-address.ts';
import { observedAlarm, pick } from '../observed.ts';
import { signedBy } from '../note-mark.ts';
import { externalIdOf, type Acknowledge, type Problem, type WireTrigger } from './parse.ts';
import { severityNames } from './settings.ts';

export const severities: Readonly<Record<string, Severity>> = {
  disaster: 'critical',
  high: 'high',
  average: 'high',
  warning: 'warning',
  information: 'info',
  'not classified': 'info',
};

export interface MappingContext {
  readonly base: string;
  readonly serviceTags: readonly string[];
  readonly severityMap: Readonly<Record<string, Severity>>;
}

export const actionBits = {
  close: 1,
  acknowledge: 2,
  message: 4,
  unacknowledge: 16,
  suppress: 32,
  unsuppress: 64,
} as const;

export const severityTextOf = (digit: string): string =>
  /^[0-5]$/.test(digit) ? (severityNames[Number(digit)] ?? digit) : `severity ${digit}`;

/** The newest acknowledgement that nobody took back; null when there is none. */
export function acknowledgementOf(list: readonly Acknowledge[]): Acknowledge | null {
  let found: Acknowledge | null = null;
  for (const one of list.toSorted((a, b) => a.clock - b.clock)) {
    if ((one.action & actionBits.unacknowledge) !== 0) found = null;
    if ((one.action & actionBits.acknowledge) !== 0) found = one;
  }
  return found;
}

/** Whose it is, for people: who we said, else the name of the login. */
export function authorOf(one: Acknowledge): string | null {
  const full = [one.name, one.surname].filter(Boolean).join(' ');
  return signedBy(one.message)?.by ?? (full || one.username || null);
}

/** A tag may come several times: the others get a number, so that each label is one value. */
function labelsOf(problem: Problem): Record<string, string> {
  const labels: Record<string, string> = {};
  const counts = new Map<string, number>();
  const sorted = problem.problem.tags.toSorted((a, b) =>
    a.tag === b.tag ? (a.value < b.value ? -1 : 1) : a.tag < b.tag ? -1 : 1,
  );
  for (const { tag, value } of sorted) {
    if (tag === '') continue;
    const count = (counts.get(tag) ?? 0) + 1;
    counts.set(tag, count);
    labels[count === 1 ? tag : `${tag}_${count}`] = value;
  }
  const { trigger } = problem;
  const [host, ...others] = trigger.hosts;
  // After the tags, which must not hide these.
  labels['alertname'] = trigger.description || problem.problem.name || 'Problem';
  labels['triggerid'] = trigger.triggerid;
  if (host !== undefined) {
    labels['host'] = host.host;
    labels['hostid'] = host.hostid;
  }
  if (others.length > 0) labels['other_hosts'] = others.map((one) => one.host).join(', ');
  return labels;
}

/** The macros that a link to a runbook may hold; with any other left, it leads nowhere. */
export function expandMacros(text: string, trigger: WireTrigger, eventId: string): string {
  const [host] = trigger.hosts;
  const values: Readonly<Record<string, string | undefined>> = {
    'EVENT.ID': eventId,
    'TRIGGER.ID': trigger.triggerid,
    'HOST.ID': host?.hostid,
    'HOST.HOST': host?.host,
    'HOST.NAME': host?.name || host?.host,
  };
  return text.replace(/\{([A-Z]+\.[A-Z]+)1?\}/g, (macro, name: string) => values[name] ?? macro);
}

const isWhole = (text: string): boolean => !/\{[$#A-Z][^}]*\}/.test(text);

export const startOf = ({ clock, ns }: { readonly clock: number; readonly ns: number }): number =>
  clock * 1_000 + Math.floor(ns / 1e6);

export function toAlarm(problem: Problem, context: MappingContext): ObservedAlarm {
  const { problem: wire, trigger, ackedBy } = problem;
  const [host] = trigger.hosts;
  const hostName = host?.name || host?.host || '';
  const labels = labelsOf(problem);
  const comments = expandMacros(trigger.comments, trigger, wire.eventid);
  const link = expandMacros(trigger.url, trigger, wire.eventid);
  const isInhibited = trigger.dependencies.some(({ value }) => value === '1');
  const status =
    wire.suppressed || isInhibited ? 'suppressed' : wire.acknowledged ? 'acknowledged' : 'firing';
  return observedAlarm(
    {
      externalId: externalIdOf(trigger, wire.eventid),
      status,
      severityText: severityTextOf(wire.severity),
      severityTable: severities,
      title:
        hostName === '' || wire.name.includes(hostName) ? wire.name : `${wire.name} on ${hostName}`,
      summary: [wire.opdata, comments].filter(Boolean).join(' · '),
      service: pick(labels, context.serviceTags) || hostName,
      labels,
      annotations: {
        ...(wire.opdata === '' ? {} : { opdata: wire.opdata }),
        ...(comments === '' ? {} : { comments }),
        ...(hostName === host?.host ? {} : { host_name: hostName }),
      },
      url: joinUrl(
        context.base,
        `tr_events.php?${new URLSearchParams({ triggerid: trigger.triggerid, eventid: wire.eventid }).toString()}`,
      ),
      runbookUrl: link !== '' && isWhole(link) ? link : null,
      startsAt: toInstant(startOf(wire)),
      ackedBy: wire.acknowledged ? ackedBy : null,
      refs: {
        eventid: wire.eventid,
        triggerid: trigger.triggerid,
        mayClose: trigger.manual_close,
      },
    },
    context.severityMap,
  );
}
