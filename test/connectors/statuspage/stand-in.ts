/** A status page: public, behind a cache that revalidates, and nothing can be written to it. */
import { createHash } from 'node:crypto';
import type { ShownAlarm, Upstream } from '../../support/connectors/suite.ts';
import { withOffset } from '../../support/connectors/offset.ts';
import { startStandIn } from '../../support/connectors/stand-in.ts';

type Item = Record<string, unknown>;

export interface StatuspageStandIn extends Upstream {
  components: Item[];
  incidents: Item[];
  maintenances: Item[];
  /** Everything that ever was, newest first. */
  history: Item[];
  indicator: string;
  /** Left out of the next answers. */
  lacks: string | null;
  /** Seconds for which a cache kept the answer. */
  age: number | null;
  notModified: number;
}

export const component = (name: string, more: Item = {}): Item => ({
  id: `cmp-${name.toLowerCase()}`,
  name,
  status: 'operational',
  created_at: '2025-01-01T00:00:00.000Z',
  updated_at: '2026-11-23T11:20:00.340Z',
  position: 1,
  description: null,
  page_id: 'page00000001',
  showcase: true,
  start_date: null,
  group_id: null,
  group: false,
  only_show_if_degraded: false,
  ...more,
});

export function incident({
  key,
  name,
  text,
  severity,
  since,
  zoneMinutes,
  broken,
}: ShownAlarm): Item {
  const at = withOffset(since ?? Date.now(), zoneMinutes);
  return {
    id: broken === 'identity' ? null : `inc-${key}`,
    name: broken === 'item' ? 42 : name,
    status: 'identified',
    impact: severity === undefined ? 'major' : severity,
    created_at: at,
    updated_at: at,
    monitoring_at: null,
    resolved_at: null,
    started_at: at,
    shortlink: `https://stspg.example/${key}`,
    page_id: 'page00000001',
    incident_updates: [
      {
        id: `upd-${key}`,
        status: 'identified',
        body: text ?? 'We found it.',
        created_at: at,
        updated_at: at,
        display_at: at,
        affected_components: [
          { code: 'cmp-api', name: 'API', old_status: 'operational', new_status: 'partial_outage' },
        ],
      },
    ],
    components: [{ id: 'cmp-api', name: 'API', status: 'partial_outage' }],
  };
}

export async function startStatuspage(): Promise<StatuspageStandIn> {
  const pages = await startStandIn('statuspage', ({ method, path, headers }) => {
    if (method !== 'GET') return { status: 405, text: 'Method Not Allowed' };
    const page = {
      id: 'page00000001',
      name: 'Acme',
      url: 'https://status.acme.example',
      time_zone: 'Etc/UTC',
      updated_at: '2026-11-23T11:26:07.000Z',
    };
    let json: Item;
    if (path === '/api/v2/incidents.json') json = { page, incidents: self.history };
    else if (path === '/api/v2/summary.json') {
      json = {
        page,
        status: { indicator: self.indicator, description: 'Partial System Outage' },
        components: self.components,
        incidents: self.incidents,
        scheduled_maintenances: self.maintenances,
      };
      if (self.lacks !== null) delete json[self.lacks];
    } else {
      return { status: 404, text: '<h1>Not found</h1>', headers: { 'content-type': 'text/html' } };
    }
    const etag = `W/"${createHash('sha1').update(JSON.stringify(json)).digest('hex')}"`;
    const kept = { etag, ...(self.age === null ? {} : { age: String(self.age) }) };
    if (headers['if-none-match'] === etag) {
      self.notModified += 1;
      return { status: 304, headers: kept };
    }
    return { json, headers: kept };
  });
  const self: StatuspageStandIn = Object.assign(pages, {
    components: [component('API'), component('Web')],
    incidents: [] as Item[],
    maintenances: [] as Item[],
    history: [] as Item[],
    indicator: 'none',
    lacks: null,
    age: null,
    notModified: 0,
    show(alarms: readonly ShownAlarm[]) {
      self.incidents = alarms.map(incident);
    },
    // Nothing can be written to a status page.
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
