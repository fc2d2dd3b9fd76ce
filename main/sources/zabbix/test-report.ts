/** Step by step what works, for the form. */
import { z } from 'zod';
import type { TestReport } from '../../../preload/contract/sources.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, readStep, step, tlsStep, versionStep } from '../test-steps.ts';
import type { Liveness } from './liveness.ts';
import type { createReader } from './reading.ts';
import type { ZabbixRpc } from './rpc.ts';
import { baseOf, type ZabbixSettings } from './settings.ts';

type Step = TestReport['steps'][number];

function heartbeatStep(life: Liveness, unproven: string): Step {
  switch (life.kind) {
    case 'alive':
      return step('heartbeat', 'ok', 'zabbix_server itself runs.');
    case 'dead':
      return step('heartbeat', 'failed', life.error.message, life.error.next);
    case 'unknown':
      return step('heartbeat', 'warning', unproven, 'Allow this user to see one of them.');
  }
}

/** Of an event that nobody has: refused for the event when the role allows the method, else for the role. */
async function writeStep(rpc: ZabbixRpc, signal: AbortSignal): Promise<Step> {
  try {
    await rpc.call('event.acknowledge', { eventids: ['0'], action: 2 }, z.unknown(), signal);
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    if (/may not call/.test(error.message)) {
      return step('write', 'warning', error.message, error.next);
    }
  }
  return step(
    'write',
    'ok',
    'May acknowledge. Maintenances need the role Admin and write access to the host.',
  );
}

export async function testZabbix(options: {
  readonly rpc: ZabbixRpc;
  readonly reader: ReturnType<typeof createReader>;
  readonly liveness: (signal: AbortSignal) => Promise<Liveness>;
  readonly settings: ZabbixSettings;
  readonly unproven: string;
  readonly signal: AbortSignal;
}): Promise<TestReport> {
  const { rpc, reader, liveness, settings, unproven, signal } = options;
  let version: string;
  try {
    rpc.forgetVersion();
    version = (await rpc.version(signal)).text;
  } catch (error) {
    return { isUsable: false, steps: failureSteps(error, rpc.host) };
  }
  const steps: Step[] = [
    step('reach', 'ok', `${rpc.host} answers.`),
    tlsStep(baseOf(settings), true),
  ];
  let isUsable = true;
  try {
    const hosts = await reader.proveRights(signal);
    const as = settings.login === 'password' ? `as ${settings.user}` : 'with the token';
    steps.push(
      step('login', 'ok', `Logged in ${as}; may see ${hosts === 1 ? '1 host' : `${hosts} hosts`}.`),
    );
    const { problems } = await reader.read(signal, []);
    const life = await liveness(signal);
    isUsable = life.kind !== 'dead';
    steps.push(
      readStep(problems.length),
      heartbeatStep(life, unproven),
      await writeStep(rpc, signal),
    );
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    isUsable = false;
    const name = error.code === 'source.unauthorized' ? 'login' : 'read';
    steps.push(step(name, 'failed', error.message, error.next));
  }
  steps.push(clockStep(rpc.clockSkewMs()), versionStep('Zabbix', version));
  return { isUsable, steps };
}
