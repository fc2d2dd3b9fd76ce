/**
 * Prometheus, and what answers like it: Thanos, Mimir, Cortex, VictoriaMetrics with vmalert.
 *
 * It is asked for its rules rather than its alerts: only the rules say whether they are evaluated at all, and so whether an
 * empty list means quiet.
 */
import { z } from 'zod';
import { judgeStart } from '../alertmanager/proof.ts';
import type { Connector, ConnectorContext, ConnectorKind, PollResult } from '../connector.ts';
import { loginSecrets } from '../fields.ts';
import { createHeldItems } from '../held-items.ts';
import { createKept } from '../kept-actions.ts';
import { unidentified } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { createApi, type Runtime } from './api.ts';
import { brokenRules, judgeGroups, readGroups, type ReadGroup } from './groups.ts';
import { comparableItem, createIdentities, isFiring, type Item } from './items.ts';
import { RuleAlert } from './parse.ts';
import { readPassed } from './passed.ts';
import { PrometheusSettings } from './settings.ts';
import { testPrometheus } from './test-report.ts';
import { toAlarm, withStart, type MappingContext } from './to-alarm.ts';

const Memory = z.object({
  start: z.object({ startedAt: z.string(), settledPolls: z.number() }).nullable().catch(null),
});
type Start = z.infer<typeof Memory>['start'];

function createPrometheus(context: ConnectorContext): Connector {
  const settings = PrometheusSettings.parse(context.settings);
  const { clock } = context;
  const api = createApi(context.http, settings, context.secrets);
  const kept = createKept({ clock, title: 'Prometheus', memory: context.memory });
  const mapping: MappingContext = {
    serviceLabels: settings.serviceLabels,
    hidden: new Set(settings.hidden),
    isPendingShown: settings.isPendingShown,
    severityMap: context.severityMap,
    webUrl: settings.webUrl === '' ? settings.url : settings.webUrl,
  };
  const identities = createIdentities();
  const items = createHeldItems<RuleAlert>(
    {
      schema: RuleAlert,
      identity: (raw) => identities.identityOf(raw as Item),
      nameOf: (raw) => (raw as Item).rule.name,
      toAlarm: (item, externalId) =>
        toAlarm(withStart(item, starts.get(externalId), polledAtMs), externalId, mapping),
      comparable: comparableItem,
    },
    () => clock.now(),
  );

  let start: Start = Memory.safeParse(context.memory).data?.start ?? null;
  let memory: Readonly<Record<string, unknown>> = context.memory;
  let waiting: ReadonlyMap<string, number> = new Map();
  let clockSkewMs = 0;
  let runtime: Runtime | null = null;
  let version: { of: string | null; text: string | null } | null = null;
  let groups: readonly ReadGroup[] = [];
  let canQuery = true;
  /** Of the alarms of the last poll, and when that was by the upstream's clock. */
  let starts: ReadonlyMap<string, string> = new Map();
  let polledAtMs: number | null = null;
  /** By rule: the alerts of its last evaluation that worked. */
  let lastOfRule: ReadonlyMap<string, readonly Item[]> = new Map();

  async function readVersion(signal: AbortSignal): Promise<string | null> {
    const of = runtime?.startedAt ?? null;
    if (version?.of === of) return version.text;
    try {
      version = { of, text: await api.version(signal) };
      return version.text;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      return null;
    }
  }

  /** Every alert of every rule. A rule that cannot be evaluated drops its alerts, which ends none of them. */
  function itemsOf(isSettled: boolean): readonly Item[] {
    identities.beginPoll();
    const ofRule = new Map<string, readonly Item[]>();
    const firing: Item[] = [];
    const others: Item[] = [];
    for (const { rules } of groups) {
      for (const { key, name, query, error, alerts } of rules) {
        const rule = { name, query };
        const own = alerts.map((alert): Item => ({ rule, alert }));
        const together =
          error === null ? own : identities.withKnown(own, lastOfRule.get(key) ?? []);
        ofRule.set(key, together);
        for (const item of together) (isFiring(item) ? firing : others).push(item);
      }
    }
    lastOfRule = ofRule;
    // Before its memory is restored, it shows firing alarms as pending. Of two with one identity the first counts.
    return isSettled ? [...firing, ...others] : firing;
  }

  /** Why the process as a whole proves nothing yet. Where it does not say when it started, its groups have to do. */
  function judgeProcess(nowMs: number): SourceError | null {
    if (runtime === null) return null;
    // One that ran already when we asked last was not started since: another replica answers this time.
    const isReplica = polledAtMs !== null && Date.parse(runtime.startedAt) < polledAtMs;
    const isOther = isReplica && runtime.startedAt !== start?.startedAt;
    const known = isOther ? undefined : (start ?? undefined);
    const verdict = judgeStart(known, runtime.startedAt, nowMs);
    if (!isOther) start = verdict.start;
    if (verdict.isSettled) return null;
    const seconds = Math.max(0, Math.round(verdict.upMs / 1_000));
    return new SourceError(
      'source.unreachable',
      `Prometheus ${api.host} started ${seconds} s ago and may not list everything yet.`,
      { next: 'Wait a minute: it reads its targets and evaluates its rules first.' },
    );
  }

  /** What its targets say. Only a quiet list needs them as a proof. */
  async function judgeTargets(
    isQuiet: boolean,
    remarks: string[],
    signal: AbortSignal,
  ): Promise<SourceError | null> {
    if (!canQuery) return null;
    let targets: { up: number; all: number } | null;
    try {
      targets = await api.targets(signal);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      // Alarms do not depend on queries, and at this address there may be nobody who answers any.
      if (error.code === 'source.unreachable') {
        remarks.push(`Its targets could not be asked for. ${error.message}`);
      } else canQuery = false;
      return null;
    }
    if (targets === null || targets.up === targets.all) return null;
    if (targets.up > 0 || !isQuiet) {
      remarks.push(`${targets.all - targets.up} of its ${targets.all} targets cannot be read.`);
      return null;
    }
    return new SourceError(
      'source.unreachable',
      `None of its ${targets.all} targets can be read, so its rules see nothing.`,
      { next: 'Look at the network of the Prometheus, and at its page of targets.' },
    );
  }

  return {
    actions: {
      ...kept.actions,
      acknowledgeEffect:
        'Prometheus has no acknowledgement: Nightdesk itself remembers it, on this computer, until the alarm clears. Nobody else sees it, and pagers go on. Acknowledge at its Alertmanager to quiet those.',
    },

    async poll(signal): Promise<PollResult> {
      // Rules before the rest: a restart between the two shows.
      const rules = await api.rules(signal);
      runtime = await api.runtime(signal);
      clockSkewMs = rules.clockSkewMs ?? clockSkewMs;
      const nowMs = clock.now() + clockSkewMs;
      const remarks: string[] = [];
      const read = readGroups(rules.groups);
      groups = read.groups;

      const startedAtMs = runtime === null ? null : Date.parse(runtime.startedAt);
      const judged = judgeGroups(groups, { nowMs, startedAtMs, waiting });
      waiting = judged.waiting;
      const young = judgeProcess(nowMs);
      const isSettled = young === null && judged.incompleteReason === null;
      const taken = items.take(itemsOf(isSettled));
      starts = new Map(taken.alarms.map(({ externalId, startsAt }) => [externalId, startsAt]));
      polledAtMs = nowMs;

      const broken = brokenRules(groups);
      if (broken !== null) remarks.push(broken);
      if (runtime?.isConfigLoaded === false) {
        remarks.push(
          'Its last change of configuration was not loaded: it works with the one before.',
        );
      }
      const partial =
        rules.partialReason === null
          ? null
          : new SourceError(
              'source.unreachable',
              `Its answer lacks something: ${rules.partialReason}`,
              { next: 'Look at the parts behind it that do not answer.' },
            );
      const empty =
        groups.length > 0 || read.unreadable > 0
          ? null
          : new SourceError(
              'source.misconfigured',
              'It has no alerting rules that this login may see, so it can never raise an alarm.',
              { next: 'Check the tenant and the path, or load rules into it.' },
            );
      const blind =
        partial ??
        young ??
        judged.blind ??
        empty ??
        taken.blind ??
        unidentified(read.unreadable) ??
        (await judgeTargets(taken.alarms.length === 0, remarks, signal));
      const incompleteReason = blind?.message ?? judged.incompleteReason;
      if (blind === null && incompleteReason !== null) remarks.push(incompleteReason);

      const isComplete = incompleteReason === null;
      const { alarms, acts } = kept.apply(taken.alarms, isComplete);
      if (memory['kept'] !== acts || memory['start'] !== start) memory = { kept: acts, start };
      return {
        snapshot: { alarms, isComplete, incompleteReason },
        version: await readVersion(signal),
        clockSkewMs: rules.clockSkewMs,
        remarks,
        blind,
        memory,
      };
    },

    passed: (from, until, signal) =>
      readPassed(
        api,
        from,
        until,
        {
          mapping,
          intervalMs: Math.max(0, ...groups.map(({ intervalMs }) => intervalMs)),
          startedAtMs: runtime === null ? null : Date.parse(runtime.startedAt),
          isActive: (externalId) => starts.has(externalId),
          queryOf: (name) =>
            groups.flatMap(({ rules }) => rules).find((rule) => rule.name === name)?.query ?? '',
        },
        signal,
      ),

    range: (asked, signal) => api.range(asked, signal),

    test: (signal) => testPrometheus({ api, settings, now: () => clock.now(), signal }),

    close: () => context.http.close(),
  };
}

export const prometheusKind: ConnectorKind = {
  kind: 'prometheus',
  title: 'Prometheus',
  description:
    'Alerting rules of Prometheus 2.x and 3.x, Thanos, Mimir, Cortex, and VictoriaMetrics with vmalert.',
  settings: PrometheusSettings,
  secrets: loginSecrets,
  create: createPrometheus,
};
