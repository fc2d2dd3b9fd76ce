/**
 * Silences are Alertmanager's only verb. An acknowledgement is a short one with our mark, prolonged while the alarm
 * lasts; a silence is one with an end that a person chose.
 */
import { toInstant, toMs, type Clock } from '../../clock.ts';
import type {
  ActionReceipt,
  ConnectorActions,
  UpstreamAction,
  UpstreamSilence,
} from '../connector.ts';
import { matchersKey, matchesAll, proposeMatchers } from '../matchers.ts';
import { SourceError, unsupported } from '../source-error.ts';
import type { AlertmanagerApi, SilenceToSend } from './api.ts';
import type { WireSilence } from './parse.ts';
import { isAcknowledgement } from './to-alarm.ts';

/** A start in the past is moved to the server's now; one in its future would silence nothing yet. */
const startEarlierMs = 120_000;
/** While this young, our picture of the silences is good enough to look for one we made before. */
const freshMs = 10_000;
const mark = '[nightdesk]';

export interface ActionDeps {
  readonly clock: Clock;
  /** The address that answered last comes first. */
  readonly apis: () => readonly AlertmanagerApi[];
  /** Upstream clock minus ours. */
  readonly clockSkewMs: () => number;
  /** Ids of the silences that covered this alarm at the last poll; null when it was not in it. */
  readonly silencedBy: (externalId: string) => readonly string[] | null;
}

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

export function commentOf(action: { kind: 'acknowledge' | 'silence'; note: string }): string {
  const note = oneLine(action.note);
  const start = action.kind === 'acknowledge' ? 'ACK! ' : '';
  const text = note === '' ? (action.kind === 'acknowledge' ? 'seen' : 'silenced') : note;
  return `${start}${text} ${mark}`;
}

const toUpstream = (silence: WireSilence): UpstreamSilence => ({
  id: silence.id,
  matchers: silence.matchers,
  createdBy: silence.createdBy,
  comment: silence.comment,
  startsAt: toInstant(toMs(silence.startsAt)),
  endsAt: toInstant(toMs(silence.endsAt)),
  state: silence.status.state,
});

export function createActions(deps: ActionDeps): ConnectorActions {
  const { clock } = deps;
  /** What we know to exist upstream, by matchers and comment. Spares a bulk acknowledgement a full list per alarm. */
  let known: { at: number; byKey: Map<string, UpstreamSilence> } | null = null;

  /** Asks one member after the other: silences spread through the cluster by themselves. */
  async function anywhere<Result>(ask: (api: AlertmanagerApi) => Promise<Result>): Promise<Result> {
    let failure: unknown = null;
    for (const api of deps.apis()) {
      try {
        return await ask(api);
      } catch (error) {
        // Another member would refuse it likewise, and a login tried everywhere locks the account sooner.
        if (!(error instanceof SourceError) || error.code !== 'source.unreachable') throw error;
        failure ??= error;
      }
    }
    throw failure;
  }

  const upstreamNow = (): number => clock.now() + deps.clockSkewMs();
  const keyOf = (silence: Pick<UpstreamSilence, 'matchers' | 'comment'>): string =>
    `${silence.comment}\n${matchersKey(silence.matchers)}`;

  async function readSilences(signal: AbortSignal): Promise<readonly UpstreamSilence[]> {
    const all = (await anywhere((api) => api.silences(signal))).map(toUpstream);
    const living = all.filter((silence) => silence.state === 'active');
    known = {
      at: clock.monotonic(),
      byKey: new Map(living.map((silence) => [keyOf(silence), silence])),
    };
    return all;
  }

  async function post(silence: SilenceToSend, signal: AbortSignal): Promise<ActionReceipt> {
    let id: string | null;
    try {
      id = await anywhere((api) => api.postSilence(silence, signal));
      if (id === null) {
        const { id: _, ...fresh } = silence;
        id = await anywhere((api) => api.postSilence(fresh, signal));
      }
    } catch (error) {
      // It may have arrived nevertheless: look before the next attempt.
      known = null;
      throw error;
    }
    const endsAt = toInstant(toMs(silence.endsAt));
    if (id !== null) {
      const made: UpstreamSilence = {
        ...silence,
        id,
        startsAt: toInstant(toMs(silence.startsAt)),
        endsAt,
        state: 'active',
      };
      known?.byKey.set(keyOf(made), made);
    }
    // By our own clock: whoever prolongs it compares with that.
    return { upstreamRef: id, expiresAt: toInstant(toMs(endsAt) - deps.clockSkewMs()) };
  }

  async function make(
    action: Extract<UpstreamAction, { kind: 'acknowledge' | 'silence' }>,
    signal: AbortSignal,
  ): Promise<ActionReceipt> {
    if (action.matchers.length === 0) {
      throw new SourceError(
        'source.rejected',
        'A silence without labels would silence everything.',
        {
          next: 'Choose at least one label.',
        },
      );
    }
    const now = upstreamNow();
    const endsAtMs =
      action.kind === 'acknowledge'
        ? now + action.durationMs
        : toMs(action.endsAt) + deps.clockSkewMs();
    const comment = commentOf(action);
    const matchers = action.matchers.map((matcher) => ({ ...matcher }));
    if (known === null || clock.monotonic() - known.at > freshMs) await readSilences(signal);
    const same = known?.byKey.get(keyOf({ comment, matchers }));
    if (same !== undefined && toMs(same.endsAt) > now && same.createdBy === action.by) {
      // Made by an attempt before a crash, or for another alarm with the same stable labels. An acknowledgement that
      // lasts longer serves both; a silence ends when the person said so.
      const isLongEnough = action.kind === 'acknowledge' && toMs(same.endsAt) > endsAtMs;
      if (Math.abs(toMs(same.endsAt) - endsAtMs) < 60_000 || isLongEnough) {
        return {
          upstreamRef: same.id,
          expiresAt: toInstant(toMs(same.endsAt) - deps.clockSkewMs()),
        };
      }
      return post(
        {
          id: same.id,
          matchers,
          startsAt: same.startsAt,
          endsAt: toInstant(endsAtMs),
          createdBy: action.by,
          comment,
        },
        signal,
      );
    }
    return post(
      {
        matchers,
        startsAt: toInstant(now - startEarlierMs),
        endsAt: toInstant(endsAtMs),
        createdBy: action.by,
        comment,
      },
      signal,
    );
  }

  /** The silence that was named, or every acknowledgement that covers the alarm. */
  async function acknowledgementsOf(
    action: Extract<UpstreamAction, { kind: 'unacknowledge' }>,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const covering = deps.silencedBy(action.externalId) ?? [];
    const others = covering.filter((id) => id !== action.upstreamRef);
    if (others.length === 0) return action.upstreamRef === null ? [] : [action.upstreamRef];
    const all = await readSilences(signal);
    const acks = all.filter(
      ({ id, state, comment }) =>
        others.includes(id) && state === 'active' && isAcknowledgement(comment),
    );
    const ids = acks.map(({ id }) => id);
    return action.upstreamRef === null ? ids : [action.upstreamRef, ...ids];
  }

  /** To the end that was asked for, which may also be an earlier one. */
  async function prolong(
    action: Extract<UpstreamAction, { kind: 'extend_silence' }>,
    signal: AbortSignal,
  ): Promise<ActionReceipt> {
    const silence = await anywhere((api) => api.silence(action.upstreamRef, signal));
    if (silence === null || silence.status.state === 'expired') {
      throw new SourceError('source.rejected', 'This silence is over already.', {
        next: 'Make a new one from the alarm.',
      });
    }
    return post(
      {
        id: silence.id,
        matchers: silence.matchers,
        startsAt: silence.startsAt,
        endsAt: toInstant(toMs(action.endsAt) + deps.clockSkewMs()),
        createdBy: silence.createdBy,
        comment: silence.comment,
      },
      signal,
    );
  }

  async function isOver(id: string, signal: AbortSignal): Promise<boolean> {
    const silence = await anywhere((api) => api.silence(id, signal));
    return silence === null || silence.status.state === 'expired';
  }

  return {
    kinds: new Set(['acknowledge', 'unacknowledge', 'silence', 'extend_silence', 'unsilence']),

    acknowledgeEffect:
      "Alertmanager has no acknowledgement of its own: Nightdesk posts a short silence on the alarm's stable labels. It also quiets the team's pager for every alarm with these labels, is prolonged while the alarm lasts, and ends by itself if Nightdesk does not run.",

    sharesAcknowledgements: true,

    propose: (alarm) => proposeMatchers(alarm.labels),

    matches: matchesAll,

    async send(action, _key, signal) {
      switch (action.kind) {
        case 'acknowledge':
        case 'silence':
          return make(action, signal);
        case 'unacknowledge': {
          const ids = await acknowledgementsOf(action, signal);
          for (const id of ids) await anywhere((api) => api.expireSilence(id, signal));
          known = null;
          return { upstreamRef: ids[0] ?? null, expiresAt: null };
        }
        case 'extend_silence':
          return prolong(action, signal);
        case 'unsilence':
          await anywhere((api) => api.expireSilence(action.upstreamRef, signal));
          known = null;
          return { upstreamRef: action.upstreamRef, expiresAt: null };
        case 'comment':
        case 'resolve':
          throw unsupported('Alertmanager', action.kind);
      }
    },

    async confirm(action, receipt, signal) {
      const id = receipt.upstreamRef;
      switch (action.kind) {
        case 'acknowledge':
        case 'silence': {
          if (id === null) return false;
          const silence = await anywhere((api) => api.silence(id, signal));
          return silence?.status.state === 'active';
        }
        case 'unacknowledge':
          return id === null || isOver(id, signal);
        case 'extend_silence': {
          const silence = await anywhere((api) => api.silence(id ?? action.upstreamRef, signal));
          const endsAtMs = toMs(action.endsAt) + deps.clockSkewMs();
          return silence !== null && Math.abs(toMs(silence.endsAt) - endsAtMs) < 60_000;
        }
        case 'unsilence':
          return isOver(action.upstreamRef, signal);
        case 'comment':
        case 'resolve':
          return false;
      }
    },

    async extend(action, receipt, signal) {
      if (action.kind !== 'acknowledge') return receipt;
      const id = receipt.upstreamRef;
      const silence = id === null ? null : await anywhere((api) => api.silence(id, signal));
      if (silence === null || silence.status.state === 'expired') return make(action, signal);
      const endsAtMs = upstreamNow() + action.durationMs;
      return post(
        {
          id: silence.id,
          matchers: silence.matchers,
          // Unchanged, so that it is prolonged in place and keeps its id.
          startsAt: silence.startsAt,
          endsAt: toInstant(Math.max(endsAtMs, toMs(silence.endsAt))),
          createdBy: silence.createdBy,
          comment: silence.comment,
        },
        signal,
      );
    },

    async silences(signal) {
      const all = await readSilences(signal);
      return all.filter((silence) => silence.state !== 'expired');
    },
  };
}
