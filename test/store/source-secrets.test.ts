/** Secrets of sources: where they are kept, and to whom they go. */
import { describe, expect, test } from 'vitest';
import { AppError } from '../../main/errors.ts';
import { createRunSecrets } from '../../main/shells/run-secrets.ts';
import { prod, one, open, pass } from '../support/scripted-upstream.ts';

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
