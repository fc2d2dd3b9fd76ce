/**
 * Whether a list says what it seems to say. Pure.
 *
 * Alertmanager is empty for up to a minute after its own start, and within four minutes after the Prometheus behind it
 * died. Neither means that nothing is wrong.
 */
import { z } from 'zod';

const settleMs = 70_000;
/** How long an alert outlives its sender; a renamed heartbeat overlaps with its successor for that long. */
const overlapMs = 600_000;

const Heartbeat = z.object({
  name: z.string(),
  about: z.string(),
  firstSeenAt: z.number(),
  missingSince: z.number().nullable(),
});
type Heartbeat = z.infer<typeof Heartbeat>;

/** What the connector remembers between polls and runs. */
export const ProofMemory = z.object({
  /** Per address: when that Alertmanager started, and how many polls it has answered since it settled. */
  starts: z
    .record(z.string(), z.object({ startedAt: z.string(), settledPolls: z.number() }))
    .default({}),
  /** By fingerprint. */
  heartbeats: z.record(z.string(), Heartbeat).default({}),
});
export type ProofMemory = z.infer<typeof ProofMemory>;

type Start = ProofMemory['starts'][string];

/** `isSettled`: its list is complete by now. Two polls after a restart, as well as the time. */
export function judgeStart(
  known: Start | undefined,
  startedAt: string,
  upstreamNowMs: number,
): { isSettled: boolean; upMs: number; start: Start } {
  const upMs = upstreamNowMs - Date.parse(startedAt);
  if (upMs < settleMs) {
    const isSame = known?.startedAt === startedAt && known.settledPolls === 0;
    return { isSettled: false, upMs, start: isSame ? known : { startedAt, settledPolls: 0 } };
  }
  // The first time we meet it, long after its start: there is nothing to be cautious about.
  if (known === undefined) return { isSettled: true, upMs, start: { startedAt, settledPolls: 2 } };
  const before = known.startedAt === startedAt ? known.settledPolls : 0;
  if (before >= 2) return { isSettled: true, upMs, start: known };
  const settledPolls = before + 1;
  return { isSettled: settledPolls >= 2, upMs, start: { startedAt, settledPolls } };
}

interface Named {
  readonly name: string;
  readonly about: string;
}

export interface SeenHeartbeat extends Named {
  /** Still listed, but not renewed any more. */
  readonly isLate: boolean;
}

/**
 * Whether a listed heartbeat is only an echo of a sender that died. Pure.
 *
 * Prometheus renews an alert four times within the life it gives it. After its death each alert expires by itself, and
 * other alarms may do so before the heartbeat does: by the time two renewals are missing, absence proves nothing.
 */
export function isLateHeartbeat(raw: unknown, upstreamNowMs: number): boolean {
  const { updatedAt, endsAt } = raw as { updatedAt?: unknown; endsAt?: unknown };
  if (typeof updatedAt !== 'string' || typeof endsAt !== 'string') return false;
  const renewedAt = Date.parse(updatedAt);
  const lifeMs = Date.parse(endsAt) - renewedAt;
  return lifeMs > 0 && upstreamNowMs - renewedAt > lifeMs / 2;
}

/**
 * Which heartbeats are missing. One that vanished after another with its name had newly appeared was renamed, and is
 * forgotten. Returns the given memory itself when nothing changed.
 */
export function judgeHeartbeats(
  known: ProofMemory['heartbeats'],
  seen: ReadonlyMap<string, SeenHeartbeat>,
  nowMs: number,
): {
  heartbeats: ProofMemory['heartbeats'];
  missing: readonly Named[];
  late: readonly Named[];
} {
  const next: Record<string, Heartbeat> = {};
  const late: Named[] = [];
  let isChanged = false;
  for (const [fingerprint, { name, about, isLate }] of seen) {
    const before = Object.hasOwn(known, fingerprint) ? known[fingerprint] : undefined;
    if (isLate) late.push({ name, about });
    if (before !== undefined && before.missingSince === null) {
      next[fingerprint] = before;
      continue;
    }
    next[fingerprint] = {
      name,
      about,
      firstSeenAt: before?.firstSeenAt ?? nowMs,
      missingSince: null,
    };
    isChanged = true;
  }
  const missing: Heartbeat[] = [];
  for (const [fingerprint, before] of Object.entries(known)) {
    if (seen.has(fingerprint)) continue;
    const missingSince = before.missingSince ?? nowMs;
    const isRenamed = Object.values(next).some(
      (other) =>
        other.missingSince === null &&
        other.name === before.name &&
        other.firstSeenAt > before.firstSeenAt &&
        other.firstSeenAt >= missingSince - overlapMs,
    );
    if (isRenamed) {
      isChanged = true;
      continue;
    }
    const heartbeat = before.missingSince === null ? { ...before, missingSince } : before;
    if (heartbeat !== before) isChanged = true;
    next[fingerprint] = heartbeat;
    missing.push(heartbeat);
  }
  return { heartbeats: isChanged ? next : known, missing, late };
}
