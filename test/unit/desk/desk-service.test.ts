import { call } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDesk, type Desk, type DeskDeps } from '../../../main/desk/desk-service.ts';
import { deskHandlers } from '../../../main/desk/desk-handlers.ts';
import type { DeskEvent, DeskState } from '../../../preload/contract/desk.ts';
import { liveHealth, openAlarmDesk } from '../../support/alarm-desk.ts';
import { complete, instant, observed, source, start } from '../../support/alarms.ts';

const hour = 3_600_000;

function openDesk() {
  const alarmDesk = openAlarmDesk();
  const { store, clock, bus, windows, healths, alarms } = alarmDesk;
  const shown: DeskState[] = [];
  const gaps: string[] = [];
  bus.on('gap.ended', ({ reason, fromMs, at }) => gaps.push(`${reason} ${at - fromMs}`));
  let wallOffset = 0;
  let slept = 0;
  let problem: ReturnType<DeskDeps['settings']['problem']> = null;
  const desk = createDesk({
    db: store.db,
    // `asleep`: the wall clock and the uptime go on, the monotonic clock stands.
    clock: { now: () => clock.now() + wallOffset + slept, monotonic: () => clock.monotonic() },
    uptime: () => clock.monotonic() + slept,
    bus,
    windows,
    powers: {
      showDeskState: async (state) => {
        shown.push(state);
      },
    },
    settings: { current: () => ({ timeZone: 'UTC' }), problem: () => problem },
    sources: { healths: () => healths as never },
    alarms,
    outbox: { counts: () => ({ open: 1, failed: 0 }) },
  });
  return {
    ...alarmDesk,
    desk,
    shown,
    gaps,
    /** Time passes while everybody is awake. */
    async pass(ms: number) {
      for (let left = ms; left > 0; left -= 1_000) {
        clock.move(1_000);
        await vi.advanceTimersByTimeAsync(1_000);
      }
    },
    async sleep(ms: number) {
      slept += ms;
      await vi.advanceTimersByTimeAsync(1_000);
    },
    async setClock(ms: number) {
      wallOffset += ms;
      await vi.advanceTimersByTimeAsync(1_000);
    },
    /** The source answers now. */
    answer(...observedNow: Parameters<typeof complete>) {
      const now = clock.now() + slept + wallOffset;
      alarms.apply(source, complete(...observedNow), now);
      healths.set(source, { ...liveHealth, lastSuccessAt: instant(now) });
    },
    setProblem(next: typeof problem) {
      problem = next;
    },
  };
}

let world: ReturnType<typeof openDesk>;
let desk: Desk;

beforeEach(() => {
  vi.useFakeTimers();
  world = openDesk();
  ({ desk } = world);
  desk.start();
});

afterEach(() => {
  desk.stop();
  world.store.close();
  vi.useRealTimers();
});

/** Reads a stream in the background. */
function listen(controller = new AbortController()) {
  const events: DeskEvent[] = [];
  const reading = (async () => {
    for await (const event of desk.watch(controller.signal)) events.push(event);
    return 'ended';
  })();
  return { events, reading, controller };
}

const alarm = (id: string) => observed({ externalId: id });

describe('the stream of a window', () => {
  it('has the state at once, on every change, and every two seconds', async () => {
    const { events, controller, reading } = listen();
    await vi.advanceTimersByTimeAsync(0);
    expect(events).toMatchObject([{ type: 'state', state: { worst: null, blind: [] } }]);
    world.answer(alarm('a'));
    await vi.advanceTimersByTimeAsync(0);
    expect(events).toContainEqual({ type: 'changed', topic: 'alarms', ids: [1] });
    expect(events.findLast(({ type }) => type === 'state')).toMatchObject({
      state: { worst: { severity: 'critical', count: 1 }, outboxCount: 1 },
    });
    const count = events.length;
    await world.pass(10_000);
    expect(events.slice(count).filter(({ type }) => type === 'state')).toHaveLength(5);
    controller.abort();
    expect(await reading).toBe('ended');
  });

  it('ends with the desk, and at once for a request that is over already', async () => {
    const { reading } = listen();
    const controller = new AbortController();
    controller.abort();
    expect(await listen(controller).reading).toBe('ended');
    desk.stop();
    expect(await reading).toBe('ended');
  });

  it('keeps little for a window that does not read', async () => {
    const stream = desk.watch(undefined);
    await stream.next();
    for (let round = 0; round < 1_000; round += 1) {
      world.windows.send({ type: 'changed', topic: 'alarms', ids: [round] });
      world.windows.send({ type: 'changed', topic: 'outbox', ids: [1] });
      world.windows.send({ type: 'sound', sound: round === 5 ? 'page' : 'notice' });
    }
    await world.pass(60_000);
    const waiting: DeskEvent[] = [];
    for (let index = 0; index < 4; index += 1)
      waiting.push((await stream.next()).value as DeskEvent);
    expect(waiting).toEqual([
      { type: 'state', state: expect.anything() },
      { type: 'changed', topic: 'alarms' },
      { type: 'changed', topic: 'outbox', ids: [1] },
      { type: 'sound', sound: 'page' },
    ]);
    await stream.return();
  });

  it('crosses the contract', async () => {
    const controller = new AbortController();
    const handlers = deskHandlers(desk);
    const stream = await call(handlers.watch, {}, { signal: controller.signal });
    expect((await stream.next()).value).toMatchObject({ type: 'state' });
    controller.abort();
    expect(await stream.next()).toMatchObject({ done: true });
    expect(await call(handlers.state, {})).toMatchObject({ enabledSources: 1 });
    await expect(call(handlers.dismissNotice, { id: 99 })).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  it('shows a clicked alarm also to a window that opens because of the click', async () => {
    desk.signal({ type: 'notification_clicked', alarmId: 7 });
    desk.signal({ type: 'notification_clicked', alarmId: -1 });
    const { events } = listen();
    await vi.advanceTimersByTimeAsync(0);
    expect(events.at(-1)).toEqual({ type: 'show', alarmId: 7 });
    const second = listen();
    await vi.advanceTimersByTimeAsync(0);
    expect(second.events.map(({ type }) => type)).toEqual(['state']);
    desk.signal({ type: 'notification_clicked', alarmId: 8 });
    await vi.advanceTimersByTimeAsync(0);
    expect(second.events.at(-1)).toEqual({ type: 'show', alarmId: 8 });
  });
});

describe('the desk', () => {
  it('is shown by the shell on every change and only then', async () => {
    await world.pass(5_000);
    expect(world.shown).toHaveLength(1);
    world.healths.set(source, { ...liveHealth, freshness: 'stale', reason: 'late' });
    await world.pass(1_000);
    expect(world.shown.at(-1)?.blind).toMatchObject([{ sourceId: source, reason: 'late' }]);
    await world.pass(5_000);
    expect(world.shown).toHaveLength(2);
  });

  it('notices the time itself when nobody says anything', async () => {
    world.healths.set(source, { ...liveHealth, freshness: 'starting' });
    await world.pass(1_000);
    expect(desk.state().blind).toMatchObject([{ freshness: 'starting' }]);
  });

  it('tells a problem of the configuration once, and takes it back when it is over', async () => {
    const problem = { title: 'Broken in line 4', message: 'm', next: 'n', since: start };
    world.setProblem({ ...problem, isBlind: true });
    await world.pass(3_000);
    expect(desk.notices()).toMatchObject([{ kind: 'problem', title: 'Broken in line 4' }]);
    expect(desk.state().blind).toMatchObject([{ name: 'Configuration file', reason: 'm' }]);
    world.setProblem(null);
    await world.pass(1_000);
    expect(desk.notices()).toEqual([]);
    expect(desk.state().blind).toEqual([]);
  });

  it('keeps a notice until it is dismissed', () => {
    desk.addNotice('hint', 'a', 'x');
    desk.addNotice('hint', 'a', 'x');
    desk.addNotice('hint', 'b', 'x');
    expect(desk.notices().map(({ title }) => title)).toEqual(['b', 'a']);
    desk.dismissNotice(desk.notices()[1]?.id ?? 0);
    desk.addNotice('hint', 'b', 'x');
    expect(desk.notices().map(({ title }) => title)).toEqual(['b']);
  });

  it('goes on when the store and the shell refuse', async () => {
    world.store.connection.pragma('query_only = ON');
    world.setProblem({ title: 't', message: 'm', next: 'n', since: start, isBlind: false });
    world.healths.set(source, { ...liveHealth, freshness: 'unreachable' });
    await world.sleep(hour);
    await world.pass(40_000);
    expect(world.shown.at(-1)?.blind).toHaveLength(1);
    world.store.connection.pragma('query_only = OFF');
  });
});

describe('after a gap', () => {
  it('says once what fired and cleared, when every source was read', async () => {
    world.answer(alarm('a'), alarm('b'), alarm('c'));
    await world.pass(2_000);
    await world.sleep(5 * hour + 32 * 60_000);
    expect(world.gaps).toHaveLength(1);
    expect(desk.notices()).toEqual([]);
    world.answer(alarm('b'), alarm('d'), alarm('e'), alarm('f'));
    await world.pass(1_000);
    // What happens from now on was seen.
    world.answer(alarm('b'), alarm('d'), alarm('e'), alarm('f'), alarm('g'));
    await world.pass(5_000);
    expect(desk.notices().map(({ title }) => title)).toEqual([
      'Asleep 04:00-09:32: 3 fired, 2 cleared, 4 still firing',
    ]);
  });

  it('does not wait for ever for a source that stays blind', async () => {
    await world.sleep(hour);
    world.healths.set(source, { ...liveHealth, freshness: 'unreachable' });
    await world.pass(35_000);
    expect(desk.notices()).toMatchObject([
      { kind: 'gap', title: expect.stringContaining('1 still blind') },
    ]);
    expect(desk.notices()[0]?.text).toContain('Alertmanager prod');
  });

  it('counts a sleep that the shell announced once', async () => {
    desk.signal({ type: 'suspended' });
    await world.sleep(hour);
    desk.signal({ type: 'resumed' });
    await world.pass(2_000);
    expect(world.gaps).toEqual([`sleep ${hour}`]);
  });

  it('asks everybody again when the network changed, and makes no words about it', async () => {
    desk.signal({ type: 'network_changed' });
    await world.pass(60_000);
    expect(world.gaps).toEqual(['network 0']);
    expect(desk.notices()).toEqual([]);
  });

  it('tells when the clock was set', async () => {
    await world.setClock(-2 * hour);
    expect(world.gaps).toEqual(['clock 0']);
    expect(desk.notices()).toMatchObject([{ title: expect.stringContaining('set back by 2 h') }]);
  });
});
