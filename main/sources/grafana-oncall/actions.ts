/**
 * What is written to OnCall: always one alert group per request, looked at first. OnCall tells that a group is silenced but not
 * until when, so the end is remembered here.
 */
import { toInstant, toMs, type Clock } from '../../clock.ts';
import type {
  ActionReceipt,
  ConnectorActions,
  UpstreamAction,
  UpstreamSilence,
} from '../connector.ts';
import { matchesAll } from '../matchers.ts';
import { hasMark, markedNote } from '../note-mark.ts';
import { proposeObject, soleValue } from '../object-scope.ts';
import { SourceError } from '../source-error.ts';
import type { OnCallApi } from './api.ts';
import { WireGroup } from './parse.ts';
import { groupLabel } from './to-alarm.ts';

/** A silence of ours, which OnCall does not describe. */
export interface SilenceNote {
  readonly by: string;
  readonly note: string;
  readonly startsAt: string;
  readonly endsAt: string;
}

interface ActionDeps {
  readonly api: OnCallApi;
  readonly clock: Clock;
  readonly clockSkewMs: () => number;
  notes(): Readonly<Record<string, SilenceNote>>;
  setNote(id: string, note: SilenceNote | null): void;
}

/** Between our sending and what OnCall calls the beginning. */
const sameStartMs = 120_000;
/** Shown where nobody knows the end. */
const unknownEndMs = 10 * 365 * 86_400_000;

const rejected = (message: string, next: string): SourceError =>
  new SourceError('source.rejected', message, { next });

/** @throws SourceError */
function checkedId(id: unknown): string {
  if (typeof id === 'string' && /^\w{1,100}$/.test(id)) return id;
  throw rejected('This alarm names no alert group of OnCall.', 'Do it in OnCall itself.');
}

export function createActions(deps: ActionDeps): ConnectorActions {
  const { api, clock } = deps;

  /** @throws SourceError when it is over */
  async function openGroup(id: string, signal: AbortSignal): Promise<WireGroup> {
    const group = await api.group(id, signal);
    if (group !== null && group.state !== 'resolved') return group;
    throw rejected('This alert group is resolved already.', 'There is nothing left to do.');
  }

  async function silenceUntil(id: string, endsAt: string, signal: AbortSignal): Promise<void> {
    const seconds = Math.max(60, Math.round((toMs(endsAt) - clock.now()) / 1_000));
    const json = { delay: seconds };
    if (await api.write(id, 'silence', signal, { json, mayRefuse: true })) return;
    // Some versions do not silence what is silenced. The gap is one request long.
    const group = await openGroup(id, signal);
    if (group.state === 'silenced') await api.write(id, 'unsilence', signal);
    await api.write(id, 'silence', signal, { json });
  }

  async function silence(
    action: Extract<UpstreamAction, { kind: 'silence' }>,
    signal: AbortSignal,
  ): Promise<ActionReceipt> {
    const id = checkedId(
      soleValue(action.matchers, groupLabel, 'OnCall silences one alert group at a time'),
    );
    const { by, note, endsAt } = action;
    const group = await openGroup(id, signal);
    const isDone = group.state === 'silenced' && deps.notes()[id]?.endsAt === endsAt;
    if (!isDone) {
      // OnCall refuses to silence what is acknowledged.
      if (group.state === 'acknowledged') await api.write(id, 'unacknowledge', signal);
      await silenceUntil(id, endsAt, signal);
      deps.setNote(id, { by, note, startsAt: toInstant(clock.now()), endsAt });
    }
    return { upstreamRef: id, expiresAt: null };
  }

  async function extend(ref: string, endsAt: string, signal: AbortSignal): Promise<void> {
    const id = checkedId(ref);
    const group = await api.group(id, signal);
    if (group?.state !== 'silenced') {
      throw rejected('This silence is over already.', 'Make a new one from the alarm.');
    }
    const known = deps.notes()[id];
    if (known?.endsAt === endsAt) return;
    await silenceUntil(id, endsAt, signal);
    const startsAt = toInstant(clock.now());
    deps.setNote(id, { by: 'Nightdesk', note: 'Extended', ...known, startsAt, endsAt });
  }

  const isSilencedUntil = async (
    id: string,
    endsAt: string,
    signal: AbortSignal,
  ): Promise<boolean> =>
    (await api.group(id, signal))?.state === 'silenced' && deps.notes()[id]?.endsAt === endsAt;

  function silenceOf(raw: unknown): UpstreamSilence[] {
    const parsed = WireGroup.safeParse(raw);
    if (!parsed.success) return [];
    const { id, title, silenced_at: silencedAt } = parsed.data;
    const startMs = silencedAt == null ? clock.now() : Date.parse(silencedAt) - deps.clockSkewMs();
    const known = deps.notes()[id];
    const isOurs = known !== undefined && startMs - toMs(known.startsAt) < sameStartMs;
    const scope = `alert group ${id}: ${title ?? ''}`;
    return [
      {
        id,
        matchers: [{ name: groupLabel, value: id, isRegex: false, isEqual: true }],
        createdBy: isOurs ? known.by : 'somebody in OnCall',
        comment: isOurs ? known.note : 'Silenced in OnCall',
        startsAt: toInstant(startMs),
        endsAt: isOurs ? known.endsAt : toInstant(startMs + unknownEndMs),
        state: 'active',
        scope: isOurs ? scope : `${scope} (OnCall does not tell its end)`,
      },
    ];
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

    silenceScopes: [[groupLabel]],

    acknowledgeEffect:
      'OnCall acknowledges the alert group in the name of the owner of the key: its escalation stops, and everybody sees it.',

    propose: ({ labels }) => proposeObject(labels, [groupLabel]),

    matches: matchesAll,

    async send(action, key, signal) {
      switch (action.kind) {
        case 'acknowledge': {
          const id = checkedId(action.refs['id']);
          const group = await openGroup(id, signal);
          if (group.state !== 'acknowledged') await api.write(id, 'acknowledge', signal);
          return { upstreamRef: id, expiresAt: null };
        }
        case 'unacknowledge': {
          const id = checkedId(action.refs['id']);
          const group = await api.group(id, signal);
          if (group?.state === 'acknowledged') await api.write(id, 'unacknowledge', signal);
          return { upstreamRef: id, expiresAt: null };
        }
        case 'silence':
          return silence(action, signal);
        case 'extend_silence':
          await extend(action.upstreamRef, action.endsAt, signal);
          return { upstreamRef: action.upstreamRef, expiresAt: null };
        case 'unsilence': {
          const id = checkedId(action.upstreamRef);
          const group = await api.group(id, signal);
          if (group?.state === 'silenced') await api.write(id, 'unsilence', signal);
          deps.setNote(id, null);
          return { upstreamRef: id, expiresAt: null };
        }
        case 'resolve': {
          const id = checkedId(action.refs['id']);
          const group = await api.group(id, signal);
          if (group !== null && group.state !== 'resolved') await api.write(id, 'resolve', signal);
          return { upstreamRef: id, expiresAt: null };
        }
        case 'comment': {
          const id = checkedId(action.refs['id']);
          const notes = await api.notes(id, signal);
          if (!notes.some((text) => hasMark(text, key))) {
            await api.addNote(id, markedNote(action.note, key, action.by), signal);
          }
          // The mark is made of the key, so it is what finds the note again.
          return { upstreamRef: key, expiresAt: null };
        }
      }
    },

    async confirm(action, receipt, signal) {
      switch (action.kind) {
        case 'acknowledge':
          return (await api.group(checkedId(action.refs['id']), signal))?.state === 'acknowledged';
        case 'unacknowledge':
          return (await api.group(checkedId(action.refs['id']), signal))?.state !== 'acknowledged';
        case 'silence':
        case 'extend_silence': {
          const { upstreamRef } = receipt;
          return (
            upstreamRef !== null && isSilencedUntil(checkedId(upstreamRef), action.endsAt, signal)
          );
        }
        case 'unsilence':
          return (await api.group(checkedId(action.upstreamRef), signal))?.state !== 'silenced';
        case 'resolve': {
          const group = await api.group(checkedId(action.refs['id']), signal);
          return group === null || group.state === 'resolved';
        }
        case 'comment': {
          const { upstreamRef } = receipt;
          const notes = await api.notes(checkedId(action.refs['id']), signal);
          return upstreamRef !== null && notes.some((text) => hasMark(text, upstreamRef));
        }
      }
    },

    // Nothing here runs out before its end.
    extend: async (_action, receipt) => receipt,

    async silences(signal) {
      const { groups } = await api.groups('silenced', signal);
      return groups.flatMap(silenceOf);
    },
  };
}
