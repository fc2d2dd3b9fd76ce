/** What fired and cleared between two instants: events keep both their beginning and their recovery. */
import { toInstant } from '../../clock.ts';
import type { Passed, PassedEpisode } from '../connector.ts';
import { List, type Problem, readable, WireEvent, WireProblem } from './parse.ts';
import { chunksOf, pageSize, severitiesOf, type createReader } from './reading.ts';
import type { ZabbixRpc } from './rpc.ts';
import type { ZabbixSettings } from './settings.ts';
import { startOf, toAlarm, type MappingContext } from './to-alarm.ts';

const mostPages = 5;

export async function readPassed(options: {
  readonly rpc: ZabbixRpc;
  readonly reader: ReturnType<typeof createReader>;
  readonly settings: ZabbixSettings;
  readonly mapping: MappingContext;
  /** By the clock of the server. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly signal: AbortSignal;
}): Promise<Passed> {
  const { rpc, reader, settings, mapping, fromMs, untilMs, signal } = options;
  const raws: unknown[] = [];
  let isWhole = false;
  let from: string | null = null;
  for (let page = 1; page <= mostPages && !isWhole; page += 1) {
    const found: readonly unknown[] = await rpc.call(
      'event.get',
      {
        output: 'extend',
        source: 0,
        object: 0,
        value: [1],
        severities: severitiesOf(settings),
        time_from: Math.floor(fromMs / 1_000),
        time_till: Math.ceil(untilMs / 1_000),
        selectTags: 'extend',
        sortfield: ['eventid'],
        sortorder: 'ASC',
        limit: pageSize,
        ...(from === null ? {} : { eventid_from: from }),
        ...(await reader.groups(signal)),
      },
      List,
      signal,
    );
    raws.push(...found);
    const last: WireEvent | undefined = readable(WireEvent, found.slice(-1))[0];
    isWhole = found.length < pageSize || last === undefined;
    if (last !== undefined) from = String(BigInt(last.eventid) + 1n);
  }
  const problems = readable(WireProblem, raws).filter(({ r_eventid: over }) => over !== '0');
  const endedAt = new Map<string, number>();
  for (const chunk of chunksOf(problems)) {
    const params = {
      eventids: chunk.map(({ r_eventid: over }) => over),
      output: ['eventid', 'clock', 'ns'],
    };
    const ends = readable(WireEvent, await rpc.call('event.get', params, List, signal));
    for (const { eventid, clock } of ends) endedAt.set(eventid, clock * 1_000);
  }
  const { triggers } = await reader.readTriggers(
    [...new Set(problems.map(({ objectid }) => objectid))],
    signal,
  );
  const episodes: PassedEpisode[] = [];
  let gone = raws.length - readable(WireProblem, raws).length;
  for (const problem of problems) {
    const end = endedAt.get(problem.r_eventid);
    const trigger = triggers.get(problem.objectid);
    if (end === undefined || trigger === undefined) {
      gone += 1;
      continue;
    }
    if (end > untilMs) continue;
    const before = { ...problem, acknowledged: false, suppressed: false };
    const active: Problem = { problem: before, trigger, ackedBy: null };
    const alarm = toAlarm(active, mapping);
    // Whole seconds may put the end before a start with its nanoseconds.
    episodes.push({ alarm, endedAt: toInstant(Math.max(end, startOf(problem))) });
  }
  const reasons = [
    ...(isWhole ? [] : [`More than ${mostPages * pageSize} problems began meanwhile.`]),
    ...(gone > 0 ? [`${gone} of them could not be read, or are disabled by now.`] : []),
  ];
  return { episodes, incompleteReason: reasons.length === 0 ? null : reasons.join(' ') };
}
