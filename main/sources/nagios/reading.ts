/** One reading of a Nagios, with the proof that it is whole: both lists, and how many it counts itself. */
import { SourceError } from '../source-error.ts';
import type { Answered, NagiosApi, Told } from './api.ts';
import { hasTurned, narrowed, type Definition, type RawProblem } from './parse.ts';

type Lists = Awaited<ReturnType<typeof readLists>>;

export interface Reading {
  readonly problems: readonly RawProblem[];
  /** Counted by Nagios, but not listed under a name of their own. */
  readonly lost: number;
  /** Hosts and services that no check has looked at yet. */
  readonly pending: number;
  readonly told: Told;
}

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

async function readLists(api: NagiosApi, signal: AbortSignal) {
  // One after the other in pairs: each answer makes that machine read its whole status file.
  const [services, serviceCount] = await Promise.all([
    api.services(signal),
    api.serviceCount(signal),
  ]);
  const [hosts, hostCount, downtimes] = await Promise.all([
    api.hosts(signal),
    api.hostCount(signal),
    api.downtimes(signal),
  ]);
  return { services, serviceCount, hosts, hostCount, downtimes };
}

const listed = ({ services, hosts }: Lists): number =>
  Object.keys(hosts.data).length +
  Object.values(services.data).reduce((total, list) => total + Object.keys(list).length, 0);

function counted({ serviceCount, hostCount }: Lists): number {
  const { warning, critical, unknown } = serviceCount.data;
  const { down, unreachable } = hostCount.data;
  return warning + critical + unknown + down + unreachable;
}

const isOneMoment = (parts: readonly Answered<unknown>[]): boolean =>
  new Set(parts.map(({ updatedMs }) => updatedMs)).size === 1;

/** Reads until all parts tell of one moment, or of the same number, so that a change in between is no loss. */
async function readAgreeing(api: NagiosApi, signal: AbortSignal): Promise<Lists> {
  let lists = await readLists(api, signal);
  for (let again = 0; again < 2 && listed(lists) !== counted(lists); again += 1) {
    const { services, serviceCount, hosts, hostCount } = lists;
    if (isOneMoment([services, serviceCount, hosts, hostCount])) break;
    lists = await readLists(api, signal);
  }
  return lists;
}

const isHard = (details: unknown): boolean =>
  (details as { state_type?: unknown } | null)?.state_type !== 'soft';
const isDown = (details: unknown): boolean =>
  (details as { status?: unknown } | null)?.status === 'down';

/** @throws SourceError also when the user may see nothing at all */
export async function readProblems(
  api: NagiosApi,
  options: {
    readonly isSoftIncluded: boolean;
    readonly definition: (host: string, service: string | null) => Definition | null;
    readonly ackedBy: (host: string, service: string | null) => string | null;
  },
  signal: AbortSignal,
): Promise<Reading> {
  const lists = await readAgreeing(api, signal);
  const { services, hosts, serviceCount, hostCount, downtimes } = lists;
  if (sum(hostCount.data) + sum(serviceCount.data) === 0) {
    throw new SourceError(
      'source.misconfigured',
      `Nagios at ${api.host} shows this user no host and no service at all, so its empty list proves nothing.`,
      {
        next: 'Make the user a contact of what it shall see, or name it in authorized_for_all_hosts and authorized_for_all_services (cgi.cfg). Check the host group, if one is set.',
      },
    );
  }
  const inDowntime = new Set(
    downtimes.data
      .filter(({ type, is_in_effect: isInEffect }) => type === 'host' && isInEffect)
      .map(({ host_name: name }) => name),
  );
  const troubled = new Set(
    Object.entries(hosts.data).flatMap(([name, details]) => (isHard(details) ? [name] : [])),
  );

  const problems: RawProblem[] = [];
  const take = (host: string, service: string | null, details: unknown): void => {
    if (!options.isSoftIncluded && !isHard(details)) return;
    const definition = options.definition(host, service);
    const isBehind = definition?.parent_hosts.some((parent) => troubled.has(parent)) === true;
    problems.push({
      host,
      service,
      details: narrowed(details),
      about: {
        ackedBy: options.ackedBy(host, service),
        isInhibited: service === null ? !isDown(details) && isBehind : troubled.has(host),
        isHostInDowntime: inDowntime.has(host),
        hasTurned: hasTurned(details),
        definition,
      },
    });
  };
  for (const [host, details] of Object.entries(hosts.data)) take(host, null, details);
  for (const [host, list] of Object.entries(services.data)) {
    for (const [service, details] of Object.entries(list)) take(host, service, details);
  }
  return {
    problems,
    lost: Math.max(0, counted(lists) - listed(lists)),
    pending: hostCount.data.pending + serviceCount.data.pending,
    told: services,
  };
}
