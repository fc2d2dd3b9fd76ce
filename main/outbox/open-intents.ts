/** The open intents in memory: a row of the list asks for its own with every paint. */
import type { AlarmId, SourceId } from '../../preload/contract/common.ts';
import type { PendingIntent } from '../alarms/alarm-rows.ts';
import { isCleanUp, type StoredIntent } from './intent.ts';
import { isOpen } from './intent-state.ts';

const none: readonly StoredIntent[] = [];

export class OpenIntents {
  readonly #byId = new Map<string, StoredIntent>();
  /** Oldest first, each. */
  readonly #bySource = new Map<SourceId, Map<string, StoredIntent>>();
  /** Few each, so a list is enough; oldest first. */
  readonly #byAlarm = new Map<AlarmId, readonly StoredIntent[]>();
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
    this.#byId.clear();
    this.#bySource.clear();
    this.#byAlarm.clear();
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
    return this.#bySource.get(id)?.values() ?? none;
  }

  ofAlarm(id: AlarmId): readonly StoredIntent[] {
    return this.#byAlarm.get(id) ?? none;
  }

  get counts(): { open: number; failed: number } {
    return { open: this.#byId.size, failed: this.#failed };
  }

  /** Takes over what is on disk by now. A settled one leaves. */
  put(intent: StoredIntent): void {
    const { id, sourceId, alarmId } = intent;
    const before = this.#byId.get(id);
    if (before?.state === 'failed') this.#failed -= 1;
    if (alarmId !== null) this.#putOfAlarm(alarmId, intent, before);
    const known = this.#bySource.get(sourceId);
    if (!isOpen(intent.state)) {
      this.#byId.delete(id);
      known?.delete(id);
      if (known?.size === 0) this.#bySource.delete(sourceId);
      return;
    }
    if (intent.state === 'failed') this.#failed += 1;
    this.#byId.set(id, intent);
    if (known === undefined) this.#bySource.set(sourceId, new Map([[id, intent]]));
    else known.set(id, intent);
  }

  #putOfAlarm(id: AlarmId, intent: StoredIntent, before: StoredIntent | undefined): void {
    const known = this.#byAlarm.get(id) ?? none;
    const place = before === undefined ? -1 : known.indexOf(before);
    // A list is made anew: somebody may be walking along the old one.
    const next = !isOpen(intent.state)
      ? known.filter((one) => one !== before)
      : place === -1
        ? [...known, intent]
        : known.with(place, intent);
    if (next.length === 0) this.#byAlarm.delete(id);
    else this.#byAlarm.set(id, next);
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
