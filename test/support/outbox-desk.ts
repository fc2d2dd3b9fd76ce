/** The outbox and the alarms on one real store, in front of a fake upstream. A run can be killed and followed by another. */
import type { ObservedAlarm } from '../../main/alarms/alarm.ts';
import type { SourceHealth } from '../../main/alarms/alarm-rows.ts';
import type { ChangedIntent } from '../../main/bus.ts';
import { toInstant } from '../../main/clock.ts';
import { createOutbox } from '../../main/outbox/outbox.ts';
import type { WritableDb } from '../../main/store/database.ts';
import type { AlarmId } from '../../preload/contract/common.ts';
import { complete, observed, source, start } from './alarms.ts';
import { liveHealth, openAlarmDesk } from './alarm-desk.ts';
import { createFakeUpstream, immortal, type FakeUpstream, type Run } from './fake-upstream.ts';
import { openTestStore, type TestStore } from './store.ts';

export const acknowledgeForMs = 900_000;

/** Dies when its fuse has burnt: at the n-th time that something begins, ends, or leaves the program. */
export class Mortal implements Run {
  #left: number;
  #isDead = false;
  readonly points: string[] = [];

  constructor(fuse: number) {
    this.#left = fuse;
  }

  isDead = (): boolean => this.#isDead;

  kill(): void {
    this.#isDead = true;
  }

  reach(point: string): void {
    if (this.#isDead) return;
    this.points.push(point);
    this.#left -= 1;
    if (this.#left <= 0) this.#isDead = true;
  }
}

export class Killed extends Error {}

/** Nothing of a dead run reaches the disk. */
function mortalDb(db: WritableDb, run: Run): WritableDb {
  const check = (point: string): void => {
    run.reach(point);
    if (run.isDead()) throw new Killed(point);
  };
  let depth = 0;
  return {
    read: (sql) => db.read(sql),
    write(sql) {
      const statement = db.write(sql);
      return {
        run(params) {
          if (run.isDead()) throw new Killed('write');
          return statement.run(params);
        },
      };
    },
    writeMany(name) {
      const statement = db.writeMany(name);
      return {
        run(...args) {
          if (run.isDead()) throw new Killed('write');
          statement.run(...args);
        },
      };
    },
    transaction(work) {
      if (depth > 0) return db.transaction(work);
      check('before commit');
      depth += 1;
      try {
        return db.transaction(work);
      } finally {
        depth -= 1;
        check('after commit');
      }
    },
    afterCommit: (effect) =>
      db.afterCommit(() => {
        if (!run.isDead()) effect();
      }),
  };
}

export function openOutboxDesk(
  options: {
    store?: TestStore;
    upstream?: FakeUpstream;
    run?: Run;
    isShared?: boolean;
    at?: number;
    isStarted?: boolean;
  } = {},
) {
  const store = options.store ?? openTestStore();
  const run = options.run ?? immortal;
  const desk = openAlarmDesk({ ...store, db: mortalDb(store.db, run) });
  const { clock, bus, windows, alarms, healths } = desk;
  clock.move((options.at ?? start) - start);
  const upstream = options.upstream ?? createFakeUpstream({ isShared: options.isShared ?? true });
  upstream.useClock(clock);
  const actions = upstream.actionsFor(run);
  const settings = {
    person: 'Alex',
    acknowledgeForMs,
    sleepHours: { from: '22:00', to: '08:00' },
    timeZone: 'UTC',
  };
  const refreshed: string[] = [];
  const connection = { actions: actions as typeof actions | null };
  const outbox = createOutbox({
    db: desk.deps.db,
    clock,
    bus,
    windows,
    settings: { current: () => settings },
    alarms,
    sources: {
      // A live source is read all the time.
      health(id) {
        const health = healths.get(id);
        return health?.freshness === 'live'
          ? { ...health, lastSuccessAt: toInstant(clock.now()) }
          : health;
      },
      connector: (id) => (healths.has(id) ? connection : null),
      refresh: (id) => refreshed.push(id),
    },
  });
  Object.assign(desk.deps.outbox, { pendingFor: outbox.pendingFor });
  const told: ChangedIntent[] = [];
  bus.on('intents.changed', ({ intents }) => told.push(...intents));
  if (options.isStarted ?? true) outbox.start();

  const setHealth = (change: Partial<SourceHealth>): void => {
    const before = healths.get(source)?.freshness ?? 'starting';
    const after = { ...(healths.get(source) ?? liveHealth), ...change };
    healths.set(source, after);
    const about = { sourceId: source, sourceName: after.name, reason: null, at: clock.now() };
    bus.emit('source.changed', { ...about, before, after: after.freshness });
  };

  return {
    ...desk,
    store,
    upstream,
    outbox,
    settings,
    refreshed,
    told,
    connection,
    setHealth,
    /** As the source shows it: acknowledged where the upstream holds one. */
    poll: (...firing: ObservedAlarm[]) =>
      alarms.apply(source, complete(...upstream.show(firing)), clock.now()),
    id: (externalId: string): AlarmId => {
      for (const alarm of alarms.active()) if (alarm.externalId === externalId) return alarm.id;
      return store.connection
        .prepare<[string], number>('SELECT id FROM alarm WHERE external_id = ?')
        .pluck()
        .get(externalId)! as AlarmId;
    },
    states: () => outbox.list(500).map(({ kind, state }) => `${kind} ${state}`),
    events: (id: AlarmId) => alarms.detail(id).events.map(({ kind, text }) => `${kind}: ${text}`),
    /** The same world after the program was killed: nothing of this run goes on. */
    restart(next: { run?: Run; isStarted?: boolean } = {}) {
      return openOutboxDesk({ store: store.again(), upstream, at: clock.now(), ...next });
    },
  };
}

export const firing = (name: string, labels: Record<string, string> = {}): ObservedAlarm =>
  observed({
    externalId: `am:1:${name}`,
    title: name,
    labels: { alertname: name, service: 'checkout', ...labels },
  });
