/** Whether the lists of Icinga say what they seem to say, from its own status. Pure. */
import { judgeStart } from '../alertmanager/proof.ts';
import { oneLine } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { cutText } from '../text.ts';
import { WireApplication, WireCounters, WireListener } from './parse.ts';

export interface Start {
  readonly startedAt: string;
  readonly settledPolls: number;
}

const youngMs = 70_000;
const checkedWithinMs = 900_000;
const namedAtMost = 3;

export interface Icinga2Status {
  readonly startedAtMs: number;
  /** Its own time. */
  readonly nowMs: number;
  readonly version: string | null;
  readonly pending: number;
  /** Results of the last quarter of an hour. */
  readonly checks: number;
  readonly areChecksEnabled: boolean;
  readonly missingEndpoints: readonly string[];
  readonly missingZones: readonly string[];
}

/** Null: this is not the status of an Icinga. */
export function readStatus(parts: ReadonlyMap<string, unknown>): Icinga2Status | null {
  const inner = (part: unknown, ...names: readonly string[]): unknown =>
    names.reduce<unknown>(
      (value, name) => (value as Readonly<Record<string, unknown>> | null | undefined)?.[name],
      part,
    );
  const app = WireApplication.safeParse(
    inner(parts.get('IcingaApplication'), 'icingaapplication', 'app'),
  );
  const counters = WireCounters.safeParse(parts.get('CIB'));
  if (!app.success || !counters.success) return null;
  const listener = WireListener.safeParse(inner(parts.get('ApiListener'), 'api') ?? {});
  const zones = listener.success ? Object.entries(listener.data.zones) : [];
  const startedAtMs = app.data.program_start * 1_000;
  const { data } = counters;
  return {
    startedAtMs,
    nowMs: startedAtMs + data.uptime * 1_000,
    version: app.data.version.replace(/^[rv]/, '') || null,
    pending: data.num_hosts_pending + data.num_services_pending,
    checks:
      data.active_host_checks_15min +
      data.active_service_checks_15min +
      data.passive_host_checks_15min +
      data.passive_service_checks_15min,
    areChecksEnabled: app.data.enable_host_checks && app.data.enable_service_checks,
    missingEndpoints: listener.success ? listener.data.not_conn_endpoints : [],
    missingZones: zones.filter(([, { connected }]) => !connected).map(([name]) => name),
  };
}

export const unreadableStatus = (): SourceError =>
  new SourceError(
    'source.misconfigured',
    'Its ApiUser may not read the status, so nobody knows whether Icinga still checks anything.',
    { next: 'Give the ApiUser the permission status/query.' },
  );

const named = (names: readonly string[]): string => {
  const shown = names.slice(0, namedAtMost).map((name) => cutText(oneLine(name), 100));
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
};

export interface Verdict {
  readonly blind: SourceError | null;
  /** Why absence proves nothing; null when it does. */
  readonly incompleteReason: string | null;
  readonly remarks: readonly string[];
  readonly start: Start;
}

export function judgeStatus(
  status: Icinga2Status,
  known: Start | null,
  context: {
    readonly requiredZones: readonly string[];
    /** When we asked last, by its clock. */
    readonly polledAtMs: number | null;
  },
): Verdict {
  const { requiredZones, polledAtMs } = context;
  const { nowMs, startedAtMs } = status;
  const startedAt = new Date(startedAtMs).toISOString();
  // One that ran already when we asked last was not started since: the other master answers this time.
  const isOther = polledAtMs !== null && startedAtMs < polledAtMs && startedAt !== known?.startedAt;
  const verdict = judgeStart(isOther ? undefined : (known ?? undefined), startedAt, nowMs);
  const upMs = nowMs - startedAtMs;
  const seconds = Math.max(0, Math.round(upMs / 1_000));
  const remarks: string[] = [];
  const judged = (blind: SourceError | null, incompleteReason: string | null): Verdict => ({
    blind,
    incompleteReason: blind?.message ?? incompleteReason,
    remarks,
    start: isOther && known !== null ? known : verdict.start,
  });

  if (!status.areChecksEnabled) {
    remarks.push('Active checks of hosts or services are switched off in Icinga as a whole.');
  }
  if (status.missingEndpoints.length > 0) {
    const count = status.missingEndpoints.length;
    remarks.push(
      `${count} ${count === 1 ? 'endpoint is' : 'endpoints are'} not connected, so what is checked there may stand still: ${named(status.missingEndpoints)}.`,
    );
  }
  const missing = requiredZones.filter((zone) => status.missingZones.includes(zone));
  if (missing.length > 0) {
    const message = `The zone ${named(missing)} is not connected, so what is checked there stands still.`;
    const next = 'Look at the Icinga of that zone and the way to it.';
    return judged(new SourceError('source.unreachable', message, { next }), null);
  }
  if (upMs > checkedWithinMs && status.checks === 0) {
    const message = 'Icinga has checked nothing for a quarter of an hour.';
    const next = 'See whether its checker feature is on, and whether its satellites are connected.';
    return judged(new SourceError('source.unreachable', message, { next }), null);
  }
  if (upMs < youngMs && status.pending > 0) {
    const message = `Icinga started ${seconds} s ago and has not checked ${status.pending} of its objects yet.`;
    const next = 'Wait a minute: it checks them one after the other.';
    return judged(new SourceError('source.unreachable', message, { next }), null);
  }
  if (verdict.isSettled) return judged(null, null);
  // It knows the states that it had before, but perhaps not the last minutes of them.
  const reason = `Icinga started ${seconds} s ago, so nothing counts as resolved until its checks have run.`;
  remarks.push(reason);
  return judged(null, reason);
}
