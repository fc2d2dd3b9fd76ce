/**
 * A laptop's week in fast-forward: sleep, VPN drops, clocks that jump, expired passwords, sources that hang, restart or
 * answer without proof, and a program that is started again, on the real services and a real store. At every minute the
 * desk state is compared with an oracle that knows the truth.
 */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createDesk, type Desk } from '../../main/desk/desk-service.ts';
import type { SourceId } from '../../preload/contract/common.ts';
import { configured, openSourceDesk, sourceId, type SourceDesk } from '../support/source-desk.ts';
import { openTestStore, type TestStore } from '../support/store.ts';
import { createLife, type Act } from '../support/week/life.ts';
import { openLaptop } from '../support/week/laptop.ts';
import { judge, wakeMs, type Laid } from '../support/week/oracle.ts';
import { seeded } from '../support/week/random.ts';
import { openUpstream, type Upstream } from '../support/week/upstream.ts';

const minute = 60_000;
const start = Date.parse('2026-11-23T08:00:00.000Z');

afterEach(() => vi.useRealTimers());

interface Lived {
  readonly minutes: number;
  readonly blind: number;
  readonly quiet: number;
  readonly asleep: number;
  readonly polls: number;
  readonly episodes: number;
  /** At most a few: the first says most. */
  readonly lies: readonly string[];
  readonly lost: readonly string[];
}

async function live(seed: number, minutes: number, hasClockJumps: boolean): Promise<Lived> {
  const random = seeded(seed);
  const laptop = openLaptop(start);
  const store: TestStore = openTestStore();
  const make = (name: string, kind: string, intervalMs: number, isInside: boolean): Upstream =>
    openUpstream({
      name,
      kind,
      intervalMs,
      isInside,
      hasHistory: kind === 'icinga2',
      trueNow: () => laptop.trueNow(),
      laptopNow: () => laptop.clock.now(),
    });
  const sources = [
    make('prod', 'alertmanager', 15_000, true),
    make('web', 'grafana', 30_000, false),
    make('hosts', 'icinga2', 60_000, true),
  ];
  const mirror = make('pager', 'pagerduty', 60_000, false);
  const upstreams = [...sources, mirror];
  const life = createLife(random, sources, mirror, hasClockJumps);

  let desk: Desk;
  let services: SourceDesk;
  const open = (): void => {
    services = openSourceDesk({
      store,
      clock: laptop.clock,
      kinds: upstreams.map(({ kind }) => kind),
      sources: upstreams.map(({ name, kind, intervalMs }) =>
        configured({
          id: sourceId(name),
          kind: kind.kind,
          name,
          intervalMs,
          settings: { url: 'x' },
        }),
      ),
    });
    desk = createDesk({
      db: store.db,
      clock: laptop.clock,
      uptime: () => laptop.uptime(),
      bus: services.bus,
      windows: services.windows,
      powers: { showDeskState: async () => {} },
      settings: { current: () => ({ timeZone: 'UTC' }), problem: () => null },
      sources: services.sources,
      alarms: services.alarms,
      outbox: { counts: () => ({ open: 0, failed: 0 }) },
      tickMs: 2_000,
    });
    desk.start();
  };
  const close = async (): Promise<void> => {
    desk.stop();
    await services.close();
  };
  open();

  const lies: string[] = [];
  const totals = { minutes: 0, blind: 0, quiet: 0, asleep: 0 };
  let laid: Laid = { at: laptop.trueNow(), isGap: false };
  const look = (): void => {
    const now = laptop.trueNow();
    const verdict = judge(desk.state(), upstreams, now, laid);
    for (const lie of verdict.lies) {
      if (lies.length < 5) lies.push(`${new Date(now).toISOString()}: ${lie}`);
    }
    totals.minutes += 1;
    totals.blind += Number(verdict.isBlind);
    totals.quiet += Number(verdict.isQuiet);
  };

  async function happen(act: Act): Promise<void> {
    laid = { at: laptop.trueNow(), isGap: act.kind === 'sleep' || act.kind === 'network' };
    switch (act.kind) {
      case 'sleep':
        if (act.signal === 'both') desk.signal({ type: 'suspended' });
        laptop.sleep(act.ms, random.chance(0.5));
        life.goOn(laptop.trueNow()).forEach(renew);
        totals.asleep += act.ms / minute;
        laid = { at: laptop.trueNow(), isGap: true };
        life.wake(laid.at);
        if (act.signal !== 'none') desk.signal({ type: 'resumed' });
        await laptop.pass(wakeMs + 1_000);
        look();
        break;
      case 'clock':
        laptop.setClock(act.byMs);
        break;
      case 'network':
        desk.signal({ type: 'network_changed' });
        break;
      case 'restart':
        await close();
        open();
        break;
    }
  }

  /** The person reads "stopped", enters the new password, and polls. */
  const renewals = new Set<SourceId>();
  function renew({ name }: Upstream): void {
    renewals.add(sourceId(name));
  }

  const endsAt = laptop.trueNow() + minutes * minute;
  while (laptop.trueNow() < endsAt) {
    await laptop.pass(minute);
    life.goOn(laptop.trueNow()).forEach(renew);
    look();
    for (const id of renewals) services!.sources.poll(id);
    renewals.clear();
    const act = life.act(laptop.trueNow());
    if (act !== null) await happen(act);
  }

  // By number: a start is written by our clock where that one is behind.
  const kept = new Map(
    store.connection
      .prepare<[], { external_id: string; episodes: number }>(
        `SELECT a.external_id, count(*) AS episodes
           FROM episode e JOIN alarm a ON a.id = e.alarm_id GROUP BY a.external_id`,
      )
      .all()
      .map((row) => [row.external_id, row.episodes]),
  );
  const told = upstreams.flatMap((upstream) => [...upstream.told]);
  // Of two times by clocks that disagree nobody can say whether they are the same.
  const isExact = (id: string): boolean => !hasClockJumps || !id.startsWith('icinga2');
  const lost = told
    .filter(([id, starts]) => (isExact(id) ? kept.get(id) !== starts.size : !kept.has(id)))
    .map(([id, starts]) => `${id}: ${starts.size} were told, ${kept.get(id) ?? 0} are kept`);
  // Where there is a history, nothing that lasted a few minutes is missing, seen or not.
  for (const { history, said, told: starts } of upstreams.filter(({ name }) => name === 'hosts')) {
    for (const { alarm, endedAt } of history) {
      if (endedAt - alarm.startedAt < 5 * minute || endedAt > (said.provenAt ?? 0)) continue;
      if (starts.get(alarm.externalId)?.has(alarm.startedAt) === true) continue;
      lost.push(
        `${alarm.externalId} of ${new Date(alarm.startedAt).toISOString()}: never heard of`,
      );
    }
  }
  const episodes = [...kept.values()].reduce((sum, count) => sum + count, 0);
  const polls = upstreams.reduce((sum, upstream) => sum + upstream.polls, 0);
  await close();
  store.close();
  return { ...totals, polls, episodes, lies, lost };
}

/** More by `WEEK_SEEDS=1,2,3`; one that lied once stays here. */
const seeds = process.env['WEEK_SEEDS']?.split(',').map(Number);
const weeks = (seeds?.flatMap((seed) => [
  [seed, 7, true],
  [seed, 7, false],
]) ?? [
  [20_261_123, 7, true],
  [7, 3, false],
]) as [seed: number, days: number, hasClockJumps: boolean][];

describe("a laptop's week", () => {
  test.each(weeks)(
    'no. %i, %i days: no minute of false quiet, none needlessly blind, no alarm lost (clock is set: %s)',
    async (seed, days, hasClockJumps) => {
      const began = performance.now();
      const lived = await live(seed, days * 24 * 60, hasClockJumps);
      const { minutes, blind, quiet, asleep, polls, episodes, lies, lost } = lived;
      console.info(
        `week ${seed}: ${minutes} minutes compared (${Math.round(asleep)} asleep), ${blind} blind, ${quiet} quiet, ` +
          `${polls} polls, ${episodes} episodes; ${lies.length} lies, ${lost.length} alarms lost ` +
          `(${Math.round((performance.now() - began) / 1_000)} s)`,
      );
      expect(lies).toEqual([]);
      expect(lost).toEqual([]);
      // Days in which nothing happens prove nothing.
      expect(Math.min(blind, quiet, asleep)).toBeGreaterThan(80 * days);
      expect(episodes).toBeGreaterThan(20 * days);
    },
  );
});
