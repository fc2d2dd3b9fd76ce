/** What the outbox does beside acknowledging: comments, resolves, and other ends for silences. */
import { describe, expect, test } from 'vitest';
import type { AlarmId } from '../../preload/contract/common.ts';
import { instant, minute, source, start } from '../support/alarms.ts';
import { rejected, unreachable } from '../support/fake-upstream.ts';
import { firing, openOutboxDesk } from '../support/outbox-desk.ts';

const checkout = firing('CheckoutDown');
const hour = 60 * minute;
const matchers = [{ name: 'alertname', value: 'CheckoutDown', isRegex: false, isEqual: true }];

function openWithAlarm() {
  const desk = openOutboxDesk();
  desk.poll(checkout);
  return { desk, id: desk.id('am:1:CheckoutDown') };
}

async function openWithSilence() {
  const { desk, id } = openWithAlarm();
  desk.outbox.silence({
    alarmId: id,
    sourceId: source,
    matchers,
    durationMs: hour,
    comment: 'deploy',
  });
  await desk.outbox.work();
  desk.poll(checkout);
  const { ref, action } = desk.upstream.made[0]!;
  const listed = {
    sourceId: source,
    upstreamRef: ref,
    words: 'alertname=CheckoutDown',
    matchers: action.matchers,
    comment: action.note,
    endsAt: instant(start + hour),
    hidden: [id],
  };
  return { desk, id, listed };
}

describe('a comment', () => {
  test('is kept here and reaches the source, with its lines', async () => {
    const { desk, id } = openWithAlarm();
    desk.alarms.comment(id, 'pool is full\r\nraised to 50\u0000');
    await desk.outbox.work();
    expect(desk.upstream.told).toMatchObject([
      { kind: 'comment', externalId: 'am:1:CheckoutDown', note: 'pool is full\nraised to 50' },
    ]);
    expect(desk.events(id)).toEqual(
      expect.arrayContaining([
        'note: pool is full\r\nraised to 50\u0000',
        'comment_confirmed: Comment confirmed by Alertmanager prod',
      ]),
    );
  });

  test.each<[string, (desk: ReturnType<typeof openOutboxDesk>) => void]>([
    ['takes no comments', (desk) => desk.upstream.kinds.delete('comment')],
    ['takes nothing', (desk) => (desk.connection.actions = null)],
    ['is paused', (desk) => desk.setHealth({ isEnabled: false })],
    ['shows the alarm no more', (desk) => desk.poll()],
  ])('stays here, and only here, when the source %s', async (_what, arrange) => {
    const { desk, id } = openWithAlarm();
    arrange(desk);
    desk.alarms.comment(id, 'kept');
    await desk.outbox.work();
    expect(desk.events(id)).toContain('note: kept');
    expect(desk.outbox.list(10)).toEqual([]);
  });

  test('goes out before a resolve that was asked for later', async () => {
    const { desk, id } = openWithAlarm();
    desk.upstream.fail('send', unreachable());
    desk.alarms.comment(id, 'restarted it');
    desk.outbox.resolve([id], '');
    await desk.outbox.work();
    desk.clock.move(minute);
    await desk.outbox.work();
    expect(desk.upstream.told.map(({ kind }) => kind)).toEqual(['comment', 'resolve']);
  });

  test('says less of its alarm than an acknowledgement under way', () => {
    const { desk, id } = openWithAlarm();
    desk.outbox.acknowledge([id], '');
    desk.alarms.comment(id, 'on it');
    expect(desk.outbox.pendingFor(id)).toEqual({ kind: 'acknowledge', state: 'queued' });
  });

  test('that has not arrived when the alarm clears is overtaken, with a note', async () => {
    const { desk, id } = openWithAlarm();
    desk.upstream.fail('send', unreachable());
    desk.alarms.comment(id, 'too late');
    await desk.outbox.work();
    desk.poll();
    expect(desk.outbox.list(1)).toMatchObject([
      {
        state: 'overtaken',
        error: 'The alarm cleared. It may have arrived nevertheless; it is kept here.',
      },
    ]);
    expect(desk.events(id).join()).toContain('comment_overtaken');
  });
});

describe('a resolve', () => {
  test('counts only when a poll shows it', async () => {
    const { desk, id } = openWithAlarm();
    expect(desk.outbox.resolve([id], 'fixed')).toEqual({ intents: 1, refused: [] });
    await desk.outbox.work();
    expect(desk.states()).toEqual(['resolve confirmed']);
    expect(desk.alarms.rows([id])).toMatchObject([
      { status: 'firing', pending: { kind: 'resolve', state: 'sent' } },
    ]);
    desk.poll(checkout);
    expect(desk.alarms.rows([id])).toMatchObject([{ status: 'resolved', pending: null }]);
    expect(desk.upstream.told).toMatchObject([{ kind: 'resolve', note: 'fixed' }]);
  });

  test('is confirmed by the poll that shows it, when that is quicker', async () => {
    const { desk, id } = openWithAlarm();
    desk.outbox.resolve([id], '');
    desk.upstream.fail('confirm', 'no');
    await desk.outbox.work();
    desk.poll(checkout);
    expect(desk.states()).toEqual(['resolve confirmed']);
  });

  test.each([
    ['before it was sent', 0, 'The alarm cleared.'],
    ['after an answer was lost', 1, 'The alarm cleared, by this or by itself.'],
  ])('of an alarm that clears %s is overtaken', async (_when, attempts, error) => {
    const { desk, id } = openWithAlarm();
    desk.upstream.fail('send', unreachable());
    desk.outbox.resolve([id], '');
    if (attempts > 0) await desk.outbox.work();
    desk.poll();
    expect(desk.outbox.list(1)).toMatchObject([{ state: 'overtaken', attempts, error }]);
  });

  test('is refused with words where the source takes none', () => {
    const { desk, id } = openWithAlarm();
    desk.upstream.kinds.delete('resolve');
    expect(desk.outbox.resolve([id], '')).toEqual({
      intents: 0,
      refused: [{ id, why: 'Alertmanager prod cannot be told from here that an alarm is over.' }],
    });
  });

  test('asked for twice is sent once', async () => {
    const { desk, id } = openWithAlarm();
    desk.outbox.resolve([id], '');
    desk.outbox.resolve([id], '');
    await desk.outbox.work();
    expect(desk.upstream.told).toHaveLength(1);
  });
});

test('a source without acknowledgements refuses them with words, and taking back likewise', () => {
  const { desk, id } = openWithAlarm();
  desk.upstream.kinds.delete('acknowledge');
  expect(desk.outbox.acknowledge([id], '').refused).toEqual([
    { id, why: 'Alertmanager prod takes no acknowledgements from here.' },
  ]);
  desk.upstream.kinds.delete('unacknowledge');
  desk.upstream.kinds.add('acknowledge');
  desk.outbox.acknowledge([id], '');
  // What was not sent is only ours.
  expect(desk.outbox.unacknowledge([id]).refused).toEqual([]);
  desk.poll({ ...checkout, status: 'acknowledged', ackedBy: 'Sam' });
  expect(desk.outbox.unacknowledge([id]).refused).toEqual([
    { id, why: 'Alertmanager prod cannot take an acknowledgement back.' },
  ]);
});

describe('a silence that is there already', () => {
  test('gets a new end, which the history of what it hides tells', async () => {
    const { desk, id, listed } = await openWithSilence();
    desk.outbox.extendSilence(listed, instant(start + 2 * hour));
    expect(desk.outbox.pendingSilences(source).get(listed.upstreamRef)).toMatchObject({
      order: { kind: 'extend_silence' },
      state: 'queued',
    });
    await desk.outbox.work();
    expect(desk.upstream.active()).toMatchObject([{ endsAt: start + 2 * hour }]);
    expect(desk.outbox.pendingSilences(source).size).toBe(0);
    expect(desk.events(id)).toEqual(
      expect.arrayContaining([
        `extend_silence_requested: New end of the silence requested, ${instant(start + 2 * hour)}`,
        'extend_silence_confirmed: New end of the silence confirmed by Alertmanager prod',
      ]),
    );
  });

  test('only the last of several ends is sent, and the same one once', async () => {
    const { desk, listed } = await openWithSilence();
    desk.upstream.hold();
    const first = desk.outbox.extendSilence(listed, instant(start + 2 * hour));
    expect(desk.outbox.extendSilence(listed, instant(start + 2 * hour)).id).toBe(first.id);
    desk.outbox.extendSilence(listed, instant(start + 3 * hour));
    desk.upstream.release();
    await desk.outbox.work();
    expect(desk.upstream.active()).toMatchObject([{ endsAt: start + 3 * hour }]);
    expect(desk.upstream.count('send')).toBe(2);
  });

  test('ends, once, also when the answer was lost; what it hid fires again', async () => {
    const { desk, id, listed } = await openWithSilence();
    desk.upstream.fail('send', 'lost');
    const { id: intentId } = desk.outbox.endSilence(listed);
    expect(desk.outbox.endSilence(listed).id).toBe(intentId);
    await desk.outbox.work();
    desk.clock.move(minute);
    await desk.outbox.work();
    expect(desk.upstream.removals).toEqual([listed.upstreamRef]);
    desk.poll(checkout);
    expect(desk.alarms.get(id)?.status).toBe('firing');
    expect(desk.states()).toEqual(['unsilence confirmed', 'silence confirmed']);
  });

  test('its end is taken back while unsent, and later by silencing again until the same end', async () => {
    const { desk, listed } = await openWithSilence();
    const unsent = desk.outbox.endSilence(listed);
    expect(desk.outbox.undoEnd(unsent.id)).toMatchObject({ state: 'overtaken' });
    await desk.outbox.work();
    expect(desk.upstream.removals).toEqual([]);

    const ended = desk.outbox.endSilence(listed);
    await desk.outbox.work();
    expect(desk.outbox.undoEnd(ended.id)).toMatchObject({ kind: 'silence', state: 'queued' });
    await desk.outbox.work();
    expect(desk.upstream.active()).toMatchObject([
      { endsAt: start + hour, action: { note: 'deploy', matchers } },
    ]);
  });

  test('an end under way is neither taken back nor moved: it may have arrived', async () => {
    const { desk, listed } = await openWithSilence();
    desk.upstream.fail('send', unreachable());
    const { id } = desk.outbox.endSilence(listed);
    await desk.outbox.work();
    expect(() => desk.outbox.undoEnd(id)).toThrow(/may have arrived/);
    expect(() => desk.outbox.extendSilence(listed, instant(start + 2 * hour))).toThrow(
      /is being ended/,
    );
  });

  test('whose end makes a new one upstream is followed: what was asked for next is meant for that', async () => {
    const { desk, listed } = await openWithSilence();
    const { actions } = desk.connection;
    const sent: unknown[] = [];
    desk.connection.actions = {
      ...actions!,
      async send(action, key, signal) {
        sent.push('upstreamRef' in action ? [action.kind, action.upstreamRef] : action.kind);
        if (action.kind === 'extend_silence') return { upstreamRef: 'new-1', expiresAt: null };
        return action.kind === 'unsilence'
          ? { upstreamRef: null, expiresAt: null }
          : actions!.send(action, key, signal);
      },
      confirm: async () => true,
    };
    // Tried, so it goes first and cannot be replaced any more.
    const held = { release: () => {} };
    const gate = new Promise<void>((resolve) => (held.release = resolve));
    const { send } = desk.connection.actions;
    desk.connection.actions.send = async (...asked) => {
      await gate;
      return send(...asked);
    };
    desk.outbox.extendSilence(listed, instant(start + 2 * hour));
    const work = desk.outbox.work();
    await Promise.resolve();
    desk.outbox.endSilence(listed);
    held.release();
    await work;
    await desk.outbox.work();
    expect(sent).toEqual([
      ['extend_silence', listed.upstreamRef],
      ['unsilence', 'new-1'],
    ]);
  });

  test('a refused change is shown, and a later one takes its place', async () => {
    const { desk, listed } = await openWithSilence();
    desk.upstream.fail('send', rejected());
    desk.outbox.extendSilence(listed, instant(start + 2 * hour));
    await desk.outbox.work();
    expect(desk.outbox.counts()).toEqual({ open: 1, failed: 1 });
    desk.outbox.endSilence(listed);
    await desk.outbox.work();
    expect(desk.states()).toEqual([
      'unsilence confirmed',
      'extend_silence overtaken',
      'silence confirmed',
    ]);
  });

  test.each<[string, 'extend_silence' | 'unsilence', RegExp]>([
    ['moved', 'extend_silence', /cannot move the end/],
    ['ended', 'unsilence', /cannot end a silence/],
  ])('that cannot be %s at its source says so', async (_what, kind, words) => {
    const { desk, listed } = await openWithSilence();
    desk.upstream.kinds.delete(kind);
    expect(() =>
      kind === 'unsilence'
        ? desk.outbox.endSilence(listed)
        : desk.outbox.extendSilence(listed, instant(start + 2 * hour)),
    ).toThrow(words);
  });
});

describe('an upstream that silences objects, not labels', () => {
  const host = firing('Ping', { host: 'web1' });
  const scopes = [['host'], ['host', 'service']];

  function openScoped() {
    const desk = openOutboxDesk();
    desk.poll(host);
    Object.assign(desk.connection.actions!, {
      silenceScopes: [...scopes, ['hostgroup']],
      propose: () => ({
        matchers: [
          { name: 'host', value: 'web1', isRegex: false, isEqual: true },
          { name: 'service', value: 'checkout', isRegex: false, isEqual: true },
        ],
        volatileLabels: [],
      }),
    });
    return { desk, id: desk.id('am:1:Ping') };
  }

  test('offers only the sets of labels that this alarm has, and explains others', async () => {
    const { desk, id } = openScoped();
    const preview = await desk.outbox.previewSilence({ id, durationMs: hour });
    expect(preview).toMatchObject({ scopes, warnings: [] });
    const odd = await desk.outbox.previewSilence({ id, durationMs: hour, labels: ['alertname'] });
    expect(odd.warnings).toEqual([
      'This source silences only host, or host and service, or hostgroup.',
    ]);
    const wide = await desk.outbox.previewSilence({ id, durationMs: hour, labels: ['host'] });
    expect(wide.warnings).toEqual([]);
  });

  test.each([
    ['other labels', [{ name: 'alertname', value: 'Ping', isRegex: false, isEqual: true }]],
    ['patterns', [{ name: 'host', value: 'web.*', isRegex: true, isEqual: true }]],
    ['exceptions', [{ name: 'host', value: 'web2', isRegex: false, isEqual: false }]],
  ])('refuses %s', (_what, chosen) => {
    const { desk, id } = openScoped();
    const input = { alarmId: id, sourceId: source, durationMs: hour, comment: '' };
    expect(() => desk.outbox.silence({ ...input, matchers: chosen })).toThrow(
      /silences only host|every alarm/,
    );
    expect(desk.outbox.list(1)).toEqual([]);
  });
});

test('unknown alarms are refused by a resolve, and the others go on', () => {
  const { desk, id } = openWithAlarm();
  expect(desk.outbox.resolve([99 as AlarmId, id], '')).toMatchObject({
    intents: 1,
    refused: [{ id: 99 }],
  });
});
