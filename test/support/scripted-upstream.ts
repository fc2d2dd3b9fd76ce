/** A source service on a real store, with one upstream that says what the test tells it, and standing timers. */
import { afterEach, vi } from 'vitest';
import { z } from 'zod';
import type { ConnectorContext, ConnectorKind, PollResult } from '../../main/sources/connector.ts';
import { SourceError } from '../../main/sources/source-error.ts';
import type { ObservedAlarm } from '../../main/alarms/alarm.ts';
import { observed } from './alarms.ts';
import { configured, openSourceDesk, sourceId, type SourceDesk } from './source-desk.ts';

export const prod = sourceId('prod');

export const alarm = (externalId: string): ObservedAlarm => observed({ externalId });

export interface Upstream {
  readonly kind: ConnectorKind;
  readonly contexts: ConnectorContext[];
  closed: number;
  polls: number;
  /** What the next polls do. */
  answer(signal: AbortSignal): Promise<PollResult> | PollResult;
}

export const snapshot = (
  alarms: readonly ObservedAlarm[],
  more: Partial<PollResult> = {},
): PollResult => ({
  snapshot: { alarms, isComplete: true, incompleteReason: null },
  version: '1',
  clockSkewMs: 0,
  remarks: [],
  ...more,
});

export function createUpstream(): Upstream {
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

export const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  vi.useRealTimers();
});

export const one = configured({ kind: 'scripted', intervalMs: 15_000, settings: { url: 'x' } });

export function open(options: Parameters<typeof openSourceDesk>[0] = {}): {
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

export const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
export const unreachable = (): never => {
  throw new SourceError('source.unreachable', 'It is down.', { next: 'Wait.' });
};
