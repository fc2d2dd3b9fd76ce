/** Step by step what works, for the form. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, readStep, step, tlsStep, versionStep } from '../test-steps.ts';
import type { GrafanaApi } from './api.ts';
import { judgeRules } from './rules.ts';
import type { GrafanaSettings } from './settings.ts';

type Step = TestReport['steps'][number];

const asStep = (error: unknown, name: string, outcome: 'failed' | 'warning'): Step => {
  if (!(error instanceof SourceError)) throw error;
  return step(name, outcome, error.message, error.next);
};

export async function testGrafana(options: {
  readonly api: GrafanaApi;
  readonly settings: GrafanaSettings;
  readonly now: () => number;
  readonly signal: AbortSignal;
}): Promise<TestReport> {
  const { api, settings, now, signal } = options;
  const steps: Step[] = [];
  let count: number;
  try {
    count = (await api.alertmanager.alerts(signal)).length;
  } catch (error) {
    return { isUsable: false, steps: failureSteps(error, api.host) };
  }
  const as = settings.login === 'basic' ? `as ${settings.user}` : 'with the token';
  steps.push(
    step('reach', 'ok', `${api.host} answers.`),
    tlsStep(settings.url, true),
    step('login', 'ok', `Logged in ${as}.`),
    readStep(count),
  );

  let skewMs: number | null = null;
  let isProven = false;
  try {
    const { groups, clockSkewMs } = await api.ruleGroups(signal);
    skewMs = clockSkewMs;
    const { ruleCount, hasAnyInTime } = judgeRules(groups, now() + (clockSkewMs ?? 0));
    isProven = ruleCount > 0;
    steps.push(
      ruleCount === 0
        ? step(
            'rules',
            'failed',
            'This login sees no alert rule, so an empty list would prove nothing.',
            'Give it the role Viewer, or choose a data source if Grafana itself has no rules.',
          )
        : hasAnyInTime
          ? step('rules', 'ok', `${ruleCount} alert rules, evaluated in time.`)
          : step(
              'rules',
              'warning',
              `${ruleCount} alert rules, none of them evaluated in time.`,
              'Look at the Grafana server.',
            ),
    );
  } catch (error) {
    steps.push(asStep(error, 'rules', 'failed'));
  }

  try {
    steps.push(
      (await api.alertmanager.mayWrite(signal))
        ? step('write', 'ok', 'May write silences, so acknowledging and silencing will work.')
        : step(
            'write',
            'warning',
            'May not write silences: this is read only.',
            'Give the service account the role Editor, or the permission alert.silences:create.',
          ),
    );
  } catch (error) {
    steps.push(asStep(error, 'write', 'warning'));
  }

  const version = await api.version(signal).catch(() => null);
  steps.push(clockStep(skewMs), versionStep('Grafana', version));
  return { isUsable: isProven, steps };
}
