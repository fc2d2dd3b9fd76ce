/**
 * Acknowledgements, downtimes and comments. Checkmk hands a command to its core and says no more than that; so each looks
 * first, carries a mark, and is read back.
 */
import type { Matcher } from '../../../preload/contract/alarms.ts';
import { toInstant, toMs, type Clock } from '../../clock.ts';
import type {
  ActionReceipt,
  ConnectorActions,
  UpstreamAction,
  UpstreamSilence,
} from '../connector.ts';
import { proposeObject } from '../object-scope.ts';
import { matchesAll } from '../matchers.ts';
import { hasMark, markedNote, withoutMark } from '../note-mark.ts';
import { createSettlingWrites } from '../settling-writes.ts';
import { SourceError, unsupported } from '../source-error.ts';
import type { CheckmkApi } from './api.ts';
import { extensionsOf, type Target, type WireDowntime, WireState } from './parse.ts';

const startEarlierMs = 60_000;
const nearMs = 61_000;
/** A receipt that names a downtime by its mark: its id is not known yet. */
const byMark = 'mark:';

export interface ActionDeps {
  readonly clock: Clock;
  readonly api: CheckmkApi;
  /** The site that answers at this address. */
  readonly site: (signal: AbortSignal) => Promise<string>;
  /** Upstream clock minus ours. */
  readonly clockSkewMs: () => number;
}

const matcher = (name: string, value: string): Matcher => ({
  name,
  value,
  isEqual: true,
  isRegex: false,
});

/** The object that these matchers name; null when they name none, or more than one. */
export function targetOf(matchers: readonly Matcher[]): Target | null {
  const valueOf = (name: string): string | null =>
    matchers.find((one) => one.name === name && one.isEqual && !one.isRegex && one.value !== '')
      ?.value ?? null;
  const host = valueOf('host');
  const service = valueOf('service');
  if (host === null || matchers.length !== (service === null ? 1 : 2)) return null;
  return { host, service };
}

function aboutOf({ host, service }: Readonly<Record<string, unknown>>): Target {
  const isKnown = typeof host === 'string' && host !== '';
  if (isKnown && (service === null || (typeof service === 'string' && service !== ''))) {
    return { host, service };
  }
  throw new SourceError('source.rejected', 'It is not known which host or service this is about.', {
    next: 'Do it in Checkmk itself.',
    isRetryable: false,
  });
}

const targetOfDowntime = ({ extensions }: WireDowntime): Target => ({
  host: extensions.host_name,
  service: extensions.service_description || null,
});

function isSameTarget(a: Target, b: Target): boolean {
  return a.host === b.host && a.service === b.service;
}

const isNamed =
  (ref: string) =>
  (downtime: WireDowntime): boolean =>
    ref.startsWith(byMark)
      ? hasMark(downtime.extensions.comment, ref.slice(byMark.length))
      : downtime.id === ref;

const endsNear = (downtime: WireDowntime, endMs: number): boolean =>
  Math.abs(toMs(downtime.extensions.end_time) - endMs) < nearMs;

export function createActions(deps: ActionDeps): ConnectorActions {
  const { api, clock } = deps;
  const once = createSettlingWrites(clock);
  const upstreamNow = (): number => clock.now() + deps.clockSkewMs();

  /** The state of one object, as far as actions need it. */
  async function look(
    target: Target,
    signal: AbortSignal,
  ): Promise<{ isWell: boolean; isAcknowledged: boolean; comments: readonly string[] }> {
    const isHost = target.service === null;
    const named = { op: '=', left: isHost ? 'name' : 'host_name', right: target.host } as const;
    const { rows } = await api.rows(
      isHost ? 'host' : 'service',
      {
        query: isHost
          ? named
          : {
              op: 'and',
              expr: [named, { op: '=', left: 'description', right: target.service ?? '' }],
            },
        columns: Object.keys(WireState.shape),
        site: null,
      },
      signal,
    );
    const parsed = WireState.safeParse(extensionsOf(rows[0]));
    if (!parsed.success) {
      throw new SourceError(
        'source.rejected',
        'Checkmk shows no such host or service (any more).',
        {
          next: 'Look for it in Checkmk itself.',
          isRetryable: false,
        },
      );
    }
    const { state, acknowledged, comments_with_info: comments } = parsed.data;
    return {
      isWell: state === 0,
      isAcknowledged: acknowledged > 0,
      comments: comments.map(([, , text]) => text),
    };
  }

  async function schedule(
    target: Target,
    wish: { readonly endMs: number; readonly comment: string },
    signal: AbortSignal,
  ): Promise<void> {
    const now = upstreamNow();
    if (wish.endMs <= now) {
      throw new SourceError('source.rejected', 'A downtime that ends in the past does nothing.', {
        next: 'Choose a later end.',
        isRetryable: false,
      });
    }
    const second = (ms: number): string =>
      toInstant(Math.floor(ms / 1_000) * 1_000).replace('.000Z', 'Z');
    const span = {
      from: second(now - startEarlierMs),
      until: second(wish.endMs),
      comment: wish.comment,
    };
    await api.scheduleDowntime(target, span, signal);
  }

  async function remove(downtime: WireDowntime, signal: AbortSignal): Promise<void> {
    const site = downtime.extensions.site_id || (await deps.site(signal));
    await api.removeDowntime(downtime.id, site, signal);
  }

  async function silence(
    action: Extract<UpstreamAction, { kind: 'silence' }>,
    key: string,
    signal: AbortSignal,
  ): Promise<void> {
    const target = targetOf(action.matchers);
    if (target === null) {
      throw new SourceError(
        'source.rejected',
        'A downtime in Checkmk is for one host, or for one service of a host.',
        { next: 'Choose the host, or host and service.', isRetryable: false },
      );
    }
    const known = await api.downtimes(target.host, signal);
    if (known.some(isNamed(`${byMark}${key}`))) return;
    const endMs = toMs(action.endsAt) + deps.clockSkewMs();
    const comment = markedNote(action.note || 'silenced', key, action.by);
    await schedule(target, { endMs, comment }, signal);
  }

  /** Not every version can move an end: another downtime takes over, and the old one goes. */
  async function extend(
    action: Extract<UpstreamAction, { kind: 'extend_silence' }>,
    key: string,
    signal: AbortSignal,
  ): Promise<void> {
    const all = await api.downtimes(null, signal);
    const old = all.find(isNamed(action.upstreamRef));
    const successor = all.find(isNamed(`${byMark}${key}`));
    if (old === undefined) {
      if (successor !== undefined) return;
      throw new SourceError('source.rejected', 'This downtime is over already.', {
        next: 'Make a new one from the alarm.',
        isRetryable: false,
      });
    }
    if (successor === undefined) {
      const endMs = toMs(action.endsAt) + deps.clockSkewMs();
      const comment = markedNote(withoutMark(old.extensions.comment) || 'silenced', key);
      await schedule(targetOfDowntime(old), { endMs, comment }, signal);
    }
    await remove(old, signal);
  }

  async function sendNow(
    action: UpstreamAction,
    key: string,
    signal: AbortSignal,
  ): Promise<ActionReceipt> {
    const receipt = { upstreamRef: key, expiresAt: null };
    switch (action.kind) {
      case 'acknowledge': {
        const target = aboutOf(action.refs);
        const { isWell, isAcknowledged } = await look(target, signal);
        if (isWell) {
          throw new SourceError('source.rejected', 'Checkmk says that it is fine again.', {
            next: 'Nothing to do: it clears with the next poll.',
            isRetryable: false,
          });
        }
        if (!isAcknowledged) {
          await api.acknowledge(target, markedNote(action.note || 'seen', key, action.by), signal);
        }
        return receipt;
      }
      case 'unacknowledge':
        // Also when none shows: one may be on its way, and removing none does no harm.
        await api.unacknowledge(aboutOf(action.refs), signal);
        return receipt;
      case 'comment': {
        const target = aboutOf(action.refs);
        const { comments } = await look(target, signal);
        if (!comments.some((text) => hasMark(text, key))) {
          await api.comment(target, markedNote(action.note, key, action.by), signal);
        }
        return receipt;
      }
      case 'silence':
        await silence(action, key, signal);
        return { upstreamRef: `${byMark}${key}`, expiresAt: null };
      case 'extend_silence':
        await extend(action, key, signal);
        return { upstreamRef: `${byMark}${key}`, expiresAt: null };
      case 'unsilence': {
        const old = (await api.downtimes(null, signal)).find(isNamed(action.upstreamRef));
        if (old !== undefined) await remove(old, signal);
        return receipt;
      }
      case 'resolve':
        throw unsupported('Checkmk', action.kind);
    }
  }

  function toUpstream(downtime: WireDowntime): UpstreamSilence {
    const { author, comment, start_time: startsAt, end_time: endsAt } = downtime.extensions;
    const { host, service } = targetOfDowntime(downtime);
    const now = upstreamNow();
    const isPending = toMs(startsAt) > now;
    return {
      id: downtime.id,
      matchers: [matcher('host', host), ...(service === null ? [] : [matcher('service', service)])],
      createdBy: author,
      comment: withoutMark(comment),
      startsAt,
      endsAt,
      state: toMs(endsAt) <= now ? 'expired' : isPending ? 'pending' : 'active',
      scope:
        service === null
          ? `downtime of host ${host} and all its services`
          : `downtime of ${service} on ${host}`,
    };
  }

  return {
    kinds: new Set([
      'acknowledge',
      'unacknowledge',
      'silence',
      'extend_silence',
      'unsilence',
      'comment',
    ]),

    silenceScopes: [['host'], ['host', 'service']],

    acknowledgeEffect:
      'Acknowledges it in Checkmk until it is fine again: its contacts hear nothing more of it.',

    propose: ({ labels }) => proposeObject(labels, ['host', 'service']),

    matches: matchesAll,

    send: (action, key, signal) => once(key, () => sendNow(action, key, signal)),

    async confirm(action, receipt, signal) {
      const ref = receipt.upstreamRef ?? '';
      switch (action.kind) {
        case 'acknowledge':
        case 'unacknowledge': {
          const { isAcknowledged } = await look(aboutOf(action.refs), signal);
          return isAcknowledged === (action.kind === 'acknowledge');
        }
        case 'comment': {
          const { comments } = await look(aboutOf(action.refs), signal);
          return comments.some((text) => hasMark(text, ref));
        }
        case 'silence': {
          const target = targetOf(action.matchers);
          if (target === null) return false;
          const known = await api.downtimes(target.host, signal);
          return known.some(
            (one) => isNamed(ref)(one) && isSameTarget(targetOfDowntime(one), target),
          );
        }
        case 'extend_silence': {
          const all = await api.downtimes(null, signal);
          const endMs = toMs(action.endsAt) + deps.clockSkewMs();
          const isMade = all.some((one) => isNamed(ref)(one) && endsNear(one, endMs));
          return isMade && !all.some(isNamed(action.upstreamRef));
        }
        case 'unsilence':
          return !(await api.downtimes(null, signal)).some(isNamed(action.upstreamRef));
        case 'resolve':
          return false;
      }
    },

    // Nothing here runs out by itself.
    extend: async (_action, receipt) => receipt,

    async silences(signal) {
      return (await api.downtimes(null, signal))
        .map(toUpstream)
        .filter(({ state }) => state !== 'expired');
    },
  };
}
