/** Silences: made, moved, ended, and taken back. */
import { describe, expect, test } from 'vitest';
import { isWithinHours } from '../../main/local-time.ts';
import type { AlarmId } from '../../preload/contract/common.ts';
import { instant, minute, source, start } from '../support/alarms.ts';
import { unreachable } from '../support/fake-upstream.ts';
import { firing, openOutboxDesk } from '../support/outbox-desk.ts';

const checkout = firing('CheckoutDown');
const disk = firing('DiskFull');

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
