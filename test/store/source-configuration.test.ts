/** Sources as they are configured, also by hand and while they run. */
import { describe, expect, test } from 'vitest';
import { AppError } from '../../main/errors.ts';
import type { PollResult } from '../../main/sources/connector.ts';
import { sourceId } from '../support/source-desk.ts';
import { prod, alarm, snapshot, one, open, pass } from '../support/scripted-upstream.ts';

describe('the configuration', () => {
  test('of an unknown kind or with settings that make no sense is listed with what to do, never dropped', async () => {
    const { desk, upstream } = open({
      sources: [
        { ...one, kind: 'nagios' },
        { ...one, id: sourceId('torn'), settings: {} },
      ],
    });
    await pass(60_000);
    const listed = await desk.sources.list();
    expect(listed.map(({ id, freshness }) => [id, freshness])).toEqual([
      ['prod', 'misconfigured'],
      ['torn', 'misconfigured'],
    ]);
    expect(listed[0]?.problem?.message).toMatch(/no kind of source named "nagios"/);
    expect(listed[1]?.problem?.message).toMatch(/url/);
    expect(upstream.polls).toBe(0);
  });

  test('edited outside starts, restarts and stops loops, and leaves the others alone', async () => {
    const { desk, upstream } = open();
    const other = { ...one, id: sourceId('other'), name: 'Other' };
    await pass(0);
    desk.configure([one, other]);
    await pass(0);
    expect(upstream.polls).toBe(2);
    expect(upstream.contexts).toHaveLength(2);
    desk.configure([{ ...one, settings: { url: 'y' } }, other]);
    expect(desk.sources.health(prod)?.freshness).toBe('starting');
    await pass(0);
    expect(upstream.contexts.map(({ settings }) => settings['url'])).toEqual(['x', 'x', 'y']);
    desk.configure([{ ...one, settings: { url: 'y' }, name: 'Renamed' }, other]);
    expect(desk.sources.health(prod)).toMatchObject({ name: 'Renamed', freshness: 'live' });
    desk.configure([other]);
    await pass(0);
    expect(desk.sources.health(prod)).toBeUndefined();
    const polls = upstream.polls;
    await pass(16_000);
    expect(upstream.polls).toBe(polls + 1);
  });

  test('that lost a source keeps its alarms until a person removes them', async () => {
    const { desk, upstream } = open();
    upstream.answer = () => snapshot([alarm('a')]);
    await pass(0);
    desk.configure([]);
    const [left] = await desk.sources.list();
    expect(left).toMatchObject({
      id: prod,
      freshness: 'misconfigured',
      isEnabled: false,
      alarmCount: 1,
    });
    expect([...desk.alarms.active()]).toHaveLength(1);
    expect([...desk.sources.healths()].map(([id, { isEnabled }]) => [id, isEnabled])).toEqual([
      [prod, false],
    ]);
    await desk.sources.remove(prod);
    expect([...desk.alarms.active()]).toEqual([]);
    expect(await desk.sources.list()).toEqual([]);
  });

  test('a removed source takes its alarms along, and a late answer of it brings nothing back', async () => {
    const { desk, upstream } = open();
    upstream.answer = () => snapshot([alarm('a')]);
    await pass(0);
    let answer: (result: PollResult) => void = () => {};
    upstream.answer = () => new Promise((resolve) => (answer = resolve));
    desk.sources.poll(prod);
    await pass(0);
    await desk.sources.remove(prod);
    answer(snapshot([alarm('a'), alarm('b')]));
    await pass(0);
    expect([...desk.alarms.active()]).toEqual([]);
    expect(desk.store.connection.prepare('SELECT count(*) AS n FROM alarm').get()).toEqual({
      n: 0,
    });
    await expect(desk.sources.remove(prod)).rejects.toThrow(AppError);
  });

  test('a paused source is not asked, keeps its alarms, and begins anew when it is switched on', async () => {
    const { desk, upstream } = open();
    upstream.answer = () => snapshot([alarm('a')]);
    await pass(0);
    const paused = await desk.sources.setEnabled(prod, false);
    expect(paused).toMatchObject({ isEnabled: false, freshness: 'stale', nextAttemptAt: null });
    await pass(600_000);
    expect(upstream.polls).toBe(1);
    expect(() => desk.sources.poll(prod)).toThrow('is paused');
    expect([...desk.alarms.active()]).toHaveLength(1);
    await desk.sources.setEnabled(prod, true);
    await pass(0);
    expect(desk.sights.slice(-2).map(({ after }) => after)).toEqual(['starting', 'live']);
  });

  test('a severity word that a person maps reaches the connector, without a moment of blindness', async () => {
    const { desk, upstream } = open();
    await pass(0);
    await desk.sources.mapSeverity(prod, 'apocalypse', 'critical');
    expect(desk.sources.health(prod)?.freshness).toBe('live');
    await pass(0);
    expect(upstream.contexts.at(-1)?.severityMap).toEqual({ apocalypse: 'critical' });
  });

  test('saving once more forgets what the connector remembered; an edit outside does not', async () => {
    const { desk, upstream } = open();
    upstream.answer = () => snapshot([], { memory: { heartbeats: ['Watchdog'] } });
    await pass(0);
    desk.configure([{ ...one, severityMap: { x: 'info' } }]);
    await pass(0);
    expect(upstream.contexts.at(-1)?.memory).toEqual({ heartbeats: ['Watchdog'] });
    await desk.sources.save({ ...one, severityMap: undefined, secrets: {} } as never);
    await pass(0);
    expect(upstream.contexts.at(-1)?.memory).toEqual({});
  });

  test('saved again forgets nothing that people did, and no start that only the connector knows', async () => {
    const { desk, upstream } = open();
    const memory = {
      kept: { acknowledged: { a: { by: 'Ada', at: 'x' } }, silences: [{ id: 's' }] },
      seen: { a: 'x' },
      open: { e: { title: 'pushed out of the feed' } },
      active: ['snoozed'],
    };
    upstream.answer = () => snapshot([], { memory: { ...memory, heartbeats: ['Watchdog'] } });
    await pass(0);
    await desk.sources.save({ ...one, severityMap: undefined, secrets: {} } as never);
    await pass(0);
    expect(upstream.contexts.at(-1)?.memory).toEqual(memory);
  });

  test.each([
    [{ kind: 'nagios' }, 'no kind of source'],
    [{ settings: {} }, 'url'],
    [{ secrets: { password: 'x' } }, 'no secret named'],
    [{ id: sourceId('nobody') }, 'does not exist'],
  ])('a draft with %j is refused and changes nothing', async (wrong, words) => {
    const { desk } = open();
    const draft = {
      kind: 'scripted',
      name: 'New',
      intervalMs: 15_000,
      settings: { url: 'x' },
      secrets: {},
    };
    await expect(desk.sources.save({ ...draft, ...wrong })).rejects.toThrow(words);
    expect(desk.configured()).toEqual([one]);
  });

  test('two new sources of one name get different ids', async () => {
    const { desk } = open({ sources: [] });
    const draft = {
      kind: 'scripted',
      name: 'Проверка',
      intervalMs: 15_000,
      settings: { url: 'x' },
      secrets: {},
    };
    expect((await desk.sources.save(draft)).id).toBe('source');
    expect((await desk.sources.save(draft)).id).toBe('source-2');
    expect((await desk.sources.save({ ...draft, name: 'EU (Prod) №1' })).id).toBe('eu-prod-no1');
  });

  test('of a drill may be paused, but neither added to nor taken from', async () => {
    const { desk, upstream } = open({
      sources: [{ ...one, id: sourceId('real') }],
      fixedSources: [one],
    });
    await pass(0);
    expect(upstream.contexts.map(({ sourceId: id }) => id)).toEqual([prod]);
    await expect(desk.sources.remove(prod)).rejects.toThrow('A drill plays');
    await expect(
      desk.sources.save({
        kind: 'scripted',
        name: 'New',
        intervalMs: 15_000,
        settings: { url: 'x' },
        secrets: {},
      }),
    ).rejects.toThrow(AppError);
    expect((await desk.sources.setEnabled(prod, false)).isEnabled).toBe(false);
    expect(desk.configured()).toHaveLength(1);
  });
});
