/**
 * Sources that were not looked at for a while (they were down, refused us, or Nightdesk did not run): collects what
 * happened there until each is read again, and says it once for all that come back together.
 */
import type { SourceId } from '../../preload/contract/common.ts';
import type { BusEvents } from '../bus.ts';
import type { Clock } from '../clock.ts';
import type { CaughtUp, Outage } from './gaps.ts';

/** Shorter ones are shown while they last, and are not worth a notice afterwards. */
const leastToldMs = 5 * 60_000;
/** Others usually come back with the first. */
const othersMs = 5_000;

interface Counts {
  fired: number;
  cleared: number;
}

export interface OutageDeps {
  readonly clock: Clock;
  tell(outages: readonly Outage[]): void;
}

export const caughtUpOf = (event: BusEvents['source.caughtUp']): CaughtUp => ({
  name: event.sourceName,
  atMs: event.untilMs,
  passed: event.passed,
  tells: event.tells,
  reason: event.reason,
});

export class Outages {
  readonly #deps: OutageDeps;
  /** Of sources that are not in sight: what their answers changed. */
  readonly #counts = new Map<SourceId, Counts>();
  readonly #inSight = new Set<SourceId>();
  #pending: Outage[] = [];
  #addedAt = 0;

  constructor(deps: OutageDeps) {
    this.#deps = deps;
  }

  sight({ sourceId, after }: BusEvents['source.changed']): void {
    if (after === 'live') this.#inSight.add(sourceId);
    else this.#inSight.delete(sourceId);
  }

  note({ sourceId, changes }: BusEvents['alarms.changed']): void {
    if (this.#inSight.has(sourceId)) return;
    const counts = this.#counts.get(sourceId) ?? { fired: 0, cleared: 0 };
    this.#counts.set(sourceId, counts);
    for (const { kind } of changes) {
      if (kind === 'fired') counts.fired += 1;
      if (kind === 'resolved') counts.cleared += 1;
    }
  }

  /** `isTold`: the report about a sleep says it. */
  caughtUp(event: BusEvents['source.caughtUp'], isTold: boolean): void {
    const { fromMs, untilMs, sourceId } = event;
    const { fired, cleared } = this.#counts.get(sourceId) ?? { fired: 0, cleared: 0 };
    this.#counts.delete(sourceId);
    if (isTold || untilMs - fromMs < leastToldMs) return;
    this.#pending.push({ ...caughtUpOf(event), fromMs, fired, cleared });
    this.#addedAt = this.#deps.clock.monotonic();
  }

  /** Call now and then. */
  look(): void {
    if (this.#pending.length === 0) return;
    if (this.#deps.clock.monotonic() - this.#addedAt < othersMs) return;
    const outages = this.#pending;
    this.#pending = [];
    this.#deps.tell(outages);
  }
}
