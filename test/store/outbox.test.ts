/** What is written down before it is sent, and what the list says of it. */
import { describe, expect, test } from 'vitest';
import { pruneHistory } from '../../main/store/prune.ts';
import type { AlarmId } from '../../preload/contract/common.ts';
import { instant, minute, source, start } from '../support/alarms.ts';
import { rejected, unauthorized, unreachable } from '../support/fake-upstream.ts';
import { acknowledgeForMs, firing, openOutboxDesk } from '../support/outbox-desk.ts';

const checkout = firing('CheckoutDown');
const disk = firing('DiskFull');

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
