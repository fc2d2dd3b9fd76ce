/** Keep: the alerts that its providers sent it, and what people said about them. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { Instant } from '../../../preload/contract/common.ts';
import type { TestReport } from '../../../preload/contract/sources.ts';
import { toInstant, toMs } from '../../clock.ts';
import type {
  Connector,
  ConnectorContext,
  ConnectorKind,
  PassedEpisode,
  PollResult,
} from '../connector.ts';
import { createHeldItems } from '../held-items.ts';
import { createRemembered } from '../remembered.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, readStep, step, tlsStep } from '../test-steps.ts';
import { createActions } from './actions.ts';
import { createApi, type ListAnswer } from './api.ts';
import {
  comparable,
  dismissedUntil,
  externalIdOf,
  fingerprintOf,
  nameOf,
  WireAlert,
} from './parse.ts';
import { keepSecrets, KeepSettings } from './settings.ts';
import { toAlarm } from './to-alarm.ts';

/** When alerts began that do not tell it themselves, by identity: what they were last received moves on. */
const Starts = z.record(z.string(), Instant).catch({});

function createKeep(context: ConnectorContext): Connector {
  const settings = KeepSettings.parse(context.settings);
  const { clock, severityMap } = context;
  const api = createApi(settings.url, context.http, context.secrets['apiKey'] ?? '');
  const remembered = createRemembered<{ starts: Readonly<Record<string, string>> }>();
  let starts: Readonly<Record<string, string>> = Starts.parse(context.memory['starts'] ?? {});
  let clockSkewMs = 0;
  /** When the next dismissal ends; until then, an unchanged answer means the same. */
  let dismissalEndsMs = Infinity;
  let epoch = 0;

  const { isPendingShown } = settings;
  const upstreamNow = (): number => clock.now() + clockSkewMs;
  const startOf = (alert: WireAlert, externalId: string): string =>
    (Object.hasOwn(starts, externalId) ? starts[externalId] : undefined) ??
    alert.lastReceived ??
    toInstant(clock.now());

  const held = createHeldItems<WireAlert>(
    {
      schema: WireAlert,
      identity: (raw) => {
        const fingerprint = fingerprintOf(raw);
        return fingerprint === null ? null : externalIdOf(fingerprint);
      },
      nameOf,
      comparable,
      toAlarm(alert, externalId) {
        const nowMs = upstreamNow();
        const end = dismissedUntil(alert);
        if (end !== null && end > nowMs) dismissalEndsMs = Math.min(dismissalEndsMs, end);
        const firstSeenAt = startOf(alert, externalId);
        return toAlarm(alert, externalId, { isPendingShown, severityMap, nowMs, firstSeenAt });
      },
    },
    () => clock.now(),
  );

  function take(list: ListAnswer) {
    if (upstreamNow() >= dismissalEndsMs) {
      dismissalEndsMs = Infinity;
      epoch += 1;
    }
    const { alarms, blind } = held.take(list.items, epoch);
    if (blind !== null || list.hasAny) return { alarms, blind };
    return {
      alarms,
      blind: new SourceError(
        'source.misconfigured',
        'Keep has never had an alert that this key may see, so its quiet proves nothing.',
        { next: 'Check the key and its tenant, and that a provider is connected in Keep.' },
      ),
    };
  }

  return {
    actions: createActions({ clock, api, clockSkewMs: () => clockSkewMs }),

    async poll(signal): Promise<PollResult> {
      const list = await api.alerts(signal);
      clockSkewMs = list.clockSkewMs ?? clockSkewMs;
      const { alarms, blind } = take(list);
      const incompleteReason = blind?.message ?? list.incompleteReason;
      const next = Object.fromEntries(
        alarms.map(({ externalId, startsAt }) => [externalId, startsAt] as const),
      );
      const nextStarts = incompleteReason === null ? next : { ...starts, ...next };
      if (!isDeepStrictEqual(nextStarts, starts)) starts = nextStarts;
      return {
        snapshot: { alarms, isComplete: incompleteReason === null, incompleteReason },
        version: null,
        clockSkewMs: list.clockSkewMs,
        remarks: [],
        blind,
        memory: remembered({ starts }),
      };
    },

    async passed(from, until, signal) {
      const items = await api.resolved(signal);
      const episodes: PassedEpisode[] = [];
      for (const raw of items ?? []) {
        const parsed = WireAlert.safeParse(raw);
        if (!parsed.success) continue;
        const { firingStartTime: start, lastReceived: end, fingerprint } = parsed.data;
        if (start === null || end === null) continue;
        if (toMs(start) < toMs(from) || toMs(end) > toMs(until) || toMs(end) < toMs(start))
          continue;
        const asItFired = { ...parsed.data, status: 'firing', dismissed: false, deleted: false };
        const alarm = toAlarm(asItFired, externalIdOf(fingerprint), {
          isPendingShown,
          severityMap,
          nowMs: 0,
          firstSeenAt: start,
        });
        if (alarm !== null) episodes.push({ alarm, endedAt: end });
      }
      return {
        episodes,
        incompleteReason:
          items === null
            ? 'This version of Keep does not tell what was resolved.'
            : 'Keep tells only the last time of each alert, and not always when it began.',
      };
    },

    async test(signal): Promise<TestReport> {
      let list: ListAnswer;
      try {
        list = await api.alerts(signal);
      } catch (error) {
        return { isUsable: false, steps: failureSteps(error, api.host) };
      }
      const { alarms, blind } = take(list);
      return {
        isUsable: blind === null,
        steps: [
          step('reach', 'ok', `${api.host} answers.`),
          tlsStep(api.base, true),
          step('login', 'ok', 'Logged in with the API key.'),
          blind === null
            ? readStep(alarms.length)
            : step('read', 'failed', blind.message, blind.next),
          step('write', 'skipped', 'Whether it may acknowledge shows with the first time.'),
          clockStep(list.clockSkewMs),
        ],
      };
    },

    close: () => context.http.close(),
  };
}

export const keepKind: ConnectorKind = {
  kind: 'keep',
  title: 'Keep',
  description:
    'Keep: the alerts of all its providers, acknowledged, dismissed, noted and resolved from here.',
  settings: KeepSettings,
  secrets: keepSecrets,
  create: createKeep,
};
