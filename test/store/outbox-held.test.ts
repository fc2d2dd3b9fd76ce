/** Acknowledgements that are prolonged while the alarm lasts. */
import { describe, expect, test } from 'vitest';
import { instant, start } from '../support/alarms.ts';
import { rejected, unreachable } from '../support/fake-upstream.ts';
import { acknowledgeForMs, firing, openOutboxDesk } from '../support/outbox-desk.ts';

const checkout = firing('CheckoutDown');

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
