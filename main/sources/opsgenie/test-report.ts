/** Step by step what works, for the form. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, readStep, step, tlsStep } from '../test-steps.ts';
import type { OpsgenieApi } from './api.ts';
import type { Dialect } from './dialect.ts';

export async function testOpsgenie(options: {
  readonly api: OpsgenieApi;
  readonly dialect: Dialect;
  readonly signal: AbortSignal;
  readonly chosen: string;
}): Promise<TestReport> {
  const { api, dialect, signal, chosen } = options;
  let count: number;
  let seesAnything: boolean;
  try {
    count = (await api.openAlerts(signal)).items.length;
    seesAnything = count > 0 || (await api.seesAnything(signal));
  } catch (error) {
    return { isUsable: false, steps: failureSteps(error, api.host) };
  }
  let write = step('write', 'ok', 'May write: acknowledging, snoozing and closing will work.');
  try {
    if (!(await api.mayWrite(signal))) {
      write = step('write', 'warning', 'May not write: this is read only.', dialect.rights);
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    write = step('write', 'warning', error.message, error.next);
  }
  return {
    isUsable: seesAnything,
    steps: [
      step('reach', 'ok', `${api.host} answers.`),
      tlsStep(dialect.address, true),
      step('login', 'ok', 'Logged in.'),
      readStep(count),
      seesAnything
        ? step('scope', 'ok', 'It sees alerts, open or closed.')
        : step(
            'scope',
            'failed',
            'It sees no alert at all, not even closed ones, so an empty list would prove nothing.',
            chosen === '' ? dialect.rights : 'Check the search in "Only these alerts".',
          ),
      write,
      clockStep(api.clockSkewMs()),
    ],
  };
}
