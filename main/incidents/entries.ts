/** What happened elsewhere, in the words of a timeline. Pure: live events and the copied past read the same. */
import type { Instant } from '../../preload/contract/common.ts';
import type { EntryKind } from '../../preload/contract/incidents.ts';
import type { Decision } from '../../preload/contract/notifications.ts';
import type { Intent } from '../../preload/contract/outbox.ts';
import type { StepState } from '../../preload/contract/runbooks.ts';
import type { AlarmEvent } from '../../preload/contract/alarms.ts';
import { since, toInstant, toMs } from '../clock.ts';
import { entry, type NewEntry } from './incident.ts';
import { durationWords, oneLine } from './words.ts';

export const you = 'you';
export const nightdesk = 'Nightdesk';

interface Named {
  readonly title: string;
  readonly summary: string;
}

const longestCode = 20_000;
const nameOf = (alarm: Named): string => oneLine(alarm.title, 120) || 'An alarm without a name';
const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

/** Kinds of alarm events that belong on a timeline. What a machine says is never a `note`: those are people's. */
const kinds: Readonly<Record<string, EntryKind>> = {
  fired: 'alarm_fired',
  resolved: 'alarm_resolved',
  acknowledged: 'acknowledged',
  unacknowledged: 'alarm_fired',
  suppressed: 'silenced',
  unsuppressed: 'alarm_fired',
  severity_changed: 'severity',
  note: 'note',
  command_copied: 'command',
};

const copied = /^Copied the command of step (\d+): ([\s\S]*)$/;

/** How a copied command is kept in the history of its alarm, until there is a timeline to copy it to. */
export const copiedText = (number: number, command: string): string =>
  `Copied the command of step ${number}: ${command.slice(0, longestCode).toWellFormed()}`;

/** `episode`: for a firing, when it really began and when it was first seen. Null: nothing for a timeline. */
export function entryOfEvent(
  event: AlarmEvent,
  alarm: Named,
  episode: { startedAt: Instant; seenAt: Instant } | null,
): NewEntry | null {
  const change = changedSilence.exec(event.kind)?.[1];
  if (change === 'extend_silence' || change === 'unsilence') {
    return entryOfIntent({ kind: change, createdAt: event.at }, alarm, event.origin);
  }
  if (event.kind === 'custom_action' || event.kind === 'command_ran') {
    const [first = '', ...rest] = event.text.split('\n');
    return entry(event.at, 'command', event.origin, first, rest.join('\n'));
  }
  const kind = kinds[event.kind];
  if (kind === undefined) return null;
  if (kind === 'note') return entry(event.at, kind, event.origin, event.text.slice(0, 20_000));
  if (kind === 'command') {
    const found = copied.exec(event.text);
    return found === null
      ? null
      : entry(
          event.at,
          kind,
          event.origin,
          `Copied the command of step ${found[1]}`,
          found[2] ?? '',
        );
  }
  const text = `${nameOf(alarm)} ${lowerFirst(event.text)}`;
  if (event.kind !== 'fired') return entry(event.at, kind, event.origin, text);
  const summary = oneLine(alarm.summary, 300);
  const what = summary === '' || summary === alarm.title ? text : `${text}: ${summary}`;
  const start = episode === null ? event.at : earlier(episode.startedAt, event.at);
  const unseenMs = since(toMs(start), toMs(event.at));
  const late = unseenMs >= 120_000 ? ` (seen here ${durationWords(unseenMs)} later)` : '';
  return entry(start, kind, event.origin, `${what}${late}`);
}

const earlier = (a: Instant, b: Instant): Instant => (toMs(a) <= toMs(b) ? a : b);

const silenceChanges = {
  extend_silence: 'New end for the silence of',
  unsilence: 'Silence ended of',
} as const;

/** As the outbox writes it into the history of every alarm that the silence hid. */
const changedSilence = /^(extend_silence|unsilence)_confirmed$/;

/** What a person did to an upstream, once the upstream agreed. The time is the person's. */
export function entryOfIntent(
  intent: Pick<Intent, 'kind' | 'createdAt'>,
  alarm: Named,
  sourceName: string,
): NewEntry | null {
  const confirmed = `, confirmed by ${oneLine(sourceName, 100)}`;
  switch (intent.kind) {
    case 'acknowledge':
      return entry(
        intent.createdAt,
        'acknowledged',
        you,
        `${nameOf(alarm)} acknowledged${confirmed}`,
      );
    case 'silence':
      return entry(intent.createdAt, 'silenced', you, `${nameOf(alarm)} silenced${confirmed}`);
    case 'extend_silence':
    case 'unsilence':
      return entry(
        intent.createdAt,
        'silenced',
        you,
        `${silenceChanges[intent.kind]} ${nameOf(alarm)}${confirmed}`,
      );
    // That it cleared is another line, once a poll shows it.
    case 'resolve':
      return entry(intent.createdAt, 'decision', you, `${nameOf(alarm)} declared over${confirmed}`);
    // The note itself is told when it is written.
    case 'comment':
    case 'unacknowledge':
      return null;
  }
}

const inSummary = /in the summary$/;

/** Decisions that a timeline tells: everything but silence, and what a storm put into a summary. */
export const isTold = (decision: Pick<Decision, 'outcome' | 'reason'>): boolean =>
  decision.outcome !== 'not_sent' || inSummary.test(decision.reason);

/** What the line of a notification that was sent begins with, so that one that then failed takes its place. */
export const sentStart = (decision: Pick<Decision, 'class'>, alarm: Named): string =>
  `${decision.class === 'page' ? 'Page' : 'Notice'} sent for ${nameOf(alarm)}: `;

/** What was sent, and a page that could not be. Reminders are collected by `collectReminder`. */
export function entryOfDecision(
  decision: Pick<Decision, 'at' | 'class' | 'occasion' | 'outcome' | 'reason'>,
  alarm: Named,
): NewEntry | null {
  const word = decision.class === 'page' ? 'Page' : 'Notice';
  const reason = oneLine(decision.reason, 200);
  if (!['fired', 'worsened', 'summary'].includes(decision.occasion)) return null;
  if (decision.outcome === 'not_sent') {
    return inSummary.test(decision.reason)
      ? entry(
          decision.at,
          'notified',
          nightdesk,
          `${word} for ${nameOf(alarm)} held for a summary: ${reason}`,
        )
      : null;
  }
  if (decision.outcome === 'sent') {
    return entry(decision.at, 'notified', nightdesk, `${sentStart(decision, alarm)}${reason}`);
  }
  return decision.class === 'page'
    ? entry(
        decision.at,
        'notified',
        nightdesk,
        `Page for ${nameOf(alarm)} could not be delivered: ${reason}`,
      )
    : null;
}

const reminded = /^Page for (.+) repeated (?:once|(\d+) times over .+)$/su;

/** One line for all reminders of one alarm: the first begins it, later ones count in it. */
export function collectReminder(
  at: Instant,
  alarm: Named,
  known: readonly { readonly id: number; readonly at: Instant; readonly text: string }[],
): { add: NewEntry } | { id: number; text: string } {
  const name = nameOf(alarm);
  for (const candidate of known) {
    const found = reminded.exec(candidate.text);
    if (found?.[1] !== name) continue;
    const count = Number(found[2] ?? 1) + 1;
    const over = durationWords(since(toMs(candidate.at), toMs(at)));
    return { id: candidate.id, text: `Page for ${name} repeated ${count} times over ${over}` };
  }
  return { add: entry(at, 'notified', nightdesk, `Page for ${name} repeated once`) };
}

const stepWords: Readonly<Record<StepState, string>> = {
  done: 'done',
  skipped: 'skipped',
  did_not_help: 'did not help',
  open: 'opened again',
};

export function entryOfStep(step: {
  at: Instant;
  number: number;
  text: string;
  state: StepState;
  runbookTitle: string;
}): NewEntry {
  const title = oneLine(step.runbookTitle, 100);
  return entry(
    step.at,
    'step',
    you,
    `Runbook step ${step.number} ${stepWords[step.state]}: ${oneLine(step.text, 400)} (${title})`,
  );
}

const stepLine = new RegExp(
  `^Runbook step (\\d+) (${Object.values(stepWords).join('|')}): ([\\s\\S]*)$`,
);

/** Reads back what `entryOfStep` wrote. */
export function readStep(
  text: string,
): { number: number; outcome: 'done' | 'did not help' | 'other'; text: string } | null {
  const found = stepLine.exec(text);
  if (found === null) return null;
  const outcome = found[2] === 'done' || found[2] === 'did not help' ? found[2] : 'other';
  return { number: Number(found[1]), outcome, text: found[3] ?? '' };
}

/** Reads back what `collectReminder` and `entryOfDecision` wrote. */
export const readNotified = (text: string): 'repeated' | 'not delivered' | 'sent' =>
  reminded.test(text)
    ? 'repeated'
    : /^Page for [\s\S]+ could not be delivered: /.test(text)
      ? 'not delivered'
      : 'sent';

export const entryOfCommand = (at: Instant, number: number, command: string): NewEntry =>
  entry(
    at,
    'command',
    you,
    `Copied the command of step ${number}`,
    command.slice(0, longestCode).toWellFormed(),
  );

/** How a command that was run is kept in the history of its alarm, and on a timeline: a headline, then what it printed. */
export function ranText(ran: {
  executionId: number;
  number: number;
  how: string;
  command: string;
  output: string;
}): { headline: string; code: string } {
  const headline = `Ran the command of step ${ran.number}: ${ran.how} (output ${ran.executionId})`;
  const code = ran.output === '' ? ran.command : `${ran.command}\n\n${ran.output}`;
  return { headline, code: code.slice(0, longestCode).toWellFormed() };
}

/** The same for a query that a source answered. */
export function askedText(asked: {
  number: number;
  sourceName: string;
  query: string;
  answer: string;
}): { headline: string; code: string } {
  const headline = `Asked ${oneLine(asked.sourceName, 100)} the query of step ${asked.number}`;
  return {
    headline,
    code: `${asked.query}\n\n${asked.answer}`.slice(0, longestCode).toWellFormed(),
  };
}

/** Reads back from a headline where the whole output is; null: it tells of nothing that was run. */
export function readRan(entry: { kind: EntryKind; text: string }): number | null {
  const found = /^Ran the command of step \d+: .* \(output (\d{1,15})\)$/.exec(entry.text);
  return entry.kind === 'command' && found !== null ? Number(found[1]) : null;
}

/** A source that went out of sight, or came back. */
export function entryOfSight(change: {
  at: Instant;
  sourceName: string;
  isLive: boolean;
  reason: string | null;
}): NewEntry {
  const name = oneLine(change.sourceName, 100);
  const reason = change.reason === null ? '' : `: ${oneLine(change.reason, 200)}`;
  return change.isLive
    ? entry(change.at, 'source_live', name, `${name} is live again`)
    : entry(change.at, 'source_blind', name, `${name} went blind${reason}`);
}

/** Time in which nothing was polled, on a timeline that would otherwise look calm. */
export const entryOfGap = (
  fromMs: number,
  toMs: number,
  reason: 'sleep' | 'network' | 'clock',
): NewEntry => {
  const why = {
    sleep: 'this computer slept',
    network: 'the network changed',
    clock: 'the clock jumped',
  }[reason];
  const took = durationWords(since(fromMs, toMs));
  return entry(toInstant(fromMs), 'source_blind', nightdesk, `Nobody looked for ${took}: ${why}`);
};
