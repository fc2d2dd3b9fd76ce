/** What happens in a week: alarms that come and go, faults, and a person with a laptop. By chance, from a seed. */
import { Severity } from '../../../preload/contract/common.ts';
import type { Random } from './random.ts';
import type { Fault, Upstream } from './upstream.ts';

const minute = 60_000;
const hour = 60 * minute;

export interface Life {
  /** Lets the world, not the laptop, go on until this true time. Returns whose password was renewed meanwhile. */
  goOn(now: number): readonly Upstream[];
  /** Networks take a while to come back: some upstreams say nothing at first. */
  wake(now: number): void;
  /** What the person does with the laptop at this minute; null: nothing. */
  act(now: number): Act | null;
}

export type Act =
  | { readonly kind: 'sleep'; readonly ms: number; readonly signal: 'both' | 'resume' | 'none' }
  | { readonly kind: 'clock'; readonly byMs: number }
  | { readonly kind: 'network' }
  | { readonly kind: 'restart' };

const faults: readonly Fault[] = ['down', 'hanging', 'restarting', 'unproven', 'slow', 'down'];

export function createLife(
  random: Random,
  upstreams: readonly Upstream[],
  /** Sees part of what the first one sees, as a pager does. */
  mirror: Upstream,
  hasClockJumps: boolean,
): Life {
  const faultEnds = new Map<Upstream, number>();
  let vpnBackAt: number | null = null;
  let count = 0;
  let worldNow: number | null = null;

  function fire(upstream: Upstream, at: number, saidSince: number): void {
    count += 1;
    // A few identities come again and again, most do not.
    const slot = random.chance(0.4) ? `r${random.between(1, 4)}` : `n${count}`;
    const externalId = `${upstream.kind.kind}:1:${slot}`;
    if (upstream.alarms.has(externalId)) return;
    const condition = `${upstream.name}-${slot}-${count}`;
    const severity = random.pick(Severity.options);
    const startedAt = at - random.between(0, 40) * 1_000;
    upstream.alarms.set(externalId, { externalId, condition, severity, startedAt, saidSince });
    if (upstream === upstreams[0] && random.chance(0.5)) {
      const paged = `${mirror.kind.kind}:1:p${count}`;
      mirror.alarms.set(paged, {
        externalId: paged,
        condition,
        // A pager has an urgency of its own.
        severity: random.pick(Severity.options),
        startedAt: at,
        saidSince,
      });
    }
  }

  function clear(upstream: Upstream, endedAt: number): void {
    for (const [id, alarm] of upstream.alarms) {
      if (!random.chance(0.05)) continue;
      upstream.alarms.delete(id);
      upstream.history.push({ alarm, endedAt });
      if (upstream !== upstreams[0]) continue;
      for (const [paged, { condition }] of mirror.alarms) {
        // A pager is often told late, or never.
        if (condition === alarm.condition && random.chance(0.8)) mirror.alarms.delete(paged);
      }
    }
  }

  function oneMinute(at: number, now: number): Upstream[] {
    const renewed: Upstream[] = [];
    for (const upstream of [...upstreams, mirror]) {
      if (upstream !== mirror && random.chance(0.012)) fire(upstream, at, now);
      clear(upstream, at);
      const endsAt = faultEnds.get(upstream);
      if (endsAt !== undefined && at >= endsAt) {
        if (upstream.fault === 'refused') renewed.push(upstream);
        upstream.fault = 'none';
        upstream.healthySince = now;
        faultEnds.delete(upstream);
      }
      if (upstream.fault === 'none' && random.chance(0.004)) {
        const isRefused = random.chance(0.12);
        upstream.fault = isRefused ? 'refused' : random.pick(faults);
        faultEnds.set(upstream, at + (isRefused ? hour : minute) * random.between(1, 9));
      }
    }
    if (vpnBackAt !== null && at >= vpnBackAt) vpnBackAt = null;
    else if (vpnBackAt === null && random.chance(0.002)) {
      vpnBackAt = at + random.between(1, 40) * minute;
      for (const upstream of [...upstreams, mirror]) {
        if (!upstream.isInside || upstream.fault === 'refused') continue;
        upstream.fault = 'down';
        faultEnds.set(upstream, vpnBackAt);
      }
    }
    return renewed;
  }

  return {
    goOn(now) {
      worldNow ??= now - minute;
      const renewed: Upstream[] = [];
      for (; worldNow + minute <= now; worldNow += minute) {
        renewed.push(...oneMinute(worldNow + minute, now));
      }
      return renewed;
    },

    wake(now) {
      for (const upstream of [...upstreams, mirror]) {
        if (upstream.fault !== 'none' || !random.chance(upstream.isInside ? 0.4 : 0.1)) continue;
        upstream.fault = 'hanging';
        faultEnds.set(upstream, now + random.between(20, 150) * 1_000);
      }
    },

    act(now) {
      const atHour = new Date(now).getUTCHours();
      const isNight = atHour >= 23 || atHour < 6;
      const signal = random.pick(['both', 'resume', 'none'] as const);
      if (isNight && random.chance(0.02)) {
        return { kind: 'sleep', ms: random.between(4 * 60, 8 * 60) * minute + 7_000, signal };
      }
      if (random.chance(0.006)) {
        return {
          kind: 'sleep',
          ms: random.pick([random.between(25, 50), random.between(60, 90 * 60)]) * 1_000,
          signal,
        };
      }
      if (random.chance(0.0015) && hasClockJumps) {
        const byMs = random.between(20, 3 * 3_600) * 1_000 * random.pick([1, -1]);
        return { kind: 'clock', byMs };
      }
      if (random.chance(0.002)) return { kind: 'network' };
      return random.chance(0.0006) ? { kind: 'restart' } : null;
    },
  };
}
