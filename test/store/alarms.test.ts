import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AlarmChange } from '../../main/alarms/alarm.ts';
import { createAlarmService } from '../../main/alarms/alarm-service.ts';
import type { DeskEvent } from '../../preload/contract/desk.ts';
import { AlarmDetail, AlarmList } from '../../preload/contract/alarms.ts';
import { openAlarmDesk } from '../support/alarm-desk.ts';
import { complete, instant, minute, observed, partial, source, start } from '../support/alarms.ts';

let desk: ReturnType<typeof openAlarmDesk>;
beforeEach(() => {
  desk = openAlarmDesk();
});
afterEach(() => desk.store.close());

const a = observed({ externalId: 'a' });
const b = observed({
  externalId: 'b',
  title: 'QueueFull',
  summary: 'Mail waits',
  severity: 'warning',
  service: 'mail',
  labels: { alertname: 'QueueFull' },
});

const table = (name: string): Record<string, unknown>[] =>
  desk.store.connection.prepare(`SELECT * FROM ${name} ORDER BY id`).all() as Record<
    string,
    unknown
  >[];
const writes = (): number =>
  desk.store.connection.prepare('SELECT total_changes() AS n').pluck().get() as number;
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A new service on the same store, as after a restart. */
const restart = (): void => {
  desk.alarms = createAlarmService(desk.deps);
};

describe('alarms in the store', () => {
  it('keeps alarm, episode and event of what fired, changed and cleared', () => {
    const { alarms } = desk;
    alarms.apply(source, complete(a, b), start);
    const acked = {
      ...a,
      status: 'acknowledged' as const,
      ackedBy: 'mo',
      severity: 'high' as const,
    };
    alarms.apply(source, complete(acked, b), start + minute);
    alarms.apply(source, complete(acked), start + 2 * minute);
    expect(table('alarm')).toMatchObject([
      { external_id: 'a', status: 'acknowledged', severity: 'high', acked_by: 'mo' },
      { external_id: 'b', status: 'resolved', status_since: instant(start + 2 * minute) },
    ]);
    expect(table('episode')).toMatchObject([
      // The worst it has been.
      { alarm_id: 1, ended_at: null, severity: 'critical', acked_at: instant(start + minute) },
      { alarm_id: 2, ended_at: instant(start + 2 * minute), is_unseen: 0 },
    ]);
    expect(table('event').map(({ alarm_id, kind, origin }) => [alarm_id, kind, origin])).toEqual([
      [1, 'fired', 'Alertmanager prod'],
      [2, 'fired', 'Alertmanager prod'],
      [1, 'acknowledged', 'Alertmanager prod'],
      [1, 'severity_changed', 'Alertmanager prod'],
      [2, 'resolved', 'Alertmanager prod'],
    ]);
  });

  it('knows the same after a restart as before', () => {
    const odd = observed({
      externalId: 'odd\u0000id',
      title: "Robert'); DROP TABLE alarm;--",
      labels: { ['__proto__']: 'x', ключ: 'a\u0000b\u202E', ['x'.repeat(300)]: '🔥' },
      refs: { silencedBy: ['1'], nested: { deep: [1, null] } },
    });
    desk.alarms.apply(source, complete(a, odd), start);
    const before = [...desk.alarms.active()];
    restart();
    expect([...desk.alarms.active()]).toEqual(before);
    const written = writes();
    expect(desk.alarms.apply(source, complete({ ...a }, { ...odd }), start + minute)).toEqual([]);
    expect(writes()).toBe(written);
  });

  it('uses the same alarm with a new episode when it fires again after a restart', () => {
    desk.alarms.apply(source, complete(a), start);
    desk.alarms.apply(source, complete(), start + minute);
    restart();
    const [change] = desk.alarms.apply(source, complete(a), start + 2 * minute);
    expect(change).toMatchObject({ kind: 'fired', alarm: { id: 1, episodeId: 2 } });
    expect(table('alarm')).toHaveLength(1);
    expect(table('episode')).toMatchObject([
      { ended_at: instant(start + minute) },
      { started_at: instant(start + minute), ended_at: null },
    ]);
  });

  it('writes nothing and says nothing when nothing changed', async () => {
    const events: DeskEvent[] = [];
    const alarms = [a, b];
    desk.alarms.apply(source, complete(...alarms), start);
    await nextTurn();
    desk.windows.open((event) => events.push(event));
    desk.bus.on('alarms.changed', () => expect.unreachable());
    const written = writes();
    desk.alarms.apply(source, complete(...alarms), start + minute);
    desk.alarms.apply(source, complete(...alarms.map((one) => ({ ...one }))), start + minute);
    desk.alarms.apply(source, partial(), start + minute);
    await nextTurn();
    expect(writes()).toBe(written);
    expect(events).toEqual([]);
  });

  it('tells listeners inside the transaction, and windows after it', async () => {
    const heard: string[] = [];
    desk.windows.open((event) => heard.push(`window ${event.type}`));
    desk.bus.on('alarms.changed', ({ changes, sourceName, at }) => {
      heard.push(`${sourceName} ${changes.length} ${at - start}`);
      heard.push(String(desk.store.connection.inTransaction));
      heard.push(desk.alarms.get(changes[0]!.alarm.id)?.status ?? 'unknown');
      heard.push(String(desk.alarms.rows([changes[0]!.alarm.id]).length));
    });
    desk.alarms.apply(source, complete(a, b), start);
    await nextTurn();
    expect(heard).toEqual(['Alertmanager prod 2 0', 'true', 'firing', '1', 'window changed']);
  });

  it('changes nothing, in memory neither, when a listener or the disk refuses', () => {
    desk.alarms.apply(source, complete(a), start);
    const off = desk.bus.on('alarms.changed', () => {
      throw new Error('disk full');
    });
    expect(() => desk.alarms.apply(source, complete(b), start + minute)).toThrow('disk full');
    off();
    expect([...desk.alarms.active()].map(({ externalId }) => externalId)).toEqual(['a']);
    expect(table('alarm')).toHaveLength(1);
    expect(table('event')).toHaveLength(1);
    const kinds = (changes: readonly AlarmChange[]): string[] => changes.map(({ kind }) => kind);
    expect(kinds(desk.alarms.apply(source, complete(b), start + minute))).toEqual([
      'fired',
      'resolved',
    ]);
  });

  it('finds its way back when an outer transaction is taken back after it was done', () => {
    desk.alarms.apply(source, complete(a), start);
    const outer = (): void =>
      desk.store.db.transaction(() => {
        desk.alarms.apply(source, complete(), start + minute);
        throw new Error('outer');
      });
    expect(outer).toThrow('outer');
    const changes = desk.alarms.apply(source, complete(), start + 2 * minute);
    expect(changes).toMatchObject([{ kind: 'resolved', alarm: { externalId: 'a' } }]);
    expect(table('alarm')).toMatchObject([{ status: 'resolved' }]);
  });

  it('keeps sources apart', () => {
    const both = openAlarmDesk(desk.store, ['prod', 'stage']);
    both.alarms.apply('prod' as never, complete(a), start);
    both.alarms.apply('stage' as never, complete(a), start);
    both.alarms.apply('stage' as never, complete(), start + minute);
    expect([...both.alarms.active()]).toMatchObject([{ sourceId: 'prod' }]);
    desk.store.connection.prepare(`DELETE FROM source WHERE id = 'prod'`).run();
    both.alarms.forgetSource('prod' as never);
    expect([...both.alarms.active()]).toEqual([]);
  });
});

describe('what happened while nobody looked', () => {
  const unseen = (): string[] =>
    desk.alarms
      .list({ query: 'is:unseen', groupBy: 'none' })
      .rows.map(({ title, status }) => `${title} ${status}`);

  it('is seen when it happens in front of us', () => {
    desk.alarms.apply(source, complete(a), start);
    desk.alarms.apply(source, complete(b), start + minute);
    expect(unseen()).toEqual([]);
  });

  it('is kept until seen after a restart', async () => {
    desk.alarms.apply(source, complete(a), start);
    restart();
    desk.alarms.apply(source, complete(b), start + 60 * minute);
    expect(unseen()).toEqual(['QueueFull firing', 'CheckoutDown resolved']);
    expect(desk.alarms.unseenCount()).toBe(2);
    expect(desk.alarms.list({ query: '', groupBy: 'none' }).ids).toHaveLength(1);
    restart();
    expect(unseen()).toEqual(['QueueFull firing', 'CheckoutDown resolved']);
    desk.alarms.markSeen([...desk.alarms.list({ query: 'is:unseen', groupBy: 'none' }).ids]);
    expect(unseen()).toEqual([]);
    restart();
    expect(unseen()).toEqual([]);
  });

  it('is kept until seen after a gap, once the source answers completely', () => {
    desk.alarms.apply(source, complete(a), start);
    desk.bus.emit('gap.ended', { fromMs: start, at: start + minute, reason: 'sleep' });
    desk.alarms.apply(source, partial(a, b), start + minute);
    desk.alarms.apply(source, complete(b), start + 2 * minute);
    desk.alarms.apply(source, complete(), start + 3 * minute);
    // The last one cleared before our eyes, but that it fired was never seen.
    expect(unseen()).toEqual(['CheckoutDown resolved', 'QueueFull resolved']);
  });
});

describe('answers', () => {
  it('agree with the contract, whatever upstream wrote', () => {
    const hostile = observed({
      externalId: 'h',
      title: '<script>'.repeat(20_000),
      summary: 'x'.repeat(100_000),
      url: 'javascript:alert(1)',
      labels: { constructor: 'x', huge: 'y'.repeat(100_000) },
      ackedBy: 'z'.repeat(100_000),
    });
    desk.alarms.apply(source, complete(a, hostile), start);
    const list = AlarmList.parse(desk.alarms.list({ query: '', groupBy: 'constructor' }));
    expect(list).toMatchObject({ hiddenCount: 0, problems: [], ids: [1, 2] });
    expect(list.groups).toMatchObject([{ title: 'no constructor' }, { title: 'x' }]);
    expect(list.rows[1]!.title.length).toBeLessThan(400);
    const detail = AlarmDetail.parse(desk.alarms.detail(list.ids[1]!));
    expect(detail).toMatchObject({ url: null, labels: { huge: 'y'.repeat(100_000) } });
  });

  it('leave unknown ids out of rows, and say that an unknown alarm does not exist', () => {
    desk.alarms.apply(source, complete(a), start);
    expect(desk.alarms.rows([1, 99] as never)).toHaveLength(1);
    expect(() => desk.alarms.detail(99 as never)).toThrow('does not exist');
  });

  it('tell history, episodes with what fixed them, and related alarms', () => {
    desk.alarms.apply(source, complete(a), start);
    const { connection } = desk.store;
    connection
      .prepare(
        `INSERT INTO incident (id, title, mitigation, created_at) VALUES (1, 'Checkout', 'rolled back 4.17.2', ?)`,
      )
      .run(instant(start));
    connection
      .prepare(`INSERT INTO incident_alarm VALUES (1, 1, ?, 'chosen')`)
      .run(instant(start + 1));
    desk.alarms.comment(1 as never, 'looks like the deploy');
    desk.alarms.apply(source, complete(), start + 10 * minute);
    const again = { ...a, startsAt: instant(start + 60 * minute) };
    const near = { ...b, startsAt: instant(start + 57 * minute) };
    const far = { ...b, externalId: 'far', startsAt: instant(start - 60 * minute) };
    desk.alarms.apply(source, complete(again, near, far), start + 60 * minute);
    desk.clock.move(70 * minute);
    const detail = desk.alarms.detail(1 as never);
    expect(detail.episodes).toMatchObject([
      { startedAt: again.startsAt, endedAt: null, durationMs: 10 * minute, fixedBy: null },
      {
        startedAt: a.startsAt,
        durationMs: 11 * minute,
        incidentId: 1,
        fixedBy: 'rolled back 4.17.2',
      },
    ]);
    expect(detail.row.episodesIn7Days).toBe(2);
    expect(detail.events.map(({ kind }) => kind)).toEqual(['fired', 'resolved', 'note', 'fired']);
    expect(detail.related.map(({ id }) => id)).toEqual([2]);
    expect(detail.actions).toMatchObject({ acknowledge: true, whyNot: null });
  });

  it('say why nothing can be done to an alarm', () => {
    desk.alarms.apply(source, complete(a), start);
    desk.alarms.apply(source, complete(), start);
    expect(desk.alarms.detail(1 as never).actions).toMatchObject({
      acknowledge: false,
      whyNot: 'It has cleared.',
    });
  });

  it('count views without asking the store', () => {
    desk.alarms.apply(source, complete(a, b), start);
    expect(['', 'severity>=high', '-checkout', 'nothing'].map(desk.alarms.countMatching)).toEqual([
      2, 1, 1, 0,
    ]);
  });

  it('show alarms that are over only when asked', () => {
    desk.alarms.apply(source, complete(a, b), start);
    desk.alarms.apply(source, complete(a), start);
    const ids = (query: string): number[] => desk.alarms.list({ query, groupBy: 'service' }).ids;
    expect(ids('')).toEqual([1]);
    expect(ids('status:resolved')).toEqual([2]);
    expect(ids('status:resolved checkout')).toEqual([]);
  });
});

describe('hot queries', () => {
  const plan = (sql: string): string =>
    (desk.store.connection.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
      .map(({ detail }) => detail)
      .join('; ');

  it('count episodes of a page by index', () => {
    expect(
      plan(
        `SELECT e.alarm_id, count(*) FROM json_each('[1]') j
           JOIN episode e ON e.alarm_id = j.value AND e.started_at >= 'x' GROUP BY e.alarm_id`,
      ),
    ).toContain('SEARCH e USING COVERING INDEX episode_by_alarm (alarm_id=? AND started_at>?)');
  });

  it('find unseen and resolved alarms by index', () => {
    expect(plan(`SELECT DISTINCT alarm_id FROM episode WHERE is_unseen = 1`)).toContain(
      'episode_unseen',
    );
    expect(
      plan(`SELECT * FROM alarm a LEFT JOIN episode e ON e.alarm_id = a.id AND e.ended_at IS NULL
             WHERE a.status = 'resolved' AND a.status_since >= 'x' ORDER BY a.status_since DESC LIMIT 9`),
    ).toMatch(/alarm_resolved.*episode_open/);
  });
});
