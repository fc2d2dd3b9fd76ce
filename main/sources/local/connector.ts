/**
 * Checks of this computer, and of addresses as seen from it. The first source of everybody: it needs no configuration.
 *
 * Every check answers at every poll: with a value, or that it could not be run, which is an alarm by itself. So a list from
 * here is complete, unless the system does not even say which disks there are.
 */
import { isDeepStrictEqual } from 'node:util';
import { hostname } from 'node:os';
import type { TestReport } from '../../../preload/contract/sources.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { toInstant } from '../../clock.ts';
import type { Connector, ConnectorContext, ConnectorKind, PollResult } from '../connector.ts';
import { createKeptActions, endedActs, withKeptActs } from '../kept-actions.ts';
import { cutText } from '../text.ts';
import { createDiskCheck, type DiskDeps } from './disks.ts';
import { externalIdOf, type CheckResult, type Finding } from './finding.ts';
import { readLedger, type Ledger } from './ledger.ts';
import { follow, followFailure, type Track } from './levels.ts';
import { checkLoad, checkMemory, type MemoryReading } from './machine.ts';
import { createProbes } from './probes.ts';
import { LocalSettings } from './settings.ts';

/** How the machine is read; a test brings its own. */
export interface Machine {
  readonly disks?: Pick<DiskDeps, 'list' | 'read' | 'patienceMs'>;
  readonly memory?: () => Promise<MemoryReading>;
  readonly load?: Parameters<typeof checkLoad>[1];
  readonly trusted?: readonly string[];
}

const longestLabel = 4_000;

/** The alarm that follows from a finding and its track; null when there is none. */
function alarmOf(finding: Finding, track: Track, at: string): ObservedAlarm | null {
  const { check, result, labels } = finding;
  if (track.level === null && track.failedSince === null) return null;
  const isFailed = result.kind === 'failed';
  const severity =
    track.level === null || isFailed
      ? track.level === 'critical'
        ? 'high'
        : 'warning'
      : result.severities[track.level];
  const clean: Record<string, string> = { alertname: check, instance: hostname() };
  for (const [name, value] of Object.entries(labels)) clean[name] = cutText(value, longestLabel);
  return {
    externalId: externalIdOf(finding),
    status: 'firing',
    severity,
    severityText: null,
    isSeverityMapped: true,
    title: cutText(isFailed ? `${finding.title}: could not be checked` : finding.title, 300),
    summary: cutText(isFailed ? result.reason : result.summary, 1_000),
    service: cutText(finding.service === '' ? 'this computer' : finding.service, 200),
    labels: clean,
    annotations: {},
    url: null,
    runbookUrl: null,
    startsAt: track.startsAt ?? track.failedSince ?? at,
    ackedBy: null,
    refs: {},
    unreadableReason: isFailed ? cutText(result.reason, 1_000) : null,
  };
}

function createLocal(context: ConnectorContext, machine: Machine): Connector {
  const settings = LocalSettings.parse(context.settings);
  const { clock } = context;
  const checkDisks = createDiskCheck({
    settings,
    monotonic: () => clock.monotonic(),
    ...machine.disks,
  });
  const probes = createProbes({
    settings,
    clock,
    ...(machine.trusted === undefined ? {} : { trusted: machine.trusted }),
  });
  let ledger: Ledger = readLedger(context.memory);
  /** The same object until something changes, which tells the store that there is nothing to keep. */
  let kept = ledger;
  let held: ReadonlyMap<string, ObservedAlarm> = new Map();
  let hasPolled = false;

  async function runChecks(signal: AbortSignal): Promise<CheckResult> {
    // Disks first: names that are looked up share a few threads with them.
    const results = [await checkDisks(), await checkMemory(settings, machine.memory)];
    results.push(checkLoad(settings, machine.load));
    const isAlarm = (target: string): boolean =>
      isFiring(externalIdOf({ check: 'LocalCertificate', target }));
    results.push(await probes.check(signal, isAlarm));
    return {
      findings: results.flatMap(({ findings }) => findings),
      remarks: results.flatMap(({ remarks }) => remarks),
      incompleteReason: results.find((one) => one.incompleteReason)?.incompleteReason ?? null,
    };
  }

  const trackNow = (id: string): Track | undefined =>
    Object.hasOwn(ledger.tracks, id) ? ledger.tracks[id] : undefined;

  const isFiring = (id: string): boolean => {
    const track = trackNow(id);
    return track !== undefined && (track.level !== null || track.failedSince !== null);
  };

  function trackOf(finding: Finding, at: string): Track {
    const id = externalIdOf(finding);
    const before = trackNow(id);
    const { result } = finding;
    if (result.kind === 'failed') return followFailure(before, at);
    return follow(before, result.level(before?.level ?? null), result.needed, at);
  }

  /** An alarm says the same as before: the same object, so that nobody compares it again. */
  function same(alarm: ObservedAlarm): ObservedAlarm {
    const before = held.get(alarm.externalId);
    return before !== undefined && isDeepStrictEqual(before, alarm) ? before : alarm;
  }

  const actions = createKeptActions<Ledger>({
    clock,
    title: 'This computer',
    current: () => ledger,
    change(next) {
      ledger = next;
    },
    kept: () => kept,
    isActive: (id) => isFiring(id) || (hasPolled ? false : null),
  });

  return {
    actions,

    async poll(signal): Promise<PollResult> {
      const { findings, remarks, incompleteReason = null } = await runChecks(signal);
      signal.throwIfAborted();
      const now = clock.now();
      const at = toInstant(now);
      // After an incomplete round, what was not looked at stays as it was.
      const tracks: Record<string, Track> = incompleteReason === null ? {} : { ...ledger.tracks };
      const heldNow = new Map<string, ObservedAlarm>();
      const alarms: ObservedAlarm[] = [];
      const pending: string[] = [];
      for (const finding of findings) {
        const id = externalIdOf(finding);
        const track = trackOf(finding, at);
        tracks[id] = track;
        if (track.level === null && track.otherwise > 0 && finding.result.kind === 'value') {
          pending.push(`${finding.title}, once so far: ${finding.result.summary}`);
        }
        const alarm = alarmOf(finding, track, at);
        if (alarm === null) continue;
        const shown = same(withKeptActs(alarm, ledger, now));
        heldNow.set(id, shown);
        alarms.push(shown);
      }
      held = heldNow;
      const next: Ledger = {
        tracks,
        ...endedActs(ledger, {
          isActive: (id) => heldNow.has(id),
          isComplete: incompleteReason === null,
          now,
        }),
      };
      ledger = next;
      hasPolled = true;
      if (!isDeepStrictEqual(next, kept)) kept = next;
      return {
        snapshot: { alarms, isComplete: incompleteReason === null, incompleteReason },
        version: null,
        clockSkewMs: null,
        remarks: [...remarks, ...pending],
        memory: kept,
      };
    },

    async test(signal): Promise<TestReport> {
      const { findings, remarks } = await runChecks(signal);
      return {
        isUsable: true,
        steps: [
          ...findings.map(({ check, target, result }) => {
            const isClock = check === 'LocalClock';
            const name = isClock ? 'clock' : check === 'LocalProbe' ? 'reach' : 'read';
            const what = target === 'this' ? check.replace('Local', '') : target;
            if (result.kind === 'failed') {
              const text = `${what}: ${result.reason}`;
              return { name, outcome: 'failed' as const, text, next: null };
            }
            const isWell = result.level(null) === null;
            return {
              name: check === 'LocalCertificate' ? 'tls' : name,
              outcome: isWell ? ('ok' as const) : ('warning' as const),
              text: `${what}: ${result.summary}`,
              next: isWell ? null : 'This will be an alarm.',
            };
          }),
          ...remarks.map((text) => ({
            name: 'read',
            outcome: 'skipped' as const,
            text,
            next: null,
          })),
        ],
      };
    },

    close: () => context.http.close(),
  };
}

/** `machine` is for tests. */
export const createLocalKind = (machine: Machine = {}): ConnectorKind => ({
  kind: 'local',
  title: 'This computer',
  description:
    'Disks, memory, load and clock of this computer, and addresses and certificates as seen from it.',
  settings: LocalSettings,
  secrets: [],
  create: (context) => createLocal(context, machine),
});

export const localKind: ConnectorKind = createLocalKind();
