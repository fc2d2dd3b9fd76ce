/**
 * The rows that the screen shows, fetched by id as they come into sight. What changed is asked for again while it is in
 * sight, and forgotten otherwise; an old row stays drawn until its new one is there.
 */
import { useSyncExternalStore } from 'react';
import type { AlarmRow } from '../../../preload/contract/alarms.ts';
import type { AlarmId } from '../../../preload/contract/common.ts';

const mostAtOnce = 300;
const retryMs = 1_000;

export class AlarmRows {
  readonly #rows = new Map<AlarmId, AlarmRow>();
  readonly #stale = new Set<AlarmId>();
  readonly #asked = new Set<AlarmId>();
  readonly #gone = new Set<AlarmId>();
  readonly #listeners = new Set<() => void>();
  readonly #fetch: (ids: AlarmId[]) => Promise<readonly AlarmRow[]>;
  readonly #later: (work: () => void, ms: number) => void;
  #wanted: readonly AlarmId[] = [];

  constructor(
    fetch: (ids: AlarmId[]) => Promise<readonly AlarmRow[]>,
    later: (work: () => void, ms: number) => void,
  ) {
    this.#fetch = fetch;
    this.#later = later;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  get(id: AlarmId): AlarmRow | undefined {
    return this.#rows.get(id);
  }

  /** Rows that came with a list. */
  put(rows: readonly AlarmRow[]): void {
    for (const row of rows) {
      this.#rows.set(row.id, row);
      this.#stale.delete(row.id);
      this.#gone.delete(row.id);
    }
    this.#tell();
  }

  /** What is in sight now. */
  want(ids: readonly AlarmId[]): void {
    this.#wanted = ids;
    this.#ask();
  }

  /** `null`: any of them may have changed. */
  changed(ids: readonly number[] | null): void {
    const seen = new Set(this.#wanted);
    for (const id of ids === null ? [...this.#rows.keys()] : (ids as readonly AlarmId[])) {
      if (seen.has(id)) this.#stale.add(id);
      else this.#rows.delete(id);
    }
    if (ids === null) this.#gone.clear();
    this.#ask();
  }

  #ask(): void {
    const ids = this.#wanted
      .filter(
        (id) =>
          (!this.#rows.has(id) || this.#stale.has(id)) &&
          !this.#asked.has(id) &&
          !this.#gone.has(id),
      )
      .slice(0, mostAtOnce);
    if (ids.length === 0) return;
    for (const id of ids) {
      this.#asked.add(id);
      this.#stale.delete(id);
    }
    void this.#load(ids);
  }

  async #load(ids: AlarmId[]): Promise<void> {
    let isLoaded = false;
    try {
      const rows = await this.#fetch(ids);
      isLoaded = true;
      for (const row of rows) this.#rows.set(row.id, row);
      // Asked for and not answered: it does not exist any more, and asking again would never end.
      const found = new Set(rows.map(({ id }) => id));
      for (const id of ids) if (!found.has(id)) this.#gone.add(id);
      this.#tell();
    } catch {
      for (const id of ids) if (this.#rows.has(id)) this.#stale.add(id);
    }
    for (const id of ids) this.#asked.delete(id);
    if (isLoaded) this.#ask();
    else this.#later(() => this.#ask(), retryMs);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const useAlarmRow = (rows: AlarmRows, id: AlarmId | null): AlarmRow | undefined =>
  useSyncExternalStore(rows.subscribe, () => (id === null ? undefined : rows.get(id)));
