/**
 * What waits for one window. Bounded by its shape: a window that does not read finds the newest state and, per topic, one
 * request to ask again.
 */
import type { AlarmId } from '../../preload/contract/common.ts';
import type { DeskEvent, DeskState, Topic } from '../../preload/contract/desk.ts';

const maxNamedIds = 300;

export class Mailbox {
  #state: DeskState | null = null;
  /** Topic to ids; null: too many to name. */
  readonly #changed = new Map<Topic, Set<number> | null>();
  #sound: 'page' | 'notice' | null = null;
  #show: AlarmId | null = null;
  #wake: (() => void) | null = null;
  #isClosed = false;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  put(event: DeskEvent): void {
    switch (event.type) {
      case 'state':
        this.#state = event.state;
        break;
      case 'changed':
        this.#putChanged(event.topic, event.ids ?? null);
        break;
      case 'sound':
        // Of several, the one that may wake.
        if (this.#sound !== 'page') this.#sound = event.sound;
        break;
      case 'show':
        this.#show = event.alarmId;
        break;
    }
    this.#ring();
  }

  #putChanged(topic: Topic, ids: readonly number[] | null): void {
    const known = this.#changed.get(topic);
    if (ids === null || known === null) {
      this.#changed.set(topic, null);
      return;
    }
    const all = known ?? new Set<number>();
    for (const id of ids) all.add(id);
    this.#changed.set(topic, all.size > maxNamedIds ? null : all);
  }

  /** All that waits; the state first. */
  take(): DeskEvent[] {
    const events: DeskEvent[] = [];
    if (this.#state !== null) events.push({ type: 'state', state: this.#state });
    for (const [topic, ids] of this.#changed) {
      events.push(
        ids === null ? { type: 'changed', topic } : { type: 'changed', topic, ids: [...ids] },
      );
    }
    if (this.#sound !== null) events.push({ type: 'sound', sound: this.#sound });
    if (this.#show !== null) events.push({ type: 'show', alarmId: this.#show });
    this.#state = null;
    this.#changed.clear();
    this.#sound = null;
    this.#show = null;
    return events;
  }

  /** Nothing more will come. */
  close(): void {
    this.#isClosed = true;
    this.#ring();
  }

  /** Settles when something came, or when closed. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #ring(): void {
    this.#wake?.();
    this.#wake = null;
  }
}
