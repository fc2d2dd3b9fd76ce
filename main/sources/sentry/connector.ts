/**
 * Sentry: the issues that match a query, of one organisation.
 *
 * A search answers "nothing" also to a token that sees no project, and it leaves out what is snoozed. So an empty list needs
 * a proof, and an issue that vanishes is looked up before it counts as over.
 */
import { z } from 'zod';
import type { TestReport } from '../../../preload/contract/sources.ts';
import { toMs } from '../../clock.ts';
import type { Connector, ConnectorContext, ConnectorKind, PollResult } from '../connector.ts';
import { createHeldItems } from '../held-items.ts';
import { createKept, type KeptActs } from '../kept-actions.ts';
import { instantOf } from '../observed.ts';
import { createRemembered } from '../remembered.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, step, tlsStep, versionStep } from '../test-steps.ts';
import { createVanished } from '../vanished.ts';
import { createActions, type SnoozeNote } from './actions.ts';
import { createApi } from './api.ts';
import { comparable, idOf, WireIssue } from './parse.ts';
import { SentrySettings } from './settings.ts';
import { externalIdOf, toAlarm } from './to-alarm.ts';

const Texts = z.record(z.string(), z.string());
const Remembered = z.object({
  /** Ids of the issues that were alarms. */
  active: z.array(z.string()).catch([]),
  /** When an issue that had been resolved came back. */
  reopened: Texts.catch({}),
  notes: z
    .record(
      z.string(),
      z.object({ by: z.string(), note: z.string(), startsAt: z.string(), endsAt: z.string() }),
    )
    .catch({}),
});

type Memory = {
  readonly kept: KeptActs;
  readonly active: readonly string[];
  readonly reopened: Readonly<Record<string, string>>;
  readonly notes: Readonly<Record<string, SnoozeNote>>;
};

/**
 * When each reopened issue came back: at its last event when we first saw it reopened, since Sentry's list does not tell more.
 * Pure; returns the given record itself when nothing changed.
 */
export function reopenedTimes(
  known: Readonly<Record<string, string>>,
  raws: readonly unknown[],
): Readonly<Record<string, string>> {
  const next: Record<string, string> = {};
  let isChanged = false;
  for (const raw of raws) {
    const id = idOf(raw);
    if (id === null) continue;
    const before = Object.hasOwn(known, id) ? known[id] : undefined;
    const { substatus, lastSeen } = raw as { substatus?: unknown; lastSeen?: unknown };
    const at = typeof lastSeen === 'string' ? instantOf(lastSeen) : null;
    const time = before ?? (substatus === 'regressed' ? at : null);
    if (time === null) continue;
    next[id] = time;
    if (before === undefined) isChanged = true;
  }
  return isChanged || Object.keys(next).length !== Object.keys(known).length ? next : known;
}

function createSentry(context: ConnectorContext): Connector {
  const settings = SentrySettings.parse(context.settings);
  const { clock, severityMap } = context;
  const api = createApi(context.http, settings, context.secrets['token'] ?? '');
  const kept = createKept({ clock, title: 'Sentry', memory: context.memory });
  const remembered = createRemembered<Memory>();
  const read = Remembered.safeParse(context.memory);
  const known = read.success ? read.data : { active: [], reopened: {}, notes: {} };
  let reopened: Memory['reopened'] = known.reopened;
  let notes: Memory['notes'] = known.notes;
  let clockSkewMs = 0;

  const vanished = createVanished({
    active: known.active,
    async lookUp(id, signal) {
      const issue = await api.issue(id, signal);
      if (issue === null || issue.status === 'resolved') return null;
      return { raw: issue, isHidden: issue.status === 'ignored' };
    },
  });
  const items = createHeldItems<WireIssue>(
    {
      schema: WireIssue,
      identity: (raw) => {
        const id = idOf(raw);
        return id === null ? null : externalIdOf(id);
      },
      nameOf: (raw) => {
        const { title } = raw as { title?: unknown };
        return typeof title === 'string' && title !== '' ? title : null;
      },
      toAlarm: (issue, externalId) =>
        toAlarm(issue, externalId, {
          ...settings,
          severityMap,
          reopenedAt: (id) => (Object.hasOwn(reopened, id) ? reopened[id] : undefined),
        }),
      comparable,
    },
    () => clock.now(),
  );

  const actions = createActions({
    api,
    clock,
    clockSkewMs: () => clockSkewMs,
    kept: kept.actions,
    notes: () => notes,
    setNote(id, note) {
      const { [id]: _, ...others } = notes;
      notes = note === null ? others : { ...others, [id]: note };
    },
  });

  /** Why a list without any issue proves nothing; null when it does. */
  async function judgeEmpty(signal: AbortSignal): Promise<SourceError | null> {
    if (await api.seesProjects(signal)) return null;
    return new SourceError(
      'source.misconfigured',
      'This token sees no project, so no issue would ever show.',
      { next: 'Give its owner access to the projects, or use another token.' },
    );
  }

  function forgetEndedNotes(): void {
    const now = clock.now();
    const living = Object.entries(notes).filter(([, { endsAt }]) => toMs(endsAt) > now);
    if (living.length !== Object.keys(notes).length) notes = Object.fromEntries(living);
  }

  return {
    actions,

    async poll(signal): Promise<PollResult> {
      const list = await api.issues(settings.query, settings.period, signal);
      clockSkewMs = list.clockSkewMs ?? clockSkewMs;
      const empty = list.issues.length === 0 ? await judgeEmpty(signal) : null;
      const listed = list.issues.flatMap((raw) => idOf(raw) ?? []);
      const trouble = empty ?? list.incomplete;
      // What vanished from a list that proves nothing is not looked up one by one.
      const followed =
        trouble === null
          ? await vanished.follow(listed, signal)
          : { raws: [], waiting: 0, active: vanished.active() };
      const raws = [...list.issues, ...followed.raws];
      reopened = reopenedTimes(reopened, raws);
      forgetEndedNotes();
      const taken = items.take(raws, reopened);
      const blind = trouble ?? taken.blind;
      const waiting =
        followed.waiting === 0
          ? null
          : `${followed.waiting} issues are lacking in the list and are still being looked up.`;
      const incompleteReason = blind?.message ?? waiting;
      const isComplete = incompleteReason === null;
      const { alarms, acts } = kept.apply(taken.alarms, isComplete);
      return {
        snapshot: { alarms, isComplete, incompleteReason },
        version: null,
        clockSkewMs: list.clockSkewMs,
        remarks: waiting === null ? [] : [waiting],
        blind,
        memory: remembered({ kept: acts, active: followed.active, reopened, notes }),
      };
    },

    async test(signal): Promise<TestReport> {
      try {
        const list = await api.issues(settings.query, settings.period, signal);
        const empty = list.issues.length === 0 ? await judgeEmpty(signal) : null;
        const trouble = empty ?? list.incomplete;
        const count = list.issues.length;
        const steps = [
          step('reach', 'ok', `${api.host} answers.`),
          tlsStep(settings.url, true),
          step('login', 'ok', `It takes the token for ${settings.organization}.`),
          trouble === null
            ? step(
                'read',
                'ok',
                `May read issues; ${count} ${count === 1 ? 'matches' : 'match'} the query.`,
                count === 0 ? 'See in Sentry whether the query finds what you mean.' : null,
              )
            : step('read', empty === null ? 'warning' : 'failed', trouble.message, trouble.next),
          step(
            'write',
            'skipped',
            'Not tried. To snooze, resolve and comment, the token needs the scope event:write.',
          ),
          clockStep(list.clockSkewMs),
          versionStep('Sentry', null),
        ];
        return { isUsable: empty === null, steps };
      } catch (error) {
        return { isUsable: false, steps: failureSteps(error, api.host) };
      }
    },

    close: () => context.http.close(),
  };
}

export const sentryKind: ConnectorKind = {
  kind: 'sentry',
  title: 'Sentry',
  description:
    'Issues of one organisation that match a query, at sentry.io or at a server of your own.',
  settings: SentrySettings,
  secrets: [
    {
      name: 'token',
      label: 'Token',
      help: 'With the scopes org:read and event:read; event:write, too, to snooze, resolve and comment. Kept in the keychain of this computer.',
    },
  ],
  create: createSentry,
};
