/** What both take: they act on single alerts, queue it, and tell afterwards what became of it. */
import { toInstant, toMs, type Clock } from '../../clock.ts';
import type { ActionReceipt, ConnectorActions, UpstreamSilence } from '../connector.ts';
import { matchesAll } from '../matchers.ts';
import { hasMark, isMarked, markedNote, withoutMark } from '../note-mark.ts';
import { soleValue } from '../object-scope.ts';
import { SourceError } from '../source-error.ts';
import { steadySkewMs } from '../steady-skew.ts';
import type { OpsgenieApi } from './api.ts';
import type { Dialect } from './dialect.ts';
import type { WireAlert } from './parse.ts';
import { alertIdOf, alertLabel, snoozeEnd } from './to-alarm.ts';

const toleranceMs = 60_000;
const mostNotesRead = 25;
const noteStart = 'Snoozed until ';

export interface ActionDeps {
  readonly api: OpsgenieApi;
  readonly dialect: Dialect;
  readonly clock: Clock;
  /** Open alerts that are snoozed, not older than some seconds. */
  snoozed(signal: AbortSignal): Promise<readonly WireAlert[]>;
}

const refOf = (id: string): string => `snooze:${id}`;
const idOfRef = (ref: string): string => ref.replace(/^snooze:/, '');

export function createActions({ api, dialect, clock, snoozed }: ActionDeps): ConnectorActions {
  const { title } = dialect;
  const skewMs = (): number => steadySkewMs(api.clockSkewMs());

  /** The end of its snooze by our own clock; null: it is not snoozed. */
  function endOf(alert: WireAlert): number | null {
    const end = snoozeEnd(alert);
    return end === null ? null : toMs(end) - skewMs();
  }
  const endsAround = (alert: WireAlert, endsAt: string): boolean => {
    const end = endOf(alert);
    return end !== null && Math.abs(end - toMs(endsAt)) < toleranceMs;
  };

  async function openAlert(id: string, signal: AbortSignal): Promise<WireAlert> {
    const alert = await api.alert(id, signal);
    if (alert === null) {
      throw new SourceError('source.rejected', `${title} does not know this alert (any more).`, {
        next: 'Look it up there.',
      });
    }
    if (alert.status === 'closed') {
      throw new SourceError('source.rejected', 'This alert is closed already.', {
        next: 'There is nothing left to do.',
      });
    }
    return alert;
  }

  async function noteOnce(
    id: string,
    action: { readonly note: string; readonly by: string },
    key: string,
    signal: AbortSignal,
  ): Promise<void> {
    if (action.note.trim() === '') return;
    const notes = await api.notes(id, signal);
    if (notes.some(({ note }) => hasMark(note, key))) return;
    const note = markedNote(action.note, key);
    await api.act(id, 'notes', { ...dialect.signature(action.by), note }, signal);
  }

  async function snoozeUntil(
    id: string,
    endsAt: string,
    by: string,
    signal: AbortSignal,
  ): Promise<ActionReceipt> {
    const alert = await openAlert(id, signal);
    if (!endsAround(alert, endsAt)) {
      const endTime = toInstant(toMs(endsAt) + skewMs());
      await api.act(id, 'snooze', { ...dialect.signature(by), endTime }, signal);
    }
    return { upstreamRef: refOf(id), expiresAt: null };
  }

  async function toSilence(
    alert: WireAlert,
    isNoteRead: boolean,
    signal: AbortSignal,
  ): Promise<UpstreamSilence> {
    const notes = isNoteRead ? await api.notes(alert.id, signal) : [];
    const ours = notes
      .filter(({ note }) => isMarked(note) && note.startsWith(noteStart))
      .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt))[0];
    const startsAt = Date.parse(ours?.createdAt ?? '');
    return {
      id: refOf(alert.id),
      matchers: [{ name: alertLabel, value: alert.id, isRegex: false, isEqual: true }],
      createdBy: ours?.owner ?? alert.owner,
      comment: ours === undefined ? `Snoozed in ${title}` : withoutMark(ours.note),
      startsAt: toInstant(Number.isNaN(startsAt) ? toMs(alert.createdAt) : startsAt),
      endsAt: toInstant(endOf(alert) ?? clock.now()),
      state: 'active',
      scope: `snooze of "${alert.message}"`,
    };
  }

  return {
    kinds: new Set([
      'acknowledge',
      'unacknowledge',
      'comment',
      'resolve',
      'silence',
      'extend_silence',
      'unsilence',
    ]),

    silenceScopes: [[alertLabel]],

    acknowledgeEffect: `${title} stops escalating this alert for everybody. It stays acknowledged until somebody takes that back or closes it.`,

    propose: ({ externalId }) => ({
      matchers: [{ name: alertLabel, value: alertIdOf(externalId), isRegex: false, isEqual: true }],
      volatileLabels: [],
    }),

    matches: matchesAll,

    async send(action, key, signal) {
      switch (action.kind) {
        case 'acknowledge': {
          const id = alertIdOf(action.externalId);
          const alert = await openAlert(id, signal);
          if (!alert.acknowledged) {
            await api.act(id, 'acknowledge', dialect.signature(action.by), signal);
          }
          await noteOnce(id, action, key, signal);
          return { upstreamRef: id, expiresAt: null };
        }
        case 'unacknowledge': {
          const id = alertIdOf(action.externalId);
          const alert = await openAlert(id, signal);
          if (alert.acknowledged) await api.act(id, 'unacknowledge', {}, signal);
          return { upstreamRef: id, expiresAt: null };
        }
        case 'comment':
          await noteOnce(alertIdOf(action.externalId), action, key, signal);
          return { upstreamRef: key, expiresAt: null };
        case 'resolve': {
          const id = alertIdOf(action.externalId);
          const alert = await api.alert(id, signal);
          if (alert !== null && alert.status !== 'closed') {
            await noteOnce(id, action, key, signal);
            await api.act(id, 'close', dialect.signature(action.by), signal);
          }
          return { upstreamRef: id, expiresAt: null };
        }
        case 'silence': {
          const id = soleValue(action.matchers, alertLabel, `${title} snoozes single alerts`);
          const receipt = await snoozeUntil(id, action.endsAt, action.by, signal);
          const said = action.note.trim() === '' ? 'from Nightdesk' : action.note;
          const note = `${noteStart}${action.endsAt}: ${said}`;
          await noteOnce(id, { note, by: action.by }, key, signal);
          return receipt;
        }
        case 'extend_silence':
          return snoozeUntil(idOfRef(action.upstreamRef), action.endsAt, '', signal);
        case 'unsilence': {
          const id = idOfRef(action.upstreamRef);
          const alert = await api.alert(id, signal);
          if (alert !== null && alert.status !== 'closed' && alert.snoozed) {
            const endTime = toInstant(dialect.snoozeEndNow(clock.now() + skewMs()));
            await api.act(id, 'snooze', { endTime }, signal);
          }
          return { upstreamRef: action.upstreamRef, expiresAt: null };
        }
      }
    },

    async confirm(action, receipt, signal) {
      const ref = receipt.upstreamRef;
      switch (action.kind) {
        case 'acknowledge':
          return (await api.alert(alertIdOf(action.externalId), signal))?.acknowledged === true;
        case 'unacknowledge':
          return (await api.alert(alertIdOf(action.externalId), signal))?.acknowledged === false;
        case 'resolve': {
          const alert = await api.alert(alertIdOf(action.externalId), signal);
          return alert === null || alert.status === 'closed';
        }
        case 'comment': {
          if (action.note.trim() === '' || ref === null) return true;
          const notes = await api.notes(alertIdOf(action.externalId), signal);
          return notes.some(({ note }) => hasMark(note, ref));
        }
        case 'silence':
        case 'extend_silence': {
          const alert = ref === null ? null : await api.alert(idOfRef(ref), signal);
          return alert !== null && endsAround(alert, action.endsAt);
        }
        case 'unsilence': {
          const alert = await api.alert(idOfRef(action.upstreamRef), signal);
          return alert === null || alert.status === 'closed' || !alert.snoozed;
        }
      }
    },

    // Nothing here runs out by itself.
    extend: async (_action, receipt) => receipt,

    async silences(signal) {
      const listed: UpstreamSilence[] = [];
      for (const alert of await snoozed(signal)) {
        listed.push(await toSilence(alert, listed.length < mostNotesRead, signal));
      }
      return listed;
    },
  };
}
