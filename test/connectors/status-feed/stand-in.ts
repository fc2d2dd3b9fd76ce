/** The history feed of a status page: entries are rewritten while their incident lasts, and pushed out by newer ones. */
import { createHash } from 'node:crypto';
import type { ShownAlarm, Upstream } from '../../support/connectors/suite.ts';
import { withOffset } from '../../support/connectors/offset.ts';
import { startStandIn, type StandInAnswer } from '../../support/connectors/stand-in.ts';

export interface StandInEntry {
  readonly key: string | null;
  readonly title: string;
  /** Newest first. */
  readonly updates: readonly string[];
  readonly published: string;
  readonly updated: string;
}

export interface StatusFeedStandIn extends Upstream {
  entries: StandInEntry[];
  /** How many it lists; the newest come first. */
  length: number;
  notModified: number;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function atomEntry({ key, title, updates, published, updated }: StandInEntry): string {
  const body = updates.map((text) => `<p><small>Nov 24, 05:00 UTC</small><br>${text}</p>`).join('');
  const names =
    key === null
      ? ''
      : `<id>tag:status.acme.example,2005:Incident/${key}</id>
    <link rel="alternate" type="text/html" href="https://status.acme.example/incidents/inc-${key}"/>`;
  return `  <entry>
    ${names}
    <published>${published}</published>
    <updated>${updated}</updated>
    <title>${escaped(title)}</title>
    <content type="html">${escaped(body)}</content>
  </entry>`;
}

export const atom = (
  entries: readonly StandInEntry[],
): string => `<?xml version="1.0" encoding="UTF-8"?>
<feed xml:lang="en-US" xmlns="http://www.w3.org/2005/Atom">
  <id>tag:status.acme.example,2005:/history</id>
  <title>Acme Status</title>
  <updated>2026-11-24T05:00:00Z</updated>
${entries.map(atomEntry).join('\n')}
</feed>
`;

export function entryOf({ key, name, text, since, zoneMinutes, broken }: ShownAlarm): StandInEntry {
  const at = withOffset(since ?? Date.now(), zoneMinutes);
  return {
    key: broken === 'identity' ? null : key,
    title: name,
    updates: [`<strong>Investigating</strong> - ${text ?? 'We are looking into it.'}`],
    published: broken === 'item' ? 'the day before' : at,
    updated: broken === 'item' ? 'yesterday' : at,
  };
}

export const resolved = (entry: StandInEntry): StandInEntry => ({
  ...entry,
  updated: new Date().toISOString(),
  updates: ['<strong>Resolved</strong> - It is over.', ...entry.updates],
});

export async function startStatusFeed(): Promise<StatusFeedStandIn> {
  const feed = await startStandIn('status-feed', ({ method, path, headers }): StandInAnswer => {
    if (method !== 'GET') return { status: 405, text: 'Method Not Allowed' };
    if (path !== '/history.atom') return { status: 404, text: 'Not Found' };
    const text = atom(self.entries.slice(0, self.length));
    const etag = `"${createHash('sha1').update(text).digest('hex')}"`;
    if (headers['if-none-match'] === etag) {
      self.notModified += 1;
      return { status: 304, headers: { etag } };
    }
    return { text, headers: { etag, 'content-type': 'application/atom+xml; charset=utf-8' } };
  });
  const self: StatusFeedStandIn = Object.assign(feed, {
    entries: [] as StandInEntry[],
    length: 1_000,
    notModified: 0,
    show(alarms: readonly ShownAlarm[]) {
      const shown = alarms.map(entryOf);
      const keys = new Set(shown.map(({ key }) => key));
      const before = self.entries
        .filter(({ key }) => key !== null && !keys.has(key))
        .map((entry) =>
          entry.updates[0]?.includes('Resolved') === true ? entry : resolved(entry),
        );
      self.entries = [...shown, ...before];
    },
    // Nothing can be written to a feed.
    effects: () => ({
      isAcknowledged: false,
      acknowledgements: 0,
      comments: [],
      silencedUntil: [],
      isResolved: false,
    }),
  });
  return self;
}
