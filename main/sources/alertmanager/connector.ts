/** Alertmanager, API v2: one or several members of one cluster as one source. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import type { Connector, ConnectorContext, ConnectorKind, PollResult } from '../connector.ts';
import { loginSecrets } from '../fields.ts';
import { unidentified } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { createActions } from './actions.ts';
import { createAlertBook, type HeartbeatTimes, type Listed } from './alert-book.ts';
import { createApi, type AlertmanagerApi } from './api.ts';
import { judgeHeartbeats, judgeStart, ProofMemory, type SeenHeartbeat } from './proof.ts';
import { AlertmanagerSettings } from './settings.ts';
import { testAlertmanager } from './test-report.ts';
import { fingerprintOf } from './to-alarm.ts';

interface Answer {
  readonly api: AlertmanagerApi;
  readonly listed: Listed;
  readonly startedAt: string | null;
  readonly version: string | null;
  readonly clockSkewMs: number | null;
  readonly statusError: SourceError | null;
}

const mostRefusals = 3;

const asSourceError = (error: unknown): SourceError => {
  if (error instanceof SourceError) return error;
  throw error;
};

function createAlertmanager(context: ConnectorContext): Connector {
  const settings = AlertmanagerSettings.parse(context.settings);
  const { clock } = context;
  const apis = settings.urls.map((url) => createApi(url, context.http, settings, context.secrets));
  const book = createAlertBook({
    settings,
    severityMap: context.severityMap,
    now: () => clock.now(),
  });

  const remembered = ProofMemory.safeParse(context.memory);
  let memory: ProofMemory = remembered.success ? remembered.data : { starts: {}, heartbeats: {} };
  let clockSkewMs = 0;
  let lastGood: AlertmanagerApi | undefined = apis[0];
  /** Refused logins in a row. */
  const refusals = new Map<AlertmanagerApi, number>();

  async function readOne(api: AlertmanagerApi, signal: AbortSignal): Promise<Answer> {
    // Alerts before status: a restart between the two shows in the status.
    const listed = await readAlerts(api, signal);
    try {
      return { api, listed, statusError: null, ...(await api.status(signal)) };
    } catch (error) {
      const none = { startedAt: null, version: null, clockSkewMs: null };
      return { api, listed, ...none, statusError: asSourceError(error) };
    }
  }

  /** Of several members nobody knows in advance which answers, so only a single one is recognised. */
  async function readAlerts(api: AlertmanagerApi, signal: AbortSignal): Promise<Listed> {
    let times: HeartbeatTimes | null = null;
    const isSame = (answer: Buffer): boolean => {
      times = apis.length === 1 ? book.recognise(answer) : null;
      return times !== null;
    };
    const items = await api.alertsUnless(isSame, signal);
    return items === null ? { kind: 'same', times: times ?? new Map() } : { kind: 'items', items };
  }

  /** As far as they are needed. Failing to read them must not cost us the alarms. */
  async function readSilences(
    answers: readonly Answer[],
    signal: AbortSignal,
    remarks: string[],
  ): Promise<void> {
    if (!book.needsSilences(answers.map(({ listed }) => listed))) return;
    let failure: SourceError | null = null;
    for (const { api } of answers) {
      try {
        book.useSilences(await api.silences(signal));
        return;
      } catch (error) {
        failure ??= asSourceError(error);
      }
    }
    remarks.push(
      `The silences could not be read, so acknowledged alarms may show as suppressed. ${failure?.message ?? ''}`.trim(),
    );
  }

  /** Why the list proves nothing yet, and what to remember of the starts. */
  function judgeStarts(answers: readonly Answer[]): {
    starts: ProofMemory['starts'];
    blind: SourceError | null;
    incomplete: string | null;
  } {
    const starts = { ...memory.starts };
    let isAnySettled = false;
    let waiting: string | null = null;
    let failed: SourceError | null = null;
    for (const answer of answers) {
      const { api, startedAt, statusError } = answer;
      if (startedAt === null) {
        failed ??= statusError;
        continue;
      }
      const upstreamNow = clock.now() + (answer.clockSkewMs ?? 0);
      const verdict = judgeStart(starts[api.base], startedAt, upstreamNow);
      starts[api.base] = verdict.start;
      if (verdict.isSettled) isAnySettled = true;
      else {
        const seconds = Math.max(0, Math.round(verdict.upMs / 1_000));
        waiting ??= `Alertmanager ${api.host} started ${seconds} s ago and may not list everything yet.`;
      }
    }
    const isSame =
      Object.keys(starts).length === Object.keys(memory.starts).length &&
      Object.entries(starts).every(([base, start]) => memory.starts[base] === start);
    const blindText =
      waiting ??
      `Its state could not be read, so its list proves nothing. ${failed?.message ?? ''}`;
    return {
      starts: isSame ? memory.starts : starts,
      incomplete: waiting ?? (isAnySettled ? null : blindText.trim()),
      blind: isAnySettled
        ? null
        : new SourceError('source.unreachable', blindText.trim(), {
            next:
              waiting === null
                ? (failed?.next ?? 'Look at the Alertmanager.')
                : 'Wait a minute: its senders repeat their alarms.',
          }),
    };
  }

  function judgeHeart(
    seen: ReadonlyMap<string, SeenHeartbeat>,
    remarks: string[],
  ): { heartbeats: ProofMemory['heartbeats']; blind: SourceError | null } {
    const { heartbeats, missing, late } = judgeHeartbeats(memory.heartbeats, seen, clock.now());
    const silent = missing.length > 0 ? missing : late;
    if (silent.length > 0) {
      const names = silent.map(({ name, about }) => (about === '' ? name : `${name} (${about})`));
      const what = missing.length > 0 ? 'is missing' : 'is not renewed any more';
      return {
        heartbeats,
        blind: new SourceError(
          'source.unreachable',
          `Prometheus behind it is silent: the heartbeat alarm ${names.join(', ')} ${what}.`,
          {
            next: 'See whether Prometheus runs and reaches Alertmanager. If the heartbeat was removed on purpose, save this source again to forget it.',
          },
        ),
      };
    }
    if (seen.size > 0) return { heartbeats, blind: null };
    if (settings.isHeartbeatRequired) {
      return {
        heartbeats,
        blind: new SourceError(
          'source.misconfigured',
          'A heartbeat alarm is required, but none was ever seen.',
          {
            next: 'Add an always firing alert (vector(1)) named Watchdog to Prometheus, or do not require one.',
          },
        ),
      };
    }
    remarks.push(
      'No heartbeat alarm was ever seen, so a dead Prometheus would look quiet. An always firing alert named Watchdog closes this gap.',
    );
    return { heartbeats, blind: null };
  }

  const actions = createActions({
    clock,
    apis: () =>
      lastGood === undefined ? apis : [lastGood, ...apis.filter((api) => api !== lastGood)],
    clockSkewMs: () => clockSkewMs,
    silencedBy: (externalId) => book.silencedBy(fingerprintOf(externalId)),
  });

  return {
    actions,

    async poll(signal): Promise<PollResult> {
      const remarks: string[] = [];
      // An account gets locked by more, also when another member still answers. Alone, the source itself stops.
      const admitting = apis.filter((api) => (refusals.get(api) ?? 0) < mostRefusals);
      const asked = admitting.length > 0 ? admitting : apis;
      const results = await Promise.allSettled(asked.map((api) => readOne(api, signal)));
      const answers: Answer[] = [];
      const failed: SourceError[] = [];
      for (const [index, result] of results.entries()) {
        const api = asked[index];
        if (result.status === 'fulfilled') {
          answers.push(result.value);
          if (api !== undefined) refusals.delete(api);
          continue;
        }
        const error = asSourceError(result.reason);
        failed.push(error);
        if (api !== undefined && error.code === 'source.unauthorized') {
          refusals.set(api, (refusals.get(api) ?? 0) + 1);
        }
      }
      for (const { host } of apis.filter((api) => !asked.includes(api))) {
        remarks.push(
          `${host} refused the login ${mostRefusals} times and is not asked any more. Save this source with a login that it takes.`,
        );
      }
      const [firstAnswer] = answers;
      if (firstAnswer === undefined) {
        // A refused login is what a person has to act on, whatever else failed.
        const telling = failed.find(({ code }) => code === 'source.unauthorized') ?? failed[0];
        throw telling ?? new Error('no address was asked');
      }
      for (const { message } of failed) remarks.push(`One of its addresses fails: ${message}`);
      await readSilences(answers, signal, remarks);
      lastGood = firstAnswer.api;
      const skew = answers.find((answer) => answer.clockSkewMs !== null)?.clockSkewMs ?? null;
      clockSkewMs = skew ?? clockSkewMs;

      const { alarms, heartbeats, nameless } = book.take(
        answers.map(({ listed, clockSkewMs: own }) => ({
          listed,
          upstreamNow: clock.now() + (own ?? clockSkewMs),
        })),
      );
      const started = judgeStarts(answers);
      const heart =
        started.blind === null
          ? judgeHeart(heartbeats, remarks)
          : { heartbeats: memory.heartbeats, blind: null };
      if (started.starts !== memory.starts || heart.heartbeats !== memory.heartbeats) {
        memory = { starts: started.starts, heartbeats: heart.heartbeats };
      }
      const blind = started.blind ?? heart.blind ?? unidentified(nameless);
      const incompleteReason = blind?.message ?? started.incomplete;
      return {
        snapshot: { alarms, isComplete: incompleteReason === null, incompleteReason },
        version: answers.find((answer) => answer.version !== null)?.version ?? null,
        clockSkewMs: skew,
        remarks,
        blind,
        memory,
      };
    },

    test: (signal): Promise<TestReport> =>
      testAlertmanager({ apis, settings, now: () => clock.now(), signal }),

    close: () => context.http.close(),
  };
}

export const alertmanagerKind: ConnectorKind = {
  kind: 'alertmanager',
  title: 'Prometheus Alertmanager',
  description:
    'Alertmanager 0.22 and later, also that of Mimir, Cortex and other hosts that speak API v2.',
  settings: AlertmanagerSettings,
  secrets: loginSecrets,
  create: createAlertmanager,
};
