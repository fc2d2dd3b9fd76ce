/**
 * Acknowledgements, messages, closing and quiet. One event per call: one unknown id makes Zabbix refuse a whole batch.
 *
 * Closing and suppressing are done by the server some seconds later, so they are confirmed by what the event says then.
 */
import { z } from 'zod';
import type { Matcher } from '../../../preload/contract/alarms.ts';
import { toMs } from '../../clock.ts';
import type { ActionReceipt, ConnectorActions, UpstreamAction } from '../connector.ts';
import { matchesAll } from '../matchers.ts';
import { hasMark, markedNote } from '../note-mark.ts';
import { oneLine } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { List, readable, WireEvent } from './parse.ts';
import type { ZabbixRpc } from './rpc.ts';
import { eventRef, maintenanceRef, toSilence, type Silences } from './silences.ts';
import { actionBits } from './to-alarm.ts';
import { dialectOf } from './version.ts';

const nearMs = 61_000;
/** 2,048 are allowed; the mark stands at the end. */
const longestMessage = 2_000;
const longestName = 80;

export interface ActionDeps {
  readonly rpc: ZabbixRpc;
  readonly silences: Silences;
  readonly serviceTags: readonly string[];
  /** Upstream clock minus ours. */
  readonly clockSkewMs: () => number;
}

type Target =
  | {
      readonly kind: 'host';
      readonly host: string;
      readonly tag: { tag: string; value: string } | null;
    }
  | { readonly kind: 'trigger'; readonly triggerId: string };

const rejected = (message: string, next: string): SourceError =>
  new SourceError('source.rejected', message, { next, isRetryable: false });

/** What these matchers name; null when it is nothing that Zabbix can keep quiet. Pure. */
export function targetOf(
  matchers: readonly Matcher[],
  serviceTags: readonly string[],
): Target | null {
  const isPlain = matchers.every(
    ({ value, isEqual, isRegex }) => isEqual && !isRegex && value !== '',
  );
  const valueOf = (name: string): string | undefined =>
    matchers.find((matcher) => matcher.name === name)?.value;
  const names = new Set(matchers.map(({ name }) => name));
  if (!isPlain || names.size !== matchers.length) return null;
  const triggerId = valueOf('triggerid');
  if (triggerId !== undefined) {
    return names.size === 1 && /^\d+$/.test(triggerId) ? { kind: 'trigger', triggerId } : null;
  }
  const host = valueOf('host');
  if (host === undefined || names.size > 2) return null;
  if (names.size === 1) return { kind: 'host', host, tag: null };
  const tag = serviceTags.find((name) => names.has(name));
  return tag === undefined ? null : { kind: 'host', host, tag: { tag, value: valueOf(tag) ?? '' } };
}

function eventIdOf(refs: Readonly<Record<string, unknown>>): string {
  const { eventid } = refs;
  if (typeof eventid === 'string' && /^\d+$/.test(eventid)) return eventid;
  throw rejected('It is not known which event this is about.', 'Do it in Zabbix itself.');
}

const message = (note: string, key: string, by: string, otherwise: string): string =>
  markedNote(
    note.trim().slice(0, longestMessage - by.length - 40) || otherwise,
    key,
    by.replaceAll(':', ' '),
  );

export function createActions(deps: ActionDeps): ConnectorActions {
  const { rpc, silences, serviceTags } = deps;

  /** By now; null when there is none with this id (any more). */
  async function eventNow(id: string, signal: AbortSignal): Promise<WireEvent | null> {
    const { acknowledgesOfEvents } = await rpc.dialect(signal);
    const params = {
      eventids: [id],
      output: 'extend',
      [acknowledgesOfEvents]: 'extend',
      selectSuppressionData: 'extend',
    };
    return readable(WireEvent, await rpc.call('event.get', params, List, signal))[0] ?? null;
  }

  async function openEvent(id: string, signal: AbortSignal): Promise<WireEvent> {
    const event = await eventNow(id, signal);
    if (event === null) {
      throw rejected('Zabbix does not know this problem (any more).', 'Look it up there.');
    }
    if (event.r_eventid !== '0') {
      throw rejected('Zabbix says that this problem is over.', 'Nothing to do: it clears.');
    }
    return event;
  }

  const act = (
    id: string,
    bits: number,
    more: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<unknown> =>
    rpc.call('event.acknowledge', { eventids: [id], action: bits, ...more }, z.unknown(), signal);

  const isSaid = (event: WireEvent, key: string): boolean =>
    event.acknowledges.some((one) => hasMark(one.message, key));

  /** Until when it is suppressed by hand, in ms of the server; null when it is not. */
  function suppressedUntil(event: WireEvent): number | null {
    const byHand = event.suppression_data.find(({ maintenanceid }) => maintenanceid === '0');
    if (byHand === undefined) return null;
    return byHand.suppress_until === 0 ? Number.POSITIVE_INFINITY : byHand.suppress_until * 1_000;
  }

  const serverEnd = (endsAt: string): number => toMs(endsAt) + deps.clockSkewMs();

  async function suppress(id: string, endMs: number, text: string | null, signal: AbortSignal) {
    const event = await openEvent(id, signal);
    const until = suppressedUntil(event);
    if (until !== null && Math.abs(until - endMs) < nearMs) return;
    await act(
      id,
      actionBits.suppress | (text === null ? 0 : actionBits.message),
      { suppress_until: Math.ceil(endMs / 1_000), ...(text === null ? {} : { message: text }) },
      signal,
    );
  }

  /** The open problems of a trigger. */
  async function problemsOf(triggerId: string, signal: AbortSignal): Promise<readonly WireEvent[]> {
    const params = { objectids: [triggerId], source: 0, object: 0, output: ['eventid'] };
    return readable(WireEvent, await rpc.call('problem.get', params, List, signal));
  }

  async function silence(
    action: Extract<UpstreamAction, { kind: 'silence' }>,
    key: string,
    signal: AbortSignal,
  ): Promise<ActionReceipt> {
    const target = targetOf(action.matchers, serviceTags);
    if (target === null) {
      throw rejected(
        'Zabbix keeps one host quiet, or one service of it, or one problem.',
        'Choose host, host and a tag of the service, or triggerid.',
      );
    }
    const endMs = serverEnd(action.endsAt);
    const text = message(action.note, key, action.by, 'silenced');
    if (target.kind === 'trigger') {
      const { hasSuppress } = await rpc.dialect(signal);
      if (!hasSuppress) {
        throw rejected('Zabbix suppresses single problems from 6.2 on.', 'Choose the host.');
      }
      const problems = await problemsOf(target.triggerId, signal);
      const [first] = problems;
      if (first === undefined) {
        throw rejected('Zabbix says that this problem is over.', 'Nothing to do: it clears.');
      }
      for (const { eventid } of problems) await suppress(eventid, endMs, text, signal);
      return { upstreamRef: eventRef(first.eventid), expiresAt: null };
    }
    const name = markedNote(oneLine(action.note).slice(0, longestName) || 'silenced', key);
    const known = await silences.byName(name, signal);
    const id =
      known?.maintenanceid ??
      (await silences.create({ ...target, name, description: text, endMs }, signal));
    return { upstreamRef: maintenanceRef(id), expiresAt: null };
  }

  const splitRef = (ref: string): { kind: string; id: string } => {
    const [kind = '', id = ''] = ref.split(':', 2);
    return { kind, id };
  };

  async function change(
    ref: string,
    endsAt: string | null,
    signal: AbortSignal,
  ): Promise<ActionReceipt> {
    const receipt = { upstreamRef: ref, expiresAt: null };
    const { kind, id } = splitRef(ref);
    if (kind === 'event') {
      if (endsAt !== null) {
        await suppress(id, serverEnd(endsAt), null, signal);
        return receipt;
      }
      const event = await eventNow(id, signal);
      if (event !== null && event.r_eventid === '0' && suppressedUntil(event) !== null) {
        await act(id, actionBits.unsuppress, {}, signal);
      }
      return receipt;
    }
    const maintenance = await silences.byId(id, signal);
    if (maintenance === null) {
      if (endsAt === null) return receipt;
      throw rejected('There is no such maintenance any more.', 'Make a new one from the alarm.');
    }
    if (endsAt === null) await silences.remove(maintenance, signal);
    else await silences.extend(maintenance, serverEnd(endsAt), signal);
    return receipt;
  }

  async function isChanged(ref: string, endsAt: string | null, signal: AbortSignal) {
    const { kind, id } = splitRef(ref);
    if (kind === 'event') {
      const event = await eventNow(id, signal);
      const until = event === null || event.r_eventid !== '0' ? null : suppressedUntil(event);
      if (endsAt === null) return until === null;
      return until !== null && Math.abs(until - serverEnd(endsAt)) < nearMs;
    }
    const maintenance = await silences.byId(id, signal);
    if (endsAt === null) return maintenance === null;
    if (maintenance === null) return false;
    const end = toMs(toSilence(maintenance, 0).endsAt);
    return Math.abs(end - serverEnd(endsAt)) < nearMs;
  }

  async function send(
    action: UpstreamAction,
    key: string,
    signal: AbortSignal,
  ): Promise<ActionReceipt> {
    const done = { upstreamRef: null, expiresAt: null };
    switch (action.kind) {
      case 'acknowledge': {
        const id = eventIdOf(action.refs);
        const event = await openEvent(id, signal);
        if (event.acknowledged === true) return done;
        const text = message(action.note, key, action.by, 'seen');
        await act(id, actionBits.acknowledge | actionBits.message, { message: text }, signal);
        return done;
      }
      case 'unacknowledge': {
        const id = eventIdOf(action.refs);
        const event = await openEvent(id, signal);
        if (event.acknowledged === true) await act(id, actionBits.unacknowledge, {}, signal);
        return done;
      }
      case 'comment': {
        const id = eventIdOf(action.refs);
        const event = await openEvent(id, signal);
        if (isSaid(event, key)) return { ...done, upstreamRef: key };
        const text = message(action.note, key, action.by, 'comment');
        await act(id, actionBits.message, { message: text }, signal);
        return { ...done, upstreamRef: key };
      }
      case 'resolve': {
        const id = eventIdOf(action.refs);
        const event = await eventNow(id, signal);
        if (event === null || event.r_eventid !== '0' || isSaid(event, key)) return done;
        const text = message(action.note, key, action.by, 'closed');
        try {
          await act(id, actionBits.close | actionBits.message, { message: text }, signal);
        } catch (error) {
          if (!(error instanceof SourceError) || !/manual clos/i.test(error.message)) throw error;
          throw rejected(
            'The trigger of this problem does not allow closing it by hand.',
            'Switch on "Allow manual close" in the trigger, or mend the cause: it then closes by itself.',
          );
        }
        return done;
      }
      case 'silence':
        return silence(action, key, signal);
      case 'extend_silence':
        return change(action.upstreamRef, action.endsAt, signal);
      case 'unsilence':
        return change(action.upstreamRef, null, signal);
    }
  }

  return {
    kinds: new Set([
      'acknowledge',
      'unacknowledge',
      'silence',
      'extend_silence',
      'unsilence',
      'comment',
      'resolve',
    ]),

    /** What there is before the first answer is what every version has. */
    get silenceScopes() {
      const version = rpc.known();
      const isSingle = version !== null && dialectOf(version).hasSuppress;
      return [
        ['host'],
        ...serviceTags.map((tag) => ['host', tag]),
        ...(isSingle ? [['triggerid']] : []),
      ];
    },

    acknowledgeEffect:
      'Acknowledges the problem in Zabbix, with your note, for everybody. It lasts until the problem is over; actions that ask for unacknowledged problems stop.',

    propose({ labels }) {
      const version = rpc.known();
      const isSingle = version !== null && dialectOf(version).hasSuppress;
      const tag = serviceTags.find((name) => (labels[name] ?? '') !== '');
      const names = isSingle ? ['triggerid'] : ['host', ...(tag === undefined ? [] : [tag])];
      return {
        matchers: names.flatMap((name) => {
          const value = labels[name] ?? '';
          return value === '' ? [] : [{ name, value, isEqual: true, isRegex: false }];
        }),
        volatileLabels: [],
      };
    },

    matches: matchesAll,
    send,

    async confirm(action, receipt, signal) {
      switch (action.kind) {
        case 'acknowledge':
          return (await eventNow(eventIdOf(action.refs), signal))?.acknowledged === true;
        case 'unacknowledge':
          return (await eventNow(eventIdOf(action.refs), signal))?.acknowledged === false;
        case 'comment': {
          const event = await eventNow(eventIdOf(action.refs), signal);
          return (
            event !== null && receipt.upstreamRef !== null && isSaid(event, receipt.upstreamRef)
          );
        }
        case 'resolve': {
          const event = await eventNow(eventIdOf(action.refs), signal);
          return event === null || event.r_eventid !== '0';
        }
        case 'silence':
          return (
            receipt.upstreamRef !== null && isChanged(receipt.upstreamRef, action.endsAt, signal)
          );
        case 'extend_silence':
          return isChanged(action.upstreamRef, action.endsAt, signal);
        case 'unsilence':
          return isChanged(action.upstreamRef, null, signal);
      }
    },

    extend: (_action, receipt) => Promise.resolve(receipt),
    silences: (signal) => silences.list(signal),
  };
}
