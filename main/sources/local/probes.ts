/** Probes of all targets, and what their answers say of certificates and of our own clock. */
import type { Clock } from '../../clock.ts';
import type { CheckResult, Finding } from './finding.ts';
import { levelOf, type Level } from './levels.ts';
import { probe, type ProbeAnswer, type SeenCertificate } from './probe.ts';
import type { LocalSettings } from './settings.ts';
import { parseTarget, type Target } from './targets.ts';

const dayMs = 86_400_000;
const atOnce = 10;

export interface ProbeDeps {
  readonly settings: LocalSettings;
  readonly clock: Clock;
  /** PEM, for tests; default: those of Node and of the system. */
  readonly trusted?: readonly string[];
}

function probeFinding(target: Target, answer: ProbeAnswer, settings: LocalSettings): Finding {
  const { failure, tookMs } = answer;
  return {
    check: 'LocalProbe',
    target: target.text,
    title: `${target.text} does not answer as it should`,
    service: target.host,
    labels: { target: target.text, host: target.host, port: String(target.port) },
    result: {
      kind: 'value',
      level: () => (failure === null ? null : 'critical'),
      severities: { warning: settings.probeSeverity, critical: settings.probeSeverity },
      needed: 2,
      summary: failure ?? `It answered in ${tookMs} ms.`,
    },
  };
}

type CertificateLimits = Pick<LocalSettings, 'certificateWarningDays' | 'certificateCriticalDays'>;

/** Half a day of margin: the clock that it is compared with may be corrected. */
export function certificateLevel(
  endsAt: number,
  now: number,
  limits: CertificateLimits,
  before: Level | null,
): Level | null {
  // Higher is worse.
  return levelOf(
    (now - endsAt) / dayMs,
    {
      warning: -limits.certificateWarningDays,
      critical: -limits.certificateCriticalDays,
      margin: 0.5,
    },
    before,
  );
}

function certificateFinding(
  target: Target,
  seen: SeenCertificate,
  settings: LocalSettings,
  now: number,
): Finding {
  const { endsAt, subject, untrusted } = seen;
  const days = Math.floor((endsAt - now) / dayMs);
  const where = `${target.host}:${target.port}`;
  const date = new Date(endsAt).toISOString().slice(0, 10);
  const isOver = endsAt <= now;
  const ends = isOver
    ? 'has ended'
    : `ends in ${days === 0 ? 'less than a day' : days === 1 ? '1 day' : `${days} days`}`;
  const isBad = isOver || untrusted !== null;
  return {
    check: 'LocalCertificate',
    target: where,
    title:
      isOver || untrusted === null
        ? `Certificate of ${where} ${ends}`
        : `Certificate of ${where} is not trusted`,
    service: target.host,
    labels: { target: where, host: target.host, port: String(target.port) },
    result: {
      kind: 'value',
      level: (before) => (isBad ? 'critical' : certificateLevel(endsAt, now, settings, before)),
      severities: { warning: 'warning', critical: isBad ? 'critical' : 'high' },
      needed: 1,
      summary: `${subject === '' ? 'It' : subject}: ${isOver ? 'ended' : 'ends'} on ${date}${untrusted === null || isOver ? '' : `; not trusted: ${untrusted}`}`,
    },
  };
}

/** A bad certificate that could not be looked at this time is not a good one. That the probe failed is told by itself. */
const unseenCertificate = (target: Target, reason: string): Finding => ({
  check: 'LocalCertificate',
  target: `${target.host}:${target.port}`,
  title: `Certificate of ${target.host}:${target.port}`,
  service: target.host,
  labels: { target: `${target.host}:${target.port}`, host: target.host, port: String(target.port) },
  result: { kind: 'failed', reason: `It could not be looked at. ${reason}` },
});

const median = (values: readonly number[]): number | null => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
};

function clockFinding(skews: readonly number[], settings: LocalSettings): Finding | null {
  const skewMs = median(skews);
  if (skewMs === null) return null;
  const seconds = Math.abs(skewMs) / 1_000;
  const warning = settings.clockWarningSeconds;
  const limits = { warning, critical: Math.max(300, 10 * warning), margin: warning / 4 };
  const shown = Math.round(seconds).toLocaleString('en');
  return {
    check: 'LocalClock',
    target: 'this',
    title: `The clock of this computer is ${shown} s ${skewMs > 0 ? 'behind' : 'ahead'}`,
    service: '',
    labels: {},
    result: {
      kind: 'value',
      level: (before) => levelOf(seconds, limits, before),
      severities: { warning: 'warning', critical: 'high' },
      needed: 2,
      summary: `Compared with the answers of ${skews.length} ${skews.length === 1 ? 'address' : 'addresses'}`,
    },
  };
}

export function createProbes(deps: ProbeDeps) {
  const { settings, clock } = deps;
  const targets = [
    ...new Map(
      settings.targets
        .map(parseTarget)
        .filter((target) => typeof target !== 'string')
        .map((target) => [target.text, target]),
    ).values(),
  ];

  async function ask(target: Target, signal: AbortSignal): Promise<ProbeAnswer> {
    return probe(target, {
      timeoutMs: settings.probeTimeoutSeconds * 1_000,
      signal,
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      ...(deps.trusted === undefined ? {} : { trusted: deps.trusted }),
    });
  }

  /** Each once, a few at a time, in the order of the list. */
  async function askAll(signal: AbortSignal): Promise<readonly (readonly [Target, ProbeAnswer])[]> {
    const answers = new Map<Target, ProbeAnswer>();
    const waiting = targets.values();
    const work = async (): Promise<void> => {
      for (const target of waiting) answers.set(target, await ask(target, signal));
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    return targets.flatMap((target) => {
      const answer = answers.get(target);
      return answer === undefined ? [] : [[target, answer] as const];
    });
  }

  return {
    /** `isAlarm`: whether the certificate at this place was bad when it was last seen. */
    async check(signal: AbortSignal, isAlarm: (target: string) => boolean): Promise<CheckResult> {
      const findings: Finding[] = [];
      const skews: number[] = [];
      const certificates = new Map<string, Finding>();
      for (const [target, answer] of await askAll(signal)) {
        findings.push(probeFinding(target, answer, settings));
        if (answer.clockSkewMs !== null) skews.push(answer.clockSkewMs);
        const place = `${target.host}:${target.port}`;
        const isEncrypted = target.kind === 'https' || target.kind === 'tls';
        if (answer.certificate !== null) {
          certificates.set(
            place,
            certificateFinding(target, answer.certificate, settings, clock.now()),
          );
        } else if (isEncrypted && !certificates.has(place) && isAlarm(place)) {
          certificates.set(place, unseenCertificate(target, answer.failure ?? ''));
        }
      }
      const ours = clockFinding(skews, settings);
      const remarks =
        ours === null
          ? [
              targets.length === 0
                ? 'The clock is not checked: there is nothing to compare it with. Add an https:// address to probe.'
                : 'The clock is not checked: no address told its time.',
            ]
          : [];
      return {
        findings: [...findings, ...certificates.values(), ...(ours === null ? [] : [ours])],
        remarks,
      };
    },
  };
}
