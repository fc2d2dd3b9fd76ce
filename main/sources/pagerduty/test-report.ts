/** Step by step what works, for the form. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, readStep, step, tlsStep } from '../test-steps.ts';
import type { PagerdutyApi } from './api.ts';
import type { createScope } from './scope.ts';
import type { PagerdutySettings } from './settings.ts';

type Step = TestReport['steps'][number];

export async function testPagerduty(options: {
  readonly api: PagerdutyApi;
  readonly scope: ReturnType<typeof createScope>;
  readonly settings: PagerdutySettings;
  readonly signal: AbortSignal;
}): Promise<TestReport> {
  const { api, scope, settings, signal } = options;
  let count: number;
  try {
    count = (await api.openIncidents(signal)).items.length;
  } catch (error) {
    return { isUsable: false, steps: failureSteps(error, api.host) };
  }
  const attempt = async (
    name: string,
    outcome: 'failed' | 'warning',
    work: () => Promise<Step>,
  ) => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      return step(name, outcome, error.message, error.next);
    }
  };
  const login = await attempt('login', 'warning', async () => {
    const user = settings.login === 'key' ? await api.userOfKey(signal) : null;
    if (user !== null) return step('login', 'ok', `Logged in as ${user}.`);
    return settings.login === 'bearer' || settings.from !== ''
      ? step('login', 'ok', 'Logged in.')
      : step(
          'login',
          'warning',
          'Logged in with a key of the whole account.',
          'Enter your login address, so that PagerDuty knows in whose name it acknowledges.',
        );
  });
  const proof = await attempt('scope', 'failed', async () => {
    const { blind, remarks } = await scope.prove(true, signal);
    if (blind !== null) return step('scope', 'failed', blind.message, blind.next);
    return step('scope', 'ok', ['It sees services.', ...remarks].join(' '));
  });
  const write = await attempt('write', 'warning', async () =>
    (await api.mayWrite(signal))
      ? step('write', 'ok', 'May write: acknowledging, snoozing and resolving will work.')
      : step(
          'write',
          'warning',
          'May not write: this key is read only.',
          'Use another key to acknowledge and snooze from here.',
        ),
  );
  return {
    isUsable: proof.outcome !== 'failed',
    steps: [
      step('reach', 'ok', `${api.host} answers.`),
      tlsStep(api.url, true),
      login,
      readStep(count),
      proof,
      write,
      clockStep(api.clockSkewMs()),
    ],
  };
}
