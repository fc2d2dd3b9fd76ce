/**
 * Whether two alarms are the same condition, seen by two sources. Pure.
 *
 * Three rules, the strongest first; each says in words why it joined:
 * - reference: one carries an external reference of the other, or both carry the same one;
 * - labels: same alarm name, same host (or service), no label that both have differs, started about together;
 * - title: same title, nothing that says where they are differs, started about together.
 *
 * A wrong join would keep a second outage quiet, so doubt never joins: hosts that differ, names without a place, and
 * two sources of one kind, whose clusters may be copies of each other.
 */
import { toMs } from '../clock.ts';
import type { KnownAlarm } from './alarm.ts';

export type JoinRule = 'reference' | 'labels' | 'title';

export interface Match {
  readonly rule: JoinRule;
  /** For people, a sentence without its full stop. */
  readonly reason: string;
  /** How far apart they started. */
  readonly apartMs: number;
}

/** What an alarm brings to the comparison, made once per change of it. */
export interface Traits {
  readonly kind: string;
  /** Where it is found. */
  readonly keys: readonly string[];
  /** Where those are found that it may join: all others it never does. */
  readonly seeks: readonly string[];
  readonly references: ReadonlySet<string>;
  readonly name: string;
  readonly title: string;
  readonly host: string;
  readonly shortHost: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly service: string;
  readonly startedMs: number;
}

/** Rules wait before they fire, and pagers are told late: started within this is started together. */
const labelsWindowMs = 30 * 60_000;
const titleWindowMs = 15 * 60_000;
/** Prometheus says since when it is pending, Alertmanager since when it fires. */
const fingerprintWindowMs = 2 * 3_600_000;
const mostReferences = 20;
const longestText = 300;
/** Shorter ones are words like "down". */
const shortestTitle = 8;

export const rulesInOrder: readonly JoinRule[] = ['reference', 'labels', 'title'];

const hostNames = ['host', 'hostname', 'host_name', 'instance', 'node', 'nodename', 'server'];
/** Everybody's own machine says nothing about which. */
const anyHost = new Set(['', 'localhost', '127', '127.0.0.1', '[::1]', '::1', '0.0.0.0']);

/** What systems add for themselves or word in their own way. */
const ownWords = new Set([
  'alertname',
  'alertstate',
  'severity',
  'priority',
  'urgency',
  'level',
  'status',
  'state',
  'receiver',
  'prometheus',
  'prometheus_replica',
  'replica',
  'monitor',
  'source',
  'grafana_folder',
  'rulename',
  'id',
  'uid',
  'url',
]);
/** Labels that say where something is. A service or a team is called differently from system to system. */
const placeNames = [
  'cluster',
  'namespace',
  'environment',
  'env',
  'region',
  'zone',
  'datacenter',
  'tenant',
  'pod',
  'container',
  'device',
  'mountpoint',
  'database',
  'queue',
];

const labelOf = (labels: Readonly<Record<string, string>>, name: string): string =>
  Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';

/** Without port and scheme, in lower case: `Web1.example.com:9100` is `web1.example.com`. */
export function hostOf(labels: Readonly<Record<string, string>>): string {
  for (const name of hostNames) {
    const value = labelOf(labels, name).trim().toLowerCase();
    if (value === '' || value.length > longestText) continue;
    const bare = value
      .replace(/^[a-z]+:\/\//, '')
      .replace(/\/.*$/, '')
      .replace(/:\d+$/, '');
    return anyHost.has(bare) ? '' : bare;
  }
  return '';
}

/** `web1` of `web1.example.com`; an address is itself. */
const shortHost = (host: string): string =>
  /^[\d.]+$|:/.test(host) ? host : (host.split('.', 1)[0] ?? host);

/** A short name and a full one that begins with it may be the same; two full ones must be equal. */
function isSameHost(a: Traits, b: Traits): boolean {
  if (a.host === '' || b.host === '' || a.shortHost !== b.shortHost) return false;
  return a.host === b.host || a.host === a.shortHost || b.host === b.shortHost;
}

/** A title without what pagers put around it: `[FIRING:2] CheckoutDown (prod critical)` is `checkoutdown`. */
export function bareTitle(title: string): string {
  let text = title.slice(0, longestText).toLowerCase().trim();
  text = text.replace(/^(?:\[[^\]]*\]\s*)+/, '').replace(/\s*\([^()]*\)\s*$/, '');
  return text.replace(/\s+/g, ' ').trim();
}

/** `alertmanager:1:4f2a` is what others call `alertmanager:4f2a`. */
function identityOf(externalId: string): string | null {
  const [, kind, key] = /^([a-z0-9_-]+):\d+:(.+)$/s.exec(externalId) ?? [];
  return kind === undefined || key === undefined || key.length > longestText
    ? null
    : `${kind}:${key}`;
}

function referencesOf({ refs, externalId }: KnownAlarm): ReadonlySet<string> {
  const found = new Set<string>();
  const identity = identityOf(externalId);
  if (identity !== null) found.add(identity);
  const same: unknown = Object.hasOwn(refs, 'same') ? refs['same'] : null;
  if (!Array.isArray(same)) return found;
  for (const reference of same.slice(0, mostReferences) as unknown[]) {
    // A type alone names everything of that type.
    if (typeof reference !== 'string' || reference.length > longestText) continue;
    if (/^[^:\s]+:.*\S/s.test(reference)) found.add(reference);
  }
  return found;
}

export function traitsOf(alarm: KnownAlarm): Traits {
  const { labels } = alarm;
  const references = referencesOf(alarm);
  const name = labelOf(labels, 'alertname').slice(0, longestText).trim().toLowerCase();
  const title = bareTitle(alarm.title);
  const host = hostOf(labels);
  const service = alarm.service.slice(0, longestText).trim().toLowerCase();
  const short = shortHost(host);
  const keys = [...references].map((reference) => `reference ${reference}`);
  const place = host === '' ? `service ${service}` : `host ${short}`;
  if (name !== '' && (host !== '' || service !== '')) keys.push(`name ${name} ${place}`);
  // A name is compared with titles only: thousands of alarms share one.
  const seeks = [...keys];
  if (title.length >= shortestTitle) {
    keys.push(`title ${title}`);
    seeks.push(`title ${title}`, `named ${title}`);
  }
  if (name.length >= shortestTitle) {
    keys.push(`named ${name}`);
    seeks.push(`title ${name}`);
  }
  const kind = alarm.externalId.split(':', 1)[0] ?? '';
  const startedMs = toMs(alarm.startsAt);
  return {
    kind,
    keys,
    seeks,
    references,
    name,
    title,
    host,
    shortHost: short,
    labels,
    service,
    startedMs,
  };
}

const apart = (ms: number): string => {
  const seconds = Math.round(ms / 1_000);
  if (seconds === 0) return 'started at the same moment';
  return seconds < 90
    ? `started ${seconds} s apart`
    : `started ${Math.round(seconds / 60)} min apart`;
};

/** A label of which both have a value, and not the same. */
function differing(a: Traits, b: Traits): boolean {
  for (const name of Object.keys(a.labels)) {
    if (ownWords.has(name.toLowerCase()) || name.startsWith('__') || hostNames.includes(name)) {
      continue;
    }
    const [mine, other] = [labelOf(a.labels, name), labelOf(b.labels, name)];
    if (mine !== '' && other !== '' && mine !== other) return true;
  }
  return false;
}

/** Both say where they are, and they say different places. */
function isElsewhere(a: Traits, b: Traits): boolean {
  if (a.host !== '' && b.host !== '' && !isSameHost(a, b)) return true;
  return placeNames.some((name) => {
    const [mine, other] = [labelOf(a.labels, name), labelOf(b.labels, name)];
    return mine !== '' && other !== '' && mine !== other;
  });
}

function byReference(a: Traits, b: Traits, apartMs: number): string | null {
  for (const reference of [...a.references].sort()) {
    if (!b.references.has(reference)) continue;
    // A fingerprint is one of labels, and two clusters that are alike have the same ones.
    if (/^(?:alertmanager|grafana|prometheus):/.test(reference) && apartMs > fingerprintWindowMs) {
      continue;
    }
    // The name of a rule is shared by all alarms that it makes.
    if (reference.startsWith('prometheus:') && isElsewhere(a, b)) continue;
    return `Both carry the reference ${reference}`;
  }
  return null;
}

function byLabels(a: Traits, b: Traits, apartMs: number): string | null {
  if (a.name === '' || a.name !== b.name || apartMs > labelsWindowMs) return null;
  const isOnHost = isSameHost(a, b);
  const isOfService = a.host === '' && b.host === '' && a.service !== '' && a.service === b.service;
  if ((!isOnHost && !isOfService) || differing(a, b)) return null;
  const place = isOnHost ? `host ${a.shortHost}` : `service ${a.service}`;
  return `Same alarm name and same ${place}, no label that both have differs, ${apart(apartMs)}`;
}

function byTitle(a: Traits, b: Traits, apartMs: number): string | null {
  if (apartMs > titleWindowMs || isElsewhere(a, b)) return null;
  const shared = [a.title, a.name].find(
    // One of the two must be the title: equal names alone are the rule above.
    (text) =>
      text.length >= shortestTitle && (text === b.title || (text === b.name && text === a.title)),
  );
  return shared === undefined ? null : `Same title "${shared}", ${apart(apartMs)}`;
}

/** Null: they are not known to be the same. The same both ways round. */
export function matchOf(a: Traits, b: Traits): Match | null {
  const apartMs = Math.abs(a.startedMs - b.startedMs);
  if (Number.isNaN(apartMs)) return null;
  // Peers of one cluster pass on the very start; two clusters that are alike do not.
  if (a.kind === b.kind && apartMs !== 0) return null;
  const reference = byReference(a, b, apartMs);
  if (reference !== null) return { rule: 'reference', reason: reference, apartMs };
  const labels = byLabels(a, b, apartMs);
  if (labels !== null) return { rule: 'labels', reason: labels, apartMs };
  const title = byTitle(a, b, apartMs);
  return title === null ? null : { rule: 'title', reason: title, apartMs };
}

/** Labels that name one occurrence, not what it is about. */
const isOfOneTime = (name: string): boolean =>
  ownWords.has(name.toLowerCase()) || /(?:^|_)(?:id|uid|key|number|url|value)$/i.test(name);

/**
 * What an alarm is called in what a person decided about it, so that the decision also holds for its next episode: some
 * sources give every episode an identity of its own. No identity is in it, and no severity.
 */
export function signatureOf(alarm: KnownAlarm): string {
  const labels = Object.keys(alarm.labels)
    .filter((name) => !isOfOneTime(name))
    .sort()
    .slice(0, 100)
    .map((name) => [name, labelOf(alarm.labels, name).slice(0, longestText)]);
  const { name, title } = traitsOf(alarm);
  return JSON.stringify([name === '' ? title : name, labels]);
}
