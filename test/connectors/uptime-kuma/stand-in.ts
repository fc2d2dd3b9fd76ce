/** Uptime Kuma as far as Nightdesk asks it: its metrics, and one public status page, with one monitor that is always up. */
import { createHash } from 'node:crypto';
import { startStandIn, type StandInAnswer } from '../../support/connectors/stand-in.ts';
import type { ShownAlarm, Upstream } from '../../support/connectors/suite.ts';

export const password = 'uk1_Sheex7ah-ohQuai6ohzoo9Cee';
const expected = `Basic ${Buffer.from(`:${password}`).toString('base64')}`;

export interface UptimeKumaStandIn extends Upstream {
  /** When it started, in ms. */
  startedAt: number;
  /** Not listed, by key: as after a restart, or when somebody pauses a monitor. */
  unlisted: Set<string>;
  /** Whether there is anything besides what was shown. */
  isWellThere: boolean;
  /** When the last check of any monitor was, in ms; null: just now. */
  checkedAt: number | null;
  /** Laid over the beats of a monitor, by its key. */
  beats: Map<string, readonly unknown[]>;
}

const numbers: Readonly<Record<string, number>> = { down: 0, up: 1, pending: 2, maintenance: 3 };

const idOf = (key: string): number =>
  Number.parseInt(createHash('sha256').update(key).digest('hex').slice(0, 7), 16);

/** As prom-client writes it. */
const quoted = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

export async function startUptimeKumaStandIn(): Promise<UptimeKumaStandIn> {
  let alarms: readonly ShownAlarm[] = [];
  /** Every monitor that was ever shown. What is not shown any more is up again. */
  const monitors = new Map<string, ShownAlarm>();

  const statusOf = (alarm: ShownAlarm): number => {
    if (!alarms.includes(alarm)) return 1;
    const word = alarm.severity ?? 'down';
    return numbers[word] ?? Number(word);
  };
  const listed = (): ShownAlarm[] => [
    ...(self.isWellThere ? [{ key: 'well', name: 'Front page' }] : []),
    ...[...monitors.values()].filter(({ key }) => !self.unlisted.has(key)),
  ];

  function metrics(): string {
    const lines = listed().map((alarm) => {
      const { key, name, broken, text } = alarm;
      const labels: Record<string, string> = {
        env: 'prod',
        note: text ?? '',
        monitor_id: String(idOf(key)),
        monitor_name: name,
        monitor_type: 'http',
        monitor_url: `https://${key}.example.org/health?a={b,c}`,
        monitor_hostname: 'null',
        monitor_port: 'null',
      };
      if (broken === 'identity') {
        labels['monitor_id'] = 'null';
        labels['monitor_name'] = '';
      }
      const inner = Object.entries(labels).map(([label, value]) => `${label}="${quoted(value)}"`);
      const value = broken === 'item' ? 'NaN' : statusOf(alarm);
      return `monitor_status{${inner.join(',')}} ${value}`;
    });
    return [
      '# HELP process_start_time_seconds Start time of the process since unix epoch in seconds.',
      '# TYPE process_start_time_seconds gauge',
      `process_start_time_seconds ${Math.floor(self.startedAt / 1_000)}`,
      '',
      '# HELP app_version The service version by package.json',
      '# TYPE app_version gauge',
      'app_version{version="2.0.2",major="2",minor="0",patch="2"} 1',
      '',
      '# HELP monitor_status Monitor Status (1 = UP, 0= DOWN, 2= PENDING, 3= MAINTENANCE)',
      '# TYPE monitor_status gauge',
      ...lines,
      '',
    ].join('\n');
  }

  const page = (): unknown => ({
    config: { slug: 'default', title: 'Status', published: true },
    incident: null,
    publicGroupList: [
      {
        id: 1,
        name: 'Services',
        weight: 1,
        monitorList: listed().map((alarm) => ({
          ...(alarm.broken === 'identity' ? {} : { id: idOf(alarm.key) }),
          name: alarm.name,
          sendUrl: 0,
          type: 'http',
          tags: [{ name: 'env', value: 'prod' }],
        })),
      },
    ],
    maintenanceList: [],
  });

  function beat(alarm: ShownAlarm): readonly unknown[] {
    const own = self.beats.get(alarm.key);
    if (own !== undefined) return own;
    const newest = self.checkedAt ?? Date.now();
    const since = alarm.since ?? newest;
    const time = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').slice(0, -1);
    const status = alarm.broken === 'item' ? 'odd' : statusOf(alarm);
    return [
      0,
      { status: 1, time: time(Math.min(since, newest) - 60_000), msg: '', ping: 12 },
      ...(status === 1 ? [] : [{ status, time: time(since), msg: '', ping: null }]),
      { status, time: time(newest), msg: alarm.text ?? '', ping: null },
    ];
  }

  const standIn = await startStandIn('uptime-kuma', ({ path, headers }): StandInAnswer => {
    switch (path) {
      case '/metrics':
        if (headers.authorization !== expected) return { status: 401, text: '', headers: {} };
        return {
          text: metrics(),
          headers: { 'content-type': 'text/plain; charset=utf-8; version=0.0.4' },
        };
      case '/api/status-page/default':
        return { json: page() };
      case '/api/status-page/heartbeat/default':
        return {
          json: {
            heartbeatList: Object.fromEntries(
              listed().map((alarm) => [String(idOf(alarm.key)), beat(alarm)]),
            ),
            uptimeList: {},
          },
        };
      default:
        return { status: 404, json: { status: 'fail', msg: 'Status Page Not Found' } };
    }
  });

  const self: UptimeKumaStandIn = Object.assign(standIn, {
    startedAt: Date.now() - 86_400_000,
    unlisted: new Set<string>(),
    isWellThere: true,
    checkedAt: null,
    beats: new Map<string, readonly unknown[]>(),
    show(shown: readonly ShownAlarm[]) {
      alarms = shown;
      // What has no name or no readable status does not come back well.
      for (const [key, alarm] of monitors) if (alarm.broken !== undefined) monitors.delete(key);
      for (const alarm of shown) monitors.set(alarm.key, alarm);
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
