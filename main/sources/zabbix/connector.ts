/** Zabbix 6.0 to 7.x through its JSON-RPC API. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import { toMs } from '../../clock.ts';
import type { Connector, ConnectorContext, ConnectorKind, PollResult } from '../connector.ts';
import { createHeldItems } from '../held-items.ts';
import { unidentified } from '../observed.ts';
import { createActions } from './actions.ts';
import { createLiveness } from './liveness.ts';
import { eventIdOf, externalIdOf, Problem, type RawProblem } from './parse.ts';
import { readPassed } from './passed.ts';
import { createReader } from './reading.ts';
import { createRpc } from './rpc.ts';
import { baseOf, ZabbixSettings, zabbixSecrets } from './settings.ts';
import { createSilences } from './silences.ts';
import { testZabbix } from './test-report.ts';
import { toAlarm } from './to-alarm.ts';

/** Its clock is told in whole seconds: what is smaller is no difference. */
const leastSkewMs = 2_000;

const unproven =
  'Nothing that this user may see proves that zabbix_server runs, so a dead one would look quiet. A Super admin role that may call only hanode.get and the read methods, or read access to a host with an internal item such as zabbix[uptime], closes this gap.';

function createZabbix(context: ConnectorContext): Connector {
  const settings = ZabbixSettings.parse(context.settings);
  const { clock, http, secrets } = context;
  const rpc = createRpc({ http, clock, settings, secrets });
  const skewMs = (): number => {
    const skew = rpc.clockSkewMs() ?? 0;
    return Math.abs(skew) < leastSkewMs ? 0 : skew;
  };
  const serverNow = (): number => clock.now() + skewMs();
  const reader = createReader(rpc, settings);
  const liveness = createLiveness(rpc, {
    upstream: serverNow,
    monotonic: () => clock.monotonic(),
  });
  const silences = createSilences(rpc, serverNow);
  const mapping = {
    base: baseOf(settings),
    serviceTags: settings.serviceTags,
    severityMap: context.severityMap,
  };
  const items = createHeldItems<Problem>(
    {
      schema: Problem,
      identity: (raw) => {
        const { problem, trigger } = raw as RawProblem;
        const eventId = eventIdOf(problem);
        return eventId === null ? null : externalIdOf(trigger, eventId);
      },
      nameOf: (raw) => (raw as RawProblem).trigger.description,
      toAlarm: (problem) => toAlarm(problem, mapping),
    },
    () => clock.now(),
  );

  return {
    actions: createActions({
      rpc,
      silences,
      serviceTags: settings.serviceTags,
      clockSkewMs: skewMs,
    }),

    async poll(signal): Promise<PollResult> {
      const remarks: string[] = [];
      // An update may have moved the place of the login: asked anew each time, it costs little.
      rpc.forgetVersion();
      const version = await rpc.version(signal);
      const reading = await reader.read(signal, remarks);
      const life = await liveness(signal);
      if (life.kind === 'unknown') remarks.push(unproven);
      const { alarms } = items.take(reading.problems);
      const blind = life.kind === 'dead' ? life.error : unidentified(reading.nameless);
      const incompleteReason = blind?.message ?? reading.incompleteReason;
      return {
        snapshot: { alarms, isComplete: incompleteReason === null, incompleteReason },
        version: version.text,
        clockSkewMs: rpc.clockSkewMs(),
        remarks,
        blind,
      };
    },

    passed: (from, until, signal) =>
      readPassed({
        rpc,
        reader,
        settings,
        mapping,
        fromMs: toMs(from) + skewMs(),
        untilMs: toMs(until) + skewMs(),
        signal,
      }),

    test: (signal): Promise<TestReport> =>
      testZabbix({ rpc, reader, liveness, settings, unproven, signal }),

    close: () => rpc.close(),
  };
}

export const zabbixKind: ConnectorKind = {
  kind: 'zabbix',
  title: 'Zabbix',
  description: 'Zabbix 6.0 and later, through the API of its frontend.',
  settings: ZabbixSettings,
  secrets: zabbixSecrets,
  create: createZabbix,
};
