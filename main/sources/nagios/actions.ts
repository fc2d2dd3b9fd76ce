/**
 * Acknowledgements, downtimes and comments. Nagios takes a command without saying what became of it, and shows it once it has
 * written its status again; so every command looks first, carries a mark, and is read back.
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
import { hasMark, markedNote, markOf, signedBy } from '../note-mark.ts';
import { oneLine } from '../observed.ts';
import { createSettlingWrites } from '../settling-writes.ts';
import { SourceError, unsupported } from '../source-error.ts';
import { cutText } from '../text.ts';
import type { NagiosApi, Told } from './api.ts';
import type { Commands, CommandTarget } from './commands.ts';
import type { WireDowntime } from './parse.ts';
import { aboutOf, isSameTarget, targetOf, targetOfDowntime } from './target.ts';

const startEarlierMs = 60_000;
/** The CGIs cut longer commands off at their end, where our mark is. */
const longestNote = 500;
const nearMs = 61_000;

export interface ActionDeps {
  readonly clock: Clock;
  readonly api: NagiosApi;
  readonly commands: Commands;
  readonly isAckNotified: boolean;
  /** Upstream clock minus ours. */
  readonly clockSkewMs: () => number;
}

/** Nagios drops these, or takes them for the end of a field. */
const tamed = (text: string): string => oneLine(text.replace(/[;<>]/g, ' '));

function textOf(note: string, by: string, key: string, otherwise: string): string {
  const text = cutText(tamed(note), longestNote) || otherwise;
  return markedNote(text, key, tamed(by).replaceAll(':', ' '));
}

const idOf = ({ type, downtime_id: id }: WireDowntime): string => `${type}:${id}`;

function toUpstream(downtime: WireDowntime, serverMs: number): UpstreamSilence {
  const { host, service } = targetOfDowntime(downtime);
  const ours = signedBy(downtime.comment);
  const matcher = (name: string, value: string): Matcher => ({
    name,
    value,
    isEqual: true,
    isRegex: false,
  });
  return {
    id: idOf(downtime),
    matchers: [matcher('host', host), ...(service === null ? [] : [matcher('service', service)])],
    createdBy: ours?.by ?? downtime.author,
    comment: ours?.note ?? downtime.comment,
    startsAt: toInstant(downtime.start_time),
    endsAt: toInstant(downtime.end_time),
    state: downtime.end_time <= serverMs ? 'expired' : downtime.is_in_effect ? 'active' : 'pending',
    scope:
      service === null
        ? `downtime of host ${host} and all its services`
        : `downtime of ${service} on ${host}`,
  };
}

export function createActions(deps: ActionDeps): ConnectorActions {
  const { api, clock, commands } = deps;
  const once = createSettlingWrites(clock);

  function mustRun(told: Told): void {
    const error = api.standstill(told);
    if (error !== null) throw error;
  }

  async function downtimesNow(signal: AbortSignal) {
    const answer = await api.downtimes(signal);
    mustRun(answer);
    return answer;
  }

  const made =
    (target: CommandTarget, key: string, endMs: number) =>
    (downtime: WireDowntime): boolean => {
      if (!isSameTarget(targetOfDowntime(downtime), target)) return false;
      if (hasMark(downtime.comment, key)) return true;
      // The server could not write its letters.
      return downtime.comment === '' && Math.abs(downtime.end_time - endMs) < nearMs;
    };

  const isNamed =
    (ref: string) =>
    (downtime: WireDowntime): boolean =>
      idOf(downtime) === ref || downtime.comment.includes(ref);

  async function schedule(
    target: CommandTarget,
    wish: { readonly endMs: number; readonly by: string; readonly text: string },
    told: Told,
    signal: AbortSignal,
  ): Promise<void> {
    const serverMs = told.queryTimeMs;
    if (wish.endMs <= serverMs) {
      throw new SourceError('source.rejected', 'A downtime that ends in the past does nothing.', {
        next: 'Choose a later end.',
        isRetryable: false,
      });
    }
    const span = { fromMs: serverMs - startEarlierMs, untilMs: wish.endMs, serverMs };
    const times = await commands.times(target, span, signal);
    const fields = {
      com_author: wish.by,
      com_data: wish.text,
      start_time: times.from,
      end_time: times.until,
      fixed: '1',
      hours: '2',
      minutes: '0',
      trigger: '0',
      // Its child hosts are not named by the matchers, so they are not touched.
      ...(target.service === null ? { childoptions: '0' } : {}),
    };
    await commands.give('downtime', target, fields, signal);
  }

  const endDowntime = (downtime: WireDowntime, signal: AbortSignal): Promise<void> =>
    commands.give(
      'endDowntime',
      targetOfDowntime(downtime),
      { down_id: String(downtime.downtime_id) },
      signal,
    );

  async function acknowledge(
    action: Extract<UpstreamAction, { kind: 'acknowledge' }>,
    key: string,
    signal: AbortSignal,
  ): Promise<void> {
    const target = aboutOf(action.refs);
    const state = await api.one(target.host, target.service, signal);
    mustRun(state);
    if (state.data.problem_has_been_acknowledged) return;
    if (['ok', 'up', 'pending'].includes(state.data.status)) {
      throw new SourceError('source.rejected', 'Nagios says that it is fine again.', {
        next: 'Nothing to do: it clears with the next poll.',
        isRetryable: false,
      });
    }
    const fields = {
      com_author: action.by,
      com_data: textOf(action.note, action.by, key, 'seen'),
      sticky_ack: 'on',
      ...(deps.isAckNotified ? { send_notification: 'on' } : {}),
    };
    await commands.give('acknowledge', target, fields, signal);
  }

  async function comment(
    action: Extract<UpstreamAction, { kind: 'comment' }>,
    key: string,
    signal: AbortSignal,
  ): Promise<ActionReceipt> {
    const target = aboutOf(action.refs);
    const known = await api.comments(target, signal);
    mustRun(known);
    // Old enough for the clock of a server that writes whole seconds.
    const upstreamRef = `${markOf(key)} ${known.queryTimeMs - 1_000}`;
    if (!known.data.some(({ comment_data: text }) => hasMark(text, key))) {
      const text = textOf(action.note, action.by, key, 'comment');
      const fields = { com_author: action.by, com_data: text, persistent: 'on' };
      await commands.give('comment', target, fields, signal);
    }
    return { upstreamRef, expiresAt: null };
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
        'A downtime in Nagios is for one host, or for one service of a host.',
        { next: 'Choose the host, or host and service.', isRetryable: false },
      );
    }
    const answer = await downtimesNow(signal);
    const endMs = toMs(action.endsAt) + deps.clockSkewMs();
    if (answer.data.some(made(target, key, endMs))) return;
    const text = textOf(action.note, action.by, key, 'silenced');
    await schedule(target, { endMs, by: action.by, text }, answer, signal);
  }

  /** Nagios cannot move an end: another downtime takes over, and the old one goes. */
  async function extend(
    action: Extract<UpstreamAction, { kind: 'extend_silence' }>,
    key: string,
    signal: AbortSignal,
  ): Promise<void> {
    const answer = await downtimesNow(signal);
    const old = answer.data.find(isNamed(action.upstreamRef));
    const endMs = toMs(action.endsAt) + deps.clockSkewMs();
    const successor = answer.data.find((other) => hasMark(other.comment, key));
    if (old === undefined && successor === undefined) {
      throw new SourceError('source.rejected', 'This downtime is over already.', {
        next: 'Make a new one from the alarm.',
        isRetryable: false,
      });
    }
    if (old === undefined) return;
    if (successor === undefined) {
      const { comment: note, createdBy: by } = toUpstream(old, answer.queryTimeMs);
      const wish = { endMs, by, text: textOf(note, by, key, 'silenced') };
      await schedule(targetOfDowntime(old), wish, answer, signal);
    }
    await endDowntime(old, signal);
  }

  async function sendNow(
    action: UpstreamAction,
    key: string,
    signal: AbortSignal,
  ): Promise<ActionReceipt> {
    const receipt = { upstreamRef: markOf(key), expiresAt: null };
    switch (action.kind) {
      case 'acknowledge':
        await acknowledge(action, key, signal);
        return receipt;
      case 'unacknowledge': {
        const target = aboutOf(action.refs);
        mustRun(await api.one(target.host, target.service, signal));
        // Also when none shows: one may be on its way, and removing none does no harm.
        await commands.give('unacknowledge', target, {}, signal);
        return receipt;
      }
      case 'comment':
        return comment(action, key, signal);
      case 'silence':
        await silence(action, key, signal);
        return receipt;
      case 'extend_silence':
        await extend(action, key, signal);
        return receipt;
      case 'unsilence': {
        const { data } = await downtimesNow(signal);
        const old = data.find(isNamed(action.upstreamRef));
        if (old !== undefined) await endDowntime(old, signal);
        return receipt;
      }
      case 'resolve':
        throw unsupported('Nagios', action.kind);
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
    ]),

    silenceScopes: [['host'], ['host', 'service']],

    acknowledgeEffect: deps.isAckNotified
      ? 'Acknowledges it in Nagios until it is fine again: its contacts are told who works on it, and hear nothing more of it.'
      : 'Acknowledges it in Nagios until it is fine again: its contacts hear nothing more of it.',

    propose: ({ labels }) => proposeObject(labels, ['host', 'service']),

    matches: matchesAll,

    send: (action, key, signal) => once(key, () => sendNow(action, key, signal)),

    async confirm(action, receipt, signal) {
      const ref = receipt.upstreamRef ?? '';
      switch (action.kind) {
        case 'acknowledge':
        case 'unacknowledge': {
          const { host, service } = aboutOf(action.refs);
          const { data } = await api.one(host, service, signal);
          return data.problem_has_been_acknowledged === (action.kind === 'acknowledge');
        }
        case 'comment': {
          const [, mark = '', since = ''] = /^(\[.*\]) (\d+)$/.exec(ref) ?? [];
          if (mark === '') return false;
          const { data } = await api.comments(aboutOf(action.refs), signal);
          return data.some(
            (one) =>
              one.comment_data.includes(mark) ||
              // The server could not write its letters.
              (one.comment_data === '' &&
                one.entry_type === 'user' &&
                one.entry_time >= Number(since)),
          );
        }
        case 'silence': {
          const { data } = await api.downtimes(signal);
          const target = targetOf(action.matchers);
          const endMs = toMs(action.endsAt) + deps.clockSkewMs();
          return data.some(
            (one) =>
              one.comment.includes(ref) ||
              (one.comment === '' &&
                target !== null &&
                isSameTarget(targetOfDowntime(one), target) &&
                Math.abs(one.end_time - endMs) < nearMs),
          );
        }
        case 'extend_silence': {
          const { data } = await api.downtimes(signal);
          const endMs = toMs(action.endsAt) + deps.clockSkewMs();
          const isMade = data.some(
            (one) => one.comment.includes(ref) && Math.abs(one.end_time - endMs) < nearMs,
          );
          return isMade && !data.some(isNamed(action.upstreamRef));
        }
        case 'unsilence': {
          const { data } = await api.downtimes(signal);
          return !data.some(isNamed(action.upstreamRef));
        }
        case 'resolve':
          return false;
      }
    },

    extend: (_action, receipt) => Promise.resolve(receipt),

    async silences(signal) {
      const { data, queryTimeMs } = await api.downtimes(signal);
      return data
        .map((downtime) => toUpstream(downtime, queryTimeMs))
        .filter(({ state }) => state !== 'expired');
    },
  };
}
