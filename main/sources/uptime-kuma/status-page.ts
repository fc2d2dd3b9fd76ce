/**
 * The monitors of a public status page. Uptime Kuma keeps the answers for a while: the page for five minutes, the heartbeats
 * for one.
 */
import { z } from 'zod';
import { toInstant } from '../../clock.ts';
import { joinUrl } from '../http-address.ts';
import type { HttpClient } from '../http.ts';
import { firstIssue, instantOf } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import type { Reading } from './metrics.ts';
import type { UptimeKumaSettings } from './settings.ts';

const Page = z.object({
  publicGroupList: z.array(
    z.object({
      name: z.string().nullish(),
      monitorList: z.array(z.unknown()),
    }),
  ),
});
const Heartbeats = z.object({ heartbeatList: z.record(z.string(), z.unknown()) });

const Listed = z.object({
  id: z.union([z.int(), z.string().min(1)]),
  name: z.string().nullish(),
  type: z.string().nullish(),
  url: z.string().nullish(),
  tags: z
    .array(z.object({ name: z.string(), value: z.string().nullish() }))
    .nullish()
    .catch(null),
});

interface Beat {
  readonly at: number;
  /** Unchecked. */
  readonly status: unknown;
  readonly message: string;
}

/** How old the last heartbeat may be besides three times what is usual between two. */
const patienceMs = 300_000;
const usualGapMs = 60_000;

/** Uptime Kuma writes UTC without saying so. */
export function beatTime(time: unknown): number | null {
  if (typeof time !== 'string') return null;
  const hasZone = /(?:Z|[+-]\d\d:?\d\d)$/i.test(time);
  const instant = instantOf(hasZone ? time : `${time.replace(' ', 'T')}Z`);
  return instant === null ? null : Date.parse(instant);
}

/** Oldest first. An entry may be the number 0, where the page shows a day without data. */
export function beatsOf(entries: unknown): readonly Beat[] {
  if (!Array.isArray(entries)) return [];
  return (entries as unknown[])
    .flatMap((entry): Beat[] => {
      if (entry === null || typeof entry !== 'object') return [];
      const { time, status, msg } = entry as { time?: unknown; status?: unknown; msg?: unknown };
      const at = beatTime(time);
      return at === null ? [] : [{ at, status, message: typeof msg === 'string' ? msg : '' }];
    })
    .toSorted((a, b) => a.at - b.at);
}

/** Since when it is not well, as far as the beats reach. Pure. */
export function badSince(beats: readonly Beat[]): { at: string; isExact: boolean } | null {
  const last = beats.findLastIndex(({ status }) => status === 1);
  const first = beats[last + 1];
  return first === undefined ? null : { at: toInstant(first.at), isExact: last >= 0 };
}

function isFresh(beats: readonly Beat[], now: number): boolean {
  const newest = beats.at(-1);
  if (newest === undefined) return false;
  const gaps = beats.slice(1).map(({ at }, index) => at - (beats[index]?.at ?? at));
  const gap = gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? usualGapMs;
  return now - newest.at < 3 * gap + patienceMs;
}

const misread = (host: string, what: string): SourceError =>
  new SourceError('source.misconfigured', `${host} answered, but not like Uptime Kuma: ${what}.`, {
    next: 'Check the address and the name of the status page.',
  });

export async function readStatusPage(
  http: HttpClient,
  settings: UptimeKumaSettings,
  options: { now: () => number; signal: AbortSignal },
): Promise<Reading> {
  const { host } = new URL(settings.url);
  const slug = encodeURIComponent(settings.slug);
  const ask = (path: string) =>
    http.request({
      url: joinUrl(settings.url, `/api/status-page/${path}`),
      revalidate: true,
      signal: options.signal,
    });
  const page = await ask(slug);
  const parsed = Page.safeParse(page.body);
  if (!parsed.success) throw misread(host, firstIssue(parsed.error));
  const { body, clockSkewMs } = await ask(`heartbeat/${slug}`);
  const heard = Heartbeats.safeParse(body);
  if (!heard.success) throw misread(host, firstIssue(heard.error));
  const { heartbeatList } = heard.data;
  const now = options.now() + (clockSkewMs ?? 0);

  const monitors: unknown[] = [];
  const since = new Map<string, { at: string; isExact: boolean }>();
  const silent: string[] = [];
  let [nameless, fresh] = [0, 0];
  for (const group of parsed.data.publicGroupList) {
    for (const raw of group.monitorList) {
      const listed = Listed.safeParse(raw);
      if (!listed.success) {
        nameless += 1;
        continue;
      }
      const { id, type, url, tags } = listed.data;
      const name = listed.data.name ?? '';
      const key = `id:${id}`;
      const beats = beatsOf(
        Object.hasOwn(heartbeatList, String(id)) ? heartbeatList[String(id)] : [],
      );
      const newest = beats.at(-1);
      if (isFresh(beats, now)) fresh += 1;
      else silent.push(name || key);
      if (newest === undefined) continue;
      const begin = badSince(beats);
      if (begin !== null) since.set(key, begin);
      const facets: Record<string, string> = {};
      for (const tag of tags ?? []) facets[tag.name] = tag.value ?? '';
      Object.assign(facets, {
        monitor: name,
        type: type ?? '',
        group: group.name ?? '',
        target: url ?? '',
        host: URL.parse(url ?? '')?.hostname ?? '',
      });
      monitors.push({
        key,
        name,
        status: newest.status,
        labels: Object.fromEntries(Object.entries(facets).filter(([, text]) => text !== '')),
        message: newest.message,
        url: joinUrl(settings.url, `/status/${slug}`),
      });
    }
  }
  const few = silent.slice(0, 5).join(', ');
  return {
    monitors,
    nameless,
    since,
    blind: fresh > 0 ? null : blindOf(monitors.length),
    remarks:
      silent.length === 0
        ? []
        : [
            `Not checked lately, perhaps paused: ${few}${silent.length > 5 ? ` and ${silent.length - 5} more` : ''}.`,
          ],
    version: null,
    clockSkewMs,
  };
}

const blindOf = (count: number): SourceError =>
  count === 0
    ? new SourceError(
        'source.misconfigured',
        'This status page shows no monitor that was ever checked, so nothing there can raise an alarm.',
        { next: 'Add monitors to the page, or choose another one.' },
      )
    : new SourceError(
        'source.unreachable',
        'No monitor of this status page was checked lately, so what it shows is old.',
        { next: 'See in Uptime Kuma whether the monitors are paused or stand still.' },
      );
