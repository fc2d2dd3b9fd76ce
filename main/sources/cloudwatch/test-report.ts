/** Step by step what works, for the form: per account and region. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, step, tlsStep } from '../test-steps.ts';
import { targetName, type CloudWatchApi, type Target } from './api.ts';
import { arnOf } from './parse.ts';
import type { CloudWatchSettings } from './settings.ts';

type Step = TestReport['steps'][number];

const isComposite = (raw: unknown): boolean =>
  (raw as { AlarmRule?: unknown } | null)?.AlarmRule !== undefined;

interface Options {
  readonly targets: readonly Target[];
  readonly api: CloudWatchApi;
  readonly settings: CloudWatchSettings;
  readonly accountOf: (arn: string) => string;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

async function testOne(
  target: Target,
  { api, settings, accountOf, signal }: Options,
): Promise<{ isUsable: boolean; steps: Step[]; hasComposite: boolean }> {
  const where = targetName(target);
  const { host } = new URL(target.url);
  try {
    const items = await api.alarms(target, { state: 'ALARM' }, signal);
    const knowsAny = items.length > 0 || (await api.knowsAny(target, signal));
    const arn = items.map(arnOf).find((one) => one !== null) ?? null;
    const account = arn === null ? '' : ` of account ${accountOf(arn)}`;
    const steps = [
      step('reach', 'ok', `${host} answers.`),
      tlsStep(target.url, true),
      step('login', 'ok', `${where}: the keys were taken.`),
      knowsAny || settings.isEmptyQuiet
        ? step('read', 'ok', `${where}: ${items.length} in ALARM${account}.`)
        : step(
            'read',
            'warning',
            `${where} knows no alarm at all, so it would be blind.`,
            'Check region and account, or take the region out.',
          ),
    ];
    return { isUsable: true, steps, hasComposite: items.some(isComposite) };
  } catch (error) {
    const steps = failureSteps(error, host).map((one) => ({
      ...one,
      text: `${where}: ${one.text}`,
    }));
    return { isUsable: false, steps, hasComposite: false };
  }
}

export async function testCloudWatch(options: Options): Promise<TestReport> {
  const { targets, api, signal } = options;
  const steps: Step[] = [];
  let isUsable = true;
  let hasComposite = false;
  for (const target of targets) {
    const one = await testOne(target, options);
    steps.push(...one.steps);
    isUsable &&= one.isUsable;
    hasComposite ||= one.hasComposite;
  }
  const [first] = targets;
  if (isUsable && first !== undefined) {
    if (!hasComposite) {
      steps.push(
        step(
          'read',
          'skipped',
          'No composite alarm fires now. They show only with cloudwatch:DescribeAlarms on all resources (*).',
        ),
      );
    }
    try {
      const until = options.now();
      await api.history(first, 'MetricAlarm', until - 60_000, until, signal);
      steps.push(step('read', 'ok', 'May read what fired and cleared while nobody looked.'));
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      steps.push(
        step(
          'read',
          'warning',
          'May not read what fired and cleared while nobody looked.',
          'Allow cloudwatch:DescribeAlarmHistory on all resources (*).',
        ),
      );
    }
    steps.push(
      step(
        'write',
        'skipped',
        'Nothing is written: acknowledgements and silences are kept by Nightdesk itself.',
      ),
      clockStep(api.skewMs()),
    );
  }
  return { isUsable, steps };
}
