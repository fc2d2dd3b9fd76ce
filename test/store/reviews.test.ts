import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Review } from '../../preload/contract/reviews.ts';
import { createReviewService } from '../../main/reviews/review-service.ts';
import { Bus } from '../../main/bus.ts';
import { minute, observed, source } from '../support/alarms.ts';
import { liveHealth } from '../support/alarm-desk.ts';
import { openIncidentDesk } from '../support/incident-desk.ts';

const hour = 60 * minute;
const tuesday = '2026-11-24';
let desk: ReturnType<typeof openIncidentDesk>;
beforeEach(() => {
  desk = openIncidentDesk();
});
afterEach(() => desk.store.close());

const get = (): Review => desk.reviews.get(tuesday);

describe('a week', () => {
  test('counts pages once, by day and by night, and compares with the week before', () => {
    desk.clock.move(-7 * 24 * hour);
    const id = desk.poll(observed());
    desk.decide(id);
    desk.clock.move(7 * 24 * hour);
    desk.decide(id);
    desk.decide(id, { occasion: 'reminder' });
    desk.decide(id, { occasion: 'test' });
    desk.decide(id, { outcome: 'not_sent' });
    desk.decide(id, { outcome: 'failed' });
    desk.decide(id, { occasion: 'recovered', class: 'notice' });
    desk.decide(id, { class: 'notice' });
    desk.clock.move(6 * hour);
    desk.decide(id);
    desk.decide(null, { occasion: 'blind' });
    const review = get();
    expect(review).toMatchObject({
      weekOf: '2026-11-23',
      from: '2026-11-23T00:00:00.000Z',
      to: '2026-11-30T00:00:00.000Z',
      // One of them the system would not show.
      pages: 4,
      pagesInSleepHours: 2,
      notices: 1,
      bar: 2,
      previous: { pages: 1, pagesInSleepHours: 1 },
    });
    // Monday's two and the first of Tuesday have begun.
    expect(review.shifts.map(({ pages, isOverBar }) => [pages, isOverBar])).toEqual([
      [0, false],
      [0, false],
      [4, true],
    ]);
    expect(Review.parse(review)).toEqual(review);
  });

  test('names the noisiest alarms, and those without a certain runbook', () => {
    desk.marks.set('Noisy', 'certain').set('Quiet', 'suggested');
    for (let count = 0; count < 3; count += 1) {
      const id = desk.poll(desk.fresh('Noisy'), desk.fresh('Quiet'));
      desk.decide(id);
      desk.clock.move(minute);
      desk.poll();
      desk.clock.move(minute);
    }
    desk.poll(desk.fresh('Rare', { title: 'Rare\n# x' }));
    const review = get();
    expect(review.frequent).toEqual([
      { title: 'Noisy', episodes: 3, pages: 3, hasRunbook: true },
      { title: 'Quiet', episodes: 3, pages: 0, hasRunbook: false },
      { title: 'Rare # x', episodes: 1, pages: 0, hasRunbook: false },
    ]);
    expect(review.withoutRunbook.map(({ title }) => title)).toEqual(['Quiet', 'Rare # x']);
  });

  test('has its incidents, and the actions that are open and overdue', () => {
    const { summary } = desk.incidents.open({ alarmIds: [], title: 'This week' });
    desk.incidents.resolve({ id: summary.id });
    const action = { incidentId: null, owner: 'Ada', isDone: false };
    desk.postmortems.saveAction({ ...action, title: 'Late', dueOn: '2026-11-01' });
    desk.postmortems.saveAction({ ...action, title: 'Open', dueOn: '2026-12-01' });
    desk.postmortems.saveAction({ ...action, title: 'Done', dueOn: '2026-11-01', isDone: true });
    const review = get();
    expect(review.incidents.map(({ title }) => title)).toEqual(['This week']);
    expect(review.overdueActions.map(({ title }) => title)).toEqual(['Late']);
    expect(review.openActions.map(({ title }) => title)).toEqual(['Open']);
    expect(desk.reviews.get('2026-11-16').incidents).toEqual([]);
    expect(desk.reviews.get('2026-12-01').incidents).toEqual([]);
  });

  test('refuses a time that has no weeks to review', () => {
    for (const day of ['0001-01-01', '9999-12-31']) {
      expect(() => desk.reviews.get(day)).toThrow(
        expect.objectContaining({ code: 'input.invalid' }),
      );
    }
  });
});

describe('blindness', () => {
  test('is recorded as it begins and ends, and measured within the week', () => {
    desk.see('starting', 'starting');
    desk.see('live', 'starting');
    desk.see('stale', 'live');
    desk.clock.move(10 * minute);
    desk.see('unreachable', 'stale');
    desk.clock.move(20 * minute);
    desk.see('live', 'unreachable');
    desk.clock.move(hour);
    expect(get().blind).toEqual([{ source: 'prod', durationMs: 30 * minute }]);
    expect(desk.reviews.get('2026-11-16').blind).toEqual([]);
    expect(
      desk.connection.prepare(`SELECT kind FROM event WHERE kind LIKE 'source%'`).pluck().all(),
    ).toEqual(['source_blind', 'source_live']);
  });

  test('that lasts is counted until now', () => {
    desk.see('unauthorized', 'live');
    desk.clock.move(5 * minute);
    expect(get().blind).toEqual([{ source: 'prod', durationMs: 5 * minute }]);
  });

  test('ends with the last attempt when the program stopped meanwhile', () => {
    desk.see('unreachable', 'live');
    desk.clock.move(5 * minute);
    desk.connection
      .prepare('UPDATE source SET last_attempt_at = ? WHERE id = ?')
      .run(new Date(desk.clock.now()).toISOString(), source);
    desk.clock.move(10 * hour);
    const bus = new Bus();
    const again = createReviewService({
      db: desk.db,
      clock: desk.clock,
      bus,
      settings: { current: () => desk.settings },
      sources: { health: () => undefined },
      alarms: desk.alarms,
      runbooks: { markFor: () => null },
      incidents: desk.incidents,
      postmortems: desk.postmortems,
    });
    expect(again.get(tuesday).blind).toEqual([{ source: 'prod', durationMs: 5 * minute }]);
    again.stop();
  });

  test('ends when the source is paused: not to look is not to be blind', () => {
    desk.see('unreachable', 'live');
    desk.clock.move(5 * minute);
    desk.healths.set(source, { ...liveHealth, isEnabled: false });
    desk.see('unreachable', 'unreachable');
    desk.clock.move(hour);
    desk.see('stale', 'unreachable');
    expect(get().blind).toEqual([{ source: 'prod', durationMs: 5 * minute }]);
  });

  test('of a source that was removed is not recorded', () => {
    desk.connection.prepare('DELETE FROM source').run();
    expect(() => desk.see('unreachable', 'live')).not.toThrow();
    expect(get().blind).toEqual([]);
  });
});

describe('the exported page', () => {
  test('is one page with front matter, and no alarm breaks out of it', () => {
    const id = desk.poll(
      observed({
        title: '---\n# <script>[x](javascript:1)',
        startsAt: new Date(desk.clock.now()).toISOString(),
      }),
    );
    for (let count = 0; count < 3; count += 1) desk.decide(id);
    desk.incidents.open({ alarmIds: [id], title: '| a | b |' });
    const file = desk.reviews.export(tuesday);
    expect(file.fileName).toBe('review-2026-11-23.md');
    const [, matter = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(file.text) ?? [];
    expect(parse(matter)).toMatchObject({
      type: 'review',
      week_of: '2026-11-23',
      time_zone: 'UTC',
      pages: 3,
      pages_in_sleep_hours: 3,
      shifts_over_bar: 1,
      incidents: 1,
    });
    expect(body.match(/^#+ .*$/gm)).toEqual([
      '# Week of 2026-11-23',
      '## Load',
      '## Most frequent alarms',
      '## Alarms without a runbook',
      '## Incidents',
      '## Overdue actions',
      '## Open actions',
      '## Blind',
    ]);
    expect(body).toContain('\\<script\\>');
    expect(body).toContain('- 2026-11-24, first half: 3 pages');
    expect(body.split('\n').length).toBeLessThan(60);
  });
});
