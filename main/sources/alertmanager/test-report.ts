/** Step by step what works, for the form. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import { isLoopback } from '../http-address.ts';
import { SourceError } from '../source-error.ts';
import type { AlertmanagerApi } from './api.ts';
import type { AlertmanagerSettings } from './settings.ts';

type Step = TestReport['steps'][number];

const step = (
  name: string,
  outcome: Step['outcome'],
  text: string,
  next: string | null = null,
): Step => ({ name, outcome, text, next });

const shownSkewMs = 5_000;

const nameOf = (raw: unknown): string | undefined => {
  const labels = (raw as { labels?: { alertname?: unknown } | null } | null)?.labels;
  return typeof labels?.alertname === 'string' ? labels.alertname : undefined;
};

function tlsStep(api: AlertmanagerApi, settings: AlertmanagerSettings): Step {
  const url = new URL(api.base);
  if (url.protocol === 'https:')
    return step('tls', 'ok', `${api.host}: encrypted, certificate trusted.`);
  if (isLoopback(url.hostname))
    return step('tls', 'ok', `${api.host}: on this computer, no need to encrypt.`);
  return settings.login === 'none'
    ? step('tls', 'warning', `${api.host}: not encrypted.`, 'Use https:// if the server offers it.')
    : step(
        'tls',
        'warning',
        `${api.host}: not encrypted, so the password or token travels in the clear.`,
        'Use https://.',
      );
}

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
    if (!(error instanceof SourceError)) throw error;
    if (error.code === 'source.unauthorized') {
      steps.push(step('reach', 'ok', `${api.host} answers.`));
      steps.push(step('login', 'failed', error.message, error.next));
    } else steps.push(step('reach', 'failed', error.message, error.next));
    return { isUsable: false, steps, names };
  }
  steps.push(step('reach', 'ok', `${api.host} answers.`), tlsStep(api, settings));
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

  const skew = status.clockSkewMs;
  if (skew === null) steps.push(step('clock', 'skipped', 'It does not tell its time.'));
  else if (Math.abs(skew) > shownSkewMs) {
    const seconds = Math.round(Math.abs(skew) / 1_000);
    steps.push(
      step(
        'clock',
        'warning',
        `Its clock is ${seconds} s ${skew > 0 ? 'ahead of' : 'behind'} this computer's.`,
        'Set both by NTP. Nightdesk allows for the difference.',
      ),
    );
  } else steps.push(step('clock', 'ok', 'Its clock agrees with this one.'));
  steps.push(
    step(
      'version',
      'ok',
      status.version === null ? 'It names no version.' : `Alertmanager ${status.version}.`,
    ),
  );
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
