/** What the source service sees and says of a source. */
import { describe, expect, test } from 'vitest';
import { AppError } from '../../main/errors.ts';
import { SourceError } from '../../main/sources/source-error.ts';
import { openTestStore } from '../support/store.ts';
import { prod, alarm, snapshot, open, pass, unreachable } from '../support/scripted-upstream.ts';

describe('sight', () => {
  test('comes with the first answer, goes with the first failure, and each change is told once', async () => {
    const { desk, upstream } = open();
    expect(desk.sources.health(prod)).toMatchObject({ freshness: 'starting', isEnabled: true });
    await pass(0);
    expect(desk.sources.health(prod)).toMatchObject({ freshness: 'live', reason: null });
    upstream.answer = unreachable;
    await pass(17_000);
    expect(desk.sources.health(prod)).toMatchObject({
      freshness: 'unreachable',
      reason: 'It is down.',
      next: 'Wait.',
    });
    await pass(120_000);
    upstream.answer = () => snapshot([]);
    await pass(120_000);
    const told = desk.sights.filter(({ before, after }) => before !== after);
    expect(told.map(({ after, reason }) => [after, reason])).toEqual([
      ['live', null],
      ['unreachable', 'It is down.'],
      ['live', null],
    ]);
  });

  test('is lost by time alone when nothing answers any more, and that is told', async () => {
    const { desk, upstream } = open();
    await pass(0);
    upstream.answer = () => new Promise(() => {});
    await pass(44_000);
    expect(desk.sources.health(prod)?.freshness).toBe('live');
    await pass(2_000);
    expect(desk.sources.health(prod)?.freshness).toBe('stale');
    expect(desk.sights.at(-1)).toMatchObject({ before: 'live', after: 'stale' });
  });

  test('an attempt that heeds nothing is given up, said, and followed by a new connector', async () => {
    const { desk, upstream } = open();
    await pass(0);
    upstream.answer = () => new Promise(() => {});
    await pass(75_000);
    expect(desk.sources.health(prod)).toMatchObject({ freshness: 'unreachable' });
    expect(desk.sources.health(prod)?.reason).toMatch(/hung and was given up/);
    upstream.answer = () => snapshot([]);
    await pass(60_000);
    expect(desk.sources.health(prod)?.freshness).toBe('live');
    expect(upstream.contexts.length).toBeGreaterThan(1);
    const [source] = await desk.sources.list();
    expect(source?.remarks.join()).toMatch(/stood still once/);
  });

  test('a bug in a connector makes its source blind and hurts nobody else', async () => {
    const { desk, upstream } = open();
    upstream.answer = () => {
      throw new TypeError('x is not a function');
    };
    await pass(0);
    const health = desk.sources.health(prod);
    expect(health?.freshness).toBe('unreachable');
    expect(health?.reason).toMatch(/fault of Nightdesk/);
    expect(health?.reason).not.toContain('not a function');
  });

  test('an answer with a blind spot counts its alarms, and is not live', async () => {
    const { desk, upstream } = open();
    upstream.answer = () =>
      snapshot([alarm('a')], {
        snapshot: { alarms: [alarm('a')], isComplete: false, incompleteReason: 'young' },
        blind: new SourceError('source.unreachable', 'It started a moment ago.', { next: 'Wait.' }),
      });
    await pass(0);
    expect(desk.sources.health(prod)).toMatchObject({
      freshness: 'unreachable',
      reason: 'It started a moment ago.',
      lastSuccessAt: null,
    });
    expect([...desk.alarms.active()]).toHaveLength(1);
  });

  test('a clock that is off by more than five seconds is remarked', async () => {
    const { desk, upstream } = open();
    upstream.answer = () => snapshot([], { clockSkewMs: -12_400 });
    await pass(0);
    const [source] = await desk.sources.list();
    expect(source?.remarks).toEqual(["Its clock is 12 s behind this computer's. Set both by NTP."]);
  });
});

describe('a store that refuses', () => {
  test('makes the source not live, says why, and nothing is lost when there is room again', async () => {
    let isFull = false;
    const { desk, upstream } = open({
      apply:
        (own) =>
        (...parts) => {
          if (isFull)
            throw new AppError('store.full', 'The disk is full.', { next: 'Free some space.' });
          return own(...parts);
        },
    });
    await pass(0);
    isFull = true;
    upstream.answer = () => snapshot([alarm('a')]);
    await pass(17_000);
    expect(desk.sources.health(prod)).toMatchObject({
      freshness: 'stale',
      next: 'Free some space.',
    });
    expect(desk.sources.health(prod)?.reason).toMatch(/could not be stored.*The disk is full/);
    isFull = false;
    await pass(60_000);
    expect(desk.sources.health(prod)?.freshness).toBe('live');
    expect([...desk.alarms.active()]).toHaveLength(1);
  });

  test('of the health itself: the source is blind all the same, and told later', async () => {
    const { desk, upstream } = open();
    await pass(0);
    desk.store.connection.exec(
      `CREATE TRIGGER full BEFORE UPDATE ON source BEGIN SELECT RAISE(ABORT, 'full'); END`,
    );
    upstream.answer = unreachable;
    await pass(17_000);
    expect(desk.sources.health(prod)?.freshness).toBe('unreachable');
    expect(desk.sights.at(-1)?.after).not.toBe('unreachable');
    desk.store.connection.exec('DROP TRIGGER full');
    await pass(2_000);
    expect(desk.sights.at(-1)).toMatchObject({ before: 'live', after: 'unreachable' });
  });
});

describe('refused logins', () => {
  test('stop it after three, and only a person or a new login starts it again', async () => {
    const { desk, upstream } = open();
    upstream.answer = () => {
      throw new SourceError('source.unauthorized', 'It refused the login (401).', {
        next: 'Enter it again.',
      });
    };
    await pass(600_000);
    expect(upstream.polls).toBe(3);
    expect((await desk.sources.list())[0]).toMatchObject({
      isStopped: true,
      freshness: 'unauthorized',
      nextAttemptAt: null,
    });
    expect(desk.sights.at(-1)?.reason).toMatch(/After 3 refusals Nightdesk stopped/);
    desk.bus.emit('gap.ended', { fromMs: 0, at: 0, reason: 'network' });
    desk.sources.refresh(prod);
    await pass(60_000);
    expect(upstream.polls).toBe(3);
    desk.sources.poll(prod);
    await pass(600_000);
    expect(upstream.polls).toBe(6);
    upstream.answer = () => snapshot([]);
    desk.sources.poll();
    await pass(0);
    expect((await desk.sources.list())[0]).toMatchObject({ isStopped: false, freshness: 'live' });
  });

  test('a login page in front refuses nobody, so the tries go on', async () => {
    const { upstream } = open();
    upstream.answer = () => {
      throw new SourceError('source.unauthorized', 'Sign in.', {
        next: 'Sign in.',
        isRetryable: true,
      });
    };
    await pass(600_000);
    expect(upstream.polls).toBeGreaterThan(5);
  });
});

describe('between runs', () => {
  test('the last answer and the memory are kept, and a new run still begins blind', async () => {
    const store = openTestStore();
    const first = open({ store });
    first.upstream.answer = () => snapshot([alarm('a')], { memory: { startedAt: 'then' } });
    await pass(0);
    const { lastSuccessAt } = first.desk.sources.health(prod) ?? {};
    await first.desk.close();
    const second = open({ store });
    second.upstream.answer = () => new Promise(() => {});
    expect(second.desk.sources.health(prod)).toMatchObject({
      freshness: 'starting',
      lastSuccessAt,
    });
    await pass(0);
    expect(second.upstream.contexts[0]?.memory).toEqual({ startedAt: 'then' });
    expect([...second.desk.alarms.active()]).toHaveLength(1);
    await second.desk.close();
    store.close();
  });

  test('after a gap everything is asked at once, whatever was in flight', async () => {
    const { desk, upstream } = open();
    await pass(0);
    upstream.answer = () => new Promise(() => {});
    await pass(16_000);
    upstream.answer = (signal) =>
      signal.aborted ? unreachable() : snapshot([alarm('fired-in-sleep')]);
    // The attempt in flight heeds nothing; it is given up within seconds.
    expect(upstream.polls).toBe(2);
    desk.bus.emit('gap.ended', { fromMs: 0, at: 0, reason: 'sleep' });
    await pass(8_000);
    expect(desk.sources.health(prod)?.freshness).toBe('live');
    expect([...desk.alarms.active()]).toHaveLength(1);
  });

  test('an unchanged source is written at most once a minute', async () => {
    const { desk } = open();
    await pass(0);
    const before = desk.store.connection.prepare('SELECT total_changes() AS n').get() as {
      n: number;
    };
    await pass(55_000);
    expect(desk.store.connection.prepare('SELECT total_changes() AS n').get()).toEqual(before);
    await pass(65_000);
    const after = desk.store.connection.prepare('SELECT total_changes() AS n').get() as {
      n: number;
    };
    expect(after.n).toBe(before.n + 1);
  });
});
