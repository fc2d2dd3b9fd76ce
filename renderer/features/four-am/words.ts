/** What the screen says about one alarm. Pure: the alarm and the time come in. */
import type { AlarmDetail, AlarmRow } from '../../../preload/contract/alarms.ts';
import type { Step } from '../../../preload/contract/runbooks.ts';
import { stateWords } from '../../runs/index.ts';
import { severityWords } from '../../ui/SeverityMark.tsx';
import { clockText, durationText } from '../../ui/time-text.ts';
import { clipText, visibleText } from '../../ui/visible-text.ts';

const sentenceMax = 220;
const moreMax = 500;

export interface Impact {
  /** One sentence: what is wrong for whom. */
  readonly sentence: string;
  readonly more: string;
}

const clipped = (text: string, max: number): string => {
  const { text: part, isClipped } = clipText(text.trim(), max);
  return isClipped ? `${part}…` : part;
};

/**
 * Who cannot do what, where the alarm says so in an annotation of that name. Else the summary is the sentence; without one
 * the description's first, and without that the alarm's name.
 */
export function impactOf({ row, annotations }: Pick<AlarmDetail, 'row' | 'annotations'>): Impact {
  const summary = (annotations.summary ?? row.summary).trim() || row.summary.trim();
  const description = (annotations.description ?? '').trim();
  const impact = (annotations.impact ?? '').trim();
  if (impact !== '') {
    const more = description === '' ? summary : description;
    return {
      sentence: clipped(impact, sentenceMax),
      more: more === impact ? '' : clipped(more, moreMax),
    };
  }
  if (summary !== '') {
    return {
      sentence: clipped(summary, sentenceMax),
      more: description === summary ? '' : clipped(description, moreMax),
    };
  }
  if (description === '') return { sentence: clipped(row.title, sentenceMax), more: '' };
  const end = /[.!?](?=\s)/.exec(description);
  const cut = end === null ? description.length : end.index + 1;
  return {
    sentence: clipped(description.slice(0, cut), sentenceMax),
    more: clipped(description.slice(cut), moreMax),
  };
}

/** What the alarm is called, for talking to people, unless the sentence says it already. */
export function nameOf(
  { row, labels }: Pick<AlarmDetail, 'row' | 'labels'>,
  { sentence }: Impact,
): string {
  return row.title.trim() === sentence ? (labels.alertname ?? '') : row.title;
}

/** `6 minutes`, `1 minute`, `40 seconds`, `2 h 5 min`: in words while it is short. */
export function longDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  if (seconds < 60) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  if (minutes < 60) return minutes === 1 ? '1 minute' : `${minutes} minutes`;
  return durationText(ms);
}

/** "Critical for 6 minutes, checkout"; with its source out of sight nobody knows whether it still is. */
export function sinceText(
  row: Pick<AlarmRow, 'severity' | 'startsAt' | 'service' | 'freshness' | 'status'>,
  now: number,
): string {
  const length = longDuration(now - Date.parse(row.startsAt));
  const service = row.service === '' ? '' : `, ${clipped(visibleText(row.service, true), 80)}`;
  const severity = severityWords[row.severity];
  if (row.freshness === 'live') {
    const suppressed = row.status === 'suppressed' ? ', suppressed,' : '';
    return `${severity}${suppressed} for ${length}${service}`;
  }
  return `${severity} when last seen, began ${length} ago${service}`;
}

export type AckState =
  | { readonly kind: 'open' }
  /** The source has not agreed yet. */
  | { readonly kind: 'pending' | 'failed'; readonly text: string }
  | { readonly kind: 'acknowledged'; readonly who: string; readonly since: string };

export function ackState(
  row: Pick<AlarmRow, 'status' | 'pending' | 'ackedBy' | 'statusSince'>,
  person: string,
): AckState {
  const { pending } = row;
  const isAcking = pending?.kind === 'acknowledge';
  if (pending !== null && (isAcking || pending.kind === 'unacknowledge')) {
    const words = isAcking ? 'acknowledging' : 'taking the acknowledgement back';
    return pending.state === 'failed'
      ? { kind: 'failed', text: `${words} failed; it is in the outbox` }
      : { kind: 'pending', text: `${words}…` };
  }
  if (row.status !== 'acknowledged') return { kind: 'open' };
  // Without a name in the settings, sources are told the program's.
  const isMine = row.ackedBy === 'you' || row.ackedBy === (person.trim() || 'Nightdesk');
  const who = isMine ? 'you' : visibleText(clipped(row.ackedBy ?? 'somebody', 80), true);
  return { kind: 'acknowledged', who, since: row.statusSince };
}

const idleMs = 15 * 60_000;
/** What a person did, and the program wrote down as theirs. */
const personal = new Set(['note', 'command_copied', 'command_ran', 'custom_action', 'still_on_it']);

/**
 * Since when nothing was done about an alarm that this person acknowledged; null while there is nothing to ask. Ticked steps
 * and the incident count as well as the alarm's own history.
 */
export function idleSince(input: {
  readonly ack: AckState;
  readonly events: readonly Pick<AlarmDetail['events'][number], 'at' | 'kind'>[];
  readonly steps: readonly Pick<Step, 'at'>[];
  readonly mitigatedAt: string | null;
  readonly now: number;
}): number | null {
  const { ack, events, steps, mitigatedAt, now } = input;
  if (ack.kind !== 'acknowledged' || ack.who !== 'you' || mitigatedAt !== null) return null;
  const acts = [
    ack.since,
    ...events.filter(({ kind }) => personal.has(kind)).map(({ at }) => at),
    ...steps.flatMap(({ at }) => at ?? []),
  ].map((at) => Date.parse(at));
  const last = Math.max(...acts);
  return now - last < idleMs ? null : last;
}

export interface StatusInput {
  readonly row: Pick<
    AlarmRow,
    'title' | 'severity' | 'service' | 'startsAt' | 'sourceName' | 'freshness' | 'status'
  >;
  readonly impact: Impact;
  readonly runbookTitle: string | null;
  readonly steps: readonly Step[];
  readonly incidentId: number | null;
  readonly mitigatedAt: string | null;
  readonly ack: AckState;
  readonly now: number;
  readonly zone: string;
}

const stepMax = 140;

/** What to tell whoever comes to help: plain text for a phone, a chat or a status page. Nothing in it is guessed. */
export function statusMessage(input: StatusInput): string {
  const { row, impact, steps, now, zone } = input;
  const plain = (text: string, max: number): string => clipped(visibleText(text, true), max);
  const tried = steps
    .filter(({ state }) => state !== 'open')
    .map((step) => {
      const outcome = step.state === 'open' ? '' : stateWords[step.state];
      const at = step.at === null ? '' : ` ${clockText(step.at, zone)}`;
      return `- ${plain(step.plainText, stepMax)} (${outcome}${at})`;
    });
  const service = row.service === '' ? '' : `, ${plain(row.service, 80)}`;
  const name = plain(row.title, 200);
  const lines = [
    `${severityWords[row.severity]}${service}: ${plain(impact.sentence, sentenceMax)}`,
    plain(impact.more, moreMax),
    `Since ${clockText(row.startsAt, zone)} (${longDuration(now - Date.parse(row.startsAt))}), alarm ${name} of ${plain(row.sourceName, 80)}.`,
    row.freshness === 'live' ? '' : 'Its source cannot be seen now: this is the last known state.',
    row.status === 'resolved' ? 'The alarm has cleared.' : '',
    input.ack.kind === 'acknowledged'
      ? `Acknowledged by ${input.ack.who === 'you' ? 'me' : input.ack.who} at ${clockText(input.ack.since, zone)}.`
      : '',
    input.incidentId === null ? '' : `Incident ${input.incidentId}.`,
    input.mitigatedAt === null
      ? ''
      : `The impact was stopped at ${clockText(input.mitigatedAt, zone)}.`,
    tried.length === 0
      ? 'No step of a runbook has been tried yet.'
      : `Tried${input.runbookTitle === null ? '' : ` from “${plain(input.runbookTitle, 120)}”`}:`,
    ...tried,
  ];
  return lines.filter((line) => line !== '').join('\n');
}
