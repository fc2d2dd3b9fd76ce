/**
 * Keep holds what people say about an alert beside it, by its fingerprint ("enrichments"). Writing the same twice changes
 * nothing, but for notes, which carry a mark.
 */
import { toInstant, toMs, type Clock } from '../../clock.ts';
import type { ActionReceipt, ConnectorActions, UpstreamSilence } from '../connector.ts';
import { matchesAll } from '../matchers.ts';
import { hasMark, markedNote, withoutMark } from '../note-mark.ts';
import { proposeObject, soleValue } from '../object-scope.ts';
import { instantOf } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import type { KeepApi } from './api.ts';
import { dismissedUntil, WireAlert } from './parse.ts';
import { isAcknowledged, statusOf } from './to-alarm.ts';

const nearMs = 61_000;
const forGoodMs = 10 * 365 * 86_400_000;

export interface ActionDeps {
  readonly clock: Clock;
  readonly api: KeepApi;
  /** Upstream clock minus ours. */
  readonly clockSkewMs: () => number;
}

function aboutOf({ fingerprint }: Readonly<Record<string, unknown>>): string {
  if (typeof fingerprint === 'string' && fingerprint !== '') return fingerprint;
  throw new SourceError('source.rejected', 'It is not known which alert this is about.', {
    next: 'Do it in Keep itself.',
    isRetryable: false,
  });
}

export function createActions({ api, clock, clockSkewMs }: ActionDeps): ConnectorActions {
  const upstreamNow = (): number => clock.now() + clockSkewMs();

  /** @throws SourceError also when it cannot be read: nothing is written over what nobody understood */
  async function look(fingerprint: string, signal: AbortSignal): Promise<WireAlert | null> {
    const raw = await api.one(fingerprint, signal);
    if (raw === null) return null;
    const parsed = WireAlert.safeParse(raw);
    if (parsed.success) return parsed.data;
    throw new SourceError(
      'source.rejected',
      'Keep shows this alert in a way that cannot be read.',
      {
        next: 'Do it in Keep itself.',
        isRetryable: false,
      },
    );
  }

  async function mustFire(fingerprint: string, signal: AbortSignal): Promise<WireAlert> {
    const alert = await look(fingerprint, signal);
    const status =
      alert === null ? null : statusOf(alert, { isPendingShown: true, nowMs: upstreamNow() });
    if (alert !== null && status !== null) return alert;
    throw new SourceError('source.rejected', 'This alert is over already.', {
      next: 'There is nothing left to do.',
      isRetryable: false,
    });
  }

  /** A note is one text that everybody writes to: ours is added, never put in its place. */
  function withNote(alert: WireAlert, text: string, key: string, by: string): { note?: string } {
    const before = alert.note?.trim() ?? '';
    if (text.trim() === '' || hasMark(before, key)) return {};
    const added = markedNote(text, key, by);
    return { note: before === '' ? added : `${before}\n${added}` };
  }

  async function dismiss(
    fingerprint: string,
    endsAt: string,
    more: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<void> {
    const dismissUntil = toInstant(toMs(endsAt) + clockSkewMs());
    await api.enrich(fingerprint, { dismissed: true, dismissUntil, ...more }, false, signal);
  }

  const isDismissedUntil = (alert: WireAlert | null, endsAt: string): boolean => {
    const end = alert === null ? null : dismissedUntil(alert);
    return end !== null && Math.abs(end - clockSkewMs() - toMs(endsAt)) < nearMs;
  };

  function toUpstream(alert: WireAlert): UpstreamSilence {
    const end = dismissedUntil(alert) ?? 0;
    const isForGood = end === Infinity;
    const now = upstreamNow();
    const { fingerprint, name, note } = alert;
    const lastNote = (note ?? '').split('\n').at(-1) ?? '';
    return {
      id: fingerprint,
      matchers: [{ name: 'fingerprint', value: fingerprint, isEqual: true, isRegex: false }],
      createdBy: alert.assignee ?? '',
      comment: withoutMark(lastNote),
      // Keep does not tell since when.
      startsAt: alert.firingStartTime ?? alert.lastReceived ?? toInstant(now),
      endsAt: toInstant(isForGood ? now + forGoodMs : end),
      state: end > now ? 'active' : 'expired',
      scope: isForGood ? `"${name}", dismissed for good` : `"${name}"`,
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
      'resolve',
    ]),

    silenceScopes: [['fingerprint']],

    acknowledgeEffect:
      'Sets the status of this alert to acknowledged in Keep, for everybody. What happened at the system behind it does not change.',

    propose: ({ labels }) => proposeObject(labels, ['fingerprint']),

    matches: matchesAll,

    async send(action, key, signal): Promise<ActionReceipt> {
      switch (action.kind) {
        case 'acknowledge': {
          const fingerprint = aboutOf(action.refs);
          const alert = await mustFire(fingerprint, signal);
          if (!isAcknowledged(alert)) {
            const enrichments = {
              status: 'acknowledged',
              ...(alert.firingStartTime === null ? {} : { nightdesk_since: alert.firingStartTime }),
              ...(alert.assignee ? {} : { assignee: action.by }),
              ...withNote(alert, action.note, key, action.by),
            };
            await api.enrich(fingerprint, enrichments, false, signal);
          }
          return { upstreamRef: fingerprint, expiresAt: null };
        }
        case 'unacknowledge': {
          const fingerprint = aboutOf(action.refs);
          await api.unenrich(fingerprint, ['status', 'nightdesk_since'], signal);
          return { upstreamRef: fingerprint, expiresAt: null };
        }
        case 'comment': {
          const fingerprint = aboutOf(action.refs);
          const alert = await mustFire(fingerprint, signal);
          const enrichments = withNote(alert, action.note, key, action.by);
          if (enrichments.note !== undefined) {
            await api.enrich(fingerprint, enrichments, false, signal);
          }
          return { upstreamRef: key, expiresAt: null };
        }
        case 'resolve': {
          const fingerprint = aboutOf(action.refs);
          const alert = await look(fingerprint, signal);
          if (alert !== null && alert.status !== 'resolved') {
            const enrichments = {
              status: 'resolved',
              ...withNote(alert, action.note, key, action.by),
            };
            // Without this, Keep would call it resolved when it fires the next time.
            await api.enrich(fingerprint, enrichments, true, signal);
          }
          return { upstreamRef: fingerprint, expiresAt: null };
        }
        case 'silence': {
          const fingerprint = soleValue(
            action.matchers,
            'fingerprint',
            'Keep dismisses single alerts',
          );
          const alert = await mustFire(fingerprint, signal);
          await dismiss(
            fingerprint,
            action.endsAt,
            withNote(alert, action.note, key, action.by),
            signal,
          );
          return { upstreamRef: fingerprint, expiresAt: null };
        }
        case 'extend_silence': {
          const alert = await look(action.upstreamRef, signal);
          if (alert === null || (dismissedUntil(alert) ?? 0) <= upstreamNow()) {
            throw new SourceError('source.rejected', 'This dismissal is over already.', {
              next: 'Make a new one from the alarm.',
              isRetryable: false,
            });
          }
          await dismiss(action.upstreamRef, action.endsAt, {}, signal);
          return { upstreamRef: action.upstreamRef, expiresAt: null };
        }
        case 'unsilence':
          await api.unenrich(action.upstreamRef, ['dismissed', 'dismissUntil'], signal);
          return { upstreamRef: action.upstreamRef, expiresAt: null };
      }
    },

    async confirm(action, receipt, signal) {
      switch (action.kind) {
        case 'acknowledge': {
          const alert = await look(aboutOf(action.refs), signal);
          return alert !== null && isAcknowledged(alert);
        }
        case 'unacknowledge': {
          const alert = await look(aboutOf(action.refs), signal);
          return alert === null || !isAcknowledged(alert);
        }
        case 'comment': {
          const alert = await look(aboutOf(action.refs), signal);
          return hasMark(alert?.note ?? '', receipt.upstreamRef ?? '');
        }
        case 'resolve': {
          const alert = await look(aboutOf(action.refs), signal);
          return alert === null || alert.status === 'resolved';
        }
        case 'silence':
          return isDismissedUntil(await look(receipt.upstreamRef ?? '', signal), action.endsAt);
        case 'extend_silence':
          return isDismissedUntil(await look(action.upstreamRef, signal), action.endsAt);
        case 'unsilence': {
          const alert = await look(action.upstreamRef, signal);
          return alert === null || (dismissedUntil(alert) ?? 0) <= upstreamNow();
        }
      }
    },

    // Nothing here runs out by itself but a dismissal, which shall.
    extend: async (_action, receipt) => receipt,

    async silences(signal) {
      const { items } = await api.alerts(signal);
      return items
        .flatMap((raw) => {
          const parsed = WireAlert.safeParse(raw);
          const isOurs =
            parsed.success && parsed.data.dismissed && parsed.data.status !== 'resolved';
          return isOurs ? [toUpstream(parsed.data)] : [];
        })
        .filter(({ state }) => state !== 'expired')
        .filter(({ endsAt }) => instantOf(endsAt) !== null);
    },
  };
}
