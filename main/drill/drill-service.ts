/** Plays a scripted outage through a simulated Alertmanager, which the real connector reads. */
import { SourceId } from '../../preload/contract/common.ts';

import type { DrillState } from '../../preload/contract/system.ts';
import { since, toInstant, type Clock } from '../clock.ts';
import { createLogger } from '../logging.ts';
import type { ConfiguredSource } from '../sources/configured-source.ts';
import type { ReadableDb } from '../store/database.ts';
import { Alertmanager } from './alertmanager.ts';
import { checkoutIsDown } from './checkout-is-down.ts';
import { debrief } from './debrief.ts';
import { createFactReader } from './drill-facts.ts';
import { fingerprint } from './label-matchers.ts';
import {
  activeAlarms,
  isRescued,
  mitigationMinute,
  outageAlarms,
  type Scenario,
} from './scenario.ts';
import { startSimulator } from './simulator.ts';

const log = createLogger('drill');

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** How long the simulated Prometheus lets an alert live that it does not repeat. */
const repeatedWithinMs = 4 * minuteMs;

export interface Drill {
  readonly source: ConfiguredSource;
  /** Folder of the runbooks that belong to the script. */
  readonly runbookFolder: string;
  state(): DrillState;
  stop(): Promise<void>;
}

export interface DrillOptions {
  readonly clock: Clock;
  /** How many times faster than real time the script plays. */
  readonly factor: number;
  readonly runbooks: string;
  readonly db: ReadableDb;
  /** Called when the state is worth asking for again. */
  readonly onChanged?: () => void;
  readonly scenario?: Scenario;
  readonly port?: number;
}

/** Starts the simulator and the script. The first alarms are there at once, the outage begins within minutes. */
export async function createDrill(options: DrillOptions): Promise<Drill> {
  const { clock, factor } = options;
  const scenario = options.scenario ?? checkoutIsDown;
  const sourceId = SourceId.parse('drill');
  const startedAt = clock.now();
  const facts = createFactReader(
    options.db,
    sourceId,
    startedAt,
    scenario.alarms
      .filter(({ clearsAfter }) => clearsAfter !== null)
      .map(({ labels }) => labels['alertname'] ?? ''),
  );
  const alertmanager = new Alertmanager(clock, scenario.inhibitRules);
  const posted = new Map<string, { labels: Readonly<Record<string, string>>; startsAt: number }>();

  /** By the wall clock: an outage goes on while the laptop sleeps. */
  const minuteOf = (ms: number): number => (since(startedAt, ms) / minuteMs) * factor;
  const minuteNow = (): number => minuteOf(clock.now());
  /** What was there before the drill is not sped up. */
  const instantOf = (minute: number): number =>
    startedAt + (minute * minuteMs) / (minute < 0 ? 1 : factor);

  const mitigatedMinute = (): number | null => {
    const at = facts.mitigatedAt();
    return at === null ? null : minuteOf(at);
  };

  /** Tells the simulated Alertmanager what the simulated Prometheus would. */
  const play = (): void => {
    const now = clock.now();
    const active = activeAlarms(scenario, minuteNow(), mitigatedMinute());
    const current = new Set<string>();
    for (const { alarm, from } of active) {
      const id = fingerprint(alarm.labels);
      current.add(id);
      const startsAt = Math.min(instantOf(from), now);
      posted.set(id, { labels: alarm.labels, startsAt });
      alertmanager.post([
        {
          labels: alarm.labels,
          annotations: alarm.annotations,
          generatorURL: `https://prometheus.example.org/graph?g0.expr=${encodeURIComponent(alarm.expression)}&g0.tab=1`,
          startsAt,
          endsAt: now + repeatedWithinMs,
        },
      ]);
    }
    for (const [id, { labels, startsAt }] of posted) {
      if (current.has(id)) continue;
      posted.delete(id);
      alertmanager.post([{ labels, startsAt, endsAt: now }]);
    }
  };

  const state = (): DrillState => {
    const minute = minuteNow();
    const stored = facts.read();
    const mitigated = mitigatedMinute();
    const turn = mitigationMinute(scenario, minute, mitigated);
    const isScriptOver =
      turn !== null && outageAlarms(activeAlarms(scenario, minute, mitigated)).length === 0;
    const isFinished = stored.resolvedAt !== null || (isScriptOver && minute >= scenario.rescuedAt);
    const page = scenario.alarms.find(({ labels }) => labels['alertname'] === scenario.pagingAlarm)
      ?.spans[0];
    return {
      title: scenario.title,
      isRunning: !isFinished,
      isFinished,
      startedAt: toInstant(startedAt),
      factor,
      minute: Math.floor(minute * 10) / 10,
      debrief: isFinished
        ? debrief({
            ...stored,
            firedAt: page === undefined || page.from > minute ? null : instantOf(page.from),
            firingAtResolve:
              stored.resolvedAt === null
                ? 0
                : outageAlarms(activeAlarms(scenario, minuteOf(stored.resolvedAt), mitigated))
                    .length,
            isRescued: isRescued(scenario, minute, mitigated),
            factor,
          })
        : null,
    };
  };

  let lastTold = '';
  const tick = (): void => {
    try {
      const { isFinished, minute, debrief: result } = state();
      const told = JSON.stringify([isFinished, Math.floor(minute), result]);
      if (told === lastTold) return;
      lastTold = told;
      options.onChanged?.();
    } catch (error) {
      log.error('drill could not tell its state', { error });
    }
  };

  const simulator = await startSimulator(alertmanager, {
    // Long ago: one that has just restarted proves nothing by what it lacks.
    startedAt: startedAt - 9 * dayMs,
    inhibitedText:
      '# The error rate alarm holds back the error budget alarm of the same service and region.\n',
    beforeAnswer: play,
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  const timer = setInterval(tick, 1_000);
  timer.unref();
  log.info('drill was started', { scenario: scenario.title, factor, url: simulator.url });

  return {
    source: {
      id: sourceId,
      kind: 'alertmanager',
      name: 'Drill',
      intervalMs: 5_000,
      isEnabled: true,
      settings: { urls: [simulator.url], isHeartbeatRequired: true },
      severityMap: {},
    },
    runbookFolder: options.runbooks,
    state,
    async stop() {
      clearInterval(timer);
      await simulator.stop();
    },
  };
}
