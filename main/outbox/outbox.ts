/**
 * The outbox: everything that changes an upstream. Stored first, then sent, then confirmed by reading back.
 */
import type { SilencePreview } from '../../preload/contract/alarms.ts';
import type { AlarmId, Instant, SourceId } from '../../preload/contract/common.ts';
import type { Intent } from '../../preload/contract/outbox.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import type { PendingIntent } from '../alarms/alarm-rows.ts';
import type { BusEvents } from '../bus.ts';
import { AppError, notFound } from '../errors.ts';
import { createHeldAcknowledgements } from './held-acknowledgements.ts';
import { isCleanUp, plainText, toIntent, type StoredIntent } from './intent.ts';
import { createIntentHistory } from './intent-history.ts';
import { createIntentLedger } from './intent-ledger.ts';
import { endsWithAlarm } from './intent-state.ts';
import type { OutboxDeps } from './outbox-deps.ts';
import { createOutboxStore } from './outbox-store.ts';
import { createRequests, type BulkAnswer } from './requests.ts';
import { createSender } from './sender.ts';
import { createSilencePreviews } from './silence-preview.ts';
import { createSilenceRequests, type ListedSilence, type NewSilence } from './silence-requests.ts';

export interface OutboxService {
  /** The newest open intent of an alarm. Asked for every row. */
  pendingFor(id: AlarmId): PendingIntent | null;
  counts(): { open: number; failed: number };
  list(limit: number): Intent[];
  /** @throws AppError when it is settled. */
  retry(id: string): Intent;
  /** @throws AppError when it is settled. */
  drop(id: string): Intent;
  acknowledge(ids: readonly AlarmId[], note: string): BulkAnswer;
  unacknowledge(ids: readonly AlarmId[]): BulkAnswer;
  previewSilence(input: {
    id: AlarmId;
    labels?: readonly string[] | undefined;
    durationMs: number;
  }): Promise<SilencePreview>;
  silence(input: NewSilence): Intent;
  resolve(ids: readonly AlarmId[], note: string): BulkAnswer;
  /** Open changes of this source's silences, by reference; the newest of each. */
  pendingSilences(sourceId: SourceId): ReadonlyMap<string, StoredIntent>;
  /** Whether this thing upstream is an acknowledgement of ours. */
  isHeld(sourceId: SourceId, upstreamRef: string): boolean;
  /** New silences of this source that its list cannot show yet. */
  newSilences(sourceId: SourceId): readonly StoredIntent[];
  /** @throws AppError */
  extendSilence(listed: ListedSilence, endsAt: Instant): Intent;
  /** @throws AppError */
  endSilence(listed: ListedSilence): Intent;
  /** Takes the end of a silence back: unsent, or by silencing again. @throws AppError */
  undoEnd(intentId: string): Intent;
  /** Does all that is due by now. The outbox does it by itself, too. */
  work(): Promise<void>;
  /** Takes up what an earlier run left. Before this, requests are stored and nothing is sent. */
  start(): void;
  stop(): Promise<void>;
}

const soonestLookMs = 1_000;
/** Clocks jump and machines sleep: while something is open, look now and then whatever the times say. */
const latestLookMs = 30_000;

/** Why an intent is not needed any more once its alarm has cleared, as far as anybody can know. */
function clearedReason({ order, state, attempts }: StoredIntent): string {
  const isMaybeSent = state === 'queued' && attempts > 0;
  if (order.kind === 'comment') {
    if (state === 'sent') return 'It was taken; the alarm cleared before it could be read back.';
    return isMaybeSent
      ? 'The alarm cleared. It may have arrived nevertheless; it is kept here.'
      : 'The alarm cleared. It is kept here.';
  }
  if (!isMaybeSent) return 'The alarm cleared.';
  return order.kind === 'resolve'
    ? 'The alarm cleared, by this or by itself.'
    : 'The alarm cleared. If it arrived nevertheless, it ends by itself.';
}

export function createOutbox(deps: OutboxDeps): OutboxService {
  const { db, clock, bus, windows, alarms, sources } = deps;
  const store = createOutboxStore(db);
  const ledger = createIntentLedger({ ...deps, store });
  const { open } = ledger;
  const held = createHeldAcknowledgements(db, store);
  const sourceName = (id: SourceId): string => sources.health(id)?.name ?? id;
  const history = createIntentHistory({ clock, alarms, sourceName });
  const requests = createRequests({ ...deps, ledger, held, history });
  const sender = createSender({
    ...deps,
    ledger,
    held,
    history,
    cleanUp: (sourceId, alarm, upstreamRef) => cleanUp(sourceId, [{ alarm, upstreamRef }]),
  });
  const preview = createSilencePreviews({ ...deps, requests });
  const silences = createSilenceRequests({ ...deps, ledger, history, ...requests });

  let timer: NodeJS.Timeout | null = null;
  let isRunning = false;
  const untell: (() => void)[] = [];

  /** Ends upstream what is left of alarms that cleared. */
  function cleanUp(
    sourceId: SourceId,
    ended: readonly { alarm: KnownAlarm; upstreamRef: string }[],
  ): void {
    ledger.add(
      { sourceId, order: { kind: 'unacknowledge', isCleanUp: true } },
      ended.map(({ alarm, upstreamRef }) => ({
        alarmId: alarm.id,
        title: `End the acknowledgement of ${plainText(alarm.title, 200)}, which cleared`,
        upstreamRef,
      })),
    );
  }

  function endHolds(cleared: ReadonlySet<AlarmId>): void {
    const { letGo, cleanUps } = held.endedBy(cleared);
    held.letGo(letGo);
    const bySource = Map.groupBy(cleanUps, ({ sourceId }) => sourceId);
    for (const [sourceId, holds] of bySource) {
      cleanUp(
        sourceId,
        holds.flatMap(({ alarmId, upstreamRef }) => {
          const alarm = alarms.get(alarmId);
          return alarm === undefined ? [] : [{ alarm, upstreamRef }];
        }),
      );
    }
  }

  /** Inside the transaction of the snapshot: what it shows settles intents, what cleared ends them. */
  function follow({ changes }: BusEvents['alarms.changed']): void {
    const shown: StoredIntent[] = [];
    const ended: StoredIntent[] = [];
    const cleared = new Set<AlarmId>();
    const doubted: AlarmId[] = [];
    const moved: AlarmId[] = [];
    for (const change of changes) {
      const { id, status } = change.alarm;
      if (change.kind !== 'changed' || change.before.status !== status) moved.push(id);
      if (change.kind === 'resolved') cleared.add(id);
      let isUndoing = false;
      for (const intent of open.ofAlarm(id)) {
        const { order, state } = intent;
        if (change.kind === 'resolved') {
          if (!endsWithAlarm({ kind: order.kind, isCleanUp: isCleanUp(order) })) continue;
          if (order.kind === 'resolve' && state === 'sent') shown.push(intent);
          else ended.push(intent);
          continue;
        }
        if (order.kind === 'unacknowledge') isUndoing = true;
        if (state !== 'sent' || isCleanUp(order)) continue;
        const isShown =
          (order.kind === 'acknowledge' && status === 'acknowledged') ||
          (order.kind === 'unacknowledge' && status === 'firing');
        if (isShown) shown.push(intent);
      }
      const isBack =
        change.kind === 'changed' && change.before.status === 'acknowledged' && status === 'firing';
      if (isBack && !isUndoing && held.of(id) !== undefined) doubted.push(id);
    }
    for (const [reason, intents] of Map.groupBy(ended, clearedReason)) {
      history.overtaken(ledger.change(intents, { type: 'overtaken', reason }));
    }
    sender.confirmed(ledger.change(shown, { type: 'confirmed' }));
    if (!held.isEmpty() && cleared.size > 0) endHolds(cleared);
    db.afterCommit(() => {
      for (const id of moved) open.endLingering(id);
      for (const id of doubted) sender.doubt(id);
      kick();
    });
  }

  /** In a turn of its own: whoever asked is answered first. */
  function kick(): void {
    if (!isRunning) return;
    if (open.counts.open === 0 && held.isEmpty() && open.nextLingeringEnd() === null) return;
    setImmediate(() => void work());
  }

  async function work(): Promise<void> {
    if (!isRunning) return;
    await sender.work();
    if (isRunning) schedule();
  }

  function schedule(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const now = clock.now();
    const times = [sender.nextAt(), open.nextLingeringEnd()].filter((at) => at !== null);
    if (times.length === 0 && open.counts.open === 0 && held.isEmpty()) return;
    const delay = Math.min(...times.map((at) => at - now), latestLookMs);
    timer = setTimeout(look, Math.max(delay, soonestLookMs));
    timer.unref();
  }

  /** Rows go with their source. */
  function reload(): void {
    ledger.reload();
    held.reload();
  }

  function look(): void {
    const ids = [...open.sourceIds(), ...new Set([...held.all()].map(({ sourceId }) => sourceId))];
    if (ids.some((id) => sources.health(id) === undefined)) reload();
    const ended = open.endLingeringBefore(clock.now());
    if (ended.length > 0) windows.changed('alarms', ended);
    void work();
  }

  function taken(intent: StoredIntent): Intent {
    kick();
    return toIntent(intent);
  }

  const openOne = (id: string): StoredIntent => {
    const intent = open.get(id);
    if (intent !== undefined) return intent;
    if (store.get(id) === undefined) throw notFound('This intent');
    throw new AppError('conflict', 'It is settled already.', { next: 'Go back to the list.' });
  };

  function drop(id: string): Intent {
    const intent = openOne(id);
    const [dropped] = db.transaction(() => {
      const changed = ledger.change([intent], { type: 'overtaken', reason: 'You gave it up.' });
      history.dropped(changed);
      return changed;
    });
    return toIntent(dropped ?? intent);
  }

  /** Those that were held when the program ended and whose alarm is over: their ends were lost with a failed write. */
  function endLeftovers(): void {
    const over = new Set<AlarmId>();
    for (const { alarmId } of held.all()) {
      if (alarms.get(alarmId)?.status === 'resolved') over.add(alarmId);
    }
    if (over.size > 0) db.transaction(() => endHolds(over));
  }

  return {
    pendingFor: (id) => open.pendingFor(id),
    counts: () => open.counts,

    list(limit) {
      const failed: StoredIntent[] = [];
      const waiting: StoredIntent[] = [];
      for (const intent of open.all()) (intent.state === 'failed' ? failed : waiting).push(intent);
      const shown = [...failed, ...waiting].slice(0, limit);
      return [...shown, ...store.settled(limit - shown.length)].map(toIntent);
    },

    retry(id) {
      const intent = openOne(id);
      const [retried] = db.transaction(() => {
        const changed = ledger.change([intent], { type: 'retried' });
        history.retried(changed);
        // A person who asks again knows more than our back-off: its source is fit, or about to be.
        db.afterCommit(() => {
          sender.wake(intent.sourceId);
          kick();
        });
        return changed;
      });
      return toIntent(retried ?? intent);
    },

    drop,

    acknowledge(ids, note) {
      const answer = requests.acknowledge(ids, note);
      kick();
      return answer;
    },

    unacknowledge(ids) {
      const answer = requests.unacknowledge(ids);
      kick();
      return answer;
    },

    previewSilence: preview,

    silence: (input) => taken(silences.silence(input)),

    resolve(ids, note) {
      const answer = requests.resolve(ids, note);
      kick();
      return answer;
    },

    pendingSilences(sourceId) {
      const byRef = new Map<string, StoredIntent>();
      for (const intent of open.ofSource(sourceId)) {
        const { order, upstreamRef } = intent;
        const isChange = order.kind === 'extend_silence' || order.kind === 'unsilence';
        if (isChange && upstreamRef !== null) byRef.set(upstreamRef, intent);
      }
      return byRef;
    },

    isHeld: (sourceId, upstreamRef) => held.under(sourceId, upstreamRef).length > 0,

    newSilences: (sourceId) =>
      [...open.ofSource(sourceId)].filter(({ order }) => order.kind === 'silence'),

    extendSilence: (listed, endsAt) => taken(silences.extend(listed, endsAt)),
    endSilence: (listed) => taken(silences.end(listed)),

    undoEnd(intentId) {
      const intent = open.get(intentId) ?? store.get(intentId);
      if (intent === undefined) throw notFound('This intent');
      if (intent.state === 'queued') {
        if (intent.attempts === 0) return drop(intentId);
        throw new AppError('conflict', 'Its end is on the way, and may have arrived.', {
          next: 'Wait until the source has answered.',
        });
      }
      if (intent.state === 'failed' || intent.state === 'overtaken') {
        throw new AppError('conflict', 'The silence was not ended.', { next: 'Look at the list.' });
      }
      return taken(silences.again(intent));
    },

    work,

    start() {
      isRunning = true;
      untell.push(
        bus.on('alarms.changed', follow),
        bus.on('source.changed', ({ sourceId, after }) => {
          if (after !== 'live') return;
          db.afterCommit(() => {
            sender.wake(sourceId);
            kick();
          });
        }),
        bus.on('alarm.noted', ({ alarmId, text }) => {
          requests.comment(alarmId, text);
          db.afterCommit(kick);
        }),
        bus.on('gap.ended', () => db.afterCommit(kick)),
        bus.on('sources.configured', () =>
          db.afterCommit(() => {
            setImmediate(() => {
              if (!isRunning) return;
              reload();
              kick();
            });
          }),
        ),
      );
      endLeftovers();
      kick();
    },

    async stop() {
      isRunning = false;
      for (const end of untell.splice(0)) end();
      if (timer !== null) clearTimeout(timer);
      timer = null;
      await sender.stop();
    },
  };
}
