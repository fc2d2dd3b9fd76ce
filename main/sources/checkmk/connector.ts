/** Checkmk 2.0 and later, by its REST API: hosts and services in trouble, of one site or of several. */
import { z } from 'zod';
import type { TestReport } from '../../../preload/contract/sources.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import type { Connector, ConnectorContext, ConnectorKind, PollResult } from '../connector.ts';
import { createHeldItems } from '../held-items.ts';
import { createRemembered } from '../remembered.ts';
import { SourceError } from '../source-error.ts';
import { clockStep, failureSteps, readStep, step, tlsStep, versionStep } from '../test-steps.ts';
import { createActions } from './actions.ts';
import { createApi, type Query } from './api.ts';
import {
  extensionsOf,
  externalIdOf,
  hostColumns,
  serviceColumns,
  targetOf,
  WireHost,
  WireService,
} from './parse.ts';
import { createProof } from './proof.ts';
import { checkmkSecrets, CheckmkSettings } from './settings.ts';
import { hostAlarm, serviceAlarm, type MappingContext } from './to-alarm.ts';

interface SiteAnswer {
  readonly alarms: readonly ObservedAlarm[];
  readonly blind: SourceError | null;
  readonly remark: string | null;
  readonly isHeartbeatSeen: boolean;
}

/** Sites whose hosts had the service that proves life; `*` for all at once. */
const Heartbeats = z.array(z.string()).catch([]);
const all = '*';

function createCheckmk(context: ConnectorContext): Connector {
  const settings = CheckmkSettings.parse(context.settings);
  const { clock, severityMap } = context;
  const api = createApi(context.http, settings, context.secrets);
  const prove = createProof(api, settings, clock);
  const remembered = createRemembered<{ heartbeats: readonly string[] }>();
  let heartbeats: readonly string[] = Heartbeats.parse(context.memory['heartbeats'] ?? []);
  let clockSkewMs = 0;
  let ownSite: string | null = null;
  let last: readonly ObservedAlarm[] = [];

  const inTrouble: Query = {
    op: 'and',
    expr: [
      { op: '!=', left: 'state', right: '0' },
      { op: '=', left: 'has_been_checked', right: '1' },
      ...(settings.isSoftShown ? [] : [{ op: '=', left: 'state_type', right: '1' } as const]),
    ],
  };

  function createSite(site: string | null) {
    const mapping: MappingContext = {
      base: api.base,
      site,
      serviceLabels: settings.serviceLabels,
      severityMap,
    };
    const readerOf = (kind: 'service' | 'host') => ({
      identity: (extensions: unknown): string | null => {
        const target = targetOf(kind, extensions);
        return target === null ? null : externalIdOf(target);
      },
      nameOf: (extensions: unknown): string | null => {
        const target = targetOf(kind, extensions);
        if (target === null) return null;
        return target.service === null
          ? `Host ${target.host}`
          : `${target.service} on ${target.host}`;
      },
    });
    const services = createHeldItems<WireService>(
      {
        ...readerOf('service'),
        schema: WireService,
        toAlarm: (wire, externalId) => serviceAlarm(wire, externalId, mapping),
      },
      () => clock.now(),
    );
    const hosts = createHeldItems<WireHost>(
      {
        ...readerOf('host'),
        schema: WireHost,
        toAlarm: (wire, externalId) => hostAlarm(wire, externalId, mapping),
      },
      () => clock.now(),
    );

    /** As of the last answer: what is lacking now needs a proof of its own. */
    let listed: ReadonlySet<string> = new Set();

    return async (signal: AbortSignal): Promise<SiteAnswer> => {
      const ofServices = await api.rows(
        'service',
        { query: inTrouble, columns: serviceColumns, site },
        signal,
      );
      const ofHosts = await api.rows(
        'host',
        { query: inTrouble, columns: hostColumns, site },
        signal,
      );
      const taken = [
        hosts.take(ofHosts.rows.map(extensionsOf)),
        services.take(ofServices.rows.map(extensionsOf)),
      ];
      const alarms = taken.flatMap((one) => one.alarms);
      const ids = new Set(alarms.map(({ externalId }) => externalId));
      const about = {
        wasHeartbeatSeen: heartbeats.includes(site ?? all),
        hasVanished: [...listed].some((id) => !ids.has(id)),
      };
      const proof = await prove(site, about, signal);
      listed = ids;
      return {
        alarms,
        blind: taken.find(({ blind }) => blind !== null)?.blind ?? proof.blind,
        remark: proof.remark,
        isHeartbeatSeen: proof.isHeartbeatSeen,
      };
    };
  }

  const names: readonly (string | null)[] = settings.sites.length === 0 ? [null] : settings.sites;
  const sites = names.map((name) => ({ name, read: createSite(name) }));

  /** One site that fails does not hide what the others say; nothing counts as resolved then. */
  async function readSites(signal: AbortSignal) {
    const alarms: ObservedAlarm[] = [];
    const remarks: string[] = [];
    const seen: string[] = [];
    const failures: SourceError[] = [];
    let blind: SourceError | null = null;
    for (const { name, read } of sites) {
      try {
        const answer = await read(signal);
        alarms.push(...answer.alarms);
        blind ??= answer.blind;
        if (answer.remark !== null) remarks.push(answer.remark);
        if (answer.isHeartbeatSeen) seen.push(name ?? all);
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        failures.push(error);
      }
    }
    const [failure] = failures;
    if (failure !== undefined && failures.length === sites.length) throw failure;
    const isSame =
      alarms.length === last.length && alarms.every((alarm, index) => alarm === last[index]);
    if (!isSame) last = alarms;
    if (seen.some((name) => !heartbeats.includes(name))) {
      heartbeats = [...new Set([...heartbeats, ...seen])];
    }
    return { alarms: last, blind: failure ?? blind, remarks };
  }

  return {
    actions: createActions({
      clock,
      api,
      site: async (signal) => (ownSite ??= (await api.version(signal)).site),
      clockSkewMs: () => clockSkewMs,
    }),

    async poll(signal): Promise<PollResult> {
      // First: a page of a login in front answers this one in words that tell.
      const { site, version, clockSkewMs: skew } = await api.version(signal);
      ownSite = site;
      clockSkewMs = skew ?? clockSkewMs;
      const { alarms, blind, remarks } = await readSites(signal);
      return {
        snapshot: { alarms, isComplete: blind === null, incompleteReason: blind?.message ?? null },
        version,
        clockSkewMs: skew,
        remarks,
        blind,
        memory: remembered({ heartbeats }),
      };
    },

    async test(signal): Promise<TestReport> {
      let version: Awaited<ReturnType<typeof api.version>>;
      try {
        version = await api.version(signal);
      } catch (error) {
        return { isUsable: false, steps: failureSteps(error, api.host) };
      }
      const steps = [
        step('reach', 'ok', `${api.host} answers: site ${version.site}.`),
        tlsStep(api.base, true),
        step('login', 'ok', `Logged in as ${settings.user}.`),
      ];
      let isUsable = false;
      try {
        const { alarms, blind, remarks } = await readSites(signal);
        isUsable = blind === null;
        steps.push(
          blind === null
            ? readStep(alarms.length)
            : step('read', 'failed', blind.message, blind.next),
          ...remarks.map((text) =>
            step('heartbeat', 'warning', text, 'Name a service that every host has.'),
          ),
          step('write', 'skipped', 'Whether it may acknowledge shows with the first time.'),
        );
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        steps.push(step('read', 'failed', error.message, error.next));
      }
      steps.push(clockStep(version.clockSkewMs), versionStep('Checkmk', version.version));
      return { isUsable, steps };
    },

    close: () => context.http.close(),
  };
}

export const checkmkKind: ConnectorKind = {
  kind: 'checkmk',
  title: 'Checkmk',
  description:
    'Checkmk 2.0 and later: hosts and services, acknowledgements, downtimes and comments.',
  settings: CheckmkSettings,
  secrets: checkmkSecrets,
  create: createCheckmk,
};
