/** Who is told what, and when. */
import { describe, expect, test } from 'vitest';
import * as fc from 'fast-check';
import { instant, minute, source, start } from '../support/alarms.ts';
import { openTestStore } from '../support/store.ts';
import { openDesk, named, many, poll } from '../support/notified-alarms.ts';

describe('an alarm that fires', () => {
  test('is shown with its sound, and its decision names the reason and the carrier', async () => {
    const desk = openDesk();
    poll(desk, named('CheckoutDown'));
    await desk.settled();
    expect(desk.titles()).toEqual(['CRITICAL · CheckoutDown']);
    expect(desk.shown[0]).toMatchObject({ class: 'page', alarmId: 1 });
    expect(desk.sounds).toEqual(['page']);
    expect(desk.notifications.list(10)).toEqual([
      {
        at: instant(desk.clock.now()),
        alarmId: 1,
        class: 'page',
        occasion: 'fired',
        outcome: 'sent',
        reason: 'critical at Alertmanager prod',
        carrier: 'recording',
      },
    ]);
  });

  test('is not handed over when the transaction that stores it is taken back', async () => {
    const desk = openDesk();
    desk.bus.on('alarms.changed', () => {
      throw new Error('the disk is full');
    });
    expect(() => poll(desk, named('CheckoutDown'))).toThrow('the disk is full');
    await desk.settled();
    expect(desk.shown).toEqual([]);
    expect(desk.sounds).toEqual([]);
    expect(desk.notifications.list(10)).toEqual([]);
  });

  test('that ends while another begins is a new page', async () => {
    const desk = openDesk();
    poll(desk, named('First'));
    desk.pass(minute);
    poll(desk, named('Second'));
    await desk.settled();
    expect(desk.titles()).toEqual(['CRITICAL · First', 'CRITICAL · Second', 'Cleared · First']);
    expect(desk.shown.map((one) => one.class)).toEqual(['page', 'page', 'notice']);
  });

  test('makes no sound when sound is switched off', () => {
    const desk = openDesk({ settings: { isSoundOn: false } });
    poll(desk, named('CheckoutDown'));
    expect(desk.titles()).toHaveLength(1);
    expect(desk.sounds).toEqual([]);
  });

  test('follows settings and rules from the moment they change', () => {
    const desk = openDesk();
    poll(desk, named('A'));
    desk.change({ rules: [{ query: 'service=checkout', class: 'none' }] });
    poll(desk, named('A'), named('B'));
    expect(desk.titles()).toEqual(['CRITICAL · A']);
    expect(desk.decided().at(-1)).toBe(
      'fired not_sent notice: critical, rule 1 (service=checkout) at Alertmanager prod: set to none',
    );
  });

  test('again and again within minutes waits to see whether it stays', () => {
    const desk = openDesk();
    for (let turn = 0; turn < 4; turn += 1) {
      poll(desk, named('Flapper', { startsAt: instant(desk.clock.now()) }));
      desk.pass(minute);
      poll(desk);
      desk.pass(minute);
    }
    expect(desk.titles().filter((title) => title.startsWith('CRITICAL'))).toHaveLength(3);
    poll(desk, named('Flapper', { startsAt: instant(desk.clock.now()) }));
    expect(desk.decided().at(-1)).toBe(
      'fired not_sent page: flapping: 9 changes in 8 min; pages if it stays',
    );
    desk.pass(2 * minute);
    expect(desk.titles().at(-1)).toBe('Still CRITICAL · Flapper');
  });
});

describe('known alarms', () => {
  test('are not told again after a restart', () => {
    const store = openTestStore();
    const first = openDesk({ store });
    poll(first, named('A'), named('B'));
    first.notifications.stop();
    const second = openDesk({ store });
    poll(second, named('A'), named('B', { summary: 'still down' }));
    expect(second.titles()).toEqual([]);
  });

  test('are not told again after their source was blind', async () => {
    const desk = openDesk();
    poll(desk, named('A'));
    await desk.settled();
    desk.sight('unreachable');
    desk.pass(10_000);
    desk.sight('live', { before: 'unreachable' });
    poll(desk, named('A', { summary: 'still down' }));
    expect(desk.titles()).toEqual(['CRITICAL · A']);
  });

  test('that fired while Nightdesk was off are one summary, and each has its decision', () => {
    const store = openTestStore();
    const first = openDesk({ store });
    poll(first, named('A'));
    first.notifications.stop();
    const second = openDesk({ store });
    poll(second, named('A'), named('B'), named('C', { severity: 'warning' }));
    expect(second.titles()).toEqual(['While nobody looked: 1 critical, 1 warning']);
    expect(second.shown[0]).toMatchObject({ class: 'page', body: expect.stringContaining('B') });
    expect(second.decided().slice(1)).toEqual([
      'fired not_sent page: while nobody looked: in the summary',
      'fired not_sent notice: while nobody looked: in the summary',
      'summary sent page: while nobody looked: 2 (1 critical, 1 warning)',
    ]);
  });

  test('that fired during a sleep are one summary, and the next one is told on its own again', () => {
    const desk = openDesk();
    poll(desk, named('A'));
    desk.clock.move(5 * 3_600_000);
    desk.bus.emit('gap.ended', { fromMs: start, at: desk.clock.now(), reason: 'sleep' });
    poll(desk, named('A'), named('B'), named('C'));
    desk.pass(minute);
    poll(desk, named('A'), named('B'), named('C'), named('D'));
    expect(desk.titles().filter((title) => !title.startsWith('Still'))).toEqual([
      'CRITICAL · A',
      'While nobody looked: 2 critical',
      'CRITICAL · D',
    ]);
  });
});

describe('a storm', () => {
  test('of 10,000 hands over three and one summary, and each alarm has exactly one decision', () => {
    const desk = openDesk();
    poll(desk, ...many(10_000));
    expect(desk.shown).toHaveLength(4);
    expect(desk.titles().at(-1)).toBe('9997 more: 9997 critical');
    expect(desk.sounds).toEqual(['page']);
    const counts = desk.store.connection
      .prepare(
        `SELECT count(*) AS decisions, count(DISTINCT episode_id) AS episodes FROM decision WHERE occasion = 'fired'`,
      )
      .get();
    expect(counts).toEqual({ decisions: 10_000, episodes: 10_000 });
  });

  test('a page that is held back makes the summary a page', () => {
    const desk = openDesk();
    const warnings = ['A', 'B', 'C'].map((name) => named(name, { severity: 'warning' }));
    poll(desk, ...warnings);
    desk.pass(5_000);
    poll(desk, ...warnings, named('Down'));
    expect(desk.shown.at(-1)).toMatchObject({ class: 'page', body: 'Worst: Down' });
    expect(desk.sounds).toEqual(['notice', 'page']);
  });

  test('what waits for the next summary is told when it is time', () => {
    const desk = openDesk();
    const first = many(5);
    poll(desk, ...first);
    desk.pass(10_000);
    poll(desk, ...first, named('Late'));
    expect(desk.shown).toHaveLength(4);
    desk.pass(20_000);
    expect(desk.shown.at(-1)).toMatchObject({ title: '1 more: 1 critical', body: 'Worst: Late' });
  });

  test('a summary of what is over by then is no page', () => {
    const desk = openDesk();
    const first = many(5);
    poll(desk, ...first);
    desk.pass(10_000);
    poll(desk, ...first, named('Late'));
    poll(desk, ...first);
    desk.pass(20_000);
    expect(desk.shown.at(-1)).toMatchObject({
      class: 'notice',
      title: expect.stringContaining('1 critical'),
    });
  });

  test('what waits for a summary survives a crash', () => {
    const store = openTestStore();
    const first = openDesk({ store });
    const five = many(5);
    poll(first, ...five);
    first.pass(10_000);
    poll(first, ...five, named('Late'));
    // No stop: the process is gone.
    const second = openDesk({ store });
    second.pass(1_000);
    expect(second.titles()).toContain('1 more: 1 critical');
    expect(second.shown.find(({ key }) => key === 'summary')?.body).toBe('Worst: Late');
  });
});

describe('a source that cannot be seen', () => {
  test('for a moment is not worth a notification, and the decision says so', () => {
    const desk = openDesk();
    desk.sight('unreachable');
    desk.pass(12_000);
    desk.sight('live', { before: 'unreachable' });
    desk.pass(10 * minute);
    expect(desk.shown).toEqual([]);
    expect(desk.decided()).toEqual([
      'sighted not_sent notice: Alertmanager prod can be seen again after 12 s; nobody was told that it could not be',
    ]);
  });

  test('is a notice after half a minute, a page after two, and the end is a notice', async () => {
    const desk = openDesk();
    desk.sight('unreachable');
    desk.pass(30_000);
    desk.pass(90_000);
    await desk.settled();
    desk.pass(10 * minute);
    desk.sight('live', { before: 'unreachable' });
    expect(desk.shown.map((one) => `${one.class} ${one.title}`)).toEqual([
      'notice BLIND · Alertmanager prod',
      'page BLIND · Alertmanager prod',
      'notice Sees again · Alertmanager prod',
    ]);
    expect(desk.withdrawn).toEqual(['blind-prod']);
  });

  test('pages also in quiet hours, without the notice before', () => {
    const desk = openDesk({ settings: { quietHours: { from: '22:00', to: '08:00' } } });
    desk.sight('unreachable');
    desk.pass(30_000);
    desk.pass(90_000);
    expect(desk.shown.map((one) => one.class)).toEqual(['page']);
    expect(desk.decided()[0]).toBe(
      'blind not_sent notice: quiet hours 22:00-08:00, Alertmanager prod cannot be seen: connection refused',
    );
  });

  test('with others is one page, and each has its decision', () => {
    const desk = openDesk({ ids: ['prod', 'stage'] });
    desk.healths.set('stage', { ...desk.healths.get('prod')!, name: 'Stage' });
    desk.sight('unreachable');
    desk.sight('stale', { id: 'stage' });
    desk.pass(2 * minute);
    expect(desk.titles()).toEqual(['BLIND · 2 sources']);
    expect(desk.decided()).toHaveLength(2);
  });

  test('is nobody’s business any more when it is paused', () => {
    const desk = openDesk();
    desk.sight('unreachable');
    desk.healths.set('prod', { ...desk.healths.get('prod')!, isEnabled: false });
    desk.pass(10 * minute);
    expect(desk.shown).toEqual([]);
  });
});

describe('a platform that refuses', () => {
  test('a page is tried twice, then it has failed, is heard again, and the desk says so once', async () => {
    const desk = openDesk();
    desk.platform.refusal = 'no notification daemon runs';
    poll(desk, named('A'), named('B'));
    await desk.settled();
    expect(desk.decided()).toEqual([
      'fired sent page: critical at Alertmanager prod',
      'fired sent page: critical at Alertmanager prod',
    ]);
    desk.pass(5_000);
    await desk.settled();
    expect(desk.decided()[0]).toBe(
      'fired failed page: critical at Alertmanager prod; not shown: no notification daemon runs',
    );
    expect(desk.sounds).toEqual(['page', 'page', 'page']);
    expect(desk.notices).toEqual(['Pages do not reach the screen of this computer']);
  });

  test('may have woken somebody all the same, as one that was sent, and no storm hides it', async () => {
    const desk = openDesk();
    desk.platform.refusal = 'no notification daemon runs';
    poll(desk, named('A'));
    await desk.settled();
    desk.pass(5_000);
    await desk.settled();
    desk.platform.refusal = null;
    poll(desk, named('A'), ...many(300));
    await desk.settled();
    const pages = desk.notifications.pages();
    expect(pages.length).toBeLessThan(20);
    expect(pages.map(({ outcome }) => outcome)).toEqual(expect.arrayContaining(['sent', 'failed']));
    expect(pages.every((page) => page.class === 'page' && page.occasion !== 'test')).toBe(true);
    desk.pass(25 * 60 * minute);
    expect(desk.notifications.pages().filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  });

  test('only for a moment costs nothing', async () => {
    const desk = openDesk();
    desk.platform.refusal = 'busy';
    poll(desk, named('A'));
    await desk.settled();
    desk.platform.refusal = null;
    desk.pass(5_000);
    await desk.settled();
    expect(desk.titles()).toEqual(['CRITICAL · A']);
    expect(desk.notifications.list(1)[0]).toMatchObject({ outcome: 'sent', carrier: 'recording' });
  });

  test('a page that a crash left without an answer has failed, and is repeated at once', () => {
    const store = openTestStore();
    const first = openDesk({ store });
    poll(first, named('A'));
    // The answer never comes: the process is gone.
    first.notifications.stop();
    const second = openDesk({ store });
    second.pass(1_000);
    expect(second.decided()[0]).toBe(
      'fired failed page: critical at Alertmanager prod; Nightdesk ended before the system answered',
    );
    expect(second.titles()).toEqual(['Still CRITICAL · A']);
  });
});

describe('the test button', () => {
  test('takes the real path and says what happened', async () => {
    const desk = openDesk();
    const answer = await desk.notifications.test('page');
    expect(answer).toMatchObject({ isDelivered: true, carrier: 'recording' });
    expect(answer.message).toContain('recording took it');
    expect(desk.shown[0]).toMatchObject({ class: 'page' });
    expect(desk.sounds).toEqual(['page']);
    expect(desk.decided()).toEqual(['test sent page: you asked for a test']);
  });

  test('says why nothing was shown, and that a real notice would be held back', async () => {
    const desk = openDesk({
      settings: { isSoundOn: false, quietHours: { from: '22:00', to: '08:00' } },
    });
    desk.platform.refusal = 'notify-send is not installed';
    const answer = await desk.notifications.test('notice');
    expect(answer).toEqual({
      isDelivered: false,
      carrier: null,
      message:
        'It was not shown: notify-send is not installed. Sound is switched off in the settings. A real notice would be held back now: quiet hours 22:00-08:00.',
    });
    expect(desk.decided()[0]).toContain('test failed notice');
  });
});

describe('whatever happens', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('poll' as const),
      alarms: fc.array(
        fc.record({
          name: fc.constantFrom('A', 'B', 'C', 'D', 'E', 'F'),
          severity: fc.constantFrom(
            'critical' as const,
            'high' as const,
            'warning' as const,
            'info' as const,
          ),
          status: fc.constantFrom(
            'firing' as const,
            'firing' as const,
            'acknowledged' as const,
            'suppressed' as const,
          ),
        }),
        { maxLength: 6 },
      ),
    }),
    fc.record({ kind: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 200_000 }) }),
    fc.record({ kind: fc.constant('sight' as const), isLive: fc.boolean() }),
    fc.record({ kind: fc.constant('gap' as const) }),
  );

  test('each episode has one decision about its firing, no recovery pages, no 30 s hold more than four', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), fc.boolean(), (steps, isQuiet) => {
        const desk = openDesk({
          settings: { quietHours: isQuiet ? { from: '22:00', to: '04:10' } : null },
        });
        const times: number[] = [];
        const note = (): void => {
          while (times.length < desk.shown.length) times.push(desk.clock.now());
        };
        for (const one of steps) {
          switch (one.kind) {
            case 'poll':
              poll(desk, ...one.alarms.map(({ name, ...change }) => named(name, change)));
              break;
            case 'pass':
              desk.pass(one.ms);
              break;
            case 'sight':
              desk.sight(one.isLive ? 'live' : 'unreachable');
              break;
            case 'gap':
              desk.bus.emit('gap.ended', { fromMs: start, at: desk.clock.now(), reason: 'sleep' });
              break;
          }
          note();
        }
        for (const at of times) {
          expect(
            times.filter((time) => time >= at && time < at + 30_000).length,
          ).toBeLessThanOrEqual(4);
        }
        const wrong = desk.store.connection
          .prepare(
            `SELECT id FROM episode e WHERE (SELECT count(*) FROM decision d WHERE d.episode_id = e.id AND d.occasion = 'fired') <> 1
             UNION ALL SELECT id FROM decision WHERE (occasion = 'recovered' AND class = 'page') OR reason = ''`,
          )
          .all();
        expect(wrong).toEqual([]);
        desk.notifications.stop();
      }),
      { numRuns: 60 },
    );
  });
});

describe('text from outside', () => {
  test('reaches the shell as plain, short lines', () => {
    const desk = openDesk();
    poll(
      desk,
      named('x', {
        title: `\u202Eevil\0\n$(reboot) ${'x'.repeat(100_000)}`,
        summary: '<b>bold</b>\u2066',
        service: 's'.repeat(5_000),
      }),
    );
    const [one] = desk.shown;
    expect(one?.title).toMatch(/^CRITICAL · evil \$\(reboot\) x+…$/);
    expect(`${one?.title}${one?.body}`).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    expect(`${one?.title}${one?.body}`.length).toBeLessThan(1_000);
  });

  test('a source that is gone does not stop the others', () => {
    const desk = openDesk();
    poll(desk, named('A'));
    desk.store.connection.prepare('DELETE FROM source WHERE id = ?').run(source);
    desk.alarms.forgetSource(source);
    desk.healths.clear();
    desk.pass(10 * minute);
    expect(desk.titles()).toEqual(['CRITICAL · A']);
  });
});
