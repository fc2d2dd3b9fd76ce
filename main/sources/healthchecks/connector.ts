/**
 * Healthchecks: cron jobs and heartbeats that report in, as checks of one project.
 *
 * The list holds every check, well or not, so it proves by itself that this key sees the project. Pausing a check is not used
 * as a silence: it would stop the watching itself.
 */
import type { Severity } from '../../../preload/contract/common.ts';
import type { TestReport } from '../../../preload/contract/sources.ts';
import type { Connector, ConnectorContext, ConnectorKind, PollResult } from '../connector.ts';
import { createHeldItems } from '../held-items.ts';
import { createKept } from '../kept-actions.ts';
import { createRemembered } from '../remembered.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, step, tlsStep, versionStep } from '../test-steps.ts';
import { createApi } from './api.ts';
import { keyOf, statusOf, WireCheck } from './parse.ts';
import { passedOutages } from './passed.ts';
import { HealthchecksSettings } from './settings.ts';
import { createStarts, Starts } from './starts.ts';
import { externalIdOf, toAlarm, type MappingContext } from './to-alarm.ts';

const counted = (count: number, what: string): string =>
  `${count} ${count === 1 ? 'check is' : 'checks are'} ${what}`;

function remarksOf(checks: readonly unknown[]): string[] {
  const count = (status: string): number => checks.filter((raw) => statusOf(raw) === status).length;
  const remarks: string[] = [];
  const paused = count('paused');
  if (paused > 0) remarks.push(`${counted(paused, 'paused')}, so nobody watches what they watch.`);
  const fresh = count('new');
  if (fresh > 0) remarks.push(`${counted(fresh, 'new')}: nothing ever reported there.`);
  return remarks;
}

function createHealthchecks(context: ConnectorContext): Connector {
  const settings = HealthchecksSettings.parse(context.settings);
  const { clock, severityMap, memory } = context;
  const api = createApi(context.http, settings, context.secrets['key'] ?? '');
  const kept = createKept({ clock, title: 'Healthchecks', memory });
  const findStarts = createStarts(api, () => clock.now());
  const remembered = createRemembered<{ kept: unknown; starts: Starts }>();
  const known = Starts.safeParse(memory['starts'] ?? {});
  let starts: Starts = known.success ? known.data : {};

  const mapping = (map: Readonly<Record<string, Severity>>): MappingContext => ({
    base: settings.url,
    isLateShown: settings.isLateShown,
    severityMap: map,
    startOf: (key) => (Object.hasOwn(starts, key) ? starts[key]?.startsAt : undefined),
  });
  const items = createHeldItems<WireCheck>(
    {
      schema: WireCheck,
      identity: (raw) => {
        const key = keyOf(raw);
        return key === null ? null : externalIdOf(key);
      },
      nameOf: (raw) => {
        const { name } = raw as { name?: unknown };
        return typeof name === 'string' && name !== '' ? name : null;
      },
      toAlarm: (check, externalId) => toAlarm(check, externalId, mapping(severityMap)),
      // How often it reported, and when, is no news of a check that is well.
      comparable: (raw) =>
        statusOf(raw) === 'up'
          ? { status: 'up' }
          : { ...(raw as Record<string, unknown>), n_pings: null, last_duration: null },
    },
    () => clock.now(),
  );

  const nothingSeen = (): SourceError =>
    new SourceError(
      'source.misconfigured',
      settings.tags.length === 0
        ? 'This project has no checks, so nothing in it can raise an alarm.'
        : `No check has all of the tags ${settings.tags.join(', ')}, so nothing can raise an alarm.`,
      {
        next:
          settings.tags.length === 0
            ? 'Use the key of the project that has the checks.'
            : 'Correct the tags, or leave them empty.',
      },
    );

  return {
    actions: {
      ...kept.actions,
      acknowledgeEffect:
        'Healthchecks knows no acknowledgements: Nightdesk itself remembers it, on this computer, until the check is well again. Nobody else sees it.',
    },

    async poll(signal): Promise<PollResult> {
      const { checks, clockSkewMs } = await api.checks(signal);
      starts = await findStarts(starts, checks, signal);
      const taken = items.take(checks, starts);
      const blind = checks.length === 0 ? nothingSeen() : taken.blind;
      const incompleteReason = blind?.message ?? null;
      const { alarms, acts } = kept.apply(taken.alarms, blind === null);
      return {
        snapshot: { alarms, isComplete: blind === null, incompleteReason },
        version: null,
        clockSkewMs,
        remarks: remarksOf(checks),
        blind,
        memory: remembered({ kept: acts, starts }),
      };
    },

    passed: (from, until, signal) =>
      passedOutages({
        api,
        from,
        until,
        signal,
        alarmOf: (check, key, startsAt) =>
          toAlarm(check, externalIdOf(key), { ...mapping(severityMap), startOf: () => startsAt }),
      }),

    async test(signal): Promise<TestReport> {
      try {
        const { checks, clockSkewMs } = await api.checks(signal);
        const bad = checks.filter((raw) => ['down', 'grace'].includes(String(statusOf(raw))));
        const empty = checks.length === 0 ? nothingSeen() : null;
        const steps = [
          step('reach', 'ok', `${api.host} answers.`),
          tlsStep(settings.url, true),
          step('login', 'ok', 'It takes the key.'),
          empty === null
            ? step(
                'read',
                'ok',
                `May read ${checks.length} ${checks.length === 1 ? 'check' : 'checks'}, of which ${bad.length} ${bad.length === 1 ? 'is' : 'are'} late or down.`,
              )
            : step('read', 'failed', empty.message, empty.next),
          step(
            'write',
            'skipped',
            'Nightdesk writes nothing here: acknowledgements and silences stay on this computer, and a read-only key is enough.',
          ),
          clockStep(clockSkewMs),
          versionStep('Healthchecks', null),
        ];
        return { isUsable: empty === null, steps };
      } catch (error) {
        return { isUsable: false, steps: failureSteps(error, api.host) };
      }
    },

    close: () => context.http.close(),
  };
}

export const healthchecksKind: ConnectorKind = {
  kind: 'healthchecks',
  title: 'Healthchecks.io',
  description:
    'Cron jobs and heartbeats of one project at healthchecks.io, or at a server of your own. Takes up to 100 requests a minute.',
  settings: HealthchecksSettings,
  secrets: [
    {
      name: 'key',
      label: 'API key',
      help: 'Of the project; the read-only one is enough. Kept in the keychain of this computer.',
    },
  ],
  create: createHealthchecks,
};
