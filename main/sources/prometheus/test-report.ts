/** Step by step what works, for the form. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, readStep, step, tlsStep, versionStep } from '../test-steps.ts';
import type { PrometheusApi, Rules } from './api.ts';
import { brokenRules, judgeGroups, readGroups } from './groups.ts';
import type { PrometheusSettings } from './settings.ts';

type Step = TestReport['steps'][number];

function rulesStep(rules: Rules, startedAtMs: number | null, nowMs: number): Step {
  const { groups } = readGroups(rules.groups);
  const count = groups.reduce((sum, group) => sum + group.rules.length, 0);
  if (count === 0) {
    return step(
      'rules',
      'failed',
      'It has no alerting rules that this login may see, so it can never raise an alarm.',
      'Check the tenant and the path, or load rules into it.',
    );
  }
  const { blind, incompleteReason } = judgeGroups(groups, {
    nowMs,
    startedAtMs,
    waiting: new Map(),
  });
  if (blind !== null) return step('rules', 'warning', blind.message, blind.next);
  if (incompleteReason !== null) {
    return step('rules', 'warning', incompleteReason, 'Wait a minute or two.');
  }
  const broken = brokenRules(groups);
  if (broken !== null) return step('rules', 'warning', broken, 'Correct them in Prometheus.');
  return step(
    'rules',
    'ok',
    `${count} alerting ${count === 1 ? 'rule is' : 'rules are'} evaluated.`,
  );
}

/** Not needed for alarms, so never a failure. */
async function historyStep(api: PrometheusApi, signal: AbortSignal): Promise<Step> {
  try {
    const targets = await api.targets(signal);
    const read = targets === null ? '' : ` It reads ${targets.up} of ${targets.all} targets.`;
    return step('history', 'ok', `May query, so alarms that passed unseen can be told.${read}`);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return step(
      'history',
      'warning',
      `Queries fail, so alarms that passed unseen cannot be told. ${error.message}`,
      'Enter the address for queries, if another one answers them.',
    );
  }
}

async function writeStep(api: PrometheusApi, signal: AbortSignal): Promise<Step> {
  const kept =
    'Prometheus takes no acknowledgements or silences: those of its alarms are kept on this computer.';
  let addresses: readonly string[] = [];
  try {
    addresses = await api.alertmanagers(signal);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
  }
  const [first] = addresses.flatMap((address) => URL.parse(address)?.origin ?? []);
  return first === undefined
    ? step('write', 'skipped', kept)
    : step(
        'write',
        'skipped',
        kept,
        `It sends its alarms to ${first}: add that Alertmanager, too.`,
      );
}

export async function testPrometheus(options: {
  readonly api: PrometheusApi;
  readonly settings: PrometheusSettings;
  readonly now: () => number;
  readonly signal: AbortSignal;
}): Promise<TestReport> {
  const { api, settings, signal } = options;
  let rules: Rules;
  try {
    rules = await api.rules(signal);
  } catch (error) {
    return { isUsable: false, steps: failureSteps(error, api.host) };
  }
  const steps: Step[] = [
    step('reach', 'ok', `${api.host} answers.`),
    tlsStep(api.base, settings.login !== 'none'),
  ];
  const as = settings.login === 'basic' ? `as ${settings.user}` : 'with the token';
  const login = settings.login === 'none' ? `${api.host} asks for no login.` : `Logged in ${as}.`;
  steps.push(step('login', 'ok', login));
  let startedAt: string | null = null;
  let version: string | null = null;
  try {
    startedAt = (await api.runtime(signal))?.startedAt ?? null;
    version = await api.version(signal);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    steps.push(step('version', 'warning', error.message, error.next));
  }
  const firing = readGroups(rules.groups).groups.flatMap((group) =>
    group.rules.flatMap(({ alerts }) =>
      alerts.filter((alert) => (alert as { state?: unknown } | null)?.state === 'firing'),
    ),
  );
  steps.push(readStep(firing.length));
  const nowMs = options.now() + (rules.clockSkewMs ?? 0);
  const judged = rulesStep(rules, startedAt === null ? null : Date.parse(startedAt), nowMs);
  steps.push(judged);
  if (rules.partialReason !== null) {
    const text = `Its answer lacks something: ${rules.partialReason}`;
    steps.push(step('read', 'warning', text, 'Until it is whole, this source is blind.'));
  }
  steps.push(
    await historyStep(api, signal),
    await writeStep(api, signal),
    clockStep(rules.clockSkewMs),
    versionStep('Prometheus', version),
  );
  return { isUsable: judged.outcome !== 'failed', steps };
}
