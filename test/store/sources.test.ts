/** The source service on a real store, with an upstream that says what the test tells it. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { AppError } from '../../main/errors.ts';
import type { ConnectorContext, ConnectorKind, PollResult } from '../../main/sources/connector.ts';
import { SourceError } from '../../main/sources/source-error.ts';
import { createRunSecrets } from '../../main/shells/run-secrets.ts';
import type { ObservedAlarm } from '../../main/alarms/alarm.ts';
import { observed } from '../support/alarms.ts';
import { configured, openSourceDesk, sourceId, type SourceDesk } from '../support/source-desk.ts';
import { openTestStore } from '../support/store.ts';

const prod = sourceId('prod');

const alarm = (externalId: string): ObservedAlarm => observed({ externalId });

interface Upstream {
  readonly kind: ConnectorKind;
  readonly contexts: ConnectorContext[];
  closed: number;
  polls: number;
  /** What the next polls do. */
  answer(signal: AbortSignal): Promise<PollResult> | PollResult;
}

const snapshot = (
  alarms: readonly ObservedAlarm[],
  more: Partial<PollResult> = {},
): PollResult => ({
  snapshot: { alarms, isComplete: true, incompleteReason: null },
  version: '1',
  clockSkewMs: 0,
  remarks: [],
  ...more,
});

function createUpstream(): Upstream {
  const upstream: Upstream = {
    contexts: [],
    closed: 0,
    polls: 0,
    answer: () => snapshot([]),
    kind: {
      kind: 'scripted',
      title: 'Scripted',
      description: '',
      settings: z.object({
        url: z.string().min(1).meta({ type: 'url' }),
        login: z.enum(['none', 'token']).default('none'),
      }),
      secrets: [
        { name: 'token', label: 'Token', help: '', when: { field: 'login', equals: 'token' } },
      ],
      create(context) {
        upstream.contexts.push(context);
        return {
          actions: null,
          async poll(signal) {
            upstream.polls += 1;
            return upstream.answer(signal);
          },
          test: async () => ({ isUsable: true, steps: [] }),
          async close() {
            upstream.closed += 1;
          },
        };
      },
    },
  };
  return upstream;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  vi.useRealTimers();
});

const one = configured({ kind: 'scripted', intervalMs: 15_000, settings: { url: 'x' } });

function open(options: Parameters<typeof openSourceDesk>[0] = {}): {
  desk: SourceDesk;
  upstream: Upstream;
} {
  vi.useFakeTimers({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
  });
  const upstream = createUpstream();
  const desk = openSourceDesk({ kinds: [upstream.kind], sources: [one], ...options });
  closers.push(() => desk.close());
  return { desk, upstream };
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const unreachable = (): never => {
  throw new SourceError('source.unreachable', 'It is down.', { next: 'Wait.' });
};

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

describe('secrets', () => {
  const withToken = { ...one, settings: { url: 'x', login: 'token' } };

  test('that last for one run are asked for again, without asking the upstream', async () => {
    const { desk, upstream } = open({ sources: [withToken] });
    await pass(0);
    expect(desk.sources.health(prod)).toMatchObject({
      freshness: 'unauthorized',
      next: 'Enter the token again.',
    });
    expect(upstream.polls).toBe(0);
    const saved = await desk.sources.save({
      id: prod,
      kind: 'scripted',
      name: 'Prod',
      intervalMs: 15_000,
      settings: withToken.settings,
      secrets: { token: 's3cret-value' },
    });
    expect(saved.secrets).toEqual([{ name: 'token', isSet: true, isKept: false }]);
    await pass(0);
    expect(desk.sources.health(prod)?.freshness).toBe('live');
    expect(upstream.contexts.at(-1)?.secrets).toEqual({ token: 's3cret-value' });
    expect(JSON.stringify([saved, desk.configured(), await desk.sources.list()])).not.toContain(
      's3cret-value',
    );
    expect(
      JSON.stringify(desk.store.connection.prepare('SELECT * FROM source').all()),
    ).not.toContain('s3cret');
  });

  const entered = {
    id: prod,
    kind: 'scripted',
    name: 'Prod',
    intervalMs: 15_000,
    settings: { url: 'https://am.example.org', login: 'token' },
    secrets: { token: 's3cret-value' },
  };

  test('go nowhere that an edited configuration file names, which is said, and back home they are used again', async () => {
    const { desk, upstream } = open({ sources: [{ ...one, settings: entered.settings }] });
    await desk.sources.save(entered);
    await pass(0);
    const home = desk.configured();
    const contexts = upstream.contexts.length;
    const moved = { url: 'https://evil.example.net', login: 'token' };
    desk.configure([{ ...one, settings: moved }]);
    await pass(60_000);
    expect(upstream.contexts).toHaveLength(contexts);
    expect(desk.sources.health(prod)).toMatchObject({
      freshness: 'unauthorized',
      reason:
        'Its token was not sent: the address is another one (https://evil.example.net) than it was entered for.',
      next: expect.stringContaining('enter the token again'),
    });
    const draft = { ...entered, settings: moved, secrets: {} };
    await expect(desk.sources.save(draft)).rejects.toMatchObject({ code: 'input.invalid' });
    expect((await desk.sources.test(draft)).isUsable).toBe(false);
    expect(upstream.contexts).toHaveLength(contexts);
    desk.configure(home);
    await pass(0);
    expect(desk.sources.health(prod)?.freshness).toBe('live');
    await desk.sources.save({ ...draft, secrets: { token: 'another' } });
    await pass(0);
    expect(upstream.contexts.at(-1)).toMatchObject({
      settings: moved,
      secrets: { token: 'another' },
    });
  });

  test('that were stored without an address are for the one that is configured when they are first used', async () => {
    const secrets = createRunSecrets('');
    await secrets.set('source/prod/token', 'abc');
    const { desk, upstream } = open({
      sources: [{ ...one, settings: entered.settings }],
      secrets,
    });
    await pass(0);
    expect(upstream.contexts.at(-1)?.secrets).toEqual({ token: 'abc' });
    desk.configure([{ ...one, settings: { url: 'https://evil.example.net', login: 'token' } }]);
    await pass(0);
    expect(upstream.contexts).toHaveLength(1);
    expect(desk.sources.health(prod)?.freshness).toBe('unauthorized');
  });

  test('whose entry is damaged are not sent and quoted nowhere; entered again, they work', async () => {
    const secrets = createRunSecrets('');
    await secrets.set('source/prod/token', 'nightdesk:1:{"value":"s3cret-val');
    const { desk, upstream } = open({
      sources: [{ ...one, settings: entered.settings }],
      secrets,
    });
    await pass(0);
    expect(upstream.contexts).toHaveLength(0);
    expect(JSON.stringify(desk.sources.health(prod))).not.toContain('s3cret');
    expect(desk.sources.health(prod)?.next).toContain('enter its secrets again');
    await desk.sources.save(entered);
    await pass(0);
    expect(desk.sources.health(prod)?.freshness).toBe('live');
  });

  test('in a locked keychain make the source blind with what to do, and are read once it opens', async () => {
    let isLocked = true;
    const secrets = createRunSecrets('');
    await secrets.set('source/prod/token', 'abc');
    const { desk } = open({
      sources: [withToken],
      secrets: {
        ...secrets,
        async describe() {
          return { keychain: 'real', text: '' };
        },
        async set(key, value) {
          await secrets.set(key, value);
          return { isKept: true };
        },
        async get(key) {
          if (isLocked)
            throw new AppError('secret.unavailable', 'The keychain is locked.', {
              next: 'Unlock it.',
            });
          return secrets.get(key);
        },
      },
    });
    await pass(0);
    expect(desk.sources.health(prod)).toMatchObject({
      freshness: 'unauthorized',
      next: 'Unlock it.',
    });
    expect((await desk.sources.list())[0]?.secrets).toEqual([
      { name: 'token', isSet: false, isKept: false },
    ]);
    isLocked = false;
    await pass(60_000);
    expect(desk.sources.health(prod)?.freshness).toBe('live');
    expect((await desk.sources.list())[0]?.secrets).toEqual([
      { name: 'token', isSet: true, isKept: true },
    ]);
  });

  test('written among the settings of the file are shown nowhere', async () => {
    const { desk } = open({
      sources: [{ ...one, settings: { url: 'x', token: 'leaked', password: 'leaked' } }],
    });
    expect((await desk.sources.list())[0]?.settings).toEqual({ url: 'x' });
  });

  test('written into the address in the file are shown nowhere either', async () => {
    const { desk } = open({ sources: [{ ...one, settings: { url: 'https://ada:hunter2@x/y' } }] });
    expect((await desk.sources.list())[0]?.settings).toEqual({ url: 'https://x/y' });
  });

  test('go with their source', async () => {
    const { desk } = open();
    await desk.secrets.set('source/prod/token', 'abc');
    await desk.sources.remove(prod);
    expect(await desk.secrets.get('source/prod/token')).toBeNull();
  });
});

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
