/** Acts that Nightdesk keeps itself: a run that ends between taking one and handing it to the store loses none. */
import { describe, expect, test } from 'vitest';
import type { UpstreamAction } from '../../../main/sources/connector.ts';
import { createKept } from '../../../main/sources/kept-actions.ts';
import { instant, minute, observed, start } from '../../support/alarms.ts';
import { standingClock } from '../../support/store.ts';

const { signal } = new AbortController();
const alarms = [observed({ externalId: 'a' })];
const open = (memory: Readonly<Record<string, unknown>> = {}) =>
  createKept({ clock: standingClock(instant(start)), title: 'Test', memory });

const acknowledge: UpstreamAction = {
  kind: 'acknowledge',
  externalId: 'a',
  refs: {},
  by: 'Ada',
  note: '',
  durationMs: minute,
  matchers: [],
};
const silence: UpstreamAction = {
  kind: 'silence',
  matchers: [{ name: 'x', value: 'y', isRegex: false, isEqual: true }],
  by: 'Ada',
  note: '',
  endsAt: instant(start + 60 * minute),
};

describe('after a crash', () => {
  test.each([acknowledge, silence])(
    '$kind that no poll handed on is taken again',
    async (action) => {
      const first = open();
      first.apply(alarms, true);
      const receipt = await first.actions.send(action, 'key', signal);
      const second = open();
      second.apply(alarms, true);
      expect(await second.actions.confirm(action, receipt, signal)).toBe(false);
      const { acts } = second.apply(alarms, true);
      expect(await second.actions.confirm(action, receipt, signal)).toBe(true);
      expect(Object.keys(acts.acknowledged).length + acts.silences.length).toBe(1);
    },
  );

  test('an acknowledgement before the first answer waits for it, and is not refused', async () => {
    const kept = open();
    await expect(kept.actions.send(acknowledge, 'key', signal)).rejects.toMatchObject({
      code: 'source.unreachable',
      isRetryable: true,
    });
    kept.apply(alarms, true);
    await kept.actions.send(acknowledge, 'key', signal);
    kept.apply([], true);
    await expect(kept.actions.send(acknowledge, 'key', signal)).rejects.toMatchObject({
      code: 'source.rejected',
    });
  });
});

test('what somebody ended meanwhile is not begun again by reading it back', async () => {
  const kept = open();
  kept.apply(alarms, true);
  const receipt = await kept.actions.send(silence, 'key', signal);
  await kept.actions.send({ kind: 'unsilence', upstreamRef: 'key' }, 'other', signal);
  expect(await kept.actions.confirm(silence, receipt, signal)).toBe(false);
  expect(kept.apply(alarms, true).acts.silences).toEqual([]);
});
