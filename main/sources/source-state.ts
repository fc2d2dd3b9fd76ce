/** What the core holds of one source, and how it shows to others. Pure. */
import type { Freshness, Instant } from '../../preload/contract/common.ts';
import type { Source, SourceSettings } from '../../preload/contract/sources.ts';
import type { SourceHealth } from '../alarms/alarm-rows.ts';
import { toInstant } from '../clock.ts';
import type { ConfiguredSource } from './configured-source.ts';
import type { Connector, ConnectorKind } from './connector.ts';
import { knownSettings, secretsOf, withoutLogins } from './form.ts';
import { freshnessOf, reasonOf, type HealthFacts, type Moment } from './health.ts';
import type { DroppableHttpClient } from './http-client.ts';
import type { FoundSecrets } from './source-secrets.ts';
import type { StoredSource } from './source-store.ts';

/** The working end of a source: what polls and writes, over connections of its own. */
export interface Connection {
  readonly connector: Connector;
  readonly http: DroppableHttpClient;
  /** What it logs in with: texts that nobody must read. */
  readonly secrets: readonly string[];
}

export interface SourceState {
  config: ConfiguredSource;
  /** Null: no such kind, or its settings are not valid. Then it is not polled. */
  kind: ConnectorKind | null;
  connection: Connection | null;
  facts: HealthFacts;
  memory: Readonly<Record<string, unknown>>;
  lastAttemptAt: Instant | null;
  /** The last complete answer, also of an earlier run. */
  lastSuccessAt: Instant | null;
  liveSince: Instant | null;
  tookMs: number | null;
  version: string | null;
  clockSkewMs: number | null;
  remarks: readonly string[];
  /** Logins refused in a row. */
  refusals: number;
  isStopped: boolean;
  /** How often its loop stood still in this run. */
  stalls: number;
  /** Asking what happened while it was not looked at. */
  isCatchingUp: boolean;
  /** How far this computer's clock was set since the last complete answer. */
  clockShiftMs: number;
  /** Whether its row exists, on which alarms hang. */
  hasRow: boolean;
  /** What others were told last. */
  told: { readonly freshness: Freshness; readonly reason: string | null };
  /** By the monotonic clock. */
  savedAt: number;
}

export function newState(
  config: ConfiguredSource,
  stored: StoredSource | undefined,
  now: Moment,
): SourceState {
  const isSameKind = stored?.kind === config.kind;
  return {
    config,
    kind: null,
    connection: null,
    facts: {
      intervalMs: config.intervalMs,
      startedAt: now,
      lastSuccess: null,
      restingSince: null,
      wokeAt: null,
      problem: null,
    },
    memory: isSameKind ? stored.memory : {},
    lastAttemptAt: stored?.lastAttemptAt ?? null,
    lastSuccessAt: stored?.lastSuccessAt ?? null,
    liveSince: null,
    tookMs: null,
    version: null,
    clockSkewMs: null,
    remarks: [],
    refusals: 0,
    isStopped: false,
    stalls: 0,
    isCatchingUp: false,
    clockShiftMs: 0,
    hasRow: false,
    told: { freshness: 'starting', reason: null },
    savedAt: Number.NEGATIVE_INFINITY,
  };
}

const shownSkewMs = 5_000;

export function freshnessNow(state: SourceState, now: Moment): Freshness {
  // Nobody looks at a paused source: what it said is the last known.
  return state.config.isEnabled ? freshnessOf(state.facts, now) : 'stale';
}

/** For people; nulls while live. */
export function reasonNow(
  state: SourceState,
  freshness: Freshness,
): { reason: string | null; next: string | null } {
  if (!state.config.isEnabled) return { reason: 'It is paused.', next: 'Switch it on.' };
  if (freshness === 'live') return { reason: null, next: null };
  return reasonOf(state.facts, freshness);
}

export function healthOf(state: SourceState, now: Moment): SourceHealth {
  const freshness = freshnessNow(state, now);
  return {
    name: state.config.name,
    kind: state.config.kind,
    freshness,
    lastSuccessAt: state.lastSuccessAt,
    isEnabled: state.config.isEnabled,
    ...reasonNow(state, freshness),
    isCatchingUp: state.isCatchingUp,
    since:
      freshness === 'live'
        ? state.liveSince
        : (state.lastSuccessAt ?? toInstant(state.facts.startedAt.wall)),
  };
}

function remarksOf(state: SourceState): string[] {
  const remarks = [...state.remarks];
  const { clockSkewMs, stalls } = state;
  if (clockSkewMs !== null && Math.abs(clockSkewMs) > shownSkewMs) {
    const seconds = Math.round(Math.abs(clockSkewMs) / 1_000).toLocaleString('en');
    remarks.push(
      `Its clock is ${seconds} s ${clockSkewMs > 0 ? 'ahead of' : 'behind'} this computer's. Set both by NTP.`,
    );
  }
  if (stalls > 0) {
    remarks.push(
      `Polling it stood still ${stalls === 1 ? 'once' : `${stalls} times`} since Nightdesk started, and was started again.`,
    );
  }
  return remarks;
}

/** As the window shows it. */
export function sourceOf(
  state: SourceState,
  more: {
    readonly now: Moment;
    readonly kindTitle: string;
    readonly secrets: FoundSecrets;
    readonly alarmCount: number;
    readonly nextAttemptAt: number | null;
  },
): Source {
  const { config, kind } = state;
  const freshness = freshnessNow(state, more.now);
  const { reason, next } = reasonNow(state, freshness);
  const settings: SourceSettings =
    kind === null ? {} : withoutLogins(knownSettings(kind, config.settings));
  return {
    id: config.id,
    kind: config.kind,
    kindTitle: more.kindTitle,
    name: config.name,
    isEnabled: config.isEnabled,
    intervalMs: config.intervalMs,
    settings,
    secrets: (kind === null ? [] : secretsOf(kind)).map(({ name }) => {
      const found = more.secrets.get(name);
      return { name, isSet: found !== undefined, isKept: found?.isKept ?? false };
    }),
    freshness,
    lastAttemptAt: state.lastAttemptAt,
    lastSuccessAt: state.lastSuccessAt,
    nextAttemptAt: more.nextAttemptAt === null ? null : toInstant(more.nextAttemptAt),
    tookMs: state.tookMs,
    alarmCount: more.alarmCount,
    version: state.version,
    clockSkewMs: state.clockSkewMs,
    problem:
      reason === null || freshness === 'starting' ? null : { message: reason, next: next ?? '' },
    isStopped: state.isStopped,
    remarks: remarksOf(state),
  };
}

const leftover = {
  freshness: 'misconfigured',
  isEnabled: false,
  reason: 'It is no longer in the configuration file. Its last alarms are kept.',
  next: 'Remove it to delete them, or put it back into the file.',
} as const;

/** A source that vanished from the configuration file, while its alarms are still here. */
export const leftoverHealth = (row: StoredSource): SourceHealth => ({
  ...leftover,
  name: row.name,
  kind: row.kind,
  lastSuccessAt: row.lastSuccessAt,
  since: row.lastSuccessAt,
});

export const leftoverSource = (
  row: StoredSource,
  kindTitle: string,
  alarmCount: number,
): Source => ({
  id: row.id,
  kind: row.kind,
  kindTitle,
  name: row.name,
  isEnabled: leftover.isEnabled,
  intervalMs: 15_000,
  settings: {},
  secrets: [],
  freshness: leftover.freshness,
  lastAttemptAt: row.lastAttemptAt,
  lastSuccessAt: row.lastSuccessAt,
  nextAttemptAt: null,
  tookMs: null,
  alarmCount,
  version: null,
  clockSkewMs: null,
  problem: { message: leftover.reason, next: leftover.next },
  isStopped: true,
  remarks: [],
});
