/**
 * Datadog knows no acknowledgement: Nightdesk keeps it. A silence is a downtime of one monitor, of all its groups or of one;
 * never of tags, which may mute everything.
 */
import { createHash } from 'node:crypto';
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
import { oneLine } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import type { DatadogApi } from './api.ts';
import { groupTags } from './groups.ts';
import type { WireDowntime } from './parse.ts';

type Silence = Extract<UpstreamAction, { kind: 'silence' }>;

const toleratedMs = 60_000;

/** In the message, so that a second attempt after a crash finds what the first one made. */
export const markOf = (key: string): string =>
  `[nightdesk:${createHash('sha256').update(key).digest('hex').slice(0, 16)}]`;

/** `env:prod,host:web1` as a scope. */
export const scopeOf = (group: string): string =>
  group === '*' ? '*' : groupTags(group).join(' AND ');

/** The group that a scope of ours names; null for other scopes. */
const groupOf = (scope: string): string | null =>
  scope === '*' || /[()!*?"]|\s(OR|NOT)\s/.test(scope) ? null : scope.split(/\s+AND\s+/).join(',');

const rejected = (message: string, next: string): SourceError =>
  new SourceError('source.rejected', message, { next });

/** @throws SourceError for everything but one monitor, with or without one of its groups */
export function objectOf(matchers: readonly Matcher[]): { monitorId: string; scope: string } {
  const values = new Map<string, string>();
  for (const { name, value, isEqual, isRegex } of matchers) {
    const isTaken = (name === 'monitor_id' || name === 'group') && isEqual && !isRegex;
    if (!isTaken || values.has(name)) {
      throw rejected(
        'Datadog mutes one monitor, or one of its groups, and nothing else.',
        'Silence by monitor_id, or by monitor_id and group.',
      );
    }
    values.set(name, value.trim());
  }
  const monitorId = values.get('monitor_id') ?? '';
  if (!/^[1-9]\d{0,15}$/.test(monitorId)) {
    throw rejected('A silence without a monitor would mute everything.', 'Choose monitor_id.');
  }
  const group = values.get('group');
  if (group === '' || group?.split(',').some((tag) => tag.trim() === '')) {
    throw rejected(
      'This group has no name that Datadog could mute.',
      'Silence by monitor_id alone.',
    );
  }
  if (group !== undefined && group !== '*' && /[()!*?"\s]/.test(group)) {
    throw rejected(
      'The name of this group cannot be written as a scope.',
      'Silence by monitor_id alone.',
    );
  }
  return { monitorId, scope: group === undefined ? '*' : scopeOf(group) };
}

const endOf = ({ attributes }: WireDowntime): string | undefined =>
  attributes.schedule?.current_downtime?.end ?? attributes.schedule?.end;

const isOver = ({ attributes }: WireDowntime): boolean =>
  attributes.status === 'ended' || attributes.status === 'canceled';

function toSilence(downtime: WireDowntime, nowMs: number): UpstreamSilence {
  const {
    message = '',
    scope = '*',
    status,
    created,
    monitor_identifier: what,
    schedule,
  } = downtime.attributes;
  const id = what?.monitor_id;
  const group = groupOf(scope);
  const equal = (name: string, value: string): Matcher => ({
    name,
    value,
    isRegex: false,
    isEqual: true,
  });
  const readable = /^([^:\n]{1,100}): ([\s\S]*) \[nightdesk:[0-9a-f]{16}\]$/.exec(message);
  const ms = (text: string | undefined): number => {
    const at = text === undefined ? Number.NaN : Date.parse(text);
    return Number.isNaN(at) ? nowMs : at;
  };
  const end = endOf(downtime);
  const tags = what?.monitor_tags?.join(', ') ?? '';
  const monitors =
    id === undefined ? `monitors tagged ${tags === '' ? '*' : tags}` : `monitor ${id}`;
  return {
    id: downtime.id,
    matchers:
      id === undefined || (scope !== '*' && group === null)
        ? []
        : [equal('monitor_id', String(id)), ...(group === null ? [] : [equal('group', group)])],
    createdBy: readable?.[1] ?? 'Datadog',
    comment: readable?.[2] ?? message,
    startsAt: toInstant(ms(schedule?.current_downtime?.start ?? schedule?.start ?? created)),
    // Without an end: it stays for as long as anybody looks ahead.
    endsAt: toInstant(end === undefined ? nowMs + 365 * 86_400_000 : ms(end)),
    state: status === 'scheduled' ? 'pending' : isOver(downtime) ? 'expired' : 'active',
    scope: `downtime of ${monitors}, scope ${scope}${end === undefined ? ', without an end' : ''}`,
  };
}

export function createActions(deps: {
  readonly api: DatadogApi;
  readonly clock: Clock;
  /** Acknowledgements. */
  readonly kept: ConnectorActions;
}): ConnectorActions {
  const { api, clock, kept } = deps;

  async function silence(
    action: Silence,
    key: string,
    signal: AbortSignal,
  ): Promise<ActionReceipt> {
    const { monitorId, scope } = objectOf(action.matchers);
    const mark = markOf(key);
    const before = (await api.downtimes(signal)).find(
      (one) => one.attributes.message?.includes(mark) === true && !isOver(one),
    );
    if (before !== undefined) return { upstreamRef: before.id, expiresAt: null };
    const by = oneLine(action.by).replaceAll(':', ' ');
    const message = `${by === '' ? 'Nightdesk' : by}: ${oneLine(action.note)} ${mark}`;
    const id = await api.makeDowntime({ monitorId, scope, endsAt: action.endsAt, message }, signal);
    return { upstreamRef: id, expiresAt: null };
  }

  async function endsAt(id: string | null, at: string, signal: AbortSignal): Promise<boolean> {
    const downtime = id === null ? null : await api.downtime(id, signal);
    if (downtime === null || isOver(downtime)) return false;
    const end = endOf(downtime);
    return end !== undefined && Math.abs(Date.parse(end) - toMs(at)) < toleratedMs;
  }

  return {
    kinds: new Set(['acknowledge', 'unacknowledge', 'silence', 'extend_silence', 'unsilence']),

    silenceScopes: [['monitor_id'], ['monitor_id', 'group']],

    acknowledgeEffect: `Datadog has no acknowledgement of a monitor. ${kept.acknowledgeEffect}`,

    propose: ({ labels }) => proposeObject(labels, ['monitor_id', 'group']),

    matches: matchesAll,

    async send(action, key, signal) {
      switch (action.kind) {
        case 'silence':
          return silence(action, key, signal);
        case 'extend_silence': {
          const isThere = await api.moveEnd(action.upstreamRef, action.endsAt, signal);
          if (!isThere) {
            throw rejected('This downtime is over already.', 'Make a new one from the alarm.');
          }
          return { upstreamRef: action.upstreamRef, expiresAt: null };
        }
        case 'unsilence':
          await api.cancelDowntime(action.upstreamRef, signal);
          return { upstreamRef: action.upstreamRef, expiresAt: null };
        case 'acknowledge':
        case 'unacknowledge':
        case 'comment':
        case 'resolve':
          return kept.send(action, key, signal);
      }
    },

    async confirm(action, receipt, signal) {
      switch (action.kind) {
        case 'silence':
          return endsAt(receipt.upstreamRef, action.endsAt, signal);
        case 'extend_silence':
          return endsAt(action.upstreamRef, action.endsAt, signal);
        case 'unsilence': {
          const downtime = await api.downtime(action.upstreamRef, signal);
          return downtime === null || isOver(downtime);
        }
        case 'acknowledge':
        case 'unacknowledge':
        case 'comment':
        case 'resolve':
          return kept.confirm(action, receipt, signal);
      }
    },

    extend: (action, receipt, signal) => kept.extend(action, receipt, signal),

    async silences(signal) {
      const now = clock.now();
      return (await api.downtimes(signal))
        .filter((downtime) => !isOver(downtime))
        .map((downtime) => toSilence(downtime, now));
    },
  };
}
