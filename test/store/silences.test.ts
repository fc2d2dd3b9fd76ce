/** The silences of all sources: known, last known, unknown; what they hide; moved and ended. */
import { describe, expect, test } from 'vitest';
import { createSilenceService } from '../../main/silences/silence-service.ts';
import { unsupported } from '../../main/sources/source-error.ts';
import { instant, minute, source, start } from '../support/alarms.ts';
import { unauthorized, unreachable } from '../support/fake-upstream.ts';
import { firing, openOutboxDesk } from '../support/outbox-desk.ts';

const hour = 60 * minute;
const checkout = firing('CheckoutDown');
const disk = firing('DiskFull');
const matchers = [{ name: 'alertname', value: 'CheckoutDown', isRegex: false, isEqual: true }];

type Desk = ReturnType<typeof openOutboxDesk>;

function withSilences(desk: Desk) {
  const silences = createSilenceService({
    ...desk.deps,
    settings: { current: () => desk.settings },
    alarms: desk.alarms,
    outbox: desk.outbox,
    sources: {
      healths: () => desk.healths.entries() as never,
      health: (id) => desk.healths.get(id),
      connector: (id) => (desk.healths.has(id) ? desk.connection : null),
    },
  });
  silences.start();
  return { desk, silences };
}

async function open({ durationMs = hour } = {}) {
  const desk = openOutboxDesk();
  const { silences } = withSilences(desk);
  desk.poll(checkout, disk);
  const id = desk.id('am:1:CheckoutDown');
  const input = { alarmId: id, sourceId: source, matchers, durationMs, comment: 'deploy' };
  desk.outbox.silence(input);
  await desk.outbox.work();
  await silences.read(source);
  return { desk, silences, id };
}

describe('the list', () => {
  test('says of each who made it, until when, and what it hides', async () => {
    const { desk, silences, id } = await open();
    desk.poll(disk);
    desk.poll(checkout, disk);
    const { sources, silences: all } = await silences.list();
    expect(sources).toEqual([
      {
        sourceId: source,
        name: 'Alertmanager prod',
        sight: 'read',
        readAt: instant(start),
        reason: null,
        omitted: 0,
      },
    ]);
    expect(all).toMatchObject([
      {
        id: 'ref-1',
        scope: 'alertname=CheckoutDown',
        createdBy: 'Alex',
        comment: 'deploy',
        endsAt: instant(start + hour),
        state: 'active',
        isEndInSleepHours: true,
        isAcknowledgement: false,
        hidesCount: 1,
        last7DaysCount: 1,
        forgotten: null,
        canExtend: true,
        canEnd: true,
        pending: null,
      },
    ]);
    expect(silences.get({ sourceId: source, id: 'ref-1' })).toMatchObject({
      hides: [{ id }],
      hidesCount: 1,
      last7Days: [{ title: 'CheckoutDown', severity: 'critical', count: 1 }],
      last7DaysCount: 1,
    });
    expect(() => silences.get({ sourceId: source, id: 'other' })).toThrow(/does not exist/);
  });

  test('follows the alarms: what is counted is what is there now', async () => {
    const { desk, silences } = await open();
    expect((await silences.list()).silences[0]?.hidesCount).toBe(1);
    const pods = ['a', 'b'].map((pod) => ({
      ...firing('CheckoutDown', { pod }),
      externalId: `am:1:${pod}`,
    }));
    desk.poll(checkout, ...pods);
    expect((await silences.list()).silences[0]?.hidesCount).toBe(3);
  });

  test('shows what was asked for before the source shows it, and once', async () => {
    const { desk, silences, id } = await open();
    desk.upstream.hold();
    desk.outbox.silence({
      alarmId: id,
      sourceId: source,
      matchers: [{ name: 'service', value: 'checkout', isRegex: false, isEqual: true }],
      durationMs: 2 * hour,
      comment: '',
    });
    const work = desk.outbox.work();
    const before = (await silences.list()).silences;
    expect(before.map(({ state, hidesCount }) => [state, hidesCount])).toEqual([
      ['active', 1],
      ['asked', 2],
    ]);
    desk.upstream.release();
    await work;
    await silences.read(source);
    const after = (await silences.list()).silences;
    expect(after.map(({ state, id: ref }) => [state, ref])).toEqual([
      ['active', 'ref-1'],
      ['active', 'ref-2'],
    ]);
  });

  test('one that runs out leaves it by itself', async () => {
    const { desk, silences } = await open();
    desk.clock.move(hour);
    expect((await silences.list()).silences).toEqual([]);
  });

  test('an acknowledgement that is kept as a silence is named as one, and changed at its alarm', async () => {
    const { desk, silences } = await open();
    desk.outbox.acknowledge([desk.id('am:1:DiskFull')], '');
    await desk.outbox.work();
    await silences.read(source);
    const ack = (await silences.list()).silences.find(({ scope }) => scope.includes('DiskFull'));
    expect(ack).toMatchObject({ isAcknowledgement: true, canExtend: false, canEnd: false });
  });

  test('hostile words are plain, and a flood is cut where it says so', async () => {
    const { desk, silences } = await open();
    const made = desk.connection.actions!;
    desk.connection.actions = {
      ...made,
      silences: async () =>
        Array.from({ length: 2_500 }, (_, number) => ({
          id: `s${number}`,
          matchers: [],
          createdBy: '\u0000<b>\ud800',
          comment: 'x'.repeat(100_000),
          startsAt: instant(start),
          endsAt: instant(start + hour + number),
          state: 'active' as const,
          scope: 'a\nb',
        })),
    };
    await silences.read(source);
    const { sources, silences: all } = await silences.list();
    expect(all).toHaveLength(2_000);
    expect(sources).toMatchObject([{ omitted: 500 }]);
    expect(all[0]).toMatchObject({ createdBy: '<b>\ufffd', scope: 'a b', hidesCount: 0 });
    expect(all[0]?.comment).toHaveLength(2_000);
  });
});

describe('a source that cannot be read', () => {
  test('keeps its last known list, with its age and the reason, over a restart', async () => {
    const { desk, silences } = await open();
    await silences.stop();
    desk.clock.move(10 * minute);
    const again = withSilences(desk.restart());
    again.desk.setHealth({ freshness: 'unreachable', reason: 'no answer' });
    again.desk.upstream.fail('silences', unreachable());
    await again.silences.read(source);
    const { sources, silences: all } = await again.silences.list();
    expect(sources).toMatchObject([
      { sight: 'last_known', readAt: instant(start), reason: 'prod does not answer.' },
    ]);
    expect(all).toMatchObject([{ id: 'ref-1', forgotten: null }]);
  });

  test('that was never read says unknown, never none', async () => {
    const { desk, silences } = withSilences(openOutboxDesk());
    desk.upstream.fail('silences', unreachable());
    await silences.read(source);
    expect(await silences.list()).toMatchObject({
      sources: [{ sight: 'unknown', readAt: null, reason: 'prod does not answer.' }],
      silences: [],
    });
  });

  test.each<[string, (desk: Desk) => void, RegExp]>([
    ['takes no actions', (desk) => (desk.connection.actions = null), /does not tell/],
    [
      'knows no silences',
      (desk) => {
        for (const kind of ['silence', 'unsilence', 'extend_silence'] as const) {
          desk.upstream.kinds.delete(kind);
        }
      },
      /does not tell/,
    ],
    [
      'refuses to list them',
      (desk) => desk.upstream.fail('silences', unsupported('Uptime', 'list of silences')),
      /Uptime takes no list of silences/,
    ],
  ])('one that %s says that it does not tell', async (_what, arrange, reason) => {
    const { desk, silences } = withSilences(openOutboxDesk());
    arrange(desk);
    await silences.read(source);
    expect(await silences.list()).toMatchObject({
      sources: [{ sight: 'not_listed', reason: expect.stringMatching(reason) as string }],
    });
  });

  test('that refuses the login is not asked again until it is live: accounts get locked', async () => {
    const { desk, silences } = withSilences(openOutboxDesk());
    desk.upstream.fail('silences', unauthorized());
    await silences.read(source);
    for (let times = 0; times < 5; times += 1) {
      desk.clock.move(10 * minute);
      await silences.list();
    }
    expect(desk.upstream.count('silences')).toBe(1);
    desk.setHealth({ freshness: 'unauthorized' });
    await silences.read(source);
    expect(desk.upstream.count('silences')).toBe(1);
    desk.setHealth({ freshness: 'live' });
    await silences.read(source);
    expect((await silences.list()).sources).toMatchObject([{ sight: 'read' }]);
  });

  test('is not asked for every look, and a clock that is set back puts nothing off', async () => {
    const { desk, silences } = await open();
    const asked = desk.upstream.count('silences');
    for (let times = 0; times < 10; times += 1) await silences.list();
    expect(desk.upstream.count('silences')).toBe(asked);
    desk.clock.move(-hour);
    await silences.list();
    expect(desk.upstream.count('silences')).toBe(asked + 1);
  });

  test('a removed source takes its silences along', async () => {
    const { desk, silences } = await open();
    desk.healths.clear();
    desk.bus.emit('sources.configured', { at: desk.clock.now() });
    await new Promise((resolve) => setImmediate(resolve));
    expect(await silences.list()).toEqual({ sources: [], silences: [] });
  });
});

describe('changing one', () => {
  test('a new end is shown as wanted until the source shows it', async () => {
    const { desk, silences } = await open();
    const endsAt = instant(start + 3 * hour);
    desk.upstream.hold();
    silences.extend({ sourceId: source, id: 'ref-1', endsAt });
    const work = desk.outbox.work();
    expect((await silences.list()).silences).toMatchObject([
      { endsAt: instant(start + hour), pending: { kind: 'extend_silence', endsAt } },
    ]);
    desk.upstream.release();
    await work;
    await silences.read(source);
    expect((await silences.list()).silences).toMatchObject([{ endsAt, pending: null }]);
  });

  test('one that is ended leaves the list when the source agrees, and comes back when taken back', async () => {
    const { desk, silences } = await open();
    const { id } = silences.end({ sourceId: source, id: 'ref-1' });
    await desk.outbox.work();
    await silences.read(source);
    expect((await silences.list()).silences).toEqual([]);
    silences.undoEnd(id);
    await desk.outbox.work();
    await silences.read(source);
    expect((await silences.list()).silences).toMatchObject([
      { comment: 'deploy', endsAt: instant(start + hour) },
    ]);
  });

  test('one that nobody lists cannot be changed', async () => {
    const { silences } = await open();
    expect(() => silences.end({ sourceId: source, id: 'invented' })).toThrow(/does not exist/);
  });
});
