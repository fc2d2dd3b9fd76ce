import { describe, expect, test } from 'vitest';
import { isWithinHours } from '../../main/local-time.ts';
import { pruneHistory } from '../../main/store/prune.ts';
import type { AlarmId } from '../../preload/contract/common.ts';
import type { IntentKind } from '../../preload/contract/outbox.ts';
import { instant, minute, source, start } from '../support/alarms.ts';
import { rejected, unauthorized, unreachable } from '../support/fake-upstream.ts';
import { acknowledgeForMs, firing, Mortal, openOutboxDesk } from '../support/outbox-desk.ts';
import { openTestStore } from '../support/store.ts';

const checkout = firing('CheckoutDown');
const disk = firing('DiskFull');
const hour = 60 * minute;

describe('acknowledging', () => {
  test('is stored before anything is sent, and says "acknowledging" until the upstream agreed', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    const id = desk.id('am:1:CheckoutDown');
    desk.upstream.hold();
    expect(desk.outbox.acknowledge([id], 'on it')).toEqual({ intents: 1, refused: [] });
    expect(desk.upstream.count('send')).toBe(0);
    expect(desk.alarms.rows([id])[0]).toMatchObject({
      status: 'firing',
      pending: { kind: 'acknowledge', state: 'queued' },
    });
    const work = desk.outbox.work();
    desk.upstream.release();
    await work;
    expect(desk.states()).toEqual(['acknowledge confirmed']);
    // The list is behind until the next poll: it must not fall back to plain firing meanwhile.
    expect(desk.alarms.rows([id])[0]?.pending).toEqual({ kind: 'acknowledge', state: 'sent' });
    expect(desk.refreshed).toEqual([source]);
    desk.poll(checkout);
    expect(desk.alarms.rows([id])[0]).toMatchObject({ status: 'acknowledged', pending: null });
    expect(desk.upstream.made).toMatchObject([
      { action: { kind: 'acknowledge', by: 'Alex', note: 'on it', durationMs: acknowledgeForMs } },
    ]);
    expect(desk.told.map(({ state }) => state)).toEqual(['queued', 'queued', 'sent', 'confirmed']);
    expect(desk.events(id)).toEqual(
      expect.arrayContaining([
        'acknowledge_requested: Acknowledgement requested: on it',
        'acknowledge_confirmed: Acknowledgement confirmed by Alertmanager prod',
      ]),
    );
  });

  test('is confirmed by the next snapshot when that is quicker', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    const id = desk.id('am:1:CheckoutDown');
    desk.outbox.acknowledge([id], '');
    desk.upstream.fail('confirm', 'no');
    await desk.outbox.work();
    expect(desk.states()).toEqual(['acknowledge sent']);
    desk.poll(checkout);
    expect(desk.states()).toEqual(['acknowledge confirmed']);
    expect(desk.outbox.pendingFor(id)).toBeNull();
  });

  test('an upstream that accepts and never shows it has failed, visibly', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    const id = desk.id('am:1:CheckoutDown');
    desk.outbox.acknowledge([id], '');
    for (let times = 0; times < 20; times += 1) {
      desk.upstream.fail('confirm', 'no');
      await desk.outbox.work();
      desk.clock.move(30_000);
    }
    expect(desk.outbox.list(10)).toMatchObject([
      { state: 'failed', error: 'Alertmanager prod accepted it, but does not show it.' },
    ]);
    expect(desk.outbox.counts()).toEqual({ open: 1, failed: 1 });
    expect(desk.outbox.pendingFor(id)).toEqual({ kind: 'acknowledge', state: 'failed' });
    expect(desk.upstream.count('send')).toBe(1);
  });

  test('once is enough: a second one joins the first, and what is held is not asked for again', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    const id = desk.id('am:1:CheckoutDown');
    desk.outbox.acknowledge([id, id], 'one');
    expect(desk.outbox.acknowledge([id], 'two')).toEqual({ intents: 1, refused: [] });
    await desk.outbox.work();
    expect(desk.outbox.acknowledge([id], '').refused).toHaveLength(1);
    desk.poll(checkout);
    expect(desk.outbox.acknowledge([id], '').refused).toEqual([
      { id, why: 'You have acknowledged it already; that is extended while it lasts.' },
    ]);
    expect(desk.upstream.made).toHaveLength(1);
    // What was typed is kept all the same.
    expect(desk.events(id)).toContain('acknowledge_requested: Acknowledgement requested: two');
  });

  test.each([
    ['unknown', () => 99 as AlarmId, /not known/],
    [
      'resolved',
      (desk: ReturnType<typeof openOutboxDesk>) => {
        const id = desk.id('am:1:CheckoutDown');
        desk.poll();
        return id;
      },
      /has cleared/,
    ],
    [
      'of a paused source',
      (desk: ReturnType<typeof openOutboxDesk>) => {
        desk.setHealth({ isEnabled: false });
        return desk.id('am:1:CheckoutDown');
      },
      /Alertmanager prod is paused/,
    ],
    [
      'of a source that takes none',
      (desk: ReturnType<typeof openOutboxDesk>) => {
        desk.connection.actions = null;
        return desk.id('am:1:CheckoutDown');
      },
      /takes no acknowledgements/,
    ],
    [
      'of a source that is gone',
      (desk: ReturnType<typeof openOutboxDesk>) => {
        desk.healths.clear();
        return desk.id('am:1:CheckoutDown');
      },
      /no longer configured/,
    ],
  ])('an alarm %s is refused with the reason, and the others go on', (_what, arrange, why) => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    const id = arrange(desk);
    const { intents, refused } = desk.outbox.acknowledge([id], '');
    expect(intents).toBe(0);
    expect(refused).toEqual([{ id, why: expect.stringMatching(why) as string }]);
    expect(desk.outbox.unacknowledge([id]).refused).toHaveLength(1);
    expect(desk.outbox.list(10)).toEqual([]);
  });

  test('an alarm without readable labels is refused: a silence on nothing would be one on everything', () => {
    const desk = openOutboxDesk();
    desk.poll(checkout, { ...disk, labels: {}, unreadableReason: 'labels is no object' });
    const ids = [desk.id('am:1:CheckoutDown'), desk.id('am:1:DiskFull')];
    expect(desk.outbox.acknowledge(ids, '')).toMatchObject({
      intents: 1,
      refused: [{ id: ids[1] }],
    });
  });

  test('hostile notes and titles are stored and sent as plain lines', async () => {
    const desk = openOutboxDesk();
    const title = '\u0000"; DROP TABLE intent; --\ud800\n<b>';
    desk.poll({ ...checkout, title });
    const id = desk.id('am:1:CheckoutDown');
    desk.outbox.acknowledge([id], `a\u0000b\n\ud800${'x'.repeat(30_000)}`);
    await desk.outbox.work();
    const [intent] = desk.outbox.list(1);
    expect(intent?.title).toBe('Acknowledge "; DROP TABLE intent; --\ufffd <b>');
    expect(desk.upstream.made[0]?.action.note).toMatch(/^a b \ufffdx+…$/);
    expect(desk.upstream.made[0]?.action.note).toHaveLength(1_000);
    expect(desk.states()).toEqual(['acknowledge confirmed']);
  });
});

describe('an upstream that fails', () => {
  test('is tried again with growing waits and the same key, and nothing is lost', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    desk.outbox.acknowledge([desk.id('am:1:CheckoutDown')], '');
    desk.upstream.fail('send', unreachable(), unreachable(), unreachable(10_000));
    const waits: (string | null)[] = [];
    for (let times = 0; times < 3; times += 1) {
      await desk.outbox.work();
      await desk.outbox.work();
      const [intent] = desk.outbox.list(1);
      waits.push(intent?.nextAttemptAt ?? null);
      expect(intent).toMatchObject({ state: 'queued', error: 'prod does not answer. Wait.' });
      desk.clock.move(Date.parse(intent?.nextAttemptAt ?? '') - desk.clock.now());
    }
    expect(waits).toEqual([2, 6, 16].map((seconds) => instant(start + seconds * 1_000)));
    await desk.outbox.work();
    expect(desk.states()).toEqual(['acknowledge confirmed']);
    const keys = desk.upstream.asked
      .filter(({ method }) => method === 'send')
      .map(({ key }) => key);
    expect(keys).toHaveLength(4);
    expect(new Set(keys).size).toBe(1);
  });

  test('an answer that was lost on the way makes no second acknowledgement', async () => {
    const desk = openOutboxDesk({ isShared: false });
    desk.poll(checkout);
    desk.outbox.acknowledge([desk.id('am:1:CheckoutDown')], '');
    desk.upstream.fail('send', 'lost');
    await desk.outbox.work();
    expect(desk.states()).toEqual(['acknowledge queued']);
    desk.clock.move(minute);
    await desk.outbox.work();
    expect(desk.states()).toEqual(['acknowledge confirmed']);
    expect(desk.upstream.made).toHaveLength(1);
    expect(desk.upstream.doubled).toEqual([]);
  });

  test('everything goes out at once when the source is live again', async () => {
    const desk = openOutboxDesk({ isShared: false });
    const alarms = Array.from({ length: 20 }, (_, index) => firing(`Down${index}`));
    desk.poll(...alarms);
    desk.setHealth({ freshness: 'unreachable' });
    desk.upstream.fail('send', unreachable());
    desk.outbox.acknowledge(
      alarms.map(({ externalId }) => desk.id(externalId)),
      '',
    );
    await desk.outbox.work();
    // The first failure speaks for the others: none of them waits for a timeout of its own.
    expect(desk.upstream.count('send')).toBe(1);
    desk.setHealth({ freshness: 'live' });
    await desk.outbox.work();
    expect(desk.upstream.made).toHaveLength(20);
    expect(new Set(desk.states())).toEqual(new Set(['acknowledge confirmed']));
  });

  test('what a person asks for during an outage gets its first attempt at once', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout, disk);
    desk.upstream.fail('send', unreachable());
    desk.outbox.acknowledge([desk.id('am:1:CheckoutDown')], '');
    await desk.outbox.work();
    desk.clock.move(500);
    desk.outbox.acknowledge([desk.id('am:1:DiskFull')], '');
    await desk.outbox.work();
    expect(desk.upstream.count('send')).toBeGreaterThan(1);
    expect(desk.states()).toContain('acknowledge confirmed');
  });

  test('a refusal is shown with its words, and a person tries again or gives up', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout, disk);
    const ids = [desk.id('am:1:CheckoutDown'), desk.id('am:1:DiskFull')];
    desk.upstream.fail('send', rejected(), rejected());
    desk.outbox.acknowledge(ids, '');
    await desk.outbox.work();
    const list = desk.outbox.list(10);
    expect(list).toMatchObject([
      { state: 'failed', error: 'prod refused it: bad matcher. Change it.' },
      { state: 'failed' },
    ]);
    expect(desk.outbox.counts()).toEqual({ open: 2, failed: 2 });
    expect(desk.events(ids[0]!)).toContain(
      'acknowledge_failed: Acknowledgement failed: prod refused it: bad matcher. Change it.',
    );
    desk.clock.move(10 * minute);
    await desk.outbox.work();
    expect(desk.upstream.count('send')).toBe(2);

    expect(desk.outbox.retry(list[0]!.id)).toMatchObject({ state: 'queued', error: null });
    expect(desk.outbox.drop(list[1]!.id)).toMatchObject({ state: 'overtaken' });
    await desk.outbox.work();
    expect(desk.upstream.made).toHaveLength(1);
    expect(desk.outbox.counts()).toEqual({ open: 0, failed: 0 });
    expect(() => desk.outbox.retry(list[0]!.id)).toThrow(/settled already/);
    expect(() => desk.outbox.drop('nothing')).toThrow(/does not exist/);
  });

  test('a refused login is not tried with every waiting intent: accounts get locked', async () => {
    const desk = openOutboxDesk({ isShared: false });
    const alarms = Array.from({ length: 50 }, (_, index) => firing(`Down${index}`));
    desk.poll(...alarms);
    desk.upstream.fail('send', unauthorized());
    desk.outbox.acknowledge(
      alarms.map(({ externalId }) => desk.id(externalId)),
      '',
    );
    await desk.outbox.work();
    expect(desk.upstream.count('send')).toBe(1);
    expect(desk.outbox.counts()).toEqual({ open: 50, failed: 50 });
  });

  test.each(['unauthorized', 'misconfigured'] as const)(
    'nothing is sent to a source that is %s; it waits',
    async (freshness) => {
      const desk = openOutboxDesk();
      desk.poll(checkout);
      desk.outbox.acknowledge([desk.id('am:1:CheckoutDown')], '');
      desk.setHealth({ freshness });
      await desk.outbox.work();
      expect(desk.upstream.asked).toEqual([]);
      desk.setHealth({ freshness: 'live' });
      await desk.outbox.work();
      expect(desk.states()).toEqual(['acknowledge confirmed']);
    },
  );

  test('a bug in a connector is a visible failure and not an endless loop', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    desk.upstream.fail('send', new TypeError('x is undefined'));
    desk.outbox.acknowledge([desk.id('am:1:CheckoutDown')], '');
    await desk.outbox.work();
    expect(desk.outbox.list(1)).toMatchObject([
      { state: 'failed', error: expect.stringContaining('x is undefined') as string },
    ]);
  });
});

describe('what overtakes what', () => {
  test('unacknowledge takes back what was not sent, and sends nothing', async () => {
    const desk = openOutboxDesk({ isStarted: false });
    desk.poll(checkout);
    const id = desk.id('am:1:CheckoutDown');
    desk.outbox.acknowledge([id], '');
    expect(desk.outbox.unacknowledge([id])).toEqual({ intents: 1, refused: [] });
    desk.outbox.start();
    await desk.outbox.work();
    expect(desk.states()).toEqual(['acknowledge overtaken']);
    expect(desk.upstream.asked).toEqual([]);
    expect(desk.outbox.unacknowledge([id]).refused).toMatchObject([
      { id, why: 'It is not acknowledged.' },
    ]);
  });

  test('unacknowledge during the request waits for its answer and undoes it', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    const id = desk.id('am:1:CheckoutDown');
    desk.upstream.hold();
    desk.outbox.acknowledge([id], '');
    const work = desk.outbox.work();
    await Promise.resolve();
    desk.outbox.unacknowledge([id]);
    expect(desk.outbox.pendingFor(id)).toEqual({ kind: 'unacknowledge', state: 'queued' });
    desk.upstream.release();
    await work;
    await desk.outbox.work();
    expect(desk.upstream.made).toHaveLength(1);
    expect(desk.upstream.active()).toEqual([]);
    expect(desk.upstream.removals).toEqual(['ref-1']);
    desk.poll(checkout);
    expect(desk.alarms.get(id)?.status).toBe('firing');
    expect(desk.outbox.pendingFor(id)).toBeNull();
  });

  test('unacknowledge after a lost answer undoes what may have arrived', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    const id = desk.id('am:1:CheckoutDown');
    desk.upstream.fail('send', 'lost');
    desk.outbox.acknowledge([id], '');
    await desk.outbox.work();
    desk.outbox.unacknowledge([id]);
    desk.clock.move(minute);
    await desk.outbox.work();
    expect(desk.upstream.made).toHaveLength(1);
    expect(desk.upstream.active()).toEqual([]);
    expect(desk.outbox.counts()).toEqual({ open: 0, failed: 0 });
  });

  test('acknowledge takes back an unacknowledge that was not sent, and the acknowledgement stays', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    const id = desk.id('am:1:CheckoutDown');
    desk.outbox.acknowledge([id], '');
    await desk.outbox.work();
    desk.poll(checkout);
    desk.setHealth({ freshness: 'unauthorized' });
    desk.outbox.unacknowledge([id]);
    desk.outbox.acknowledge([id], '');
    desk.setHealth({ freshness: 'live' });
    await desk.outbox.work();
    expect(desk.upstream.made).toHaveLength(1);
    expect(desk.upstream.active()).toHaveLength(1);
    expect(desk.states()).toEqual(['unacknowledge overtaken', 'acknowledge confirmed']);
    desk.clock.move(acknowledgeForMs / 2);
    await desk.outbox.work();
    expect(desk.upstream.count('extend')).toBe(1);
  });

  test('an alarm that clears overtakes what was not sent for it, with a note', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    const id = desk.id('am:1:CheckoutDown');
    desk.upstream.fail('send', unreachable());
    desk.outbox.acknowledge([id], '');
    await desk.outbox.work();
    desk.poll();
    expect(desk.outbox.list(10)).toMatchObject([
      {
        state: 'overtaken',
        error: 'The alarm cleared. If it arrived nevertheless, it ends by itself.',
      },
    ]);
    desk.clock.move(minute);
    await desk.outbox.work();
    expect(desk.upstream.count('send')).toBe(1);
    expect(desk.events(id)[0]).toMatch(/^acknowledge_overtaken: .*The alarm cleared/);
  });

  test('an alarm that clears while its acknowledgement is under way leaves nothing upstream', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    desk.upstream.hold();
    desk.outbox.acknowledge([desk.id('am:1:CheckoutDown')], '');
    const work = desk.outbox.work();
    await Promise.resolve();
    desk.poll();
    desk.upstream.release();
    await work;
    await desk.outbox.work();
    expect(desk.upstream.made).toHaveLength(1);
    expect(desk.upstream.active()).toEqual([]);
    expect(desk.states()).toEqual(['unacknowledge confirmed', 'acknowledge overtaken']);
  });

  test('an alarm that clears and fires again meanwhile is a new one: nobody has acknowledged it', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    desk.upstream.hold();
    desk.outbox.acknowledge([desk.id('am:1:CheckoutDown')], '');
    const work = desk.outbox.work();
    await Promise.resolve();
    const again = { ...checkout, startsAt: instant(start) };
    desk.poll(again);
    desk.upstream.release();
    await work;
    await desk.outbox.work();
    desk.poll(again);
    expect(desk.upstream.active()).toEqual([]);
    expect(desk.alarms.get(desk.id('am:1:CheckoutDown'))?.status).toBe('firing');
    expect(desk.states()).toEqual(['unacknowledge confirmed', 'acknowledge overtaken']);
  });

  test('a partial snapshot clears nothing and ends nothing', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    desk.outbox.acknowledge([desk.id('am:1:CheckoutDown')], '');
    await desk.outbox.work();
    desk.alarms.apply(
      source,
      { alarms: [], isComplete: false, incompleteReason: 'restarted' },
      desk.clock.now(),
    );
    await desk.outbox.work();
    expect(desk.upstream.active()).toHaveLength(1);
  });
});

describe('held acknowledgements', () => {
  async function acknowledged(...alarms: ReturnType<typeof firing>[]) {
    const desk = openOutboxDesk();
    desk.poll(...alarms);
    const ids = alarms.map(({ externalId }) => desk.id(externalId));
    desk.outbox.acknowledge(ids, 'on it');
    await desk.outbox.work();
    desk.poll(...alarms);
    return { desk, ids };
  }
  const heldRows = (desk: ReturnType<typeof openOutboxDesk>): unknown[] =>
    desk.store.connection.prepare('SELECT * FROM held_acknowledgement').all();

  test('are extended while the alarm lasts, long past their first end, over restarts', async () => {
    let { desk } = await acknowledged(checkout);
    for (let times = 0; times < 10; times += 1) {
      desk.clock.move(acknowledgeForMs / 2);
      if (times % 3 === 2) {
        await desk.outbox.stop();
        desk = desk.restart();
      }
      await desk.outbox.work();
      desk.poll(checkout);
      expect(desk.alarms.get(desk.id('am:1:CheckoutDown'))?.status).toBe('acknowledged');
    }
    expect(desk.upstream.made).toHaveLength(1);
    expect(desk.upstream.count('extend')).toBe(10);
  });

  test('end when the alarm clears', async () => {
    const { desk } = await acknowledged(checkout);
    desk.poll();
    await desk.outbox.work();
    expect(desk.upstream.active()).toEqual([]);
    expect(desk.outbox.list(1)).toMatchObject([
      {
        kind: 'unacknowledge',
        state: 'confirmed',
        title: 'End the acknowledgement of CheckoutDown, which cleared',
      },
    ]);
    expect(heldRows(desk)).toEqual([]);
  });

  test('one that holds several alarms ends with the last of them', async () => {
    const pods = ['a', 'b', 'c'].map((pod) => ({
      ...firing('PodDown', { pod }),
      externalId: `am:1:${pod}`,
    }));
    const { desk } = await acknowledged(...pods);
    expect(desk.upstream.made).toHaveLength(1);
    expect(desk.upstream.count('send')).toBe(1);
    desk.poll(pods[1]!);
    await desk.outbox.work();
    expect(desk.upstream.active()).toHaveLength(1);
    desk.poll();
    await desk.outbox.work();
    expect(desk.upstream.active()).toEqual([]);
    expect(desk.upstream.count('send')).toBe(2);
  });

  test('one ends for all that share it when a person takes it back, and their history says so', async () => {
    const pods = ['a', 'b'].map((pod) => ({
      ...firing('PodDown', { pod }),
      externalId: `am:1:${pod}`,
    }));
    const { desk, ids } = await acknowledged(...pods);
    desk.outbox.unacknowledge([ids[0]!]);
    await desk.outbox.work();
    desk.poll(...pods);
    expect(ids.map((id) => desk.alarms.get(id)?.status)).toEqual(['firing', 'firing']);
    expect(desk.events(ids[1]!).join('\n')).toContain('ended together with that of another alarm');
    desk.clock.move(acknowledgeForMs);
    await desk.outbox.work();
    expect(desk.upstream.count('extend')).toBe(0);
  });

  test('an alarm that fires again is a new one: nobody has acknowledged it', async () => {
    const { desk } = await acknowledged(checkout);
    desk.setHealth({ freshness: 'unauthorized' });
    desk.poll();
    desk.poll(checkout);
    const id = desk.id('am:1:CheckoutDown');
    // The end of the old one is still on its way.
    expect(desk.outbox.pendingFor(id)).toBeNull();
    desk.outbox.acknowledge([id], 'again');
    desk.setHealth({ freshness: 'live' });
    await desk.outbox.work();
    desk.poll(checkout);
    expect(desk.upstream.active()).toMatchObject([{ action: { note: 'again' } }]);
    expect(desk.upstream.removals).toEqual(['ref-1']);
    expect(desk.upstream.doubled).toEqual([]);
  });

  test('an end that another alarm would miss is not sent', async () => {
    const pods = ['a', 'b'].map((pod) => ({
      ...firing('PodDown', { pod }),
      externalId: `am:1:${pod}`,
    }));
    const { desk } = await acknowledged(pods[0]!);
    desk.setHealth({ freshness: 'unauthorized' });
    desk.poll(pods[1]!);
    desk.store.connection
      .prepare(
        `INSERT INTO held_acknowledgement SELECT id, source_id, 'ref-1', ?, ? FROM alarm WHERE external_id = 'am:1:b'`,
      )
      .run(
        JSON.stringify({ kind: 'acknowledge', by: 'Alex', note: '', durationMs: acknowledgeForMs }),
        instant(desk.clock.now() + acknowledgeForMs),
      );
    await desk.outbox.stop();
    const next = desk.restart();
    await next.outbox.work();
    expect(next.upstream.active()).toHaveLength(1);
    expect(next.outbox.list(1)).toMatchObject([{ error: 'Another alarm still needs it.' }]);
  });

  test('one that ran out while the computer was off is not made anew: the pager has spoken', async () => {
    const { desk, ids } = await acknowledged(checkout);
    await desk.outbox.stop();
    desk.clock.move(3 * acknowledgeForMs);
    const next = desk.restart();
    await next.outbox.work();
    next.poll(checkout);
    expect(next.alarms.get(ids[0]!)?.status).toBe('firing');
    expect(next.upstream.made).toHaveLength(1);
    expect(next.upstream.active()).toEqual([]);
    expect(heldRows(next)).toEqual([]);
    expect(next.events(ids[0]!).join('\n')).toContain('Acknowledgement is no longer there');
    expect(next.outbox.acknowledge(ids, '').intents).toBe(1);
  });

  test('one that somebody ended at the source is not fought over', async () => {
    const { desk, ids } = await acknowledged(checkout);
    desk.upstream.remove('ref-1');
    desk.poll(checkout);
    await desk.outbox.work();
    expect(heldRows(desk)).toEqual([]);
    desk.clock.move(acknowledgeForMs);
    await desk.outbox.work();
    expect(desk.upstream.active()).toEqual([]);
    expect(desk.alarms.get(ids[0]!)?.status).toBe('firing');
  });

  test('an extension that fails is tried again before it runs out', async () => {
    const { desk } = await acknowledged(checkout);
    desk.upstream.fail('confirm', unreachable());
    desk.upstream.fail('extend', unreachable());
    desk.clock.move(acknowledgeForMs / 2);
    for (let times = 0; times < 3; times += 1) {
      await desk.outbox.work();
      desk.clock.move(15_000);
    }
    desk.clock.move(acknowledgeForMs / 2);
    desk.poll(checkout);
    expect(desk.alarms.get(desk.id('am:1:CheckoutDown'))?.status).toBe('acknowledged');
  });

  test('an extension that is refused is told once, with the time when it ends', async () => {
    const { desk, ids } = await acknowledged(checkout);
    desk.upstream.fail('extend', rejected(), rejected(), rejected());
    desk.clock.move(acknowledgeForMs / 2);
    for (let times = 0; times < 3; times += 1) {
      await desk.outbox.work();
      desk.clock.move(15_000);
    }
    const told = desk.events(ids[0]!).filter((text) => text.startsWith('acknowledge_failed'));
    expect(told).toEqual([
      expect.stringContaining(`runs out at ${instant(start + acknowledgeForMs)}`),
    ]);
  });

  test('are not touched while the source is paused', async () => {
    const { desk } = await acknowledged(checkout);
    desk.setHealth({ isEnabled: false });
    desk.clock.move(acknowledgeForMs / 2);
    const before = desk.upstream.asked.length;
    await desk.outbox.work();
    expect(desk.upstream.asked).toHaveLength(before);
  });
});

describe('many at once', () => {
  test('ten thousand alarms are a handful of statements, and nothing is sent before the answer', async () => {
    const desk = openOutboxDesk();
    const alarms = Array.from({ length: 10_000 }, (_, index) => ({
      ...firing(`Down${index % 40}`, { instance: `10.0.0.${index}` }),
      externalId: `am:1:${index}`,
    }));
    desk.poll(...alarms);
    const ids = [...desk.alarms.active()].map(({ id }) => id);
    let statements = 0;
    const { connection } = desk.store;
    const before = connection.prepare('SELECT total_changes()').pluck();
    const changesBefore = before.get() as number;
    const exec = desk.deps.db.transaction;
    Object.assign(desk.deps.db, {
      transaction: (work: () => unknown) => {
        statements += 1;
        return exec(work);
      },
    });
    const answer = desk.outbox.acknowledge(ids, 'storm');
    // One transaction; the inner ones join it. One row for the intents and one for their events: see bulk-writes.ts.
    expect(statements).toBeLessThanOrEqual(3);
    expect((before.get() as number) - changesBefore).toBe(2);
    expect(answer).toEqual({ intents: 10_000, refused: [] });
    expect(desk.upstream.asked).toEqual([]);
    expect(desk.outbox.counts()).toEqual({ open: 10_000, failed: 0 });
    Object.assign(desk.deps.db, { transaction: exec });

    await desk.outbox.work();
    // Equal stable labels: one silence for 250 alarms.
    expect(desk.upstream.made).toHaveLength(40);
    expect(desk.outbox.counts()).toEqual({ open: 0, failed: 0 });
    desk.poll(...alarms);
    expect(new Set([...desk.alarms.active()].map(({ status }) => status))).toEqual(
      new Set(['acknowledged']),
    );
    expect(desk.outbox.list(500)).toHaveLength(500);
    desk.poll();
    await desk.outbox.work();
    expect(desk.upstream.active()).toEqual([]);
    expect(desk.upstream.removals).toHaveLength(40);
  });

  test('never more than four requests at a time', async () => {
    const desk = openOutboxDesk({ isShared: false });
    const alarms = Array.from({ length: 40 }, (_, index) => firing(`Down${index}`));
    desk.poll(...alarms);
    let most = 0;
    let present = 0;
    const { actions } = desk.connection;
    desk.connection.actions = {
      ...actions!,
      async send(...asked) {
        present += 1;
        most = Math.max(most, present);
        await new Promise((resolve) => setTimeout(resolve, 1));
        present -= 1;
        return actions!.send(...asked);
      },
    };
    desk.outbox.acknowledge(
      alarms.map(({ externalId }) => desk.id(externalId)),
      '',
    );
    await desk.outbox.work();
    expect(most).toBe(4);
    expect(desk.upstream.made).toHaveLength(40);
  });
});

describe('the list', () => {
  test('failed ones first, then what waits, then the newest settled; it survives a restart', async () => {
    const desk = openOutboxDesk({ isShared: false });
    const alarms = ['A', 'B', 'C', 'D'].map((name) => firing(name));
    desk.poll(...alarms);
    const ids = alarms.map(({ externalId }) => desk.id(externalId));
    desk.outbox.acknowledge([ids[0]!], '');
    await desk.outbox.work();
    desk.clock.move(1_000);
    desk.outbox.acknowledge([ids[1]!], '');
    await desk.outbox.work();
    desk.clock.move(1_000);
    desk.upstream.fail('send', rejected());
    desk.outbox.acknowledge([ids[2]!], '');
    await desk.outbox.work();
    desk.setHealth({ freshness: 'unauthorized' });
    desk.outbox.acknowledge([ids[3]!], '');
    const titles = (list: { title: string }[]): string[] => list.map(({ title }) => title);
    const expected = ['Acknowledge C', 'Acknowledge D', 'Acknowledge B', 'Acknowledge A'];
    expect(titles(desk.outbox.list(100))).toEqual(expected);
    expect(titles(desk.outbox.list(3))).toEqual(expected.slice(0, 3));
    await desk.outbox.stop();
    const next = desk.restart({ isStarted: false });
    expect(titles(next.outbox.list(100))).toEqual(expected);
    expect(next.outbox.counts()).toEqual({ open: 2, failed: 1 });
    expect(next.outbox.pendingFor(ids[2]!)).toEqual({ kind: 'acknowledge', state: 'failed' });
  });

  test('settled ones go after 400 days, open ones never, and an incident keeps its own', async () => {
    const desk = openOutboxDesk({ isShared: false });
    const alarms = ['Old', 'Failed', 'InIncident', 'New'].map((name) => firing(name));
    desk.poll(...alarms);
    const [old, failed, inIncident, recent] = alarms.map(({ externalId }) => desk.id(externalId));
    desk.outbox.acknowledge([old!, inIncident!], '');
    await desk.outbox.work();
    desk.upstream.fail('send', rejected());
    desk.outbox.acknowledge([failed!], '');
    await desk.outbox.work();
    desk.store.connection.exec(
      `INSERT INTO incident (title, created_at) VALUES ('I', '2026-11-24T04:00:00.000Z');
       INSERT INTO incident_alarm VALUES (1, ${inIncident!}, '2026-11-24T04:00:00.000Z', 'chosen');`,
    );
    desk.clock.move(401 * 86_400_000);
    desk.outbox.acknowledge([recent!], '');
    await desk.outbox.work();
    const counts = await pruneHistory(desk.store.db, desk.clock.now());
    expect(counts.intents).toBe(1);
    expect(desk.outbox.list(10).map(({ title }) => title)).toEqual([
      'Acknowledge Failed',
      'Acknowledge New',
      'Acknowledge InIncident',
    ]);
  });

  test('a source that is removed takes its intents with it', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    desk.setHealth({ freshness: 'unauthorized' });
    desk.outbox.acknowledge([desk.id('am:1:CheckoutDown')], '');
    desk.healths.clear();
    desk.store.connection.prepare('DELETE FROM source').run();
    desk.alarms.forgetSource(source);
    desk.bus.emit('sources.configured', { at: desk.clock.now() });
    await new Promise((resolve) => setImmediate(resolve));
    expect(desk.outbox.counts()).toEqual({ open: 0, failed: 0 });
    expect(desk.outbox.list(10)).toEqual([]);
  });
});

describe('silences', () => {
  const matchers = [{ name: 'alertname', value: 'CheckoutDown', isRegex: false, isEqual: true }];

  test('the preview shows what it touches now and touched before, similar ones, and when it ends', async () => {
    const desk = openOutboxDesk();
    const pods = ['a', 'b'].map((pod) => ({
      ...firing('CheckoutDown', { pod }),
      externalId: `am:1:${pod}`,
    }));
    for (let times = 0; times < 3; times += 1) {
      desk.poll(...pods, disk);
      desk.clock.move(minute);
      desk.poll();
    }
    desk.clock.move(8 * 86_400_000);
    for (let times = 0; times < 2; times += 1) {
      desk.poll(...pods, disk);
      desk.clock.move(minute);
      desk.poll(pods[0]!);
    }
    const id = desk.id('am:1:a');
    desk.outbox.silence({
      alarmId: id,
      sourceId: source,
      matchers,
      durationMs: 120_000,
      comment: 'deploy',
    });
    await desk.outbox.work();
    const durationMs = 3_600_000;
    const preview = await desk.outbox.previewSilence({ id, durationMs });
    expect(preview).toMatchObject({
      sourceId: source,
      matchesNowCount: 1,
      matchesNow: [{ id }],
      last7Days: [{ title: 'CheckoutDown', severity: 'critical', count: 2 }],
      last7DaysCount: 2,
      similar: [{ createdBy: 'Alex', comment: 'deploy' }],
      endsAt: instant(desk.clock.now() + durationMs),
      isEndInSleepHours: isWithinHours(
        desk.settings.sleepHours,
        'UTC',
        desk.clock.now() + durationMs,
      ),
      warnings: [],
    });
    expect(preview.labels).toEqual([
      { name: 'alertname', value: 'CheckoutDown', isVolatile: false, isUsed: true },
      { name: 'pod', value: 'a', isVolatile: true, isUsed: false },
      { name: 'service', value: 'checkout', isVolatile: false, isUsed: true },
    ]);

    const wide = await desk.outbox.previewSilence({
      id,
      labels: ['service', 'invented'],
      durationMs,
    });
    expect(wide.matchers).toMatchObject([{ name: 'service', value: 'checkout' }]);
    expect(wide.last7DaysCount).toBe(4);
    const none = await desk.outbox.previewSilence({ id, labels: ['toString'], durationMs });
    expect(none).toMatchObject({ matchers: [], matchesNowCount: 0, last7DaysCount: 0 });
    expect(none.warnings.join()).toContain('would silence everything');
  });

  test('the preview says what it could not read', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    desk.setHealth({ freshness: 'stale', reason: 'no answer for 3 min' });
    desk.upstream.fail('silences', unreachable());
    const preview = await desk.outbox.previewSilence({
      id: desk.id('am:1:CheckoutDown'),
      durationMs: 60_000,
    });
    expect(preview.similar).toEqual([]);
    expect(preview.warnings.join('\n')).toMatch(
      /last known state: no answer for 3 min[\s\S]*could not be read: prod does not answer/,
    );
    await expect(
      desk.outbox.previewSilence({ id: 99 as AlarmId, durationMs: 60_000 }),
    ).rejects.toThrow(/does not exist/);
  });

  test('is stored, sent and confirmed, and a flapping alarm does not take it back', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    const id = desk.id('am:1:CheckoutDown');
    const intent = desk.outbox.silence({
      alarmId: id,
      sourceId: source,
      matchers,
      durationMs: 3_600_000,
      comment: 'deploy of checkout',
    });
    expect(intent).toMatchObject({
      kind: 'silence',
      state: 'queued',
      title: 'Silence CheckoutDown',
    });
    desk.poll();
    await desk.outbox.work();
    expect(desk.states()).toEqual(['silence confirmed']);
    desk.poll(checkout);
    expect(desk.alarms.get(id)?.status).toBe('suppressed');
    expect(desk.events(id).join('\n')).toContain(
      `Silence requested until ${instant(start + 3_600_000)} for alertname=CheckoutDown: deploy of checkout`,
    );
    desk.clock.move(3_600_000);
    await desk.outbox.work();
    expect(desk.upstream.count('extend')).toBe(0);
  });

  test('one whose end came before it could be sent is not sent', async () => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    desk.setHealth({ freshness: 'unauthorized' });
    desk.outbox.silence({
      alarmId: desk.id('am:1:CheckoutDown'),
      sourceId: source,
      matchers,
      durationMs: 60_000,
      comment: '',
    });
    desk.clock.move(60_000);
    desk.setHealth({ freshness: 'live' });
    await desk.outbox.work();
    expect(desk.outbox.list(1)).toMatchObject([
      { state: 'overtaken', error: 'Its end came before it could be sent.' },
    ]);
    expect(desk.upstream.asked).toEqual([]);
  });

  test.each([
    [
      'everything',
      [{ name: 'alertname', value: '.*', isRegex: true, isEqual: true }],
      /every alarm/,
    ],
    [
      'what nobody can read',
      [{ name: 'alertname', value: '(', isRegex: true, isEqual: true }],
      /cannot be read/,
    ],
  ])('one on %s is refused and not stored', (_what, broad, why) => {
    const desk = openOutboxDesk();
    desk.poll(checkout);
    const alarmId = desk.id('am:1:CheckoutDown');
    const input = { alarmId, sourceId: source, durationMs: 60_000, comment: '' };
    expect(() => desk.outbox.silence({ ...input, matchers: broad })).toThrow(why);
    expect(desk.outbox.list(1)).toEqual([]);
  });
});

describe('a killed program', () => {
  test('what it stored is sent by the next one, also what it had begun', async () => {
    const run = new Mortal(Infinity);
    const desk = openOutboxDesk({ run });
    desk.poll(checkout);
    desk.outbox.acknowledge([desk.id('am:1:CheckoutDown')], '');
    run.kill();
    const next = desk.restart();
    await next.outbox.work();
    expect(next.states()).toEqual(['acknowledge confirmed']);
    expect(next.upstream.made).toHaveLength(1);
  });

  test('a group that lost its first alarm meanwhile is repeated with the key it began with', async () => {
    const pods = ['a', 'b'].map((pod) => ({
      ...firing('PodDown', { pod }),
      externalId: `am:1:${pod}`,
    }));
    const desk = openOutboxDesk();
    desk.poll(...pods);
    desk.upstream.fail('send', 'lost');
    desk.outbox.acknowledge(
      pods.map(({ externalId }) => desk.id(externalId)),
      '',
    );
    await desk.outbox.work();
    await desk.outbox.stop();
    const next = desk.restart();
    next.poll(pods[1]!);
    next.clock.move(minute);
    await next.outbox.work();
    expect(next.upstream.made).toHaveLength(1);
    expect(next.upstream.doubled).toEqual([]);
    expect(next.states()).toEqual(['acknowledge confirmed', 'acknowledge overtaken']);
  });

  describe.each([
    ['that shares one silence among alarms', true, 2, {}],
    ['with one acknowledgement per alarm', false, 3, {}],
    // As if they were thousands.
    ['that is asked for many at once', false, 3, { manyFrom: 1 }],
  ])('before an upstream %s', (_what, isShared, expectedMade, many) => {
    const pods = ['a', 'b'].map((pod) => ({
      ...firing('PodDown', { pod }),
      externalId: `am:1:${pod}`,
    }));

    /** One night, in which the program is killed at the `fuse`-th thing it does, and started again. */
    async function night(fuse: number) {
      let run = new Mortal(fuse);
      let desk = openOutboxDesk({ run, isShared, store: openTestStore(many) });
      let kills = 0;
      const isDead = (): boolean => run.isDead();
      const step = async (work: () => unknown): Promise<void> => {
        try {
          await work();
        } catch (error) {
          if (!isDead()) throw error;
        }
        if (!isDead()) return;
        kills += 1;
        run = new Mortal(Infinity);
        desk = desk.restart({ run });
        await step(work);
      };
      // A dead run never answers.
      const untilDead = async (): Promise<void> => {
        const progress = { isDone: false };
        void desk.outbox.work().then(() => (progress.isDone = true));
        while (!progress.isDone && !isDead()) {
          await new Promise((resolve) => setImmediate(resolve));
        }
      };
      const ask = (ids: () => AlarmId[], kind: 'acknowledge' | 'unacknowledge'): void => {
        // A person who sees it pending does not ask twice, and one who does harms nothing.
        const { refused } =
          kind === 'acknowledge'
            ? desk.outbox.acknowledge(ids(), 'on it')
            : desk.outbox.unacknowledge(ids());
        for (const { why } of refused) expect(why).toMatch(/already|not acknowledged/);
      };
      const all = (): AlarmId[] => ['am:1:a', 'am:1:b', 'am:1:DiskFull'].map(desk.id);
      // A comment and a silence may be wanted twice: who sees them stored after a crash does not ask again.
      const isAsked = (kind: IntentKind): boolean =>
        desk.outbox.list(500).some((intent) => intent.kind === kind);
      const say = (text: string): void => {
        if (!isAsked('comment')) desk.alarms.comment(desk.id('am:1:DiskFull'), text);
      };
      const silencedUntil = start + acknowledgeForMs + hour;
      const silenceDisk = (): void => {
        if (isAsked('silence')) return;
        const matchers = [{ name: 'alertname', value: 'DiskFull', isRegex: false, isEqual: true }];
        const input = { alarmId: desk.id('am:1:DiskFull'), sourceId: source, matchers };
        desk.outbox.silence({ ...input, durationMs: hour, comment: 'swap' });
      };
      const listed = () => {
        const { ref, action, endsAt } = desk.upstream.made.at(-1)!;
        return {
          sourceId: source,
          upstreamRef: ref,
          words: 'alertname=DiskFull',
          matchers: action.matchers,
          comment: action.note,
          endsAt: instant(endsAt),
          hidden: [desk.id('am:1:DiskFull')],
        };
      };
      const moveEnd = (): void => {
        desk.outbox.extendSilence(listed(), instant(silencedUntil + hour));
      };
      const endSilence = (): void => {
        if (!isAsked('unsilence')) desk.outbox.endSilence(listed());
      };

      await step(() => desk.poll(...pods, disk));
      await step(() => ask(all, 'acknowledge'));
      await step(untilDead);
      expect(desk.upstream.active()).toHaveLength(expectedMade);
      await step(() => desk.poll(...pods, disk));
      expect(new Set([...desk.alarms.active()].map(({ status }) => status))).toEqual(
        new Set(['acknowledged']),
      );
      desk.clock.move(acknowledgeForMs / 2);
      await step(untilDead);
      desk.clock.move(acknowledgeForMs / 2);
      expect(desk.upstream.active()).toHaveLength(expectedMade);
      await step(() => desk.poll(disk));
      await step(untilDead);
      expect(desk.upstream.active()).toHaveLength(1);
      await step(() => ask(() => [desk.id('am:1:DiskFull')], 'unacknowledge'));
      await step(untilDead);
      await step(() => desk.poll(disk));
      await step(() => say('the disk of web1'));
      await step(untilDead);
      await step(() => silenceDisk());
      await step(untilDead);
      await step(() => desk.poll(disk));
      expect(desk.alarms.get(desk.id('am:1:DiskFull'))?.status).toBe('suppressed');
      await step(() => moveEnd());
      await step(untilDead);
      expect(desk.upstream.active()).toMatchObject([{ endsAt: silencedUntil + hour }]);
      await step(() => endSilence());
      await step(untilDead);
      await step(() => desk.poll(disk));
      const before = desk.alarms.get(desk.id('am:1:DiskFull'))?.status;
      await step(() => desk.outbox.resolve([desk.id('am:1:DiskFull')], 'replaced'));
      await step(untilDead);
      // Told is not over: that is for a poll to show.
      expect(desk.alarms.get(desk.id('am:1:DiskFull'))?.status).toBe('firing');
      await step(() => desk.poll(disk));
      return { desk, kills, before, points: run.points };
    }

    test('at any moment: nothing is lost, nothing is doubled, nothing is left over', async () => {
      const whole = await night(Infinity);
      expect(whole.kills).toBe(0);
      const moments = whole.points.length;
      expect(moments).toBeGreaterThan(80);
      for (let fuse = 1; fuse <= moments; fuse += 1) {
        const { desk, kills, before } = await night(fuse);
        const when = `killed ${whole.points[fuse - 1]} (${fuse})`;
        expect({ when, kills }).toEqual({ when, kills: 1 });
        expect({ when, made: desk.upstream.made.length }).toEqual({
          when,
          made: expectedMade + 1,
        });
        expect({ when, told: desk.upstream.told.map(({ kind, note }) => [kind, note]) }).toEqual({
          when,
          told: [
            ['comment', 'the disk of web1'],
            ['resolve', 'replaced'],
          ],
        });
        expect({ when, doubled: desk.upstream.doubled }).toEqual({ when, doubled: [] });
        expect({ when, active: desk.upstream.active() }).toEqual({ when, active: [] });
        expect({ when, ...desk.outbox.counts() }).toEqual({ when, open: 0, failed: 0 });
        const states = desk.states();
        const acknowledged = states.filter((state) => state === 'acknowledge confirmed');
        expect({ when, acknowledged: acknowledged.length }).toEqual({
          when,
          acknowledged: 3,
        });
        expect({
          when,
          others: states.filter((state) => !state.includes('acknowledge')).toSorted(),
        }).toEqual({
          when,
          others: [
            'comment confirmed',
            'extend_silence confirmed',
            'resolve confirmed',
            'silence confirmed',
            'unsilence confirmed',
          ],
        });
        expect({ when, before }).toEqual({ when, before: 'firing' });
        expect(desk.alarms.get(desk.id('am:1:DiskFull'))?.status).toBe('resolved');
        expect(
          desk.store.connection.prepare('SELECT count(*) FROM held_acknowledgement').pluck().get(),
        ).toBe(0);
      }
    });
  });
});
