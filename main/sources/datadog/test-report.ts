/** Step by step what works, for the form. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, step, tlsStep } from '../test-steps.ts';
import type { DatadogApi } from './api.ts';
import { groupsOf } from './groups.ts';
import type { DatadogSettings } from './settings.ts';

type Step = TestReport['steps'][number];

const wrongKey = (host: string): Step[] => [
  step('reach', 'ok', `${host} answers.`),
  step(
    'login',
    'failed',
    'Datadog does not know this API key.',
    'Check the key, and that the site is the one that it belongs to.',
  ),
];

async function downtimeStep(api: DatadogApi, signal: AbortSignal): Promise<Step> {
  try {
    const downtimes = await api.downtimes(signal);
    const count = `${downtimes.length} ${downtimes.length === 1 ? 'downtime' : 'downtimes'}`;
    return step(
      'write',
      'ok',
      `May read ${count}. Whether it may make one (monitors_downtime) shows at the first silence.`,
    );
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return step(
      'write',
      'warning',
      'May not read downtimes, so nothing can be silenced from here.',
      'Give the application key the scope monitors_downtime.',
    );
  }
}

export async function testDatadog(options: {
  readonly api: DatadogApi;
  readonly settings: DatadogSettings;
  readonly now: () => number;
  readonly signal: AbortSignal;
}): Promise<TestReport> {
  const { api, settings, signal } = options;
  try {
    if (!(await api.isKeyValid(signal))) return { isUsable: false, steps: wrongKey(api.host) };
    const { monitors, clockSkewMs } = await api.monitors('alert,warn,no data', signal);
    const groups = monitors.flatMap((raw) => groupsOf(raw, options.now()).items);
    const tags = settings.monitorTags.length === 0 ? '' : ' with these tags';
    const counts = `May read ${monitors.length} ${monitors.length === 1 ? 'monitor' : 'monitors'}${tags}`;
    return {
      isUsable: true,
      steps: [
        step('reach', 'ok', `${api.host} answers.`),
        tlsStep(api.base, true),
        step('login', 'ok', 'Both keys were taken.'),
        monitors.length > 0
          ? step('read', 'ok', `${counts}; ${groups.length} of their groups are not well.`)
          : step(
              'read',
              'warning',
              `${counts}, so it would be blind.`,
              'Check the rights of the application key (monitors_read) and the tags.',
            ),
        await downtimeStep(api, signal),
        clockStep(clockSkewMs),
      ],
    };
  } catch (error) {
    return { isUsable: false, steps: failureSteps(error, api.host) };
  }
}
