/** Step by step what works, for the form. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, readStep, step, tlsStep, versionStep } from '../test-steps.ts';
import type { Icinga2Api } from './api.ts';
import type { WireUser } from './parse.ts';
import { judgeStatus, readStatus, unreadableStatus } from './proof.ts';
import type { Icinga2Settings } from './settings.ts';

type Step = TestReport['steps'][number];

/** Of each what cannot be done without it. */
const writes = [
  ['actions/acknowledge-problem', 'acknowledge'],
  ['actions/remove-acknowledgement', 'take an acknowledgement back'],
  ['actions/add-comment', 'comment'],
  ['actions/schedule-downtime', 'silence'],
  ['actions/remove-downtime', 'end a silence'],
  ['objects/query/Comment', 'read comments back'],
  ['objects/query/Downtime', 'read downtimes back'],
] as const;

/** Permissions are patterns; a filtered one says so behind it. */
function hasPermission(user: WireUser, wanted: string): boolean {
  return user.permissions.some((text) => {
    const pattern = text.replace(/ \(filtered\)$/, '').toLowerCase();
    const parts = pattern.split('*');
    if (parts.length === 1) return pattern === wanted.toLowerCase();
    const [head = '', ...rest] = parts;
    const tail = rest.at(-1) ?? '';
    const name = wanted.toLowerCase();
    return name.startsWith(head) && name.endsWith(tail) && name.length >= head.length + tail.length;
  });
}

function loginStep(user: WireUser | null): Step {
  if (user === null) return step('login', 'ok', 'Logged in; it does not say as whom.');
  const isPart = user.permissions.some((text) => text.endsWith('(filtered)'));
  return isPart
    ? step(
        'login',
        'warning',
        `Logged in as ${user.user}, who sees only a part of all hosts and services.`,
        'If that is not on purpose, look at the filters of its permissions.',
      )
    : step('login', 'ok', `Logged in as ${user.user}.`);
}

function writeStep(user: WireUser | null): Step {
  if (user === null) return step('write', 'skipped', 'It does not say what this user may do.');
  const missing = writes.filter(([permission]) => !hasPermission(user, permission));
  if (missing.length === 0) {
    return step('write', 'ok', 'May acknowledge, comment, and schedule downtimes.');
  }
  return step(
    'write',
    'warning',
    `May not ${missing.map(([, what]) => what).join(', ')}.`,
    `Give the ApiUser ${missing.map(([permission]) => permission).join(', ')}.`,
  );
}

export async function testIcinga2(options: {
  readonly api: Icinga2Api;
  readonly settings: Icinga2Settings;
  readonly now: () => number;
  readonly signal: AbortSignal;
}): Promise<TestReport> {
  const { api, settings, signal } = options;
  const steps: Step[] = [];
  let user: WireUser | null;
  try {
    user = await api.user(signal);
  } catch (error) {
    return { isUsable: false, steps: failureSteps(error, api.host) };
  }
  steps.push(step('reach', 'ok', `${api.host} answers.`), tlsStep(api.base, true), loginStep(user));

  let isUsable = true;
  const tries = async (name: string, work: () => Promise<Step[]>): Promise<void> => {
    try {
      steps.push(...(await work()));
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      isUsable = false;
      steps.push(step(name, 'failed', error.message, error.next));
    }
  };
  await tries('read', async () => {
    const hosts = await api.problems('hosts', signal);
    const services = await api.problems('services', signal);
    if (hosts.length + services.length === 0 && !(await api.seesAnything(signal))) {
      isUsable = false;
      const text = 'This ApiUser sees no host and no service at all.';
      return [step('read', 'failed', text, 'Look at the filters of its permissions.')];
    }
    return [readStep(hosts.length + services.length)];
  });
  await tries('checks', async () => {
    const parts = await api.status(signal);
    const status = parts === null ? null : readStatus(parts);
    if (status === null) throw unreadableStatus();
    const { blind, remarks } = judgeStatus(status, null, {
      requiredZones: settings.requiredZones,
      polledAtMs: null,
    });
    const said = blind?.message ?? remarks[0];
    return [
      said === undefined
        ? step('checks', 'ok', `${status.checks} checks in the last quarter of an hour.`)
        : step('checks', 'warning', said, blind?.next ?? 'Have a look at Icinga itself.'),
      clockStep(status.nowMs - options.now()),
      versionStep('Icinga', status.version),
    ];
  });
  steps.push(writeStep(user));
  return { isUsable, steps };
}
