/** Sends small events to every open window: what to ask for again, the desk state, a sound. */
import type { DeskEvent, Topic } from '../../preload/contract/desk.ts';

type Send = (event: DeskEvent) => void;

const maxNamedIds = 300;

export class Windows {
  readonly #sends = new Set<Send>();
  /** Topic to ids; null: too many to name. Collected for one turn of the loop, so a storm is one event. */
  readonly #changed = new Map<Topic, Set<number> | null>();
  #flushing = false;

  get count(): number {
    return this.#sends.size;
  }

  open(send: Send): () => void {
    this.#sends.add(send);
    return () => this.#sends.delete(send);
  }

  send(event: DeskEvent): void {
    for (const send of this.#sends) send(event);
  }

  /** Tells windows to ask again. Without ids: for the whole topic. */
  changed(topic: Topic, ids?: Iterable<number>): void {
    const known = this.#changed.get(topic);
    if (ids === undefined || known === null) {
      this.#changed.set(topic, null);
    } else {
      const all = known ?? new Set<number>();
      for (const id of ids) all.add(id);
      this.#changed.set(topic, all.size > maxNamedIds ? null : all);
    }
    if (this.#flushing) return;
    this.#flushing = true;
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    this.#flushing = false;
    const changed = [...this.#changed];
    this.#changed.clear();
    for (const [topic, ids] of changed) {
      this.send(
        ids === null ? { type: 'changed', topic } : { type: 'changed', topic, ids: [...ids] },
      );
    }
  }
}
