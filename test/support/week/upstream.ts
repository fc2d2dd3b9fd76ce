/**
 * An alarm system of the week: what is true there, and how it answers. It writes down what it really said, by the true
 * time, for the oracle; it knows nothing of Nightdesk.
 */
import { z } from 'zod';
import type { ObservedAlarm } from '../../../main/alarms/alarm.ts';
import type { ConnectorKind, Passed, PollResult } from '../../../main/sources/connector.ts';
import { SourceError } from '../../../main/sources/source-error.ts';
import type { Instant, Severity } from '../../../preload/contract/common.ts';
import { instant, observed } from '../alarms.ts';

export interface TrueAlarm {
  /** Equal at two upstreams: the same condition. */
  readonly condition: string;
  readonly externalId: string;
  readonly severity: Severity;
  readonly startedAt: number;
  /** Since when the upstream says so; it says so late. */
  readonly saidSince: number;
}

export type Fault =
  | 'none'
  /** Nobody answers. */
  | 'down'
  /** The password has expired; stays until somebody enters the new one. */
  | 'refused'
  /** Takes the request and never says anything. */
  | 'hanging'
  /** Just started: it knows some of its alarms again, and says that it does not know all. */
  | 'restarting'
  /** Two hundred, and an empty list, from something that may be a login page or another scope. */
  | 'unproven'
  /** Answers late. */
  | 'slow';

/** What was said last. */
export interface Said {
  /** When a whole and proven answer was taken from the truth; null: never. */
  provenAt: number | null;
  /** Whether that was the last word. */
  isProven: boolean;
  /** What a desk must know by what was said: of a whole answer all of it, of others what they add. */
  readonly known: Map<string, TrueAlarm>;
}

export interface Upstream {
  readonly name: string;
  readonly intervalMs: number;
  /** Behind the VPN. */
  readonly isInside: boolean;
  readonly alarms: Map<string, TrueAlarm>;
  readonly said: Said;
  readonly kind: ConnectorKind;
  /** What is over. */
  readonly history: { readonly alarm: TrueAlarm; readonly endedAt: number }[];
  /** Every alarm that was ever in an answer: identity to its starts. */
  readonly told: Map<string, Set<number>>;
  fault: Fault;
  /** Since when it has no fault, by the true time. */
  healthySince: number;
  polls: number;
}

const unreachable = (): SourceError =>
  new SourceError('source.unreachable', 'It does not answer.', { next: 'Wait.' });
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function openUpstream(options: {
  name: string;
  kind: string;
  intervalMs: number;
  isInside: boolean;
  /** Keeps what is over, and can be asked for it. */
  hasHistory: boolean;
  trueNow: () => number;
  /** What the laptop's clock says. */
  laptopNow: () => number;
}): Upstream {
  const { name, trueNow } = options;

  const observe = (alarm: TrueAlarm): ObservedAlarm =>
    observed({
      externalId: alarm.externalId,
      severity: alarm.severity,
      severityText: alarm.severity,
      title: `${alarm.externalId} at ${name}`,
      service: '',
      labels: {},
      startsAt: instant(alarm.startedAt),
      refs: { same: [`condition:${alarm.condition}`] },
    });

  const answer = (
    alarms: readonly TrueAlarm[],
    blind: SourceError | null,
    version: string,
  ): PollResult => ({
    snapshot: {
      alarms: alarms.map(observe),
      isComplete: blind === null,
      incompleteReason: blind?.message ?? null,
    },
    version,
    clockSkewMs: trueNow() - options.laptopNow(),
    remarks: [],
    blind,
  });

  /** From here on it counts as said, unless nobody waits for it any more. */
  function say(
    alarms: readonly TrueAlarm[],
    provenAt: number | null,
    signal: AbortSignal,
  ): readonly TrueAlarm[] {
    signal.throwIfAborted();
    const { said } = upstream;
    if (provenAt !== null) {
      said.known.clear();
      said.provenAt = provenAt;
    }
    said.isProven = provenAt !== null;
    for (const alarm of alarms) {
      said.known.set(alarm.externalId, alarm);
      hear(alarm);
    }
    return alarms;
  }

  function hear({ externalId, startedAt }: TrueAlarm): void {
    const starts = upstream.told.get(externalId) ?? new Set();
    upstream.told.set(externalId, starts.add(startedAt));
  }

  function refuse(error: SourceError, signal: AbortSignal): never {
    if (!signal.aborted) upstream.said.isProven = false;
    throw error;
  }

  async function poll(signal: AbortSignal): Promise<PollResult> {
    upstream.polls += 1;
    const at = trueNow();
    const all = [...upstream.alarms.values()];
    // Whoever asks twice at once hears one answer only.
    await Promise.resolve();
    switch (upstream.fault) {
      case 'down':
        return refuse(unreachable(), signal);
      case 'refused':
        return refuse(
          new SourceError('source.unauthorized', '401', { next: 'Enter the password.' }),
          signal,
        );
      case 'hanging':
        return new Promise(() => {});
      case 'restarting':
        return answer(
          say(all.slice(0, Math.floor(all.length / 2)), null, signal),
          unreachable(),
          '1',
        );
      case 'unproven':
        return answer(say([], null, signal), unreachable(), '1');
      case 'slow':
        await wait(4_000);
        break;
      case 'none':
        break;
    }
    return answer(say(all, at, signal), null, '1');
  }

  async function passed(from: Instant, until: Instant): Promise<Passed> {
    if (upstream.fault !== 'none' && upstream.fault !== 'slow') throw unreachable();
    const episodes = upstream.history
      .filter(({ endedAt }) => endedAt >= Date.parse(from) && endedAt <= Date.parse(until))
      .map(({ alarm, endedAt }) => {
        hear(alarm);
        return { alarm: observe(alarm), endedAt: instant(endedAt) };
      });
    return { episodes, incompleteReason: null };
  }

  const upstream: Upstream = {
    name,
    intervalMs: options.intervalMs,
    isInside: options.isInside,
    alarms: new Map(),
    said: { provenAt: null, isProven: false, known: new Map() },
    history: [],
    told: new Map(),
    fault: 'none',
    healthySince: trueNow(),
    polls: 0,
    kind: {
      kind: options.kind,
      title: options.kind,
      description: '',
      settings: z.object({ url: z.string() }),
      secrets: [],
      create: () => ({
        actions: null,
        poll,
        ...(options.hasHistory ? { passed } : {}),
        test: async () => ({ isUsable: true, steps: [] }),
        close: async () => {},
      }),
    },
  };
  return upstream;
}
