/** Step by step what works, for the form. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, readStep, step, tlsStep, versionStep } from '../test-steps.ts';
import type { NagiosApi } from './api.ts';
import type { Commands } from './commands.ts';
import { readProblems, type Reading } from './reading.ts';
import type { NagiosSettings } from './settings.ts';

type Step = TestReport['steps'][number];

async function writeStep(commands: Commands, signal: AbortSignal): Promise<Step> {
  try {
    const refused = await commands.mayOpen(signal);
    return refused === null
      ? step(
          'write',
          'ok',
          'May open the form for commands. Whether Nagios takes one for a certain host shows when it is given.',
        )
      : step('write', 'warning', refused.message, refused.next);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return step('write', 'warning', error.message, error.next);
  }
}

export async function testNagios(options: {
  readonly api: NagiosApi;
  readonly commands: Commands;
  readonly settings: NagiosSettings;
  readonly signal: AbortSignal;
}): Promise<TestReport> {
  const { api, commands, settings, signal } = options;
  let program: Awaited<ReturnType<NagiosApi['program']>>;
  try {
    program = await api.program(signal);
  } catch (error) {
    return { isUsable: false, steps: failureSteps(error, api.host) };
  }
  const as = settings.login === 'basic' ? `as ${settings.user}` : 'with the token';
  const steps: Step[] = [
    step('reach', 'ok', `${api.host} answers.`),
    tlsStep(api.base, settings.login !== 'none'),
    step(
      'login',
      'ok',
      settings.login === 'none' ? `${api.host} asks for no login.` : `Logged in ${as}.`,
    ),
  ];
  const stopped = api.standstill(program);
  steps.push(
    stopped === null
      ? step('heartbeat', 'ok', 'Nagios itself runs: its status is new.')
      : step('heartbeat', 'failed', stopped.message, stopped.next),
  );
  let isUsable = stopped === null;
  let reading: Reading | null = null;
  try {
    const unknown = { definition: () => null, ackedBy: () => null };
    reading = await readProblems(
      api,
      { isSoftIncluded: settings.isSoftIncluded, ...unknown },
      signal,
    );
    steps.push(readStep(reading.problems.length));
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    isUsable = false;
    steps.push(step('read', 'failed', error.message, error.next));
  }
  steps.push(
    await writeStep(commands, signal),
    clockStep(program.clockSkewMs),
    versionStep('Nagios Core', program.data.version),
  );
  return { isUsable, steps };
}
