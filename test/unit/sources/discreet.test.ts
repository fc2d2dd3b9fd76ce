import { describe, expect, test } from 'vitest';
import type {
  Connector,
  ConnectorActions,
  UpstreamAction,
} from '../../../main/sources/connector.ts';
import { createDiscreet } from '../../../main/sources/discreet.ts';
import { SourceError } from '../../../main/sources/source-error.ts';

const secret = 'hunter2/"Ooh7ai';
const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
const { signal } = new AbortController();

const fail = (said: string) => async (): Promise<never> => {
  throw new SourceError('source.unauthorized', `It says ${said}.`, {
    next: `Not ${said}.`,
    isRetryable: false,
    retryAfterMs: 7,
  });
};

function open(said: string): Connector {
  const actions = {
    kinds: new Set(),
    get acknowledgeEffect() {
      return 'computed';
    },
    send: fail(said),
    confirm: fail(said),
    extend: fail(said),
    silences: fail(said),
  } as unknown as ConnectorActions;
  return createDiscreet(['', 'ab', secret]).connector({
    actions,
    poll: async () => ({
      snapshot: { alarms: [], isComplete: false, incompleteReason: `lacks ${said}` },
      version: null,
      clockSkewMs: null,
      remarks: [`about ${said}`],
      blind: new SourceError('source.unreachable', `no ${said}`, { next: '' }),
    }),
    passed: async () => ({ episodes: [], incompleteReason: `cut at ${said}` }),
    range: fail(said),
    test: async () => ({
      isUsable: false,
      steps: [{ name: 'login', outcome: 'failed', text: `no ${said}`, next: `enter ${said}` }],
    }),
    close: async () => {},
  });
}

describe.each(forms)('a login that the upstream sends back as %s', (said) => {
  test('is in no answer', async () => {
    const one = open(said);
    const all = [
      await one.poll(signal),
      await one.test(signal),
      await one.passed?.('2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', signal),
    ];
    const text = [JSON.stringify(all), (all[0] as { blind: Error }).blind.message].join();
    expect(text).not.toContain('hunter2');
    expect(text.split('[redacted]')).toHaveLength(7);
  });

  test('is in no error, which stays what it was otherwise', async () => {
    const { actions, range } = open(said);
    const action = {} as UpstreamAction;
    const receipt = { upstreamRef: null, expiresAt: null };
    const asked = { expression: '', fromMs: 0, untilMs: 0, stepMs: 0 };
    for (const ask of [
      () => actions?.send(action, '', signal),
      () => actions?.confirm(action, receipt, signal),
      () => actions?.extend(action, receipt, signal),
      () => actions?.silences(signal),
      () => range?.(asked, signal),
    ]) {
      await expect(ask()).rejects.toMatchObject({
        code: 'source.unauthorized',
        message: 'It says [redacted].',
        next: 'Not [redacted].',
        isRetryable: false,
        retryAfterMs: 7,
      });
    }
    expect(actions?.acknowledgeEffect).toBe('computed');
  });
});
