/** Acknowledgements asked for a moment ago. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AlarmRow } from '../../../../preload/contract/alarms.ts';
import type { AlarmId } from '../../../../preload/contract/common.ts';
import { useAsked, whileAsked, withAsked } from '../../../../renderer/features/triage/asked.ts';

const id = 7 as AlarmId;
const isAsked = (): boolean => useAsked.getState().ids.has(id);
const row = (change: Partial<AlarmRow>): AlarmRow =>
  ({ id, status: 'firing', pending: null, ...change }) as AlarmRow;

afterEach(() => {
  vi.useRealTimers();
  useAsked.setState({ ids: new Set() });
});

describe('an acknowledgement that was asked for', () => {
  it('is said before the core answers, and not for longer than its deadline', async () => {
    vi.useFakeTimers();
    const { promise, resolve } = Promise.withResolvers<string>();
    const answer = whileAsked([id], () => promise);
    expect(isAsked()).toBe(true);
    resolve('stored');
    expect(await answer).toBe('stored');
    expect(isAsked()).toBe(true);
    vi.advanceTimersByTime(3_000);
    expect(isAsked()).toBe(false);
  });

  it('is taken back at once when the core refuses', async () => {
    await expect(whileAsked([id], () => Promise.reject(new Error('full')))).rejects.toThrow('full');
    expect(isAsked()).toBe(false);
  });

  it('is never shown as agreed, and never over what the core knows', () => {
    expect(withAsked(row({}), true).pending).toEqual({ kind: 'acknowledge', state: 'queued' });
    expect(withAsked(row({}), true).status).toBe('firing');
    const failed = row({ pending: { kind: 'acknowledge', state: 'failed' } });
    expect(withAsked(failed, true)).toBe(failed);
    const over = row({ status: 'resolved' });
    expect(withAsked(over, true)).toBe(over);
    const plain = row({});
    expect(withAsked(plain, false)).toBe(plain);
  });
});
