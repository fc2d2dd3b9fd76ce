/**
 * What is written to Sentry: snooze, reopen, resolve, comment; always one issue per request, looked at first. It has no
 * acknowledgement besides assigning somebody, so that one is kept here.
 */
import { toInstant, toMs, type Clock } from '../../clock.ts';
import type { Matcher } from '../../../preload/contract/alarms.ts';
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
import type { SentryApi } from './api.ts';
import { WireIssue } from './parse.ts';
import { issueLabel } from './to-alarm.ts';

/** What we know of a snooze that Sentry does not keep: who made it, and why. */
export interface SnoozeNote {
  readonly by: string;
  readonly note: string;
  readonly startsAt: string;
  readonly endsAt: string;
}

interface ActionDeps {
  readonly api: SentryApi;
  readonly clock: Clock;
  readonly clockSkewMs: () => number;
  /** For acknowledgements. */
  readonly kept: ConnectorActions;
  notes(): Readonly<Record<string, SnoozeNote>>;
  setNote(id: string, note: SnoozeNote | null): void;
}

/** Sentry counts a snooze in minutes, from its own now. */
const toleranceMs = 90_000;

const rejected = (message: string, next: string): SourceError =>
  new SourceError('source.rejected', message, { next });

const gone = (): SourceError =>
  rejected('This issue does not exist any more.', 'There is nothing left to do.');

/** Ids go into the path of a request: an empty or odd one never does. @throws SourceError */
function checkedId(id: unknown): string {
  if (typeof id === 'string' && /^\d{1,30}$/.test(id)) return id;
  throw rejected('This alarm names no issue of Sentry.', 'Do it in Sentry itself.');
}

/** @throws SourceError unless the matchers name exactly one issue. */
export const issueOf = (matchers: readonly Matcher[]): string =>
  checkedId(soleValue(matchers, issueLabel, 'Sentry snoozes one issue at a time'));

const endOf = ({ status, statusDetails }: WireIssue): number | null =>
  status === 'ignored' && statusDetails?.ignoreUntil ? toMs(statusDetails.ignoreUntil) : null;

export function createActions(deps: ActionDeps): ConnectorActions {
  const { api, clock, kept } = deps;
  const sights = new Map<string, string>();
  const upstreamNow = (): number => clock.now() + deps.clockSkewMs();
  const ours = (upstreamMs: number): string => toInstant(upstreamMs - deps.clockSkewMs());

  const isUntil = (issue: WireIssue | null, endsAt: string): boolean => {
    const endMs = issue === null ? null : endOf(issue);
    return endMs !== null && Math.abs(endMs - deps.clockSkewMs() - toMs(endsAt)) < toleranceMs;
  };

  /** Sentry does not tell since when somebody snoozed an issue. */
  function firstSight(id: string): string {
    const at = sights.get(id) ?? toInstant(clock.now());
    sights.set(id, at);
    return at;
  }

  async function snooze(id: string, endsAt: string, signal: AbortSignal): Promise<void> {
    const minutes = Math.round((toMs(endsAt) + deps.clockSkewMs() - upstreamNow()) / 60_000);
    const statusDetails = { ignoreDuration: Math.max(1, minutes) };
    await api.change(id, { status: 'ignored', statusDetails }, signal);
  }

  async function silence(
    action: Extract<UpstreamAction, { kind: 'silence' }>,
    signal: AbortSignal,
  ): Promise<ActionReceipt> {
    const id = issueOf(action.matchers);
    const issue = await api.issue(id, signal);
    if (issue === null) throw gone();
    if (issue.status === 'resolved') {
      throw rejected('This issue is resolved already.', 'There is nothing left to silence.');
    }
    const { by, note, endsAt } = action;
    if (!isUntil(issue, endsAt)) await snooze(id, endsAt, signal);
    deps.setNote(id, { by, note, startsAt: toInstant(clock.now()), endsAt });
    return { upstreamRef: id, expiresAt: null };
  }

  async function extend(ref: string, endsAt: string, signal: AbortSignal): Promise<void> {
    const id = checkedId(ref);
    const issue = await api.issue(id, signal);
    if (issue?.status !== 'ignored') {
      throw rejected('This silence is over already.', 'Make a new one from the alarm.');
    }
    if (!isUntil(issue, endsAt)) await snooze(id, endsAt, signal);
    const note = deps.notes()[id];
    if (note !== undefined) deps.setNote(id, { ...note, endsAt });
  }

  async function comment(
    action: Extract<UpstreamAction, { kind: 'comment' }>,
    key: string,
    signal: AbortSignal,
  ): Promise<void> {
    const id = checkedId(action.refs['id']);
    const comments = await api.comments(id, signal);
    if (comments.some(({ text }) => hasMark(text, key))) return;
    await api.comment(id, markedNote(action.note, key, action.by), signal);
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

    silenceScopes: [[issueLabel]],

    acknowledgeEffect:
      'Sentry has no acknowledgement: Nightdesk itself remembers it, on this computer, until the issue is over. Nobody else sees it.',

    propose: ({ labels }) => proposeObject(labels, [issueLabel]),

    matches: matchesAll,

    async send(action, key, signal) {
      switch (action.kind) {
        case 'acknowledge':
        case 'unacknowledge':
          return kept.send(action, key, signal);
        case 'silence':
          return silence(action, signal);
        case 'extend_silence':
          await extend(action.upstreamRef, action.endsAt, signal);
          return { upstreamRef: action.upstreamRef, expiresAt: null };
        case 'unsilence': {
          const id = checkedId(action.upstreamRef);
          const issue = await api.issue(id, signal);
          // Only what is snoozed: an issue that was resolved meanwhile must not be opened again.
          if (issue?.status === 'ignored') await api.change(id, { status: 'unresolved' }, signal);
          deps.setNote(id, null);
          return { upstreamRef: id, expiresAt: null };
        }
        case 'resolve': {
          const id = checkedId(action.refs['id']);
          const issue = await api.issue(id, signal);
          if (issue !== null && issue.status !== 'resolved') {
            await api.change(id, { status: 'resolved' }, signal);
          }
          return { upstreamRef: id, expiresAt: null };
        }
        case 'comment':
          await comment(action, key, signal);
          // The mark is made of the key, so it is what finds the comment again.
          return { upstreamRef: key, expiresAt: null };
      }
    },

    async confirm(action, receipt, signal) {
      switch (action.kind) {
        case 'acknowledge':
        case 'unacknowledge':
          return kept.confirm(action, receipt, signal);
        case 'silence':
          return isUntil(await api.issue(issueOf(action.matchers), signal), action.endsAt);
        case 'extend_silence':
          return isUntil(await api.issue(checkedId(action.upstreamRef), signal), action.endsAt);
        case 'unsilence':
          return (await api.issue(checkedId(action.upstreamRef), signal))?.status !== 'ignored';
        case 'resolve': {
          const issue = await api.issue(checkedId(action.refs['id']), signal);
          return issue === null || issue.status === 'resolved';
        }
        case 'comment': {
          const { upstreamRef } = receipt;
          const comments = await api.comments(checkedId(action.refs['id']), signal);
          return upstreamRef !== null && comments.some(({ text }) => hasMark(text, upstreamRef));
        }
      }
    },

    // Neither an acknowledgement kept here nor a snooze needs to be prolonged.
    extend: async (_action, receipt) => receipt,

    async silences(signal) {
      const { issues } = await api.issues('is:ignored', '90d', signal);
      return issues.flatMap((raw): UpstreamSilence[] => {
        const issue = WireIssue.safeParse(raw);
        const endMs = issue.success ? endOf(issue.data) : null;
        // Archived without an end: that is a decision about the issue, not a silence.
        if (!issue.success || endMs === null || endMs <= upstreamNow()) return [];
        const { id, shortId, title, project, statusDetails } = issue.data;
        const known = deps.notes()[id];
        const actor = statusDetails?.actor;
        return [
          {
            id,
            matchers: [{ name: issueLabel, value: id, isRegex: false, isEqual: true }],
            createdBy: known?.by ?? actor?.name ?? actor?.email ?? 'somebody in Sentry',
            comment: known?.note ?? 'Snoozed in Sentry',
            startsAt: known?.startsAt ?? firstSight(id),
            endsAt: ours(endMs),
            state: 'active',
            scope: `issue ${shortId || id} of ${project.slug}: ${title}`,
          },
        ];
      });
    },
  };
}
