/** Which open intents of a source go out together, and in which order. */
import type { AlarmId } from '../../preload/contract/common.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import type { ConnectorActions } from '../sources/connector.ts';
import { matchersKey } from '../sources/matchers.ts';
import type { StoredIntent } from './intent.ts';

/** Intents that one request to the upstream settles. */
export interface Unit {
  readonly kind: 'send' | 'confirm';
  readonly intents: readonly StoredIntent[];
  /** What an unacknowledge ends. */
  readonly upstreamRef: string | null;
}

export interface UnitContext {
  readonly actions: Pick<ConnectorActions, 'propose' | 'sharesAcknowledgements'>;
  alarm(id: AlarmId): KnownAlarm | undefined;
  heldRef(id: AlarmId): string | null;
  isDue(intent: StoredIntent): boolean;
  /** The matchers of an acknowledgement of this alarm; asked again and again. */
  matchersOf(alarm: KnownAlarm): string;
}

/** So much before the order is looked at again, and before the answers are stored. */
const mostUnits = 200;
const mostIntents = 500;

/** Remembers what was proposed for an alarm, as long as the alarm is the same object. */
export function rememberMatchers(
  actions: Pick<ConnectorActions, 'propose'>,
): (alarm: KnownAlarm) => string {
  const known = new WeakMap<KnownAlarm, string>();
  return (alarm) => {
    const found = known.get(alarm) ?? matchersKey(actions.propose(alarm).matchers);
    known.set(alarm, found);
    return found;
  };
}

/** One that holds several alarms is read back once. */
const isShared = ({ order, upstreamRef }: StoredIntent): boolean =>
  upstreamRef !== null && (order.kind === 'acknowledge' || order.kind === 'unacknowledge');

/** Of equal ones, the first must be answered before the next is sent. A new silence stands by itself. */
function queueOf({ order, alarmId, upstreamRef }: StoredIntent): string | null {
  switch (order.kind) {
    case 'silence':
      return null;
    case 'extend_silence':
    case 'unsilence':
      return `silence ${upstreamRef}`;
    case 'acknowledge':
    case 'unacknowledge':
    case 'comment':
    case 'resolve':
      return alarmId === null ? null : `alarm ${alarmId}`;
  }
}

/** Equal texts: the same request. Null: only itself. */
function contentOf(intent: StoredIntent, ref: string | null, context: UnitContext): string | null {
  const { order, alarmId } = intent;
  switch (order.kind) {
    case 'silence':
    case 'comment':
    case 'resolve':
    case 'extend_silence':
    case 'unsilence':
      return null;
    case 'unacknowledge':
      return ref === null ? null : JSON.stringify([order.isCleanUp, ref]);
    case 'acknowledge': {
      const alarm = alarmId === null ? undefined : context.alarm(alarmId);
      if (alarm === undefined || context.actions.sharesAcknowledgements !== true) return null;
      const { by, note, durationMs } = order;
      return JSON.stringify([by, note, durationMs, context.matchersOf(alarm)]);
    }
  }
}

/**
 * Intents for one alarm, and changes of one silence, go out in their order. What undoes goes before what does: a clean-up that ran beside a new
 * acknowledgement could end what that one relies on.
 */
export function collectUnits(intents: Iterable<StoredIntent>, context: UnitContext): Unit[] {
  const waiting = new Set<string>();
  const confirms = new Map<string, StoredIntent[]>();
  const sends = new Map<string, { intents: StoredIntent[]; lane: string; ref: string | null }>();
  for (const intent of intents) {
    const { state, order, alarmId, id } = intent;
    if (state === 'sent') {
      if (!context.isDue(intent)) continue;
      const shared =
        isShared(intent) && context.actions.sharesAcknowledgements === true
          ? JSON.stringify([order.kind, intent.upstreamRef])
          : id;
      push(confirms, shared, intent);
      continue;
    }
    if (state !== 'queued') continue;
    const queue = queueOf(intent);
    if (queue !== null) {
      if (waiting.has(queue)) continue;
      waiting.add(queue);
    }
    if (!context.isDue(intent)) continue;
    const ref =
      order.kind === 'unacknowledge' && !order.isCleanUp && alarmId !== null
        ? (context.heldRef(alarmId) ?? intent.upstreamRef)
        : intent.upstreamRef;
    const content = contentOf(intent, ref, context) ?? id;
    // Two attempts that began with different keys stay apart, and never go out side by side.
    const group = `${intent.key ?? ''}\n${content}`;
    const known = sends.get(group);
    if (known === undefined) sends.set(group, { intents: [intent], lane: content, ref });
    else known.intents.push(intent);
  }
  const units: Unit[] = [...confirms.values()].map((group) => ({
    kind: 'confirm',
    intents: group,
    upstreamRef: null,
  }));
  const undoes = [...sends.values()].filter(
    (group) => group.intents[0]?.order.kind === 'unacknowledge',
  );
  const lanes = new Set<string>();
  for (const { intents: group, lane, ref } of undoes.length > 0 ? undoes : sends.values()) {
    if (lanes.has(lane)) continue;
    lanes.add(lane);
    units.push({ kind: 'send', intents: group, upstreamRef: ref });
  }
  return firstOf(units);
}

function firstOf(units: readonly Unit[]): Unit[] {
  let intents = 0;
  const enough = units.findIndex((unit) => {
    intents += unit.intents.length;
    return intents >= mostIntents;
  });
  return units.slice(0, Math.min(mostUnits, enough === -1 ? units.length : enough + 1));
}

function push<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}
