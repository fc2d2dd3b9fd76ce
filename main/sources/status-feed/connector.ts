/**
 * A status page that offers only a feed (RSS or Atom), read as the layer of dependencies.
 *
 * A feed is a list of news. Nothing in it ends by being absent, so what is open is remembered here, and a list from here holds
 * all that is open, listed or not: see open-entries.ts.
 */
import { isDeepStrictEqual } from 'node:util';
import type { TestReport } from '../../../preload/contract/sources.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { toMs } from '../../clock.ts';
import type { Connector, ConnectorContext, ConnectorKind, PollResult } from '../connector.ts';
import { createKept } from '../kept-actions.ts';
import { observedAlarm, unidentified, unreadableAlarm } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, readStep, step, tlsStep } from '../test-steps.ts';
import { withEnding } from './actions.ts';
import {
  FeedMemory,
  followEntries,
  passedEntries,
  type FeedRules,
  type OpenEntry,
} from './open-entries.ts';
import { FeedProblem, readFeed, type Feed } from './parse.ts';
import { StatusFeedSettings } from './settings.ts';

const title = 'Status feed';
const anHour = 3_600_000;
const accepted = 'application/atom+xml, application/rss+xml, application/xml, text/xml, */*;q=0.1';

const standingStatus = (
  { standing }: OpenEntry,
  monitoring: 'acknowledged' | 'firing',
): ObservedAlarm['status'] => {
  if (standing === 'maintenance') return 'suppressed';
  return standing === 'watched' ? monitoring : 'firing';
};

/** Statuspage's feeds link to the incident by the id that its API knows, too. */
const sameAs = (link: string | null): string[] => {
  const id = /\/incidents\/([\w-]{4,64})$/.exec(link ?? '')?.[1];
  return id === undefined ? [] : [`statuspage:incident:${id}`];
};

function alarmOf(
  externalId: string,
  entry: OpenEntry,
  feed: { readonly title: string; readonly host: string; readonly settings: StatusFeedSettings },
): ObservedAlarm {
  const { unreadableReason: reason, since: startsAt } = entry;
  const name = entry.title === '' ? 'An entry without a title' : entry.title;
  if (reason !== null) return unreadableAlarm({ externalId, name, reason, startsAt });
  const origin = feed.title === '' ? feed.host : feed.title;
  const status = standingStatus(entry, feed.settings.monitoring);
  const alarm = observedAlarm(
    {
      externalId,
      status,
      severityText: null,
      title: `${origin}: ${name}`,
      summary: entry.isListed ? entry.news : `No longer listed; last word: ${entry.news}`,
      service: origin,
      labels: {
        alertname: 'DependencyEntry',
        entry: externalId.replace(/^status-feed:1:/, ''),
        feed: feed.host,
        layer: 'dependency',
      },
      annotations: { news: entry.news },
      // A stranger's link: nothing but https is worth a click.
      url: entry.link?.startsWith('https:') === true ? entry.link : null,
      startsAt,
      // Those who run it have taken it over.
      ackedBy: status === 'acknowledged' ? origin : null,
      refs: { same: sameAs(entry.link) },
    },
    {},
  );
  return { ...alarm, severity: feed.settings.severity };
}

function createStatusFeed(context: ConnectorContext): Connector {
  const settings = StatusFeedSettings.parse(context.settings);
  const { clock, http } = context;
  const { host } = new URL(settings.url);
  const rules: FeedRules = {
    identity: settings.identity,
    mentions: settings.mentions,
    newestMs: settings.newestHours * anHour,
    forgetAfterMs: settings.forgetAfterHours * anHour,
  };
  const kept = createKept({ clock, title, memory: context.memory });
  let current: FeedMemory = FeedMemory.parse({ open: {}, dismissed: {}, ...context.memory });
  /** The same object until something changes, which tells the store that there is nothing to keep. */
  let handed = current;
  let memory: Readonly<Record<string, unknown>> = context.memory;
  let lastFeed: { readonly text: unknown; readonly feed: Feed } | null = null;
  let alarms: ReadonlyMap<string, { entry: OpenEntry; feedTitle: string; alarm: ObservedAlarm }> =
    new Map();
  let list: readonly ObservedAlarm[] = [];

  async function read(signal: AbortSignal): Promise<{ feed: Feed; clockSkewMs: number | null }> {
    const { body, headers, clockSkewMs } = await http.request({
      url: settings.url,
      headers: { accept: accepted },
      expect: 'text',
      revalidate: true,
      signal,
    });
    // An answer that a cache kept for a while carries the time when it was made.
    const skew = Number(headers['age'] ?? 0) > 0 ? null : clockSkewMs;
    if (lastFeed?.text === body && lastFeed !== null) {
      return { feed: lastFeed.feed, clockSkewMs: skew };
    }
    try {
      const feed = readFeed(typeof body === 'string' ? body : '', settings.url);
      lastFeed = { text: body, feed };
      return { feed, clockSkewMs: skew };
    } catch (error) {
      if (!(error instanceof FeedProblem)) throw error;
      const { isTorn, message } = error;
      throw new SourceError(
        isTorn ? 'source.unreachable' : 'source.misconfigured',
        `${host} answered, but not with a feed that can be read: ${message}.`,
        {
          next: isTorn
            ? 'Nightdesk keeps trying. If it stays, open the address in a browser.'
            : 'Use the address of the feed itself; pages often call it RSS or Atom.',
        },
      );
    }
  }

  function mapped(open: FeedMemory['open'], feedTitle: string): readonly ObservedAlarm[] {
    const next = new Map<string, { entry: OpenEntry; feedTitle: string; alarm: ObservedAlarm }>();
    for (const [externalId, entry] of Object.entries(open)) {
      const before = alarms.get(externalId);
      const isSame = before?.feedTitle === feedTitle && isDeepStrictEqual(before.entry, entry);
      next.set(
        externalId,
        isSame
          ? before
          : {
              entry,
              feedTitle,
              alarm: alarmOf(externalId, entry, { title: feedTitle, host, settings }),
            },
      );
    }
    alarms = next;
    const now = [...next.values()].map(({ alarm }) => alarm);
    const isSame = now.length === list.length && now.every((alarm, index) => alarm === list[index]);
    if (!isSame) list = now;
    return list;
  }

  const follow = (feed: Feed) => followEntries(current, feed.entries, rules, clock.now());

  return {
    actions: withEnding(kept.actions, {
      current: () => current,
      change(next) {
        current = next;
      },
      handed: () => handed,
    }),

    async poll(signal): Promise<PollResult> {
      const { feed, clockSkewMs } = await read(signal);
      const { nameless, ...next } = follow(feed);
      current = next;
      if (!isDeepStrictEqual(next, handed)) handed = next;
      const blind = unidentified(nameless);
      const isComplete = blind === null;
      const shown = kept.apply(mapped(next.open, feed.title), isComplete);
      if (memory['kept'] !== shown.acts || memory['open'] !== handed.open) {
        memory = { ...handed, kept: shown.acts };
      }
      return {
        snapshot: { alarms: shown.alarms, isComplete, incompleteReason: blind?.message ?? null },
        version: null,
        clockSkewMs,
        remarks: feed.entries.length === 0 ? ['The feed has no entries at all.'] : [],
        blind,
        memory,
      };
    },

    async passed(from, until, signal) {
      const { feed } = await read(signal);
      const span = { fromMs: toMs(from), untilMs: toMs(until) };
      const about = { title: feed.title, host, settings };
      return {
        episodes: passedEntries(feed.entries, rules, span).map(
          ({ externalId, entry, endedAt }) => ({
            alarm: alarmOf(externalId, entry, about),
            endedAt,
          }),
        ),
        incompleteReason: 'A feed lists its newest entries only, and not always when they began.',
      };
    },

    async test(signal): Promise<TestReport> {
      try {
        const { feed, clockSkewMs } = await read(signal);
        const { open } = follow(feed);
        const newest = feed.entries
          .map(({ updatedAt }) => updatedAt ?? '')
          .toSorted()
          .at(-1);
        const undated = feed.entries.filter(({ updatedAt }) => updatedAt === null).length;
        return {
          isUsable: true,
          steps: [
            step(
              'reach',
              'ok',
              `${host} answers: ${feed.format}, ${feed.title || 'without a title'}.`,
            ),
            tlsStep(settings.url, false),
            step(
              'entries',
              undated > 0 ? 'warning' : 'ok',
              feed.entries.length === 0
                ? 'The feed has no entries.'
                : `${feed.entries.length} entries, the newest of ${newest || 'a time that cannot be read'}.`,
              undated > 0 ? `${undated} of them have no readable time and will be alarms.` : null,
            ),
            readStep(Object.keys(open).length),
            clockStep(clockSkewMs),
          ],
        };
      } catch (error) {
        return { isUsable: false, steps: failureSteps(error, host) };
      }
    },

    close: () => http.close(),
  };
}

export const statusFeedKind: ConnectorKind = {
  kind: 'status-feed',
  title,
  description:
    'The RSS or Atom feed of a status page, for services that offer nothing better. Entries end when the feed says so.',
  settings: StatusFeedSettings,
  secrets: [],
  create: createStatusFeed,
};
