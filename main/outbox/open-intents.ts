/** The open intents in memory: a row of the list asks for its own with every paint. */
import type { AlarmId, SourceId } from '../../preload/contract/common.ts';
import type { PendingIntent } from '../alarms/alarm-rows.ts';
import { isCleanUp, type StoredIntent } from './intent.ts';
import { isOpen } from './intent-state.ts';

const none: ReadonlyMap<string, StoredIntent> = new Map();

export class OpenIntents {
  readonly #byId = new Map<string, StoredIntent>();
  /** Oldest first, each. */
  readonly #bySource = new Map<SourceId, Map<string, StoredIntent>>();
  readonly #byAlarm = new Map<AlarmId, Map<string, StoredIntent>>();
  /** Confirmed, but the list does not show it yet: the row must not fall back to what it said before. */
  readonly #lingering = new Map<
    AlarmId,
    { readonly pending: PendingIntent; readonly until: number }
  >();
  #failed = 0;

  constructor(intents: readonly StoredIntent[]) {
    this.reload(intents);
  }

  reload(intents: readonly StoredIntent[]): void {
    for (const map of [this.#byId, this.#bySource, this.#byAlarm]) map.clear();
    this.#failed = 0;
    for (const intent of intents) this.put(intent);
  }

  get(id: string): StoredIntent | undefined {
    return this.#byId.get(id);
  }

  all(): Iterable<StoredIntent> {
    return this.#byId.values();
  }

  sourceIds(): Iterable<SourceId> {
    return this.#bySource.keys();
  }

  ofSource(id: SourceId): Iterable<StoredIntent> {
    return (this.#bySource.get(id) ?? none).values();
  }

  ofAlarm(id: AlarmId): Iterable<StoredIntent> {
    return (this.#byAlarm.get(id) ?? none).values();
  }

  get counts(): { open: number; failed: number } {
    return { open: this.#byId.size, failed: this.#failed };
  }

  /** Takes over what is on disk by now. A settled one leaves. */
  put(intent: StoredIntent): void {
    const { id, sourceId, alarmId } = intent;
    const before = this.#byId.get(id);
    if (before?.state === 'failed') this.#failed -= 1;
    if (!isOpen(intent.state)) {
      this.#byId.delete(id);
      remove(this.#bySource, sourceId, id);
      if (alarmId !== null) remove(this.#byAlarm, alarmId, id);
      return;
    }
    if (intent.state === 'failed') this.#failed += 1;
    this.#byId.set(id, intent);
    add(this.#bySource, sourceId, intent);
    if (alarmId !== null) add(this.#byAlarm, alarmId, intent);
  }

  linger(alarmId: AlarmId, kind: PendingIntent['kind'], until: number): void {
    this.#lingering.set(alarmId, { pending: { kind, state: 'sent' }, until });
  }

  endLingering(alarmId: AlarmId): void {
    this.#lingering.delete(alarmId);
  }

  /** Alarms whose row has waited long enough; they are forgotten. */
  endLingeringBefore(now: number): AlarmId[] {
    const ended: AlarmId[] = [];
    for (const [id, { until }] of this.#lingering) if (until <= now) ended.push(id);
    for (const id of ended) this.#lingering.delete(id);
    return ended;
  }

  nextLingeringEnd(): number | null {
    let next: number | null = null;
    for (const { until } of this.#lingering.values()) next = Math.min(next ?? until, until);
    return next;
  }

  /** The newest thing a person asked for. A note on its way says less than what changes the alarm. */
  pendingFor(id: AlarmId): PendingIntent | null {
    let newest: PendingIntent | null = null;
    let note: PendingIntent | null = null;
    for (const { order, state } of this.ofAlarm(id)) {
      if (order.kind === 'comment') note = { kind: order.kind, state };
      else if (!isCleanUp(order)) newest = { kind: order.kind, state };
    }
    return newest ?? this.#lingering.get(id)?.pending ?? note;
  }
}

function add<Key>(map: Map<Key, Map<string, StoredIntent>>, key: Key, intent: StoredIntent): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Map([[intent.id, intent]]));
  else known.set(intent.id, intent);
}

function remove<Key>(map: Map<Key, Map<string, StoredIntent>>, key: Key, id: string): void {
  const known = map.get(key);
  known?.delete(id);
  if (known?.size === 0) map.delete(key);
}
