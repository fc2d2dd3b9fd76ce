/**
 * Every monitor, from the metrics. Uptime Kuma lists a monitor there once it was checked since the start of the program, and
 * takes it out when somebody pauses or deletes it.
 */
import { createHash } from 'node:crypto';
import { basicAuthorization } from '../fields.ts';
import { joinUrl } from '../http-address.ts';
import type { HttpClient } from '../http.ts';
import { SourceError } from '../source-error.ts';
import { samplesOf, type Sample } from './exposition.ts';
import type { UptimeKumaSettings } from './settings.ts';

export interface Reading {
  /** Unchecked; see monitor.ts. */
  readonly monitors: readonly unknown[];
  /** Lines or entries without identity. */
  readonly nameless: number;
  /** Since when each bad monitor is so, by its key, and whether that is sure; where the upstream tells. */
  readonly since: ReadonlyMap<string, { readonly at: string; readonly isExact: boolean }>;
  /** Why what was read proves nothing; null when it does. */
  readonly blind: SourceError | null;
  readonly remarks: readonly string[];
  readonly version: string | null;
  readonly clockSkewMs: number | null;
}

/** Each monitor is checked once right after the start, a second apart. */
const settleMs = 90_000;
const names: ReadonlySet<string> = new Set([
  'monitor_status',
  'process_start_time_seconds',
  'app_version',
]);

/** What stands in a label when a monitor has no such thing. */
const given = (text: string | undefined): string =>
  text === undefined || text === 'null' || text === 'undefined' || text === 'https://' ? '' : text;

function hostOf(url: string, hostname: string): string {
  if (hostname !== '') return hostname;
  return url === '' ? '' : (URL.parse(url)?.hostname ?? '');
}

/** Null: it has no identity. */
function monitorOf({ labels, value }: Sample, base: string): unknown {
  const id = given(labels['monitor_id']);
  const name = given(labels['monitor_name']);
  const url = given(labels['monitor_url']);
  const hostname = given(labels['monitor_hostname']);
  const port = given(labels['monitor_port']);
  if (id === '' && name === '') return null;
  // Older versions give no number, and two monitors with the same name and target are one to us.
  const facts = JSON.stringify([name, given(labels['monitor_type']), url, hostname, port]);
  const hash = createHash('sha256').update(facts).digest('hex').slice(0, 24);
  const target = url !== '' ? url : hostname === '' ? '' : `${hostname}${port && `:${port}`}`;
  const own = Object.entries(labels).filter(
    ([label, text]) => !label.startsWith('monitor_') && text !== '',
  );
  const facets = {
    ...Object.fromEntries(own),
    monitor: name,
    type: given(labels['monitor_type']),
    target,
    host: hostOf(url, hostname),
  };
  return {
    key: id === '' ? `name:${hash}` : `id:${id}`,
    name,
    status: value,
    labels: Object.fromEntries(Object.entries(facets).filter(([, text]) => text !== '')),
    message: '',
    url: joinUrl(base, id === '' ? '/dashboard' : `/dashboard/${encodeURIComponent(id)}`),
  };
}

export async function readMetrics(
  http: HttpClient,
  settings: UptimeKumaSettings,
  options: { password: string; now: () => number; signal: AbortSignal },
): Promise<Reading> {
  const { host } = new URL(settings.url);
  const { body, headers, clockSkewMs } = await http.request({
    url: joinUrl(settings.url, '/metrics'),
    headers: { authorization: basicAuthorization(settings.user, options.password) },
    expect: 'text',
    signal: options.signal,
  });
  const text = typeof body === 'string' ? body : '';
  const type = (headers['content-type'] ?? '').split(';')[0] ?? '';
  if (!/^text\/plain$|^application\/openmetrics-text$/i.test(type.trim())) {
    throw new SourceError(
      'source.misconfigured',
      `${host} answered with ${type.slice(0, 60) || 'something'} instead of metrics.`,
      { next: 'Check the address: it is the one of Uptime Kuma itself, without /metrics.' },
    );
  }
  if (!/^# TYPE monitor_status /m.test(text)) {
    throw new SourceError(
      'source.misconfigured',
      `${host} answered with metrics, but not with those of Uptime Kuma.`,
      { next: 'Check the address: is it another program?' },
    );
  }
  if (!text.endsWith('\n')) {
    throw new SourceError('source.unreachable', `${host} broke off in the middle of its metrics.`, {
      next: 'Nightdesk keeps trying. If it stays, look at the proxy in front of it.',
    });
  }
  const { samples, broken } = samplesOf(text, names);
  const statuses = samples.filter(({ name }) => name === 'monitor_status');
  const monitors = statuses.map((sample) => monitorOf(sample, settings.url));
  const started = samples.find(({ name }) => name === 'process_start_time_seconds');
  const version = samples.find(({ name }) => name === 'app_version')?.labels['version'] ?? null;
  const upMs =
    started === undefined ? Infinity : options.now() + (clockSkewMs ?? 0) - started.value * 1_000;
  return {
    monitors: monitors.filter((monitor) => monitor !== null),
    nameless: broken + monitors.filter((monitor) => monitor === null).length,
    since: new Map(),
    blind: blindOf(statuses.length, upMs),
    remarks: [],
    version,
    clockSkewMs,
  };
}

function blindOf(count: number, upMs: number): SourceError | null {
  if (upMs < settleMs) {
    const seconds = Math.max(0, Math.round(upMs / 1_000));
    return new SourceError(
      'source.unreachable',
      `Uptime Kuma started ${seconds} s ago and may not have checked everything yet.`,
      { next: 'Wait a minute: it checks every monitor once after its start.' },
    );
  }
  if (count > 0) return null;
  return new SourceError(
    'source.misconfigured',
    'It reports no monitor at all, so nothing there can raise an alarm.',
    { next: 'Add a monitor in Uptime Kuma, or resume one that is paused.' },
  );
}
