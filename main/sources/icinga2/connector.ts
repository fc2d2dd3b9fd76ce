/** Icinga 2, through the API of one of its nodes: problems of hosts and services. */
import { z } from 'zod';
import type { Connector, ConnectorContext, ConnectorKind, PollResult } from '../connector.ts';
import { createHeldItems } from '../held-items.ts';
import { createRemembered } from '../remembered.ts';
import { SourceError } from '../source-error.ts';
import { createActions } from './actions.ts';
import { createApi } from './api.ts';
import { comparableObject, nameOf, WireCheckable, type WireComment } from './parse.ts';
import { judgeStatus, readStatus, unreadableStatus, type Start } from './proof.ts';
import { Icinga2Settings } from './settings.ts';
import { externalIdOf } from './target.ts';
import { testIcinga2 } from './test-report.ts';
import { toAlarm } from './to-alarm.ts';

const Memory = z.object({
  start: z.object({ startedAt: z.string(), settledPolls: z.number() }).nullable().catch(null),
});

const isAcknowledged = (raw: unknown): boolean => {
  const { attrs } = (raw ?? {}) as { attrs?: { acknowledgement?: unknown } | null };
  return Number(attrs?.acknowledgement ?? 0) > 0;
};

/** Servers that refuse the filter send what is well, too. */
const isWell = (raw: unknown): boolean =>
  (raw as { attrs?: { state?: unknown } | null } | null)?.attrs?.state === 0;

function createIcinga2(context: ConnectorContext): Connector {
  const settings = Icinga2Settings.parse(context.settings);
  const { clock } = context;
  const api = createApi(context.http, settings, context.secrets);
  const remember = createRemembered<{ start: Start | null }>();
  let start: Start | null = Memory.safeParse(context.memory).data?.start ?? null;
  let clockSkewMs = 0;
  /** By full name. */
  let ackedBy: ReadonlyMap<string, string> = new Map();
  let polledAtMs: number | null = null;
  /** Starts of the processes in which this user was seen to see something: what it may see changes only with one. */
  const provenFor = new Set<number>();

  const items = createHeldItems<WireCheckable>(
    {
      schema: WireCheckable,
      identity(raw) {
        const name = nameOf(raw);
        return name === null ? null : externalIdOf(name);
      },
      nameOf,
      toAlarm: (item, externalId) =>
        toAlarm(item, externalId, {
          settings,
          severityMap: context.severityMap,
          ackedBy: (name) => ackedBy.get(name) ?? null,
        }),
      comparable: comparableObject,
    },
    () => clock.now(),
  );

  /** Who acknowledged what. Failing to read it must not cost us the alarms. */
  async function readAuthors(
    raws: readonly unknown[],
    remarks: string[],
    signal: AbortSignal,
  ): Promise<void> {
    if (!raws.some(isAcknowledged)) return;
    try {
      const newest = new Map<string, WireComment['attrs']>();
      for (const { attrs } of await api.acknowledgements(signal)) {
        const { host_name: host, service_name: service } = attrs;
        const name = service === '' ? host : `${host}!${service}`;
        const known = newest.get(name);
        if (known === undefined || known.entry_time <= attrs.entry_time) newest.set(name, attrs);
      }
      ackedBy = new Map([...newest].map(([name, { author }]) => [name, author]));
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      remarks.push(`Who acknowledged what could not be read. ${error.message}`);
    }
  }

  /** An empty list says something only to somebody who would see a problem. */
  async function judgeSight(
    hasProblems: boolean,
    startedAtMs: number,
    signal: AbortSignal,
  ): Promise<SourceError | null> {
    if (hasProblems) provenFor.add(startedAtMs);
    if (provenFor.has(startedAtMs)) return null;
    if (await api.seesAnything(signal)) {
      provenFor.add(startedAtMs);
      return null;
    }
    return new SourceError(
      'source.misconfigured',
      'Its ApiUser sees no host and no service at all, so its quiet proves nothing.',
      { next: 'Look at the filters of its permissions.' },
    );
  }

  return {
    actions: createActions({
      api,
      clock,
      isAckNotified: settings.isAckNotified,
      clockSkewMs: () => clockSkewMs,
    }),

    async poll(signal): Promise<PollResult> {
      // Problems before the status: a restart between the two shows in the status.
      const hosts = await api.problems('hosts', signal);
      const services = await api.problems('services', signal);
      const parts = await api.status(signal);
      const status = parts === null ? null : readStatus(parts);
      const remarks: string[] = [];
      const raws = [...hosts, ...services].filter((raw) => !isWell(raw));
      await readAuthors(raws, remarks, signal);
      const { alarms, blind: nameless } = items.take(raws, [...ackedBy].join('\n'));

      let blind: SourceError | null;
      let incompleteReason: string | null = null;
      if (status === null) blind = unreadableStatus();
      else {
        clockSkewMs = status.nowMs - clock.now();
        const { requiredZones } = settings;
        const verdict = judgeStatus(status, start, { requiredZones, polledAtMs });
        ({ start, incompleteReason, blind } = verdict);
        polledAtMs = status.nowMs;
        remarks.push(...verdict.remarks);
        blind ??= await judgeSight(raws.length > 0, status.startedAtMs, signal);
      }
      blind ??= nameless;
      incompleteReason = blind?.message ?? incompleteReason;
      return {
        snapshot: { alarms, isComplete: incompleteReason === null, incompleteReason },
        version: status?.version ?? null,
        clockSkewMs: status === null ? null : clockSkewMs,
        remarks,
        blind,
        memory: remember({ start }),
      };
    },

    test: (signal) => testIcinga2({ api, settings, now: () => clock.now(), signal }),

    close: () => context.http.close(),
  };
}

export const icinga2Kind: ConnectorKind = {
  kind: 'icinga2',
  title: 'Icinga 2',
  description: 'Problems of hosts and services from Icinga 2.11 and later, through its API.',
  settings: Icinga2Settings,
  secrets: [
    {
      name: 'password',
      label: 'Password',
      help: 'Of the ApiUser. Kept in the keychain of this computer.',
      when: { field: 'login', equals: 'basic' },
    },
  ],
  create: createIcinga2,
};
