/** What was asked during an outage meets another occurrence of the alarm, or the same one. */
import { describe, expect, test } from 'vitest';
import { instant, minute, observed, start } from '../support/alarms.ts';
import { openOutboxDesk } from '../support/outbox-desk.ts';
import { unreachable } from '../support/fake-upstream.ts';

const first = observed({ externalId: 'nagios:1:web;disk' });
const again = observed({ externalId: 'nagios:1:web;disk', startsAt: instant(start + 5 * minute) });

function outage() {
  const desk = openOutboxDesk({ isShared: false });
  desk.poll(first);
  const id = desk.id(first.externalId);
  desk.setHealth({ freshness: 'unreachable', lastSuccessAt: instant(start) });
  desk.clock.move(minute);
  desk.upstream.fail('send', unreachable());
  desk.outbox.acknowledge([id], 'on it');
  return { ...desk, id };
}

describe('an acknowledgement that waited through an outage', () => {
  test('is not sent before somebody looked at the alarm again, however often it is due', async () => {
    const desk = outage();
    await desk.outbox.work();
    const asked = desk.upstream.count('send');
    for (let count = 0; count < 10; count += 1) {
      desk.clock.move(3 * minute);
      await desk.outbox.work();
    }
    expect(desk.upstream.count('send')).toBe(asked);
    expect(desk.states()).toEqual(['acknowledge queued']);
  });

  test('reaches the alarm that is still the same', async () => {
    const desk = outage();
    await desk.outbox.work();
    desk.clock.move(10 * minute);
    desk.poll(first);
    desk.setHealth({ freshness: 'live' });
    await desk.outbox.work();
    expect(desk.upstream.active()).toHaveLength(1);
  });

  test('never reaches an occurrence that began meanwhile', async () => {
    const desk = outage();
    await desk.outbox.work();
    desk.clock.move(10 * minute);
    desk.poll(again);
    desk.setHealth({ freshness: 'live' });
    await desk.outbox.work();
    expect(desk.upstream.active()).toEqual([]);
    expect(desk.states()).toEqual(['acknowledge overtaken']);
    expect(desk.alarms.get(desk.id)?.status).toBe('firing');
  });

  test('is sent at once within two minutes: it reaches what was seen', async () => {
    const desk = outage();
    await desk.outbox.work();
    desk.clock.move(30_000);
    await desk.outbox.work();
    expect(desk.upstream.active()).toHaveLength(1);
  });
});
