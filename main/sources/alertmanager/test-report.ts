/** Step by step what works, for the form. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, step, tlsStep, versionStep } from '../test-steps.ts';
import type { AlertmanagerApi } from './api.ts';
import type { AlertmanagerSettings } from './settings.ts';

const nameOf = (raw: unknown): string | undefined => {
  const labels = (raw as { labels?: { alertname?: unknown } | null } | null)?.labels;
  return typeof labels?.alertname === 'string' ? labels.alertname : undefined;
};

type Step = TestReport['steps'][number];

async function testOne(
  api: AlertmanagerApi,
  settings: AlertmanagerSettings,
  now: () => number,
  signal: AbortSignal,
): Promise<{ isUsable: boolean; steps: Step[]; names: Set<string> }> {
  const steps: Step[] = [];
  const names = new Set<string>();
  let status: Awaited<ReturnType<AlertmanagerApi['status']>>;
  try {
    status = await api.status(signal);
  } catch (error) {
    steps.push(...failureSteps(error, api.host));
    return { isUsable: false, steps, names };
  }
  steps.push(
    step('reach', 'ok', `${api.host} answers.`),
    tlsStep(api.base, settings.login !== 'none'),
  );
  const as = settings.login === 'basic' ? `as ${settings.user}` : 'with the token';
  steps.push(
    step(
      'login',
      'ok',
      settings.login === 'none' ? `${api.host} asks for no login.` : `Logged in ${as}.`,
    ),
  );

  let isUsable = true;
  try {
    const alerts = await api.alerts(signal);
    for (const raw of alerts) names.add(nameOf(raw) ?? '');
    const upMs = now() + (status.clockSkewMs ?? 0) - Date.parse(status.startedAt);
    const isYoung = upMs < 70_000;
    steps.push(
      step(
        'read',
        isYoung ? 'warning' : 'ok',
        `May read ${alerts.length} ${alerts.length === 1 ? 'alarm' : 'alarms'}.`,
        isYoung ? 'It was started a moment ago: more may come within a minute.' : null,
      ),
    );
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    isUsable = false;
    steps.push(step('read', 'failed', error.message, error.next));
  }

  try {
    const mayWrite = await api.mayWrite(signal);
    steps.push(
      mayWrite
        ? step('write', 'ok', 'May write silences, so acknowledging and silencing will work.')
        : step(
            'write',
            'warning',
            'May not write silences: this is read only.',
            'Use another login to acknowledge and silence from here.',
          ),
    );
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    steps.push(step('write', 'warning', error.message, error.next));
  }

  steps.push(clockStep(status.clockSkewMs), versionStep('Alertmanager', status.version));
  return { isUsable, steps, names };
}

export async function testAlertmanager(options: {
  apis: readonly AlertmanagerApi[];
  settings: AlertmanagerSettings;
  now: () => number;
  signal: AbortSignal;
}): Promise<TestReport> {
  const { apis, settings, now, signal } = options;
  const steps: Step[] = [];
  const names = new Set<string>();
  let isUsable = false;
  for (const api of apis) {
    const one = await testOne(api, settings, now, signal);
    steps.push(...one.steps);
    for (const name of one.names) names.add(name);
    isUsable ||= one.isUsable;
  }
  if (isUsable) {
    const found = settings.heartbeats.filter((name) => names.has(name));
    steps.push(
      found.length > 0
        ? step('heartbeat', 'ok', `Heartbeat alarm seen: ${found.join(', ')}.`)
        : step(
            'heartbeat',
            settings.isHeartbeatRequired ? 'failed' : 'warning',
            'No heartbeat alarm seen, so a dead Prometheus would look quiet.',
            'Add an always firing alert (vector(1)) named Watchdog to Prometheus.',
          ),
    );
  }
  return { isUsable, steps };
}
