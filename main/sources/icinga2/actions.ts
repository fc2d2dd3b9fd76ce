/**
 * Acknowledgements, downtimes and comments. Each names exactly one object, looks before it writes what could double, and is
 * written after the one before: older versions could deadlock on two at once.
 */
import { toMs, type Clock } from '../../clock.ts';
import type { ActionReceipt, ConnectorActions, UpstreamAction } from '../connector.ts';
import { proposeObject } from '../object-scope.ts';
import { matchesAll } from '../matchers.ts';
import { hasMark, markedNote, withoutMark } from '../note-mark.ts';
import { SourceError, unsupported } from '../source-error.ts';
import { mayNot, type Done, type Icinga2Api } from './api.ts';
import { coversServices, isChild, scopeOf, silenceScopes, toSilence } from './downtimes.ts';
import type { WireDowntime } from './parse.ts';
import { objectNamed, partsOf, targetOf, type Target } from './target.ts';

/** A start in its future would keep nothing quiet yet. */
const startEarlierMs = 60_000;
const nearMs = 61_000;

export interface ActionDeps {
  readonly api: Icinga2Api;
  readonly clock: Clock;
  readonly isAckNotified: boolean;
  /** Upstream clock minus ours. */
  readonly clockSkewMs: () => number;
}

const isDone = ({ code }: Done): boolean => code >= 200 && code < 300;

const receipt = (upstreamRef: string | null): ActionReceipt => ({ upstreamRef, expiresAt: null });

const refused = (done: Done): SourceError =>
  new SourceError('source.rejected', `Icinga refused it: ${done.text || `code ${done.code}`}`, {
    next: 'Look at the object in Icinga Web.',
  });

const isGone = (what: string): SourceError =>
  new SourceError('source.rejected', `Icinga knows no such ${what} any more.`, {
    next: 'There is nothing left to do.',
  });

export function createActions(deps: ActionDeps): ConnectorActions {
  const { api, clock } = deps;
  const upstreamNow = (): number => clock.now() + deps.clockSkewMs();
  let tail: Promise<unknown> = Promise.resolve();

  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = tail.then(work, work);
    tail = mine.catch(() => undefined);
    return mine;
  }

  /** "No objects found." is also what a user without the permission reads. */
  async function notFound(
    action: string,
    target: Target,
    signal: AbortSignal,
  ): Promise<SourceError> {
    const isThere =
      target.kind === 'downtime'
        ? (await api.downtimes(signal)).some(({ name }) => name === target.name)
        : (await api.object(target, signal)) !== null;
    return isThere ? mayNot(`do this (${action})`, `actions/${action}`) : isGone(target.kind);
  }

  async function act(
    action: string,
    target: Target,
    fields: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<Done> {
    const done = await api.act(action, target, fields, signal);
    if (done.code === 404) throw await notFound(action, target, signal);
    return done;
  }

  async function acknowledge(
    action: Extract<UpstreamAction, { kind: 'acknowledge' }>,
    signal: AbortSignal,
  ): Promise<ActionReceipt> {
    const target = targetOf(action.externalId);
    const done = await act(
      'acknowledge-problem',
      target,
      {
        author: action.by,
        comment: action.note.trim() || 'seen',
        sticky: false,
        notify: deps.isAckNotified,
      },
      signal,
    );
    if (isDone(done)) return receipt(target.name);
    const now = await api.object(target, signal);
    if (now?.isAcknowledged === true) return receipt(target.name);
    if (now?.state === 0) {
      throw new SourceError('source.rejected', 'It has recovered meanwhile.', {
        next: 'There is nothing left to do.',
      });
    }
    throw refused(done);
  }

  async function comment(
    action: Extract<UpstreamAction, { kind: 'comment' }>,
    key: string,
    signal: AbortSignal,
  ): Promise<ActionReceipt> {
    const target = targetOf(action.externalId);
    const before = (await api.commentsOf(target.name, signal)).find(({ attrs }) =>
      hasMark(attrs.text, key),
    );
    if (before !== undefined) return receipt(before.name);
    const fields = { author: action.by, comment: markedNote(action.note, key) };
    const done = await act('add-comment', target, fields, signal);
    if (!isDone(done)) throw refused(done);
    return receipt(done.name);
  }

  interface Wanted {
    readonly target: Target;
    readonly by: string;
    readonly note: string;
    readonly endsAtMs: number;
    readonly hasServices: boolean;
    /** Of a flexible one: seconds. */
    readonly flexibleFor: number | null;
  }

  const markedDowntime = async (
    host: string,
    key: string,
    signal: AbortSignal,
  ): Promise<WireDowntime | undefined> =>
    (await api.downtimesOfHost(host, signal)).find(
      (downtime) => !isChild(downtime) && hasMark(downtime.attrs.comment, key),
    );

  async function schedule(
    wanted: Wanted,
    key: string,
    signal: AbortSignal,
  ): Promise<ActionReceipt> {
    const { target, flexibleFor } = wanted;
    const before = await markedDowntime(partsOf(target.name).host, key, signal);
    if (before !== undefined) return receipt(before.name);
    const done = await act(
      'schedule-downtime',
      target,
      {
        author: wanted.by,
        comment: markedNote(wanted.note.trim() || 'silenced', key),
        start_time: Math.floor((upstreamNow() - startEarlierMs) / 1_000),
        end_time: Math.ceil(wanted.endsAtMs / 1_000),
        ...(flexibleFor === null ? { fixed: true } : { fixed: false, duration: flexibleFor }),
        ...(target.kind === 'host' ? { all_services: wanted.hasServices } : {}),
      },
      signal,
    );
    if (!isDone(done)) throw refused(done);
    return receipt(done.name);
  }

  /** Together with those of the services that came with it: only newer versions do so by themselves. */
  async function end(name: string, signal: AbortSignal): Promise<void> {
    const all = await api.downtimes(signal);
    const found = all.find((downtime) => downtime.name === name);
    if (found === undefined) return;
    if (found.attrs.config_owner !== '') {
      throw new SourceError(
        'source.rejected',
        'This downtime comes from a schedule in the configuration of Icinga, which would make it again.',
        { next: 'Change its ScheduledDowntime.' },
      );
    }
    const done = await act('remove-downtime', { kind: 'downtime', name }, {}, signal);
    if (!isDone(done)) throw refused(done);
    for (const left of await api.downtimesOfHost(found.attrs.host_name, signal)) {
      if (left.attrs.parent !== name) continue;
      await api.act('remove-downtime', { kind: 'downtime', name: left.name }, {}, signal);
    }
  }

  /** Icinga moves no ends: a longer one is made before the other goes, so that nothing is heard in between. */
  async function extend(
    action: Extract<UpstreamAction, { kind: 'extend_silence' }>,
    key: string,
    signal: AbortSignal,
  ): Promise<ActionReceipt> {
    const all = await api.downtimes(signal);
    const old = all.find(({ name }) => name === action.upstreamRef);
    const made = all.find((one) => !isChild(one) && hasMark(one.attrs.comment, key));
    if (old === undefined) {
      if (made !== undefined) return receipt(made.name);
      throw new SourceError('source.rejected', 'This downtime is over already.', {
        next: 'Make a new one from the alarm.',
      });
    }
    if (made?.name === old.name) return receipt(old.name);
    const { attrs } = old;
    const { host_name: host, service_name: service } = attrs;
    const longer = await schedule(
      {
        target: objectNamed(service === '' ? host : `${host}!${service}`),
        by: attrs.author,
        note: withoutMark(attrs.comment),
        endsAtMs: toMs(action.endsAt) + deps.clockSkewMs(),
        hasServices: coversServices(old, all),
        flexibleFor: attrs.fixed ? null : attrs.duration,
      },
      key,
      signal,
    );
    await end(old.name, signal);
    return longer;
  }

  async function send(
    action: UpstreamAction,
    key: string,
    signal: AbortSignal,
  ): Promise<ActionReceipt> {
    switch (action.kind) {
      case 'acknowledge':
        return acknowledge(action, signal);
      case 'unacknowledge': {
        const target = targetOf(action.externalId);
        const done = await act('remove-acknowledgement', target, {}, signal);
        if (!isDone(done)) throw refused(done);
        return receipt(target.name);
      }
      case 'comment':
        return comment(action, key, signal);
      case 'silence':
        return schedule(
          {
            target: scopeOf(action.matchers),
            by: action.by,
            note: action.note,
            endsAtMs: toMs(action.endsAt) + deps.clockSkewMs(),
            hasServices: true,
            flexibleFor: null,
          },
          key,
          signal,
        );
      case 'extend_silence':
        return extend(action, key, signal);
      case 'unsilence':
        await end(action.upstreamRef, signal);
        return receipt(action.upstreamRef);
      case 'resolve':
        throw unsupported('Icinga', action.kind);
    }
  }

  return {
    kinds: new Set([
      'acknowledge',
      'unacknowledge',
      'comment',
      'silence',
      'extend_silence',
      'unsilence',
    ]),

    silenceScopes,

    acknowledgeEffect:
      'Icinga stops notifying about this problem until its state changes or it recovers. Everybody sees the acknowledgement with your name and note.',

    propose: ({ labels }) => proposeObject(labels, silenceScopes[1]),

    matches: matchesAll,

    send: (action, key, signal) => inTurn(() => send(action, key, signal)),

    async confirm(action, { upstreamRef }, signal) {
      switch (action.kind) {
        case 'acknowledge':
        case 'unacknowledge': {
          const now = await api.object(targetOf(action.externalId), signal);
          const isWanted = action.kind === 'acknowledge';
          return now === null ? !isWanted : now.isAcknowledged === isWanted;
        }
        case 'comment': {
          const { name } = targetOf(action.externalId);
          return (await api.commentsOf(name, signal)).some((one) => one.name === upstreamRef);
        }
        case 'silence':
        case 'extend_silence': {
          const all = await api.downtimes(signal);
          const found = all.find(({ name }) => name === upstreamRef);
          if (found === undefined) return false;
          const endsAtMs = toMs(action.endsAt) + deps.clockSkewMs();
          const isOldGone =
            action.kind === 'silence' ||
            action.upstreamRef === upstreamRef ||
            !all.some(({ name }) => name === action.upstreamRef);
          return isOldGone && Math.abs(found.attrs.end_time * 1_000 - endsAtMs) < nearMs;
        }
        case 'unsilence':
          return !(await api.downtimes(signal)).some(({ name }) => name === action.upstreamRef);
        case 'resolve':
          return false;
      }
    },

    // Nothing here runs out by itself before its time.
    extend: async (_action, before) => before,

    async silences(signal) {
      const all = await api.downtimes(signal);
      return all
        .filter((downtime) => !isChild(downtime))
        .map((downtime) => toSilence(downtime, all, upstreamNow(), deps.clockSkewMs()))
        .filter(({ state }) => state !== 'expired');
    },
  };
}
