/** After a sleep: waits until every source was read again or is known to be blind, then says once what happened. */
import type { AlarmId, SourceId } from '../../preload/contract/common.ts';
import type { SourceHealth } from '../alarms/alarm-rows.ts';
import type { BusEvents } from '../bus.ts';
import { toMs, type Clock } from '../clock.ts';
import type { CaughtUp, Gap, GapResult } from './gaps.ts';
import { caughtUpOf } from './outages.ts';

/** Networks take a while to come back; after this, what is not seen counts as blind. */
const patienceMs = 30_000;
/** Histories are long, and asked for after what fires now. */
const historyPatienceMs = 60_000;

type SleepGap = Pick<Gap, 'fromMs' | 'at'>;

interface Waiting {
  readonly gap: SleepGap;
  readonly since: number;
  readonly fired: Set<AlarmId>;
  readonly cleared: Set<AlarmId>;
  /** Sources that were asked what passed. */
  readonly caughtUp: Map<SourceId, CaughtUp>;
}

export interface GapReportDeps {
  readonly clock: Clock;
  healths(): Iterable<readonly [SourceId, SourceHealth]>;
  stillFiring(): number;
  tell(gap: SleepGap, result: GapResult): void;
}

export class GapReport {
  readonly #deps: GapReportDeps;
  #waiting: Waiting | null = null;

  constructor(deps: GapReportDeps) {
    this.#deps = deps;
  }

  /** A sleep that ended while the one before was not told yet is told with it. */
  begin(gap: SleepGap): void {
    const before = this.#waiting;
    this.#waiting = {
      gap: { fromMs: Math.min(gap.fromMs, before?.gap.fromMs ?? gap.fromMs), at: gap.at },
      since: this.#deps.clock.monotonic(),
      fired: before?.fired ?? new Set(),
      cleared: before?.cleared ?? new Set(),
      caughtUp: before?.caughtUp ?? new Map(),
    };
  }

  /** What a source says before it has caught up happened while nobody looked. */
  note({ sourceId, changes }: BusEvents['alarms.changed']): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    for (const [id, health] of this.#deps.healths()) {
      if (id === sourceId && hasCaughtUp(health, waiting.gap.at)) return;
    }
    for (const { kind, alarm } of changes) {
      if (kind === 'fired') waiting.fired.add(alarm.id);
      if (kind === 'resolved') waiting.cleared.add(alarm.id);
    }
  }

  /** Whether this report will say it. */
  caughtUp(event: BusEvents['source.caughtUp']): boolean {
    this.#waiting?.caughtUp.set(event.sourceId, caughtUpOf(event));
    return this.#waiting !== null;
  }

  /** Call now and then. */
  look(): void {
    const waiting = this.#waiting;
    if (waiting === null) return;
    const deps = this.#deps;
    const blind: string[] = [];
    let isAsking = false;
    for (const [, health] of deps.healths()) {
      if (!health.isEnabled) continue;
      if (!hasCaughtUp(health, waiting.gap.at)) blind.push(health.name);
      else if (health.isCatchingUp === true) isAsking = true;
    }
    const waitedMs = deps.clock.monotonic() - waiting.since;
    if (blind.length > 0 && waitedMs < patienceMs) return;
    if (isAsking && waitedMs < historyPatienceMs) return;
    this.#waiting = null;
    deps.tell(waiting.gap, {
      fired: waiting.fired.size,
      cleared: waiting.cleared.size,
      stillFiring: deps.stillFiring(),
      blind,
      caughtUp: [...waiting.caughtUp.values()],
    });
  }
}

const hasCaughtUp = ({ lastSuccessAt }: SourceHealth, at: number): boolean =>
  lastSuccessAt !== null && toMs(lastSuccessAt) >= at;
