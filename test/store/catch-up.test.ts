/** The source service after a time in which a source was not looked at, up to the notice that says so. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { createDesk } from '../../main/desk/desk-service.ts';
import type { Connector, ConnectorKind, PassedEpisode } from '../../main/sources/connector.ts';
import { SourceError } from '../../main/sources/source-error.ts';
import { instant, minute, observed } from '../support/alarms.ts';
import { configured, openSourceDesk, sourceId } from '../support/source-desk.ts';
import { openTestStore } from '../support/store.ts';
import { openLaptop } from '../support/week/laptop.ts';

const start = Date.parse('2026-11-24T01:00:00.000Z');
const prod = sourceId('prod');
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  vi.useRealTimers();
});

function open(options: { passed?: Connector['passed']; skewMs?: number } = {}) {
  const laptop = openLaptop(start);
  const world = { isDown: false, firing: 0 };
  const asked: [string, string][] = [];
  const { passed } = options;
  const kind: ConnectorKind = {
    kind: 'scripted',
    title: 'Scripted',
    description: '',
    settings: z.object({ url: z.string() }),
    secrets: [],
    create: () => ({
      actions: null,
      async poll() {
        if (world.isDown) {
          throw new SourceError('source.unreachable', 'It is down.', { next: 'Wait.' });
        }
        return {
          snapshot: {
            alarms: Array.from({ length: world.firing }, (_, index) =>
              observed({ externalId: `scripted:1:${index}`, startsAt: instant(start) }),
            ),
            isComplete: true,
            incompleteReason: null,
          },
          version: '1',
          clockSkewMs: options.skewMs ?? 0,
          remarks: [],
        };
      },
      ...(passed === undefined
        ? {}
        : {
            passed(from, until, signal) {
              asked.push([from, until]);
              return passed(from, until, signal);
            },
          }),
      test: async () => ({ isUsable: true, steps: [] }),
      close: async () => {},
    }),
  };
  const store = openTestStore();
  const services = openSourceDesk({
    store,
    clock: laptop.clock,
    kinds: [kind],
    sources: [configured({ kind: 'scripted', intervalMs: 15_000, settings: { url: 'x' } })],
  });
  const desk = createDesk({
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
  });
  desk.start();
  closers.push(async () => {
    desk.stop();
    await services.close();
    store.close();
  });
  return {
    laptop,
    world,
    asked,
    services,
    notices: () => desk.notices().map(({ title, text }) => `${title} | ${text}`),
    async outage(ms: number) {
      world.isDown = true;
      await laptop.pass(ms);
      world.isDown = false;
      await laptop.pass(90_000);
    },
  };
}

const episode: PassedEpisode = {
  alarm: observed({ externalId: 'scripted:1:gone', startsAt: instant(start + 3 * minute) }),
  endedAt: instant(start + 5 * minute),
};

describe('after an outage', () => {
  test('a source with a history fills the gap, and the notice says all of it', async () => {
    const desk = open({ passed: async () => ({ episodes: [episode], incompleteReason: null }) });
    await desk.laptop.pass(60_000);
    desk.world.firing = 2;
    await desk.outage(20 * minute);
    expect(desk.asked).toHaveLength(1);
    // From a little before the last answer until the first one after.
    expect(Date.parse(desk.asked[0]?.[0] ?? '')).toBeLessThanOrEqual(start);
    expect(desk.services.alarms.unseenCount()).toBe(3);
    expect(desk.notices()).toEqual([
      expect.stringMatching(
        /^Alertmanager prod was not looked at 01:01-01:2\d: 3 fired, 1 cleared, 2 firing now \| Read again: Alertmanager prod 01:2\d:\d\d\. Fired and cleared in between, and kept as unseen: 1 at Alertmanager prod\.$/,
      ),
    ]);
  });

  test('a source without one is said not to be able to tell', async () => {
    const desk = open();
    await desk.laptop.pass(60_000);
    await desk.outage(20 * minute);
    expect(desk.notices()[0]).toContain(
      'Nobody can tell what fired and cleared again in between where Alertmanager prod keeps no history to ask for.',
    );
  });

  test.each([
    [
      'fails',
      async () => {
        throw new SourceError('source.rejected', 'No history for you.', { next: 'x' });
      },
      'where No history for you.',
    ],
    [
      'is a part only',
      async () => ({ episodes: [], incompleteReason: 'its log was rotated' }),
      'Alertmanager prod told a part: its log was rotated.',
    ],
  ])('a history that %s is said to', async (_name, passed, words) => {
    const desk = open({ passed });
    await desk.laptop.pass(60_000);
    await desk.outage(20 * minute);
    expect(desk.notices()[0]).toContain(words);
  });

  test('one that was short asks all the same, and makes no words about it', async () => {
    const desk = open({ passed: async () => ({ episodes: [episode], incompleteReason: null }) });
    await desk.laptop.pass(60_000);
    await desk.outage(2 * minute);
    expect(desk.asked).toHaveLength(1);
    expect(desk.notices()).toEqual([]);
  });

  test('a history that does not answer holds up neither sight nor the next poll', async () => {
    const desk = open({ passed: () => new Promise(() => {}) });
    await desk.laptop.pass(60_000);
    await desk.outage(20 * minute);
    expect(desk.services.sources.health(prod)?.freshness).toBe('live');
    await desk.laptop.pass(60_000);
    expect(desk.asked).toHaveLength(1);
    expect(desk.services.sources.health(prod)?.isCatchingUp).toBe(false);
    expect(desk.notices()[0]).toContain('It did not say in time what happened meanwhile');
  });

  test('ordinary polls ask for no history', async () => {
    const desk = open({ passed: async () => ({ episodes: [], incompleteReason: null }) });
    await desk.laptop.pass(30 * minute);
    expect(desk.asked).toEqual([]);
  });
});

describe('after a sleep', () => {
  test('one report says what passed, and no outage beside it', async () => {
    const desk = open({ passed: async () => ({ episodes: [episode], incompleteReason: null }) });
    await desk.laptop.pass(60_000);
    desk.laptop.sleep(5 * 60 * minute, false);
    await desk.laptop.pass(40_000);
    expect(desk.notices()).toEqual([
      expect.stringMatching(
        /^Asleep 01:01-06:01: 1 fired, 1 cleared, 0 still firing \| Every source was read again\. Read again: Alertmanager prod 06:01:\d\d\. Fired and cleared in between/,
      ),
    ]);
  });

  test('asks in the time of the upstream, and a clock that was set hides nothing', async () => {
    const skewMs = 90 * minute;
    const desk = open({ passed: async () => ({ episodes: [], incompleteReason: null }), skewMs });
    await desk.laptop.pass(60_000);
    desk.laptop.setClock(3 * 60 * minute);
    await desk.laptop.pass(20_000);
    expect(desk.asked).toEqual([]);
    desk.laptop.sleep(60 * minute, true);
    await desk.laptop.pass(20_000);
    const [span] = desk.asked;
    const [from, until] = (span ?? []).map((at) => Date.parse(at));
    expect(until).toBeGreaterThan(desk.laptop.clock.now() + skewMs - minute);
    expect((until ?? 0) - (from ?? 0)).toBeLessThan(63 * minute);
  });
});
