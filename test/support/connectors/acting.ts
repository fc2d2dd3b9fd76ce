/** What every connector promises about writing: one effect, on one object, read back, whatever is repeated. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KnownAlarm, ObservedAlarm } from '../../../main/alarms/alarm.ts';
import type {
  ActionKind,
  ActionReceipt,
  ConnectorActions,
  UpstreamAction,
} from '../../../main/sources/connector.ts';
import { SourceError } from '../../../main/sources/source-error.ts';
import type { Connection } from '../../../main/sources/source-state.ts';
import { toInstant } from '../../../main/clock.ts';
import type { AlarmId, EpisodeId, SourceId } from '../../../preload/contract/common.ts';
import { until } from '../prometheus-stack.ts';
import type { ConnectorCase, Upstream } from './case.ts';
import { never, open, settled } from './reading.ts';

const known = (alarm: ObservedAlarm): KnownAlarm => ({
  ...alarm,
  id: 1 as AlarmId,
  sourceId: 'prod' as SourceId,
  statusSince: alarm.startsAt,
  firstSeenAt: alarm.startsAt,
  episodeId: 1 as EpisodeId,
});

/** As it comes back from the store. */
const stored = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

const hour = 3_600_000;

export function describeActing(one: ConnectorCase, kinds: ReadonlySet<ActionKind>): void {
  describe(`${one.kind.kind} acting`, () => {
    let upstream: Upstream;
    let connection: Connection;
    const keptHere = new Set<string>(one.kept ?? []);

    const actionsNow = (): ConnectorActions => {
      const { actions } = connection.connector;
      if (actions === null) throw new Error('it takes no actions');
      return actions;
    };
    const poll = () => connection.connector.poll(never);
    const alarmNow = async (key: string): Promise<ObservedAlarm> => {
      const { snapshot } = await poll();
      const found = snapshot.alarms.find(({ title }) => title.includes(`Alarm ${key}`));
      if (found === undefined) throw new Error(`${key} is not in the list`);
      return found;
    };
    const about = ({ externalId, refs }: ObservedAlarm) => ({ externalId, refs });
    /** Sends, twice as after a crash, and waits until the upstream agrees. */
    async function does(action: UpstreamAction, key: string): Promise<ActionReceipt> {
      await actionsNow().send(stored(action), key, never);
      const receipt = await actionsNow().send(stored(action), key, never);
      await until(
        `${action.kind} is confirmed`,
        async () => {
          await poll();
          return actionsNow().confirm(stored(action), stored(receipt), never);
        },
        10_000,
      );
      return receipt;
    }
    const acknowledgement = (alarm: ObservedAlarm): UpstreamAction => ({
      kind: 'acknowledge',
      ...about(alarm),
      matchers: actionsNow().propose(known(alarm)).matchers,
      by: 'ada',
      note: 'looking into it',
      durationMs: 900_000,
    });
    const silencing = (alarm: ObservedAlarm): Extract<UpstreamAction, { kind: 'silence' }> => {
      const { matchers } = actionsNow().propose(known(alarm));
      const scope = actionsNow().silenceScopes?.at(-1);
      return {
        kind: 'silence',
        matchers:
          scope === undefined ? matchers : matchers.filter(({ name }) => scope.includes(name)),
        by: 'ada',
        note: 'planned work',
        endsAt: toInstant(Math.floor(Date.now() / 60_000) * 60_000 + 2 * hour),
        about: about(alarm),
      };
    };

    beforeEach(async () => {
      upstream = await one.start();
      const since = Math.floor(Date.now() / 1_000) * 1_000 - hour;
      upstream.show(['a1', 'b2'].map((key) => ({ key, name: `Alarm ${key}`, since })));
      connection = open(one, upstream);
      await settled(one, connection);
    });
    afterEach(async () => {
      await connection.connector.close();
      await upstream.close();
    });

    test('it says what it takes, and what an acknowledgement does', () => {
      expect([...actionsNow().kinds].toSorted()).toEqual([...kinds].toSorted());
      if (kinds.has('acknowledge')) expect(actionsNow().acknowledgeEffect).toMatch(/.{20,}/);
    });

    if (kinds.has('acknowledge')) {
      test('acknowledge: once, however often it is sent, and only this alarm', async () => {
        await does(acknowledgement(await alarmNow('a1')), 'key-1');
        const seen = await alarmNow('a1');
        expect(seen.status).toBe('acknowledged');
        expect((await alarmNow('b2')).status).toBe('firing');
        if (keptHere.has('acknowledge')) return;
        expect(upstream.effects('a1')).toMatchObject({ isAcknowledged: true, acknowledgements: 1 });
        expect(upstream.effects('b2')).toMatchObject({
          isAcknowledged: false,
          acknowledgements: 0,
        });
      });

      test('acknowledge: a new run reads back what the last one sent', async () => {
        const action = acknowledgement(await alarmNow('a1'));
        const receipt = await actionsNow().send(action, 'key-1', never);
        const { memory = {} } = await poll();
        await connection.connector.close();
        connection = open(one, upstream, { memory: stored(memory) });
        await settled(one, connection);
        await until('it is confirmed', () =>
          actionsNow().confirm(stored(action), stored(receipt), never),
        );
        expect((await alarmNow('a1')).status).toBe('acknowledged');
      });
    }

    if (kinds.has('unacknowledge')) {
      test('unacknowledge: it fires again', async () => {
        const receipt = await does(acknowledgement(await alarmNow('a1')), 'key-1');
        const alarm = await alarmNow('a1');
        await does(
          { kind: 'unacknowledge', ...about(alarm), upstreamRef: receipt.upstreamRef },
          'key-2',
        );
        expect((await alarmNow('a1')).status).toBe('firing');
        if (!keptHere.has('acknowledge')) {
          expect(upstream.effects('a1').isAcknowledged).toBe(false);
        }
      });
    }

    if (kinds.has('comment')) {
      test('comment: once, with its text', async () => {
        const alarm = await alarmNow('a1');
        const note = 'restarted the pool; see "INC-7"; ünïcode & <b>';
        await does({ kind: 'comment', ...about(alarm), by: 'ada', note }, 'key-1');
        const { comments } = upstream.effects('a1');
        expect(comments).toHaveLength(1);
        expect(comments[0]).toContain('restarted the pool');
        expect(upstream.effects('b2').comments).toEqual([]);
      });
    }

    if (kinds.has('resolve')) {
      test('resolve: it is gone from the next list', async () => {
        const alarm = await alarmNow('a1');
        await does({ kind: 'resolve', ...about(alarm), by: 'ada', note: 'fixed' }, 'key-1');
        expect(upstream.effects('a1').isResolved).toBe(!keptHere.has('resolve'));
        expect(upstream.effects('b2').isResolved).toBe(false);
        const { snapshot } = await poll();
        expect(snapshot.isComplete).toBe(true);
        expect(snapshot.alarms).toHaveLength(1);
      });
    }

    if (kinds.has('silence')) {
      test('silence: once, until its end, and only what it names', async () => {
        const action = silencing(await alarmNow('a1'));
        expect(actionsNow().matches(action.matchers, (await alarmNow('a1')).labels)).toBe(true);
        expect(actionsNow().matches(action.matchers, (await alarmNow('b2')).labels)).toBe(false);
        await does(action, 'key-1');
        expect((await alarmNow('a1')).status).toBe('suppressed');
        expect((await alarmNow('b2')).status).toBe('firing');
        const listed = await actionsNow().silences(never);
        expect(listed).toHaveLength(1);
        expect(listed[0]?.comment).toContain('planned work');
        expect(
          Math.abs(Date.parse(listed[0]?.endsAt ?? '') - Date.parse(action.endsAt)),
        ).toBeLessThan(61_000);
        if (keptHere.has('silence')) return;
        const { silencedUntil } = upstream.effects('a1');
        expect(silencedUntil).toHaveLength(1);
        expect(upstream.effects('b2').silencedUntil).toEqual([]);
      });

      test('silence: without a selector nothing goes out', async () => {
        const action = { ...silencing(await alarmNow('a1')), matchers: [] };
        const before = upstream.requests.length;
        await expect(actionsNow().send(action, 'key-1', never)).rejects.toBeInstanceOf(SourceError);
        const after = upstream.requests.slice(before).filter(({ method }) => method !== 'GET');
        expect(after.every(({ path }) => !/silence|downtime|snooze|mute/i.test(path))).toBe(true);
        expect(upstream.effects('a1').silencedUntil).toEqual([]);
      });
    }

    if (kinds.has('extend_silence')) {
      test('extend_silence: its end moves, and it stays one', async () => {
        await does(silencing(await alarmNow('a1')), 'key-1');
        const [silence] = await actionsNow().silences(never);
        if (silence === undefined) throw new Error('it is not listed');
        const endsAt = toInstant(Date.parse(silence.endsAt) + 2 * hour);
        await does({ kind: 'extend_silence', upstreamRef: silence.id, endsAt }, 'key-2');
        const now = await actionsNow().silences(never);
        expect(now).toHaveLength(1);
        expect(Math.abs(Date.parse(now[0]?.endsAt ?? '') - Date.parse(endsAt))).toBeLessThan(
          61_000,
        );
        expect((await alarmNow('a1')).status).toBe('suppressed');
      });
    }

    if (kinds.has('unsilence')) {
      test('unsilence: it fires again', async () => {
        await does(silencing(await alarmNow('a1')), 'key-1');
        const [silence] = await actionsNow().silences(never);
        if (silence === undefined) throw new Error('it is not listed');
        await does({ kind: 'unsilence', upstreamRef: silence.id }, 'key-2');
        // Where it ends by its end being moved to now, the clocks of both sides may differ by a moment.
        await until(
          'none is listed',
          async () => (await actionsNow().silences(never)).length === 0,
        );
        expect((await alarmNow('a1')).status).toBe('firing');
      });
    }
  });
}
