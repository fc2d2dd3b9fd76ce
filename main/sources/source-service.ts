/** Sources: what a person may know of them and do with them. The runner beneath keeps them polled. */
import type { Severity, SourceId } from '../../preload/contract/common.ts';
import type {
  Source,
  SourceDraft,
  SourceKind,
  TestReport,
} from '../../preload/contract/sources.ts';
import type { SourceHealth } from '../alarms/alarm-rows.ts';
import type { AlarmService } from '../alarms/alarm-service.ts';
import type { Bus } from '../bus.ts';
import type { Clock } from '../clock.ts';
import type { Windows } from '../desk/windows.ts';
import { AppError, notFound } from '../errors.ts';
import { createLogger } from '../logging.ts';
import type { Powers } from '../shells/powers.ts';
import type { WritableDb } from '../store/database.ts';
import type { ConfiguredSource } from './configured-source.ts';
import { connect, missingSecrets } from './connect.ts';
import type { Connector, ConnectorKind } from './connector.ts';
import {
  completeSettings,
  formOf,
  invalidInput,
  knownSettings,
  neededSecrets,
  secretsOf,
  settingsProblem,
} from './form.ts';
import type { HttpLimits } from './http-client.ts';
import { connectorKinds } from './kinds.ts';
import { reachOf, strayedSecrets, type Strayed } from './moved-address.ts';
import { standingConfiguration, type SourceConfiguration } from './source-configuration.ts';
import { newSourceId } from './source-id.ts';
import type { Known } from './setup/proposal.ts';
import { createSourceRunner } from './source-runner.ts';
import { anotherAddress } from './source-problem.ts';
import { createSourceSecrets, type FoundSecrets } from './source-secrets.ts';
import { healthOf, leftoverHealth, leftoverSource, sourceOf } from './source-state.ts';
import { createSourceStore, type StoredSource } from './source-store.ts';

const log = createLogger('sources');

export interface SourceDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly windows: Windows;
  readonly settings: SourceConfiguration;
  readonly secrets: Powers['secrets'];
  readonly alarms: Pick<AlarmService, 'apply' | 'applyPassed' | 'forgetSource'>;
  /** A drill's: then nothing else is polled, and none can be added or removed. */
  readonly fixedSources?: readonly ConfiguredSource[] | undefined;
  readonly kinds?: readonly ConnectorKind[];
  readonly httpLimits?: Partial<HttpLimits>;
  /** How the system would route an address; see `Powers`. */
  readonly findProxy?: (url: string) => Promise<string | null>;
  readonly pollDeadlineMs?: number;
  readonly random?: () => number;
}

export interface SourceService {
  health(id: SourceId): SourceHealth | undefined;
  healths(): Iterable<readonly [SourceId, SourceHealth]>;
  /** Null while there is none: unknown, paused, not valid, or not connected yet. */
  connector(id: SourceId): Connector | null;
  /** Those that answer queries over time, live ones first. */
  metricStores(): (Required<Pick<Connector, 'range'>> & { id: SourceId; name: string })[];
  /** Of all connected sources: texts that must not be shown when something prints them. */
  secretsInUse(): string[];
  mapSeverity(id: SourceId, text: string, severity: Severity): Promise<void>;
  kinds(): SourceKind[];
  /** What there is to compare a found setup with. */
  known(): Known;
  list(): Promise<Source[]>;
  test(draft: SourceDraft): Promise<TestReport>;
  save(draft: SourceDraft): Promise<Source>;
  remove(id: SourceId): Promise<void>;
  setEnabled(id: SourceId, isEnabled: boolean): Promise<Source>;
  /** A person asks: at once, and a stopped source goes on. Without an id: all. */
  poll(id?: SourceId): void;
  /** The program asks, e.g. to see what an action did: at once, unless the source was stopped. */
  refresh(id: SourceId): void;
  start(): void;
  stop(): Promise<void>;
}

const testMs = 60_000;

export function createSourceService(deps: SourceDeps): SourceService {
  const { db, clock, bus, windows } = deps;
  const kinds = deps.kinds ?? connectorKinds;
  const configuration =
    deps.fixedSources === undefined ? deps.settings : standingConfiguration(deps.fixedSources);
  const store = createSourceStore(db);
  const secrets = createSourceSecrets(deps.secrets);
  const runner = createSourceRunner({
    db,
    store,
    clock,
    bus,
    windows,
    secrets,
    kinds,
    alarms: deps.alarms,
    httpLimits: deps.httpLimits ?? {},
    findProxy: deps.findProxy,
    ...(deps.pollDeadlineMs === undefined ? {} : { pollDeadlineMs: deps.pollDeadlineMs }),
    ...(deps.random === undefined ? {} : { random: deps.random }),
  });
  const { states } = runner;
  /** Rows with alarms of sources that the configuration no longer has. */
  let leftovers: ReadonlyMap<SourceId, StoredSource> = new Map();
  const untell: (() => void)[] = [];

  /** What a person did not remove by hand is kept: a file may come back as it was. */
  function sweep(): void {
    const left = new Map<SourceId, StoredSource>();
    for (const row of store.all()) {
      if (states.has(row.id)) continue;
      if (store.hasAlarms(row.id)) left.set(row.id, row);
      else store.remove(row.id);
    }
    const news = [...left.values()].filter(({ id }) => !leftovers.has(id));
    leftovers = left;
    for (const row of news) {
      const { name: sourceName, freshness, reason } = leftoverHealth(row);
      const about = { sourceId: row.id, sourceName, before: freshness, after: freshness, reason };
      bus.emit('source.changed', { ...about, at: clock.now() });
    }
  }

  function reconfigure(): void {
    runner.configure(configuration.sources());
    try {
      sweep();
    } catch (error) {
      log.warn('rows of removed sources could not be swept', { error });
    }
  }

  const kindNamed = (name: string): ConnectorKind => {
    const kind = kinds.find((other) => other.kind === name);
    if (kind === undefined) throw invalidInput(`There is no kind of source named "${name}".`);
    return kind;
  };

  const configuredAs = (id: SourceId): ConfiguredSource => {
    const config = configuration.sources().find((other) => other.id === id);
    if (config === undefined) throw notFound('This source');
    return config;
  };

  /** For the screen only: a keychain that does not answer must not hide the list. */
  async function secretsFor(id: SourceId, kind: ConnectorKind | null): Promise<FoundSecrets> {
    if (kind === null) return new Map();
    try {
      return await secrets.find(
        id,
        secretsOf(kind).map(({ name }) => name),
      );
    } catch (error) {
      log.warn('keychain did not answer', { source: id, error });
      return new Map();
    }
  }

  async function list(): Promise<Source[]> {
    const shown = [...states.values()];
    const found = await Promise.all(shown.map(({ config, kind }) => secretsFor(config.id, kind)));
    const counts = store.activeCounts();
    const now = runner.moment();
    const titleOf = (name: string): string =>
      kinds.find((other) => other.kind === name)?.title ?? name;
    return [
      ...shown.map((state, index) =>
        sourceOf(state, {
          now,
          kindTitle: titleOf(state.config.kind),
          secrets: found[index] ?? new Map(),
          alarmCount: counts.get(state.config.id) ?? 0,
          nextAttemptAt: runner.nextAttemptAt(state.config.id),
        }),
      ),
      ...[...leftovers.values()].map((row) =>
        leftoverSource(row, titleOf(row.kind), counts.get(row.id) ?? 0),
      ),
    ];
  }

  async function shown(id: SourceId): Promise<Source> {
    const source = (await list()).find((other) => other.id === id);
    if (source === undefined) throw notFound('This source');
    return source;
  }

  /** The kind, and the settings it knows of those given. @throws when they are not valid */
  function checked(draft: SourceDraft): { kind: ConnectorKind; settings: SourceDraft['settings'] } {
    const kind = kindNamed(draft.kind);
    const settings = knownSettings(kind, draft.settings);
    const what = settingsProblem(kind, settings);
    if (what !== null) throw invalidInput(what);
    const unknown = Object.keys(draft.secrets).find(
      (name) => !secretsOf(kind).some((secret) => secret.name === name),
    );
    if (unknown !== undefined) throw invalidInput(`This kind has no secret named "${unknown}".`);
    return { kind, settings };
  }

  /** What is stored for a draft, and those of it that must be entered again. @throws when the keychain is locked */
  async function storedFor(
    kind: ConnectorKind,
    draft: SourceDraft,
    settings: SourceDraft['settings'],
  ): Promise<{ stored: FoundSecrets; strayed: readonly Strayed[] }> {
    if (draft.id === undefined) return { stored: new Map(), strayed: [] };
    // What is entered anew need not be read, also where it is damaged.
    const names = neededSecrets(kind, settings).map(({ name }) => name);
    const wanted = names.filter((name) => !Object.hasOwn(draft.secrets, name));
    const stored = await secrets.find(draft.id, wanted);
    const config = configuration.sources().find(({ id }) => id === draft.id);
    const kindBefore = kinds.find((other) => other.kind === config?.kind);
    const before =
      config === undefined || kindBefore === undefined ? [] : reachOf(kindBefore, config.settings);
    return {
      stored,
      strayed: strayedSecrets(kind, settings, stored, { before, entered: draft.secrets }),
    };
  }

  return {
    health(id) {
      const state = states.get(id);
      if (state !== undefined) return healthOf(state, runner.moment());
      const row = leftovers.get(id);
      return row === undefined ? undefined : leftoverHealth(row);
    },

    *healths() {
      const now = runner.moment();
      for (const [id, state] of states) yield [id, healthOf(state, now)] as const;
      for (const [id, row] of leftovers) yield [id, leftoverHealth(row)] as const;
    },

    connector: (id) => states.get(id)?.connection?.connector ?? null,

    metricStores() {
      const moment = runner.moment();
      const isLive = (id: SourceId): boolean => {
        const state = states.get(id);
        return state !== undefined && healthOf(state, moment).freshness === 'live';
      };
      return [...states]
        .flatMap(([id, { config, connection }]) => {
          const connector = connection?.connector;
          const range = connector?.range?.bind(connector);
          return range === undefined ? [] : [{ id, name: config.name, range }];
        })
        .toSorted((a, b) => Number(isLive(b.id)) - Number(isLive(a.id)));
    },

    secretsInUse: () => [...states.values()].flatMap(({ connection }) => connection?.secrets ?? []),

    async mapSeverity(id, text, severity) {
      const config = configuredAs(id);
      const severityMap = { ...config.severityMap, [text]: severity };
      await configuration.saveSource({ ...config, severityMap });
      reconfigure();
    },

    kinds: () => kinds.map(formOf),
    known: () => ({ kinds, sources: configuration.sources() }),
    list,

    async test(draft) {
      const { kind, settings } = checked(draft);
      const values = new Map<string, string>();
      const { stored, strayed } = await storedFor(kind, draft, settings);
      const [moved] = strayed;
      if (moved !== undefined) {
        const { message, next } = anotherAddress(moved);
        return {
          isUsable: false,
          steps: [{ name: 'login', outcome: 'failed', text: message, next }],
        };
      }
      for (const [name, { value }] of stored) values.set(name, value);
      for (const [name, value] of Object.entries(draft.secrets)) {
        if (value === '') values.delete(name);
        else values.set(name, value);
      }
      const [missing] = missingSecrets(kind, settings, values);
      if (missing !== undefined) {
        const text = `The ${missing.label.toLowerCase()} is missing.`;
        return {
          isUsable: false,
          steps: [{ name: 'login', outcome: 'failed', text, next: 'Enter it.' }],
        };
      }
      const { connector } = connect({
        kind,
        sourceId: draft.id ?? ('draft' as SourceId),
        name: draft.name,
        settings: completeSettings(kind, settings) ?? settings,
        severityMap: {},
        secrets: values,
        memory: {},
        clock,
        httpLimits: deps.httpLimits ?? {},
        ...(deps.findProxy === undefined ? {} : { findProxy: deps.findProxy }),
      });
      try {
        return await connector.test(AbortSignal.timeout(testMs));
      } finally {
        await connector.close();
      }
    },

    async save(draft) {
      const { kind, settings } = checked(draft);
      const [moved] = (await storedFor(kind, draft, settings)).strayed;
      if (moved !== undefined) throw anotherAddress(moved);
      const before = draft.id === undefined ? undefined : configuredAs(draft.id);
      const taken = new Set<string>([...states.keys(), ...leftovers.keys()]);
      const id = before?.id ?? newSourceId(draft.name, taken);
      if (deps.fixedSources !== undefined) configuredAs(id);
      const reach = reachOf(kind, settings);
      for (const [name, value] of Object.entries(draft.secrets)) {
        if (value === '') await secrets.remove(id, name);
        else await secrets.set(id, name, value, reach);
      }
      await configuration.saveSource({
        id,
        kind: draft.kind,
        name: draft.name,
        isEnabled: before?.isEnabled ?? true,
        intervalMs: draft.intervalMs,
        settings,
        severityMap: before?.severityMap ?? {},
      });
      reconfigure();
      // Also when nothing else changed: there may be a new password, and a heartbeat to forget.
      if (before !== undefined) runner.renew(id);
      return shown(id);
    },

    async remove(id) {
      const state = states.get(id);
      if (state === undefined && !leftovers.has(id)) throw notFound('This source');
      if (state !== undefined) await configuration.removeSource(id);
      reconfigure();
      db.transaction(() => {
        store.remove(id);
        deps.alarms.forgetSource(id);
        db.afterCommit(() => windows.changed('sources'));
      });
      sweep();
      for (const { name } of state?.kind ? secretsOf(state.kind) : []) {
        try {
          await secrets.remove(id, name);
        } catch (error) {
          log.warn('secret of a removed source stayed in the keychain', { source: id, error });
        }
      }
    },

    async setEnabled(id, isEnabled) {
      await configuration.saveSource({ ...configuredAs(id), isEnabled });
      reconfigure();
      return shown(id);
    },

    poll(id) {
      if (id === undefined) {
        for (const each of states.keys()) runner.pollNow(each, true);
        return;
      }
      const { isEnabled, name } = configuredAs(id);
      if (!isEnabled) {
        throw new AppError('conflict', `${name} is paused.`, { next: 'Switch it on first.' });
      }
      runner.pollNow(id, true);
    },

    refresh: (id) => runner.pollNow(id, false),

    start() {
      untell.push(bus.on('sources.configured', () => db.afterCommit(reconfigure)));
      runner.start();
      reconfigure();
    },

    async stop() {
      for (const end of untell.splice(0)) end();
      await runner.stop();
    },
  };
}
