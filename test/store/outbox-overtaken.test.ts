/** Requests that others overtake, and those of many alarms at once. */
import { describe, expect, test } from 'vitest';
import { instant, minute, source, start } from '../support/alarms.ts';
import { unreachable } from '../support/fake-upstream.ts';
import { acknowledgeForMs, firing, openOutboxDesk } from '../support/outbox-desk.ts';

const checkout = firing('CheckoutDown');

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
