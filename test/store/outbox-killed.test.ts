/** The program dies at each step of a request: nothing is lost, and nothing is done twice. */
import { describe, expect, test } from 'vitest';
import type { AlarmId } from '../../preload/contract/common.ts';
import type { IntentKind } from '../../preload/contract/outbox.ts';
import { instant, minute, source, start } from '../support/alarms.ts';
import { acknowledgeForMs, firing, Mortal, openOutboxDesk } from '../support/outbox-desk.ts';
import { openTestStore } from '../support/store.ts';

const checkout = firing('CheckoutDown');
const disk = firing('DiskFull');
const hour = 60 * minute;

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
