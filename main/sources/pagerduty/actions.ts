/** What PagerDuty takes: it acts on single incidents, in the name of the key's user. */
import { toInstant, toMs, type Clock } from '../../clock.ts';
import type { ActionReceipt, ConnectorActions, UpstreamSilence } from '../connector.ts';
import { matchesAll } from '../matchers.ts';
import { hasMark, isMarked, markedNote, withoutMark } from '../note-mark.ts';
import { soleValue } from '../object-scope.ts';
import { SourceError } from '../source-error.ts';
import { steadySkewMs } from '../steady-skew.ts';
import { mostSnoozeSeconds, type PagerdutyApi } from './api.ts';
import { nameOf, type WireIncident } from './parse.ts';
import { isSnoozedBy, maySnooze } from './snoozes.ts';
import { endsByItself, incidentIdOf } from './to-alarm.ts';
import { createWindows, isWindowRef } from './windows.ts';

const toleranceMs = 60_000;
const mostNotesRead = 25;
const scope = 'incident';
const noteStart = 'Snoozed until ';

export interface ActionDeps {
  readonly api: PagerdutyApi;
  readonly clock: Clock;
  /** Open incidents that are snoozed, not older than some seconds. */
  snoozed(signal: AbortSignal): Promise<readonly WireIncident[]>;
}

const refOf = (id: string): string => `snooze:${id}`;
const idOfRef = (ref: string): string => ref.replace(/^snooze:/, '');

export function createActions({ api, clock, snoozed }: ActionDeps): ConnectorActions {
  const windows = createWindows(api, clock);

  /** Its snooze's or acknowledgement's end by our own clock; null: none. */
  function endOf(incident: WireIncident): number | null {
    const at = endsByItself(incident);
    return at === null ? null : toMs(at) - steadySkewMs(api.clockSkewMs());
  }
  const endsAround = (incident: WireIncident, endsAt: string): boolean => {
    const end = maySnooze(incident) ? endOf(incident) : null;
    return end !== null && Math.abs(end - toMs(endsAt)) < toleranceMs;
  };

  async function openIncident(id: string, signal: AbortSignal): Promise<WireIncident> {
    const incident = await api.incident(id, signal);
    if (incident === null) {
      throw new SourceError(
        'source.rejected',
        'PagerDuty does not know this incident (any more).',
        {
          next: 'Look it up in PagerDuty.',
        },
      );
    }
    if (incident.status === 'resolved') {
      throw new SourceError('source.rejected', 'This incident is resolved already.', {
        next: 'There is nothing left to do.',
      });
    }
    return incident;
  }

  async function noteOnce(id: string, note: string, key: string, signal: AbortSignal) {
    if (note.trim() === '') return;
    const notes = await api.notes(id, signal);
    if (notes.some(({ content }) => hasMark(content, key))) return;
    await api.addNote(id, markedNote(note, key), signal);
  }

  async function snooze(id: string, endsAt: string, signal: AbortSignal): Promise<ActionReceipt> {
    const seconds = Math.round((toMs(endsAt) - clock.now()) / 1_000);
    if (seconds > mostSnoozeSeconds) {
      throw new SourceError('source.rejected', 'PagerDuty snoozes for 7 days at most.', {
        next: 'Choose an earlier end.',
      });
    }
    const incident = await openIncident(id, signal);
    const isThere = endsAround(incident, endsAt) && isSnoozedBy(await api.log(id, signal));
    if (!isThere) await api.snooze(id, Math.max(1, seconds), signal);
    return { upstreamRef: refOf(id), expiresAt: null };
  }

  async function setStatus(
    id: string,
    status: 'triggered' | 'acknowledged',
    signal: AbortSignal,
  ): Promise<void> {
    const incident = await openIncident(id, signal);
    // Acknowledging once more would begin the time anew after which PagerDuty takes it back.
    if (incident.status !== status) await api.setStatus(id, status, signal);
  }

  async function toSilence(
    incident: WireIncident,
    isNoteRead: boolean,
    signal: AbortSignal,
  ): Promise<UpstreamSilence> {
    const notes = isNoteRead ? await api.notes(incident.id, signal) : [];
    const ours = notes
      .filter(({ content }) => isMarked(content) && content.startsWith(noteStart))
      .toSorted((a, b) => b.created_at.localeCompare(a.created_at))[0];
    const by = ours?.user ?? incident.acknowledgements[0]?.acknowledger;
    const startsAt = ours?.created_at || incident.last_status_change_at || incident.created_at;
    return {
      id: refOf(incident.id),
      matchers: [{ name: scope, value: incident.id, isRegex: false, isEqual: true }],
      createdBy: nameOf(by),
      comment: ours === undefined ? 'Snoozed in PagerDuty' : withoutMark(ours.content),
      startsAt: toInstant(toMs(startsAt)),
      endsAt: toInstant(endOf(incident) ?? clock.now()),
      state: 'active',
      scope: `snooze of "${incident.title || incident.summary}"`,
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

    silenceScopes: [[scope]],

    acknowledgeEffect:
      'PagerDuty stops escalating and assigns the incident to the user of the key. If its service has an acknowledgement timeout, PagerDuty triggers it again when that is over: Nightdesk does not prolong it, so that somebody is paged who fell asleep.',

    propose: ({ externalId }) => ({
      matchers: [{ name: scope, value: incidentIdOf(externalId), isRegex: false, isEqual: true }],
      volatileLabels: [],
    }),

    matches: matchesAll,

    async send(action, key, signal) {
      switch (action.kind) {
        case 'acknowledge': {
          const id = incidentIdOf(action.externalId);
          await setStatus(id, 'acknowledged', signal);
          await noteOnce(id, action.note, key, signal);
          return { upstreamRef: id, expiresAt: null };
        }
        case 'unacknowledge': {
          const id = incidentIdOf(action.externalId);
          await setStatus(id, 'triggered', signal);
          return { upstreamRef: id, expiresAt: null };
        }
        case 'comment': {
          const id = incidentIdOf(action.externalId);
          await noteOnce(id, action.note, key, signal);
          return { upstreamRef: key, expiresAt: null };
        }
        case 'resolve': {
          const id = incidentIdOf(action.externalId);
          const incident = await api.incident(id, signal);
          if (incident !== null && incident.status !== 'resolved') {
            await api.setStatus(id, 'resolved', signal, action.note.trim());
          }
          return { upstreamRef: id, expiresAt: null };
        }
        case 'silence': {
          const id = soleValue(action.matchers, scope, 'PagerDuty snoozes single incidents');
          const receipt = await snooze(id, action.endsAt, signal);
          const note = action.note.trim() === '' ? 'from Nightdesk' : action.note;
          await noteOnce(id, `${noteStart}${action.endsAt}: ${note}`, key, signal);
          return receipt;
        }
        case 'extend_silence':
          if (isWindowRef(action.upstreamRef)) {
            await windows.move(action.upstreamRef, action.endsAt, signal);
            return { upstreamRef: action.upstreamRef, expiresAt: null };
          }
          return snooze(idOfRef(action.upstreamRef), action.endsAt, signal);
        case 'unsilence': {
          if (isWindowRef(action.upstreamRef)) {
            await windows.end(action.upstreamRef, signal);
            return { upstreamRef: action.upstreamRef, expiresAt: null };
          }
          const id = idOfRef(action.upstreamRef);
          const incident = await api.incident(id, signal);
          // One that is over, or that was taken on meanwhile, is left alone.
          if (incident !== null && maySnooze(incident) && isSnoozedBy(await api.log(id, signal))) {
            await api.setStatus(id, 'triggered', signal);
          }
          return { upstreamRef: action.upstreamRef, expiresAt: null };
        }
      }
    },

    async confirm(action, receipt, signal) {
      switch (action.kind) {
        case 'acknowledge':
        case 'unacknowledge': {
          const incident = await api.incident(incidentIdOf(action.externalId), signal);
          const wanted = action.kind === 'acknowledge' ? 'acknowledged' : 'triggered';
          return incident?.status === wanted;
        }
        case 'resolve': {
          const incident = await api.incident(incidentIdOf(action.externalId), signal);
          return incident === null || incident.status === 'resolved';
        }
        case 'comment': {
          if (action.note.trim() === '' || receipt.upstreamRef === null) return true;
          const key = receipt.upstreamRef;
          const notes = await api.notes(incidentIdOf(action.externalId), signal);
          return notes.some(({ content }) => hasMark(content, key));
        }
        case 'silence':
        case 'extend_silence': {
          const ref = receipt.upstreamRef;
          if (ref !== null && isWindowRef(ref)) return windows.endsAt(ref, action.endsAt, signal);
          const incident = ref === null ? null : await api.incident(idOfRef(ref), signal);
          return incident !== null && endsAround(incident, action.endsAt);
        }
        case 'unsilence': {
          const ref = action.upstreamRef;
          if (isWindowRef(ref)) return windows.hasEnded(ref, signal);
          const incident = await api.incident(idOfRef(ref), signal);
          return (
            incident === null ||
            !maySnooze(incident) ||
            !isSnoozedBy(await api.log(incident.id, signal))
          );
        }
      }
    },

    // PagerDuty's own timeouts are for people who fell asleep, so nothing is prolonged behind their back.
    extend: async (_action, receipt) => receipt,

    async silences(signal) {
      const listed: UpstreamSilence[] = [];
      for (const incident of await snoozed(signal)) {
        listed.push(await toSilence(incident, listed.length < mostNotesRead, signal));
      }
      return [...listed, ...(await windows.list(signal))];
    },
  };
}
