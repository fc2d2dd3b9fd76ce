/** One reading of a Zabbix: its problems page by page, their triggers and hosts, and whether the user may see anything. */
import { SourceError } from '../source-error.ts';
import {
  CountResult,
  eventIdOf,
  List,
  readable,
  triggerIdOf,
  WireEvent,
  WireProblem,
  WireTrigger,
  type RawProblem,
} from './parse.ts';
import type { ZabbixRpc } from './rpc.ts';
import { severityNames, type ZabbixSettings } from './settings.ts';
import { acknowledgementOf, authorOf } from './to-alarm.ts';

export const pageSize = 1_000;
const chunkSize = 1_000;
const mostPages = 60;

export interface Reading {
  readonly problems: readonly RawProblem[];
  /** Problems that name neither their event nor their trigger. */
  readonly nameless: number;
  /** Why there may be more; null: these are all. */
  readonly incompleteReason: string | null;
}

export const chunksOf = <Item>(items: readonly Item[], size = chunkSize): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );

export const severitiesOf = ({ leastSeverity }: ZabbixSettings): readonly number[] =>
  severityNames.map((_, index) => index).slice(severityNames.indexOf(leastSeverity));

export function createReader(rpc: ZabbixRpc, settings: ZabbixSettings) {
  /** By name, asked once: a group that is renamed is a matter of the settings. */
  let groupIds: readonly string[] | null = null;
  /** Who acknowledged, by event and moment. */
  let ackers: ReadonlyMap<string, string | null> = new Map();

  async function groups(signal: AbortSignal): Promise<{ groupids?: readonly string[] }> {
    if (settings.hostGroups.length === 0) return {};
    if (groupIds === null) {
      const params = { output: ['groupid', 'name'], filter: { name: settings.hostGroups } };
      const found = await rpc.call('hostgroup.get', params, List, signal);
      const ids = found.flatMap((one) => {
        const id = (one as { groupid?: unknown } | null)?.groupid;
        return typeof id === 'string' ? [id] : [];
      });
      // An empty list of groups would mean all of them.
      if (ids.length < new Set(settings.hostGroups).size) {
        throw new SourceError(
          'source.misconfigured',
          `${rpc.host} does not know all of the host groups ${settings.hostGroups.join(', ')}.`,
          { next: 'Correct the names, or give this user the right to read them.' },
        );
      }
      groupIds = ids;
    }
    return { groupids: groupIds };
  }

  /** @throws SourceError when this user may see no host at all */
  async function proveRights(signal: AbortSignal): Promise<number> {
    const params = { countOutput: true, monitored_hosts: true, ...(await groups(signal)) };
    const count = await rpc.call('host.get', params, CountResult, signal);
    if (count > 0) return count;
    throw new SourceError(
      'source.misconfigured',
      `${rpc.host} shows this user no monitored host at all, so its empty list proves nothing.`,
      {
        next: 'Give the user group of this user the right to read host groups. Check the host groups of this source, if there are any.',
      },
    );
  }

  async function readPages(signal: AbortSignal) {
    const items: unknown[] = [];
    let till: string | null = null;
    for (let page = 1; page <= mostPages; page += 1) {
      const found = await rpc.call(
        'problem.get',
        {
          output: 'extend',
          source: 0,
          object: 0,
          selectAcknowledges: 'extend',
          selectTags: 'extend',
          selectSuppressionData: 'extend',
          recent: false,
          severities: severitiesOf(settings),
          sortfield: ['eventid'],
          sortorder: 'DESC',
          limit: pageSize,
          ...(till === null ? {} : { eventid_till: till }),
          ...(await groups(signal)),
        },
        List,
        signal,
      );
      items.push(...found);
      if (found.length < pageSize) return { items, incompleteReason: null };
      // The newest come first, so what appears meanwhile shifts nothing.
      const oldest = eventIdOf(found.at(-1));
      if (oldest === null) {
        return {
          items,
          incompleteReason: 'A page of its problems ends with one without identity.',
        };
      }
      till = String(BigInt(oldest) - 1n);
    }
    const most = (mostPages * pageSize).toLocaleString('en');
    return {
      items,
      incompleteReason: `It has more than ${most} problems, which were not all read.`,
    };
  }

  async function readTriggers(
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<{ triggers: ReadonlyMap<string, WireTrigger>; unreadable: ReadonlySet<string> }> {
    const triggers = new Map<string, WireTrigger>();
    const unreadable = new Set<string>();
    for (const chunk of chunksOf(ids)) {
      const params = {
        triggerids: chunk,
        output: ['triggerid', 'description', 'url', 'comments', 'type', 'manual_close'],
        selectHosts: ['hostid', 'host', 'name'],
        selectDependencies: ['triggerid', 'value'],
        // Of disabled hosts and triggers problems stay open, but nobody looks whether they last.
        monitored: true,
      };
      for (const raw of await rpc.call('trigger.get', params, List, signal)) {
        const trigger = WireTrigger.safeParse(raw);
        if (trigger.success) triggers.set(trigger.data.triggerid, trigger.data);
        else unreadable.add(String((raw as { triggerid?: unknown } | null)?.triggerid));
      }
    }
    return { triggers, unreadable };
  }

  /** Names of those who acknowledged: the list of problems holds only their numbers. */
  async function readAckers(items: readonly unknown[], signal: AbortSignal): Promise<void> {
    const wanted = new Map<string, string>();
    for (const problem of readable(WireProblem, items)) {
      const newest = problem.acknowledged ? acknowledgementOf(problem.acknowledges) : null;
      if (newest !== null) wanted.set(`${problem.eventid}/${newest.clock}`, problem.eventid);
    }
    const unknown = [...wanted].filter(([key]) => !ackers.has(key));
    const found = new Map([...wanted.keys()].map((key) => [key, ackers.get(key) ?? null]));
    const { acknowledgesOfEvents } = await rpc.dialect(signal);
    for (const chunk of chunksOf(unknown)) {
      const params = {
        eventids: chunk.map(([, eventId]) => eventId),
        output: ['eventid'],
        [acknowledgesOfEvents]: 'extend',
      };
      const events = readable(WireEvent, await rpc.call('event.get', params, List, signal));
      for (const { eventid, acknowledges } of events) {
        const newest = acknowledgementOf(acknowledges);
        if (newest !== null) found.set(`${eventid}/${newest.clock}`, authorOf(newest));
      }
    }
    ackers = found;
  }

  const ackedBy = (item: unknown): string | null => {
    const parsed = WireProblem.safeParse(item);
    if (!parsed.success || !parsed.data.acknowledged) return null;
    const newest = acknowledgementOf(parsed.data.acknowledges);
    return newest === null ? null : (ackers.get(`${parsed.data.eventid}/${newest.clock}`) ?? null);
  };

  return {
    groups,
    proveRights,
    readTriggers,

    async read(signal: AbortSignal, remarks: string[]): Promise<Reading> {
      await proveRights(signal);
      const { items, incompleteReason } = await readPages(signal);
      const named = items.filter((item) => eventIdOf(item) !== null && triggerIdOf(item) !== null);
      const ids = [...new Set(named.flatMap((item) => triggerIdOf(item) ?? []))];
      const { triggers, unreadable } = await readTriggers(ids, signal);
      try {
        await readAckers(named, signal);
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        remarks.push(`Who acknowledged could not be read. ${error.message}`);
      }
      const problems = named.flatMap((problem): RawProblem[] => {
        const trigger = triggers.get(triggerIdOf(problem) ?? '');
        return trigger === undefined ? [] : [{ problem, trigger, ackedBy: ackedBy(problem) }];
      });
      const lost = named.filter((item) => unreadable.has(triggerIdOf(item) ?? '')).length;
      return { problems, nameless: items.length - named.length + lost, incompleteReason };
    },
  };
}
