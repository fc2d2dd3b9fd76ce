/**
 * Grafana OnCall, and Grafana Cloud IRM: alert groups that are not resolved.
 *
 * They are listed one state at a time, so a group may slip through while it changes its state: one that vanishes is looked up
 * before it counts as over.
 */
import { z } from 'zod';
import type { TestReport } from '../../../preload/contract/sources.ts';
import { toInstant, toMs } from '../../clock.ts';
import type {
  Connector,
  ConnectorContext,
  ConnectorKind,
  Passed,
  PassedEpisode,
  PollResult,
} from '../connector.ts';
import { createHeldItems } from '../held-items.ts';
import { createKept, type KeptActs } from '../kept-actions.ts';
import { createRemembered } from '../remembered.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, readStep, step, tlsStep, versionStep } from '../test-steps.ts';
import { createVanished } from '../vanished.ts';
import { createActions, type SilenceNote } from './actions.ts';
import { createApi, type GroupList } from './api.ts';
import { comparable, idOf, WireGroup } from './parse.ts';
import { GrafanaOnCallSettings } from './settings.ts';
import { externalIdOf, toAlarm } from './to-alarm.ts';

const Remembered = z.object({
  /** Ids of the groups that were alarms. */
  active: z.array(z.string()).catch([]),
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
  readonly notes: Readonly<Record<string, SilenceNote>>;
};

const mostNamesPerPoll = 5;

function createGrafanaOnCall(context: ConnectorContext): Connector {
  const settings = GrafanaOnCallSettings.parse(context.settings);
  const { clock, severityMap } = context;
  const api = createApi(context.http, settings, context.secrets['key'] ?? '');
  const mayWrite = settings.login === 'API key';
  const kept = createKept({ clock, title: 'Grafana OnCall', memory: context.memory });
  const remembered = createRemembered<Memory>();
  const read = Remembered.safeParse(context.memory);
  const known = read.success ? read.data : { active: [], notes: {} };
  let notes: Memory['notes'] = known.notes;
  let userNames: ReadonlyMap<string, string> = new Map();
  let clockSkewMs = 0;

  const vanished = createVanished({
    active: known.active,
    async lookUp(id, signal) {
      const group = await api.group(id, signal);
      return group === null || group.state === 'resolved' ? null : { raw: group, isHidden: false };
    },
  });
  const items = createHeldItems<WireGroup>(
    {
      schema: WireGroup,
      identity: (raw) => {
        const id = idOf(raw);
        return id === null ? null : externalIdOf(id);
      },
      nameOf: (raw) => {
        const { title } = raw as { title?: unknown };
        return typeof title === 'string' && title !== '' ? title : null;
      },
      toAlarm: (group, externalId) => toAlarm(group, externalId, { severityMap, userNames }),
      comparable,
    },
    () => clock.now(),
  );

  async function readAll(signal: AbortSignal): Promise<GroupList> {
    const groups: unknown[] = [];
    let incomplete: SourceError | null = null;
    let skew: number | null = null;
    for (const state of ['new', 'acknowledged', 'silenced'] as const) {
      const list = await api.groups(state, signal);
      groups.push(...list.groups);
      incomplete ??= list.incomplete;
      skew ??= list.clockSkewMs;
    }
    if (groups.length > 0 || (await api.hasIntegrations(signal))) {
      return { groups, incomplete, clockSkewMs: skew };
    }
    const unproven = new SourceError(
      'source.misconfigured',
      'No alert group and no integration is visible, so nothing proves that all is quiet.',
      { next: 'Check what the owner of the key may see, and the team.' },
    );
    return { groups, incomplete: unproven, clockSkewMs: skew };
  }

  /** Names of those who acknowledged. Not knowing one costs nothing but the name. */
  async function learnNames(groups: readonly unknown[], signal: AbortSignal): Promise<void> {
    const ids = groups.flatMap((raw) => {
      const by = (raw as { acknowledged_by?: unknown } | null)?.acknowledged_by;
      return typeof by === 'string' && by !== '' && !userNames.has(by) ? [by] : [];
    });
    const wanted = [...new Set(ids)].slice(0, mostNamesPerPoll);
    if (wanted.length === 0) return;
    const next = new Map(userNames);
    for (const id of wanted) {
      try {
        next.set(id, await api.userName(id, signal));
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        next.set(id, id);
      }
    }
    userNames = next;
  }

  function forgetEndedNotes(): void {
    const now = clock.now();
    const living = Object.entries(notes).filter(([, { endsAt }]) => toMs(endsAt) > now);
    if (living.length !== Object.keys(notes).length) notes = Object.fromEntries(living);
  }

  async function passed(from: string, until: string, signal: AbortSignal): Promise<Passed> {
    // Without a zone, as the API wants it: UTC.
    const stamp = (instant: string): string => toInstant(toMs(instant)).slice(0, 19);
    const range = { started_at: `${stamp(from)}_${stamp(until)}` };
    const { groups, incomplete } = await api.groups('resolved', signal, range);
    const episodes = groups.flatMap((raw): PassedEpisode[] => {
      const group = WireGroup.safeParse(raw);
      if (!group.success) return [];
      const { id, created_at: createdAt, resolved_at: resolvedAt } = group.data;
      const endedMs = Date.parse(resolvedAt ?? '');
      if (!(Date.parse(createdAt) >= toMs(from) && endedMs <= toMs(until))) return [];
      // As it was when it fired.
      const fired = { ...group.data, state: 'new' };
      const alarm = toAlarm(fired, externalIdOf(id), { severityMap, userNames });
      return alarm === null ? [] : [{ alarm, endedAt: toInstant(endedMs) }];
    });
    return { episodes, incompleteReason: incomplete?.message ?? null };
  }

  const upstreamActions = createActions({
    api,
    clock,
    clockSkewMs: () => clockSkewMs,
    notes: () => notes,
    setNote(id, note) {
      const { [id]: _, ...others } = notes;
      notes = note === null ? others : { ...others, [id]: note };
    },
  });

  return {
    actions: mayWrite
      ? upstreamActions
      : {
          ...kept.actions,
          acknowledgeEffect:
            'OnCall lets no service account acknowledge: Nightdesk itself remembers it, on this computer, until the alert group is resolved. Its escalation goes on.',
        },

    async poll(signal): Promise<PollResult> {
      const list = await readAll(signal);
      clockSkewMs = list.clockSkewMs ?? clockSkewMs;
      const listed = list.groups.flatMap((raw) => idOf(raw) ?? []);
      // What vanished from a list that proves nothing is not looked up one by one.
      const followed =
        list.incomplete === null
          ? await vanished.follow(listed, signal)
          : { raws: [], waiting: 0, active: vanished.active() };
      const raws = [...list.groups, ...followed.raws];
      await learnNames(raws, signal);
      forgetEndedNotes();
      const taken = items.take(raws, userNames);
      const blind = list.incomplete ?? taken.blind;
      const waiting =
        followed.waiting === 0
          ? null
          : `${followed.waiting} alert groups are lacking in the list and are still being looked up.`;
      const incompleteReason = blind?.message ?? waiting;
      const isComplete = incompleteReason === null;
      const { alarms, acts } = kept.apply(taken.alarms, isComplete);
      return {
        snapshot: { alarms, isComplete, incompleteReason },
        version: null,
        clockSkewMs: list.clockSkewMs,
        remarks: waiting === null ? [] : [waiting],
        blind,
        memory: remembered({ kept: acts, active: followed.active, notes }),
      };
    },

    passed,

    async test(signal): Promise<TestReport> {
      try {
        const { groups, incomplete, clockSkewMs: skew } = await readAll(signal);
        const steps = [
          step('reach', 'ok', `${api.host} answers.`),
          tlsStep(settings.url, true),
          step('login', 'ok', `It takes the ${mayWrite ? 'key' : 'token'}.`),
          incomplete === null
            ? readStep(groups.length)
            : step('read', 'failed', incomplete.message, incomplete.next),
          mayWrite
            ? step('write', 'skipped', 'Not tried: an API key may do what its owner may do.')
            : step(
                'write',
                'warning',
                'A service account only reads: acknowledgements and silences stay on this computer.',
                'Use an API key of OnCall to acknowledge there.',
              ),
          clockStep(skew),
          versionStep('Grafana OnCall', null),
        ];
        return { isUsable: incomplete === null, steps };
      } catch (error) {
        return { isUsable: false, steps: failureSteps(error, api.host) };
      }
    },

    close: () => context.http.close(),
  };
}

export const grafanaOnCallKind: ConnectorKind = {
  kind: 'grafana-oncall',
  title: 'Grafana OnCall',
  description:
    'Alert groups of Grafana OnCall or Grafana Cloud IRM. Takes 300 requests in five minutes, of which a poll needs three.',
  settings: GrafanaOnCallSettings,
  secrets: [
    {
      name: 'key',
      label: 'API key or token',
      help: 'From OnCall, Settings, API keys; or the token of the service account. Kept in the keychain of this computer.',
    },
  ],
  create: createGrafanaOnCall,
};
