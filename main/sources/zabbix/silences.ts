/**
 * What keeps problems quiet in Zabbix: maintenances of hosts, and from 6.2 on the suppression of single problems.
 *
 * A maintenance takes effect with the next full minute of the server. We change only those with one single period; what recurs is
 * somebody's plan.
 */
import { z } from 'zod';
import type { Matcher } from '../../../preload/contract/alarms.ts';
import { toInstant } from '../../clock.ts';
import type { UpstreamSilence } from '../connector.ts';
import { signedBy, withoutMark } from '../note-mark.ts';
import { SourceError } from '../source-error.ts';
import { Ids, List, readable, WireMaintenance, WireProblem } from './parse.ts';
import type { ZabbixRpc } from './rpc.ts';
import { actionBits } from './to-alarm.ts';

const minuteSeconds = 60;
const startEarlierSeconds = 120;
/** Suppressed by hand without an end. */
const farSeconds = 365 * 86_400;

export const maintenanceRef = (id: string): string => `maintenance:${id}`;
export const eventRef = (id: string): string => `event:${id}`;

const equal = (name: string, value: string): Matcher => ({
  name,
  value,
  isEqual: true,
  isRegex: false,
});

/** Without dots, parentheses and the like, so that it matches what it says. */
const quoted = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

function matchersOf({ hosts, tags }: WireMaintenance): readonly Matcher[] {
  if (hosts.length === 0) return [];
  const names = hosts.map(({ host }) => host);
  const [first = ''] = names;
  const host: Matcher =
    names.length === 1
      ? equal('host', first)
      : { name: 'host', value: names.map(quoted).join('|'), isEqual: true, isRegex: true };
  return [
    host,
    ...tags.map(({ tag, operator, value }): Matcher =>
      operator === '0'
        ? equal(tag, value)
        : { name: tag, value: `.*${quoted(value)}.*`, isEqual: true, isRegex: true },
    ),
  ];
}

function scopeOf(maintenance: WireMaintenance): string {
  const groups = [...maintenance.groups, ...maintenance.hostgroups].map(({ name }) => name);
  const hosts = maintenance.hosts.map(({ host, name }) => name || host);
  const parts = [
    ...(hosts.length === 0 ? [] : [`host ${hosts.join(', ')}`]),
    ...(groups.length === 0 ? [] : [`host group ${groups.join(', ')}`]),
  ];
  const tags = maintenance.tags.map(({ tag, value }) => `${tag}=${value}`);
  const narrowed = tags.length === 0 ? '' : `, only problems with ${tags.join(' and ')}`;
  const isPlain = isSingle(maintenance) ? '' : ', recurring';
  return `maintenance of ${parts.join(' and ') || 'nothing'}${narrowed}${isPlain}`;
}

/** One period that does not recur: start and end are what they seem. */
const isSingle = ({ timeperiods }: WireMaintenance): boolean =>
  timeperiods.length === 1 && timeperiods[0]?.timeperiod_type === '0';

/** Of a single one, the narrower of its own span and that of its period. */
function spanOf(maintenance: WireMaintenance): { from: number; till: number } {
  const { active_since: since, active_till: till, timeperiods } = maintenance;
  const [period] = timeperiods;
  if (!isSingle(maintenance) || period === undefined) return { from: since, till };
  return {
    from: Math.max(since, period.start_date),
    till: Math.min(till, period.start_date + period.period),
  };
}

export function toSilence(maintenance: WireMaintenance, serverMs: number): UpstreamSilence {
  const { from, till } = spanOf(maintenance);
  const signed = signedBy(maintenance.description);
  return {
    id: maintenanceRef(maintenance.maintenanceid),
    matchers: matchersOf(maintenance),
    createdBy: signed?.by ?? '',
    comment: signed?.note || withoutMark(maintenance.description) || maintenance.name,
    startsAt: toInstant(from * 1_000),
    endsAt: toInstant(till * 1_000),
    state: till * 1_000 <= serverMs ? 'expired' : from * 1_000 <= serverMs ? 'active' : 'pending',
    scope: scopeOf(maintenance),
  };
}

/** `until`: in seconds; 0: as long as the problem lasts. */
function suppressionOf(problem: WireProblem, until: number, serverMs: number): UpstreamSilence {
  const asked = problem.acknowledges
    .filter(({ action }) => (action & actionBits.suppress) !== 0)
    .toSorted((a, b) => b.clock - a.clock)[0];
  const signed = asked === undefined ? null : signedBy(asked.message);
  return {
    id: eventRef(problem.eventid),
    matchers: [equal('triggerid', problem.objectid)],
    createdBy: signed?.by ?? asked?.username ?? '',
    comment: (signed?.note ?? withoutMark(asked?.message ?? '')) || problem.name,
    startsAt: toInstant((asked?.clock ?? problem.clock) * 1_000),
    endsAt: toInstant((until || Math.floor(serverMs / 1_000) + farSeconds) * 1_000),
    state: 'active',
    scope: `the problem "${problem.name}"${until === 0 ? ', as long as it lasts' : ''}`,
  };
}

export type Silences = ReturnType<typeof createSilences>;

export function createSilences(rpc: ZabbixRpc, serverNow: () => number) {
  async function maintenances(
    filter: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<readonly WireMaintenance[]> {
    const { groupsOfMaintenances } = await rpc.dialect(signal);
    const params = {
      output: 'extend',
      selectHosts: ['hostid', 'host', 'name'],
      [groupsOfMaintenances]: ['groupid', 'name'],
      selectTags: 'extend',
      selectTimeperiods: 'extend',
      ...filter,
    };
    return readable(WireMaintenance, await rpc.call('maintenance.get', params, List, signal));
  }

  /** Up to the next full minute: the server cuts seconds off, and an early end would wake somebody. */
  const span = (endMs: number): { active_since: number; active_till: number } => {
    const since = Math.floor(serverNow() / 1_000) - startEarlierSeconds;
    return {
      active_since: since - (since % minuteSeconds),
      active_till: Math.ceil(endMs / 1_000 / minuteSeconds) * minuteSeconds,
    };
  };

  async function hostIds(name: string, signal: AbortSignal): Promise<readonly string[]> {
    const params = { output: ['hostid'], filter: { host: [name] } };
    const Hosts = z.array(z.object({ hostid: z.string() }));
    const ids = (await rpc.call('host.get', params, Hosts, signal)).map(({ hostid }) => hostid);
    // Without hosts it would be refused, or worse.
    if (ids.length === 0) {
      throw new SourceError('source.rejected', `${rpc.host} does not know the host ${name}.`, {
        next: 'It may have been renamed or removed. Look it up there.',
        isRetryable: false,
      });
    }
    return ids;
  }

  function mustBeSingle(maintenance: WireMaintenance): void {
    if (isSingle(maintenance)) return;
    throw new SourceError(
      'source.rejected',
      `The maintenance "${maintenance.name}" recurs, or has several periods.`,
      { next: 'Change it in Zabbix itself.', isRetryable: false },
    );
  }

  return {
    async byId(id: string, signal: AbortSignal): Promise<WireMaintenance | null> {
      return (await maintenances({ maintenanceids: [id] }, signal))[0] ?? null;
    },

    /** The one with exactly this name: names are unique. */
    async byName(name: string, signal: AbortSignal): Promise<WireMaintenance | null> {
      return (await maintenances({ filter: { name: [name] } }, signal))[0] ?? null;
    },

    /** `tag`: only problems that have it. Returns its id. */
    async create(
      wish: {
        readonly name: string;
        readonly description: string;
        readonly host: string;
        readonly tag: { readonly tag: string; readonly value: string } | null;
        readonly endMs: number;
      },
      signal: AbortSignal,
    ): Promise<string> {
      const { hostsOfMaintenance } = await rpc.dialect(signal);
      const times = span(wish.endMs);
      const { maintenanceids: ids } = await rpc.call(
        'maintenance.create',
        {
          name: wish.name,
          description: wish.description,
          ...times,
          ...hostsOfMaintenance(await hostIds(wish.host, signal)),
          timeperiods: [
            {
              timeperiod_type: 0,
              start_date: times.active_since,
              period: times.active_till - times.active_since,
            },
          ],
          ...(wish.tag === null
            ? {}
            : {
                tags_evaltype: 0,
                tags: [{ tag: wish.tag.tag, operator: 0, value: wish.tag.value }],
              }),
        },
        z.object({ maintenanceids: Ids }),
        signal,
      );
      return ids[0] ?? '';
    },

    async extend(maintenance: WireMaintenance, endMs: number, signal: AbortSignal): Promise<void> {
      mustBeSingle(maintenance);
      const { from } = spanOf(maintenance);
      const { active_till: till } = span(endMs);
      await rpc.call(
        'maintenance.update',
        {
          maintenanceid: maintenance.maintenanceid,
          active_till: till,
          timeperiods: [{ timeperiod_type: 0, start_date: from, period: till - from }],
        },
        z.unknown(),
        signal,
      );
    },

    async remove(maintenance: WireMaintenance, signal: AbortSignal): Promise<void> {
      mustBeSingle(maintenance);
      await rpc.call('maintenance.delete', [maintenance.maintenanceid], z.unknown(), signal);
    },

    /** All that is not over, of both kinds. */
    async list(signal: AbortSignal): Promise<readonly UpstreamSilence[]> {
      const serverMs = serverNow();
      const found = (await maintenances({}, signal)).map((one) => toSilence(one, serverMs));
      const { hasSuppress } = await rpc.dialect(signal);
      const params = {
        output: 'extend',
        suppressed: true,
        selectSuppressionData: 'extend',
        selectAcknowledges: 'extend',
        source: 0,
        object: 0,
      };
      const suppressed = hasSuppress
        ? readable(WireProblem, await rpc.call('problem.get', params, List, signal))
        : [];
      for (const problem of suppressed) {
        const byHand = problem.suppression_data.find(({ maintenanceid }) => maintenanceid === '0');
        if (byHand !== undefined)
          found.push(suppressionOf(problem, byHand.suppress_until, serverMs));
      }
      return found.filter(({ state }) => state !== 'expired');
    },
  };
}
