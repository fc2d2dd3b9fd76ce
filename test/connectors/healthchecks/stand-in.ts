/** The Management API of Healthchecks as far as Nightdesk asks it: one project with one check that is always well. */
import { createHash } from 'node:crypto';
import { inZone } from '../../support/connectors/zones.ts';
import { startStandIn, type StandInAnswer } from '../../support/connectors/stand-in.ts';
import type { ShownAlarm, Upstream } from '../../support/connectors/suite.ts';

export const key = 'hcr_Oew7quoh-aiPhahth6Ieg7zui';

export interface HealthchecksStandIn extends Upstream {
  /** Without it the project is empty. */
  isWellThere: boolean;
  /** What the flips of a check are, by its key; default: down since its `since`. */
  flips: Map<string, readonly { timestamp: string; up: 0 | 1 }[]>;
  /** Whether the flips can be read. */
  areFlipsBroken: boolean;
  /** Laid over every check that was shown, by its key. */
  more: Map<string, Record<string, unknown>>;
}

const uuidOf = (name: string): string => {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

export async function startHealthchecksStandIn(): Promise<HealthchecksStandIn> {
  let alarms: readonly ShownAlarm[] = [];
  const sinceOf = (alarm: ShownAlarm): number => alarm.since ?? Date.now();

  function check(alarm: ShownAlarm): Record<string, unknown> {
    const since = sinceOf(alarm);
    const zone = alarm.zoneMinutes ?? 0;
    const status = alarm.severity ?? 'down';
    const dueMs = status === 'grace' ? since : since - 300_000;
    const uuid = uuidOf(alarm.key);
    return {
      name: alarm.name,
      slug: `check-${alarm.key}`,
      tags: 'prod service=checkout',
      desc: alarm.text ?? '',
      grace: 300,
      n_pings: 1_000 + Math.floor(Math.random() * 1_000),
      status: alarm.broken === 'item' ? 7 : status,
      started: false,
      last_ping: inZone(dueMs - 3_600_000, zone),
      next_ping: inZone(dueMs, zone),
      manual_resume: false,
      methods: '',
      timeout: 3_600,
      ...(alarm.broken === 'identity'
        ? {}
        : { uuid, ping_url: `https://hc-ping.example.org/${uuid}` }),
      ...self.more.get(alarm.key),
    };
  }

  const well = (): Record<string, unknown> => ({
    name: 'nightly backup',
    slug: 'nightly-backup',
    tags: 'prod',
    desc: '',
    grace: 900,
    n_pings: Math.floor(Date.now() / 1_000),
    status: 'up',
    started: false,
    last_ping: new Date(Date.now() - 60_000).toISOString(),
    next_ping: new Date(Date.now() + 3_540_000).toISOString(),
    manual_resume: false,
    methods: '',
    last_duration: 12,
    schedule: '0 * * * *',
    tz: 'UTC',
    uuid: uuidOf('well'),
  });

  const standIn = await startStandIn(
    'healthchecks',
    ({ method, path, query, headers }): StandInAnswer => {
      if (headers['x-api-key'] === undefined) {
        return { status: 401, json: { error: 'missing api key' } };
      }
      if (headers['x-api-key'] !== key) return { status: 401, json: { error: 'wrong api key' } };
      if (method !== 'GET') return { status: 405, text: '' };
      if (path === '/api/v3/checks')
        return { status: 301, headers: { location: '/api/v3/checks/' } };
      if (path === '/api/v3/checks/') {
        const checks = [...(self.isWellThere ? [well()] : []), ...alarms.map(check)];
        const wanted = query.getAll('tag');
        const isWanted = ({ tags }: Record<string, unknown>): boolean =>
          wanted.every((tag) => String(tags).split(' ').includes(tag));
        return { json: { checks: checks.filter(isWanted) } };
      }
      const [, asked] = /^\/api\/v3\/checks\/([^/]+)\/flips\/$/.exec(path) ?? [];
      if (asked === undefined) return { status: 404, json: { error: 'not found' } };
      if (self.areFlipsBroken) return { status: 500, text: 'boom' };
      const alarm = alarms.find((one) => uuidOf(one.key) === asked);
      if (alarm === undefined) return { json: [] };
      const zone = alarm.zoneMinutes ?? 0;
      const flips = self.flips.get(alarm.key) ?? [
        { timestamp: inZone(sinceOf(alarm), zone), up: 0 },
        { timestamp: inZone(sinceOf(alarm) - 40_000_000, zone), up: 1 },
        { timestamp: inZone(sinceOf(alarm) - 50_000_000, zone), up: 0 },
      ];
      const seconds = Number(query.get('seconds') ?? 31_536_000);
      if (!Number.isInteger(seconds) || seconds > 31_536_000) return { status: 400, json: {} };
      const start = Number(query.get('start') ?? 0) * 1_000;
      const end = Number(query.get('end') ?? 1e10) * 1_000;
      const isWithin = ({ timestamp }: { timestamp: string }): boolean => {
        const at = Date.parse(timestamp);
        return at >= Math.max(start, Date.now() - seconds * 1_000) && at <= end;
      };
      return { json: flips.filter(isWithin) };
    },
  );

  const self: HealthchecksStandIn = Object.assign(standIn, {
    isWellThere: true,
    flips: new Map<string, readonly { timestamp: string; up: 0 | 1 }[]>(),
    areFlipsBroken: false,
    more: new Map<string, Record<string, unknown>>(),
    show(shown: readonly ShownAlarm[]) {
      alarms = shown;
    },
    // Nothing is ever written there.
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
