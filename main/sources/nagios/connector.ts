/** Nagios Core 4 through its own CGIs: statusjson, objectjson and archivejson to read, cmd to act. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { toMs } from '../../clock.ts';
import type { Connector, ConnectorContext, ConnectorKind, PollResult } from '../connector.ts';
import { loginSecrets } from '../fields.ts';
import { createHeldItems } from '../held-items.ts';
import { signedBy } from '../note-mark.ts';
import { unidentified } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { createActions } from './actions.ts';
import { createApi } from './api.ts';
import { createCommands } from './commands.ts';
import {
  identityOf,
  isLostName,
  Problem,
  type Definition,
  type RawProblem,
  type WireComment,
} from './parse.ts';
import { passedOf } from './passed.ts';
import { readProblems, type Reading } from './reading.ts';
import { createRestartGuard } from './restart.ts';
import { NagiosSettings } from './settings.ts';
import { testNagios } from './test-report.ts';
import { toAlarm } from './to-alarm.ts';

const keyOf = (host: string, service: string | null): string =>
  service === null ? host : `${host};${service}`;

/** The newest acknowledgement of each object. */
function ackersOf(comments: readonly WireComment[]): ReadonlyMap<string, string> {
  const newest = new Map<string, WireComment>();
  for (const comment of comments) {
    const key = keyOf(comment.host_name, comment.service_description ?? null);
    const before = newest.get(key);
    if (before === undefined || before.comment_id < comment.comment_id) newest.set(key, comment);
  }
  return new Map(
    [...newest].map(([key, { author, comment_data: text }]) => [key, signedBy(text)?.by ?? author]),
  );
}

const isAcknowledged = ({ details }: RawProblem): boolean =>
  (details as { problem_has_been_acknowledged?: unknown } | null)?.problem_has_been_acknowledged ===
  true;

const leastSkewMs = 2_000;

function createNagios(context: ConnectorContext): Connector {
  const settings = NagiosSettings.parse(context.settings);
  const { clock } = context;
  const api = createApi(context.http, settings, context.secrets);
  const commands = createCommands(context.http, api);
  const mapping = {
    base: settings.url,
    isMutedSuppressed: settings.isMutedSuppressed,
    customVariables: settings.customVariables,
    severityMap: context.severityMap,
  };
  const items = createHeldItems<Problem>(
    {
      schema: Problem,
      identity: identityOf,
      nameOf: (raw) => {
        const { host, service } = raw as RawProblem;
        return service === null ? `Host ${host}` : `${service} on ${host}`;
      },
      toAlarm: (problem) => toAlarm(problem, mapping),
    },
    () => clock.now(),
  );
  /** What is configured there changes only with a start of Nagios. */
  let definitions: { startMs: number; byKey: ReadonlyMap<string, Definition> } | null = null;
  let program: { startMs: number; version: string; isSilent: boolean } | null = null;
  const restarts = createRestartGuard(context.memory);
  let ackers: ReadonlyMap<string, string> = new Map();
  let clockSkewMs = 0;

  /** Its clock is told in whole seconds: what is smaller is no difference. */
  const shownSkewMs = (): number => (Math.abs(clockSkewMs) < leastSkewMs ? 0 : clockSkewMs);

  /** Links to runbooks and who acknowledged: failing to read them must not cost us the alarms. */
  async function enrich(
    reading: Reading,
    signal: AbortSignal,
    remarks: string[],
  ): Promise<boolean> {
    const startMs = reading.told.programStartMs;
    let isNew = false;
    try {
      if (program?.startMs !== startMs) {
        const { data } = await api.program(signal);
        const isSilent = data.enable_notifications === false;
        program = { startMs, version: data.version, isSilent };
      }
      if (definitions?.startMs !== startMs) {
        definitions = { startMs, byKey: await api.definitions(signal) };
        isNew = true;
      }
      const acked = reading.problems.filter(isAcknowledged);
      const isUnknown = acked.some(({ host, service }) => !ackers.has(keyOf(host, service)));
      const isStale = ackers.size > acked.length;
      if (isUnknown || isStale) {
        const { data } = await api.comments('acknowledgements', signal);
        const found = ackersOf(data);
        ackers = new Map(
          // One whose comment is gone was acknowledged by somebody, and is not asked for again.
          acked.map(({ host, service }) => [
            keyOf(host, service),
            found.get(keyOf(host, service)) ?? '',
          ]),
        );
        isNew = true;
      }
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      remarks.push(
        `Its links to runbooks, or who acknowledged, could not be read. ${error.message}`,
      );
    }
    if (program?.isSilent === true) {
      remarks.push('Its notifications are switched off as a whole: it tells nobody else.');
    }
    return isNew;
  }

  const readWith = (signal: AbortSignal): Promise<Reading> =>
    readProblems(
      api,
      {
        isSoftIncluded: settings.isSoftIncluded,
        definition: (host, service) => definitions?.byKey.get(keyOf(host, service)) ?? null,
        ackedBy: (host, service) => ackers.get(keyOf(host, service)) || null,
      },
      signal,
    );

  /** The reading once more with what was learned about it since, without asking again. */
  const learned = (reading: Reading): Reading => ({
    ...reading,
    problems: reading.problems.map((raw) => {
      const key = keyOf(raw.host, raw.service);
      const definition = definitions?.byKey.get(key) ?? null;
      return { ...raw, about: { ...raw.about, ackedBy: ackers.get(key) || null, definition } };
    }),
  });

  /** Names that the server could not write stand for any number of objects. */
  function blindnessOf(reading: Reading): SourceError | null {
    const nameless = reading.problems.filter(
      ({ host, service }) => isLostName(host) || (service !== null && isLostName(service)),
    ).length;
    const error = unidentified(nameless + reading.lost);
    if (error === null) return null;
    return new SourceError('source.unreachable', error.message, {
      next: 'Their names have letters that the web server of Nagios cannot write. Install the locale en_US.UTF-8 on that machine.',
    });
  }

  return {
    actions: createActions({
      clock,
      api,
      commands,
      isAckNotified: settings.isAckNotified,
      clockSkewMs: shownSkewMs,
    }),

    async poll(signal): Promise<PollResult> {
      const remarks: string[] = [];
      let reading = await readWith(signal);
      if (await enrich(reading, signal, remarks)) reading = learned(reading);
      clockSkewMs = reading.told.clockSkewMs ?? clockSkewMs;
      // A Nagios that stands still is not asked more: its answers are old anyway.
      const stopped = api.standstill(reading.told);
      const guarded =
        stopped === null
          ? await restarts.guard(api, reading, signal)
          : { problems: reading.problems, remembered: 0, incompleteReason: null };
      if (guarded.remembered > 0) {
        remarks.push(
          `${guarded.remembered} shown as before Nagios was started anew: it has not checked them since.`,
        );
      }
      const { alarms } = items.take(guarded.problems);
      const blind = stopped ?? blindnessOf(reading);
      const incompleteReason = blind?.message ?? guarded.incompleteReason;
      return {
        snapshot: {
          alarms,
          isComplete: incompleteReason === null,
          incompleteReason,
        },
        version: program?.version ?? null,
        clockSkewMs: reading.told.clockSkewMs,
        remarks,
        blind,
        memory: restarts.memory(),
      };
    },

    async passed(from, until, signal) {
      const { data, programStartMs } = await api.alerts(toMs(from), toMs(until), signal);
      const map = (problem: Problem): ObservedAlarm => {
        const definition = definitions?.byKey.get(keyOf(problem.host, problem.service)) ?? null;
        return toAlarm({ ...problem, about: { ...problem.about, definition } }, mapping);
      };
      return passedOf({
        ...data,
        toAlarm: map,
        hasRestarted: programStartMs > toMs(from),
      });
    },

    test: (signal): Promise<TestReport> => testNagios({ api, commands, settings, signal }),

    close: () => context.http.close(),
  };
}

export const nagiosKind: ConnectorKind = {
  kind: 'nagios',
  title: 'Nagios Core',
  description:
    'Nagios Core 4 through its CGIs, as Debian and the source package install them. Not Nagios XI.',
  settings: NagiosSettings,
  secrets: loginSecrets,
  create: createNagios,
};
