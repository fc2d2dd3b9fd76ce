import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DeskEvent } from '../../preload/contract/desk.ts';
import type { AlarmId, IncidentId, RunId } from '../../preload/contract/common.ts';
import { Incident, IncidentSummary } from '../../preload/contract/incidents.ts';
import { incidentQueries } from '../../main/incidents/incident-store.ts';
import { createIncidentService } from '../../main/incidents/incident-service.ts';
import { maxJoinedByRule } from '../../main/incidents/joins.ts';
import { pastQueries } from '../../main/incidents/past.ts';
import { maxShown } from '../../main/incidents/reading-order.ts';
import { sightQueries } from '../../main/reviews/sight-log.ts';
import { reviewQueries } from '../../main/reviews/review-store.ts';
import { instant, minute, observed, start } from '../support/alarms.ts';
import { openIncidentDesk } from '../support/incident-desk.ts';

let desk: ReturnType<typeof openIncidentDesk>;
beforeEach(() => {
  desk = openIncidentDesk();
});
afterEach(() => desk.store.close());

const told = (incident: Incident): string[] =>
  incident.entries.map(
    ({ at, kind, text, origin }) => `${at.slice(11, 19)} ${kind} ${text} [${origin}]`,
  );
const texts = (incident: Incident): string[] => incident.entries.map(({ text }) => text);
const move = (minutes: number): void => desk.clock.move(minutes * minute);

describe('opening', () => {
  test('copies what the alarm went through before, with its true times', () => {
    const alarm = observed();
    const id = desk.poll(alarm);
    desk.decide(id);
    move(2);
    desk.decide(id, { occasion: 'reminder' });
    move(2);
    desk.decide(id, { occasion: 'reminder' });
    desk.alarms.comment(id, 'Looking at it');
    desk.bus.emit('command.copied', {
      runId: 1 as RunId,
      alarmId: id,
      incidentId: null,
      number: 2,
      command: 'kubectl get pods: all\n-n x',
      at: desk.clock.now(),
    });
    const { createdAt } = desk.intend(id);
    move(1);
    desk.poll({ ...alarm, status: 'acknowledged', ackedBy: 'ada' });
    desk.intend(id, { state: 'confirmed', createdAt });
    move(1);
    const incident = desk.incidents.open({ alarmIds: [id] });
    expect(told(incident)).toEqual([
      '03:59:00 alarm_fired CheckoutDown fired, critical: Customers cannot pay [prod]',
      '04:00:00 notified Page sent for CheckoutDown: critical at Alertmanager prod [Nightdesk]',
      '04:02:00 notified Page for CheckoutDown repeated 2 times over 2 min [Nightdesk]',
      '04:04:00 note Looking at it [you]',
      '04:04:00 command Copied the command of step 2 [you]',
      '04:04:00 acknowledged CheckoutDown acknowledged, confirmed by prod [you]',
      '04:06:00 alarm_joined Incident opened from one alarm [you]',
    ]);
    expect(incident.entries.find(({ kind }) => kind === 'command')?.code).toBe(
      'kubectl get pods: all\n-n x',
    );
    expect(incident.summary).toMatchObject({
      title: 'CheckoutDown: Customers cannot pay',
      severity: 'unknown',
      alarmCount: 1,
      firingCount: 1,
      hasPostmortem: false,
      times: {
        impactBeganAt: instant(start - minute),
        detectedAt: instant(start),
        acknowledgedAt: createdAt,
        mitigatedAt: null,
        resolvedAt: null,
        understoodAt: null,
      },
    });
    expect(Incident.parse(incident)).toEqual(incident);
  });

  test('takes the title from the worst alarm, and the times from the earliest', () => {
    desk.poll(
      desk.fresh('Slow', { severity: 'warning', startsAt: instant(start - 9 * minute) }),
      desk.fresh('Down', { severity: 'critical', startsAt: instant(start - 3 * minute) }),
    );
    const ids = ['am:1:Slow', 'am:1:Down'].map(desk.idOf);
    const { summary } = desk.incidents.open({ alarmIds: ids });
    expect(summary.title).toBe('Down');
    expect(summary.times.impactBeganAt).toBe(instant(start - 9 * minute));
  });

  test('copies ticked steps, and when the source was blind meanwhile', () => {
    const id = desk.poll(observed());
    desk.connection.exec(`
      INSERT INTO run (id, runbook_id, folder, path, title, summary, steps, context, alarm_id, started_at)
        VALUES (1, 1, 'f', 'p', 'Checkout errors', '{}', '[]', '{}', ${id}, '${instant(start)}');
      INSERT INTO run_step VALUES (1, 's1', 'done', 'Is it real?', 1, '${instant(start + minute)}'),
        (1, 's2', 'did_not_help', 'Restart', 2, '${instant(start + 2 * minute)}'),
        (1, 's3', 'open', 'Later', 3, '${instant(start + 3 * minute)}');`);
    desk.see('unreachable', 'live', 'connection refused');
    move(4);
    desk.see('live', 'unreachable');
    const { entries } = desk.incidents.open({ alarmIds: [id] });
    expect(entries.map(({ text }) => text)).toEqual([
      'CheckoutDown fired, critical: Customers cannot pay',
      'prod went blind: connection refused',
      'Runbook step 1 done: Is it real? (Checkout errors)',
      'Runbook step 2 did not help: Restart (Checkout errors)',
      'Incident opened from one alarm',
      'prod is live again',
    ]);
  });

  test('a second time on the same alarms leads to the same incident, and adds the others', () => {
    const first = desk.poll(observed(), desk.fresh('Other', { service: 'cart' }));
    const { summary } = desk.incidents.open({ alarmIds: [first], title: 'Mine' });
    expect(desk.incidents.open({ alarmIds: [first], title: 'Twice' })).toMatchObject({
      summary: { id: summary.id, title: 'Mine', alarmCount: 1 },
    });
    const both = desk.incidents.open({ alarmIds: [first, desk.idOf('am:1:Other')] });
    expect(both.summary).toMatchObject({ id: summary.id, alarmCount: 2 });
    expect(texts(both)).toContain('Other: added by hand');
    expect(desk.incidents.list()).toHaveLength(1);
  });

  test('after it was resolved, the same alarm opens a new one', () => {
    const id = desk.poll(observed());
    const first = desk.incidents.open({ alarmIds: [id] });
    desk.incidents.resolve({ id: first.summary.id });
    expect(desk.incidents.openIncidentOf(id)).toBeNull();
    const second = desk.incidents.open({ alarmIds: [id] });
    expect(second.summary.id).not.toBe(first.summary.id);
    expect(desk.incidents.openIncidentOf(id)).toBe(second.summary.id);
  });

  test('works without an alarm, and refuses alarms and incidents that do not exist', () => {
    const { summary } = desk.incidents.open({ alarmIds: [], title: 'A customer called' });
    expect(summary).toMatchObject({ title: 'A customer called', alarmCount: 0 });
    expect(summary.times).toMatchObject({ impactBeganAt: null, detectedAt: instant(start) });
    expect(() => desk.incidents.open({ alarmIds: [999 as AlarmId] })).toThrow('does not exist');
    expect(() => desk.incidents.get(999 as IncidentId)).toThrow('does not exist');
    expect(desk.incidents.list()).toHaveLength(1);
  });

  test('keeps hostile texts on one line and within their length', () => {
    const id = desk.poll(
      observed({ title: `\u0000\u202eevil\n# x${'a'.repeat(100_000)}`, summary: 'b\r\nc\u2028d' }),
    );
    const incident = desk.incidents.open({ alarmIds: [id] });
    expect(incident.summary.title).toMatch(/^evil # xa+…: b c d$/);
    expect(incident.entries[0]?.text.length).toBeLessThan(600);
    expect(Incident.parse(incident)).toEqual(incident);
  });

  test('the impact never begins in the future of our clock', () => {
    const id = desk.poll(observed({ startsAt: instant(start + 60 * minute) }));
    const { summary, entries } = desk.incidents.open({ alarmIds: [id] });
    expect(summary.times.impactBeganAt).toBe(instant(start));
    expect(entries[0]?.at).toBe(instant(start));
  });
});

describe('the timeline fills itself', () => {
  let id: AlarmId;
  let incidentId: IncidentId;
  const alarm = observed();
  beforeEach(() => {
    id = desk.poll(alarm);
    incidentId = desk.incidents.open({ alarmIds: [id] }).summary.id;
    move(1);
  });
  const since = (): string[] =>
    told(desk.incidents.get(incidentId)).filter(
      (line) => line.startsWith('04:0') && line >= '04:01',
    );

  test('with what the source says of its alarms', () => {
    desk.poll({ ...alarm, status: 'acknowledged', ackedBy: 'bob' });
    move(1);
    desk.poll({ ...alarm, severity: 'high' });
    move(1);
    desk.poll();
    move(1);
    desk.poll(observed({ startsAt: instant(desk.clock.now()) }));
    expect(since()).toEqual([
      '04:01:00 acknowledged CheckoutDown acknowledged by bob [prod]',
      '04:02:00 alarm_fired CheckoutDown acknowledgement ended, firing [prod]',
      '04:02:00 severity CheckoutDown severity went from critical to high [prod]',
      '04:03:00 alarm_resolved CheckoutDown cleared [prod]',
      '04:04:00 alarm_fired CheckoutDown fired, critical: Customers cannot pay [prod]',
    ]);
    expect(desk.incidents.get(incidentId).summary.times.acknowledgedAt).toBe(
      instant(start + minute),
    );
  });

  test('once, with the time of the key press, for an acknowledgement of ours', () => {
    const { createdAt } = desk.intend(id);
    move(1);
    desk.poll({ ...alarm, status: 'acknowledged' });
    desk.intend(id, { state: 'confirmed', createdAt });
    desk.intend(id, { state: 'confirmed', createdAt });
    expect(since()).toEqual([
      '04:01:00 acknowledged CheckoutDown acknowledged, confirmed by prod [you]',
    ]);
    expect(desk.incidents.get(incidentId).summary.times.acknowledgedAt).toBe(createdAt);
  });

  test('not with an acknowledgement that the source has not confirmed', () => {
    desk.intend(id, { state: 'failed' });
    desk.intend(id, { kind: 'comment', state: 'confirmed' });
    expect(since()).toEqual([]);
    expect(desk.incidents.get(incidentId).summary.times.acknowledgedAt).toBeNull();
  });

  test('with pages, their reminders in one line, and a page that could not be delivered', () => {
    desk.decide(id);
    desk.decide(id, { outcome: 'not_sent', reason: 'quiet hours' });
    desk.decide(id, { occasion: 'recovered', class: 'notice' });
    for (let count = 0; count < 3; count += 1) {
      move(1);
      desk.decide(id, { occasion: 'reminder' });
    }
    desk.decide(id, { occasion: 'worsened', outcome: 'failed', reason: 'no bus' });
    expect(since()).toEqual([
      '04:01:00 notified Page sent for CheckoutDown: critical at Alertmanager prod [Nightdesk]',
      '04:02:00 notified Page for CheckoutDown repeated 3 times over 2 min [Nightdesk]',
      '04:04:00 notified Page for CheckoutDown could not be delivered: no bus [Nightdesk]',
    ]);
  });

  test('with what a storm put into a summary, and a page that failed in the place of the one that was sent', () => {
    desk.decide(id, { outcome: 'not_sent', reason: 'storm: in the summary' });
    desk.decide(id);
    desk.decide(id, { outcome: 'failed', reason: 'critical; not shown: no bus' });
    expect(since()).toEqual([
      '04:01:00 notified Page for CheckoutDown held for a summary: storm: in the summary [Nightdesk]',
      '04:01:00 notified Page for CheckoutDown could not be delivered: critical; not shown: no bus [Nightdesk]',
    ]);
  });

  test('with steps, commands, notes on its alarms, and sight', () => {
    const run = { runId: 1 as RunId, alarmId: id, incidentId: null, number: 2 };
    desk.bus.emit('step.set', {
      ...run,
      runbookTitle: 'Checkout',
      text: 'Roll back',
      state: 'did_not_help',
      at: desk.clock.now(),
    });
    desk.bus.emit('command.copied', { ...run, command: 'kubectl x', at: desk.clock.now() });
    desk.bus.emit('query.asked', {
      ...run,
      sourceName: 'prod\nprometheus',
      query: 'up',
      answer: 'up  1',
      at: desk.clock.now(),
    });
    desk.alarms.comment(id, 'Errors are falling');
    desk.see('stale', 'live', 'no answer for 45 s');
    desk.see('unreachable', 'stale', 'refused');
    desk.see('starting', 'unreachable');
    move(2);
    desk.see('live', 'unreachable');
    expect(since()).toEqual([
      '04:01:00 source_blind prod went blind: no answer for 45 s [prod]',
      '04:01:00 step Runbook step 2 did not help: Roll back (Checkout) [you]',
      '04:01:00 command Copied the command of step 2 [you]',
      '04:01:00 command Asked prod prometheus the query of step 2 [you]',
      '04:01:00 note Errors are falling [you]',
      '04:03:00 source_live prod is live again [prod]',
    ]);
  });

  test('with the time in which nobody looked', () => {
    desk.bus.emit('gap.ended', { fromMs: start, at: start + 5 * minute, reason: 'sleep' });
    desk.bus.emit('gap.ended', { fromMs: start, at: start + 1_000, reason: 'network' });
    expect(told(desk.incidents.get(incidentId)).slice(-3)).toContain(
      '04:05:00 source_live Looking again [Nightdesk]',
    );
    expect(texts(desk.incidents.get(incidentId))).toContain(
      'Nobody looked for 5 min: this computer slept',
    );
  });

  test('not after it was resolved, except by its own runs', () => {
    desk.incidents.resolve({ id: incidentId });
    const before = told(desk.incidents.get(incidentId)).length;
    desk.poll();
    desk.decide(id);
    desk.alarms.comment(id, 'late');
    expect(told(desk.incidents.get(incidentId))).toHaveLength(before);
    desk.bus.emit('step.set', {
      runId: 1 as RunId,
      alarmId: null,
      incidentId,
      runbookTitle: 'Clean up',
      number: 1,
      text: 'Remove',
      state: 'done',
      at: desk.clock.now(),
    });
    expect(told(desk.incidents.get(incidentId))).toHaveLength(before + 1);
  });

  test('leaves nothing behind when the transaction of the change is taken back', () => {
    const before = told(desk.incidents.get(incidentId));
    desk.bus.on('alarms.changed', () => {
      throw new Error('the disk is full');
    });
    expect(() => desk.poll(alarm, desk.fresh('New', { service: 'checkout' }))).toThrow('full');
    expect(told(desk.incidents.get(incidentId))).toEqual(before);
    expect(desk.incidents.get(incidentId).alarms).toHaveLength(1);
  });

  test('tells windows which incident to ask for again, and which rows', async () => {
    const events: DeskEvent[] = [];
    desk.windows.open((event) => events.push(event));
    desk.poll(alarm, desk.fresh('New', { service: 'checkout' }));
    await new Promise((resolve) => setImmediate(resolve));
    expect(events).toContainEqual({ type: 'changed', topic: 'incidents', ids: [incidentId] });
    const rows = events.find((event) => event.type === 'changed' && event.topic === 'alarms');
    expect(rows).toMatchObject({ ids: expect.arrayContaining([desk.idOf('am:1:New')]) as unknown });
  });
});

describe('joining', () => {
  test('a new alarm of the same service joins, with the rule as its reason and with its past', () => {
    const id = desk.poll(observed());
    const { summary } = desk.incidents.open({ alarmIds: [id] });
    move(3);
    desk.poll(
      observed(),
      desk.fresh('Queue', { service: 'checkout', summary: 'Not draining' }),
      desk.fresh('Disk', { service: 'platform' }),
    );
    const joined = desk.incidents.get(summary.id);
    expect(told(joined).slice(-2)).toEqual([
      '04:03:00 alarm_fired Queue fired, critical: Not draining [prod]',
      '04:03:00 alarm_joined Queue joined by rule: same service checkout [Nightdesk]',
    ]);
    expect(joined.alarms.map(({ title }) => title).sort()).toEqual(['CheckoutDown', 'Queue']);
    expect(desk.incidents.openIncidentOf(desk.idOf('am:1:Queue'))).toBe(summary.id);
    expect(
      desk.connection.prepare('SELECT reason FROM incident_alarm ORDER BY alarm_id').pluck().all(),
    ).toEqual(['chosen', 'joined by rule: same service checkout']);
    // The impact began when the chosen alarm says, not when something joined.
    expect(joined.summary.times.impactBeganAt).toBe(instant(start - minute));
  });

  test('a storm stops joining, and the timeline says so once', () => {
    const id = desk.poll(observed());
    const { summary } = desk.incidents.open({ alarmIds: [id] });
    move(1);
    const storm = Array.from({ length: maxJoinedByRule + 50 }, (_, index) =>
      desk.fresh(`Pod${index}`, { service: 'checkout' }),
    );
    desk.poll(observed(), ...storm);
    const incident = desk.incidents.get(summary.id);
    expect(incident.summary.alarmCount).toBe(maxJoinedByRule + 1);
    expect(texts(incident).filter((text) => text.includes('by hand'))).toEqual([
      `${maxJoinedByRule} alarms joined by rule. Further ones have to be added by hand.`,
    ]);
  });

  test('adding by hand moves the beginning, unless a person set it', () => {
    const id = desk.poll(
      observed(),
      desk.fresh('Early', { startsAt: instant(start - 20 * minute) }),
    );
    const { summary } = desk.incidents.open({ alarmIds: [id] });
    const add = () =>
      desk.incidents.addAlarms({ id: summary.id, alarmIds: [desk.idOf('am:1:Early')] });
    expect(add().summary.times.impactBeganAt).toBe(instant(start - 20 * minute));
    const set = desk.incidents.update({ id: summary.id, impactBeganAt: instant(start - 30_000) });
    expect(set.summary.times.impactBeganAt).toBe(instant(start - 30_000));
    desk.poll(observed(), desk.fresh('Old', { startsAt: instant(start - 50 * minute) }));
    desk.incidents.addAlarms({ id: summary.id, alarmIds: [desk.idOf('am:1:Old')] });
    expect(desk.incidents.get(summary.id).summary.times.impactBeganAt).toBe(
      instant(start - 30_000),
    );
  });
});

describe('acts', () => {
  let id: IncidentId;
  beforeEach(() => {
    id = desk.incidents.open({ alarmIds: [desk.poll(observed())] }).summary.id;
    move(10);
  });

  test('mitigated, resolved and understood each have their time and their line', () => {
    desk.incidents.mitigate({ id, mitigation: ' Rolled back\n4.18 ' });
    move(5);
    desk.incidents.resolve({ id });
    move(60);
    const done = desk.incidents.understand({ id });
    expect(done.summary.times).toMatchObject({
      mitigatedAt: instant(start + 10 * minute),
      resolvedAt: instant(start + 15 * minute),
      understoodAt: instant(start + 75 * minute),
    });
    expect(done.mitigation).toBe('Rolled back\n4.18');
    expect(told(done).slice(-3)).toEqual([
      '04:10:00 mitigated Mitigated: Rolled back 4.18 [you]',
      '04:15:00 resolved Resolved [you]',
      '05:15:00 understood Understood [you]',
    ]);
  });

  test('resolving what was never mitigated marks both and says so; reopening takes back both', () => {
    const resolved = desk.incidents.resolve({ id });
    expect(resolved.summary.times.mitigatedAt).toBe(resolved.summary.times.resolvedAt);
    expect(told(resolved).slice(-2)).toEqual([
      '04:10:00 mitigated Mitigated at the latest when it was resolved: nobody had marked an earlier time [Nightdesk]',
      '04:10:00 resolved Resolved [you]',
    ]);
    const reopened = desk.incidents.reopen(id);
    expect(reopened.summary.times).toMatchObject({ mitigatedAt: null, resolvedAt: null });
    expect(texts(reopened).at(-1)).toBe('Taken back: Resolved, and Mitigated with it');
  });

  test('reopening takes back the latest act, one after the other', () => {
    desk.incidents.mitigate({ id, mitigation: '' });
    desk.incidents.resolve({ id });
    desk.incidents.understand({ id });
    expect(desk.incidents.reopen(id).summary.times.understoodAt).toBeNull();
    expect(desk.incidents.reopen(id).summary.times.resolvedAt).toBeNull();
    expect(desk.incidents.reopen(id).summary.times.mitigatedAt).toBeNull();
    expect(() => desk.incidents.reopen(id)).toThrow('nothing to take back');
  });

  test('a refused act changes nothing', () => {
    const before = desk.incidents.get(id);
    expect(() => desk.incidents.understand({ id })).toThrow(
      expect.objectContaining({ code: 'incident.wrong_order' }),
    );
    expect(() =>
      desk.incidents.mitigate({ id, mitigation: 'x', at: instant(start - 60 * minute) }),
    ).toThrow(expect.objectContaining({ code: 'incident.wrong_order' }));
    expect(desk.incidents.get(id)).toEqual(before);
  });

  test('the row of an alarm shows its incident until that is resolved, and again when it is reopened', () => {
    const alarmId = desk.idOf(observed().externalId);
    expect(desk.alarms.rows([alarmId])[0]?.incidentId).toBe(id);
    desk.incidents.resolve({ id });
    expect(desk.alarms.rows([alarmId])[0]?.incidentId).toBeNull();
    desk.incidents.reopen(id);
    expect(desk.alarms.rows([alarmId])[0]?.incidentId).toBe(id);
  });

  test('severity, impact and commander are people’s; only the severity writes a line', () => {
    const changed = desk.incidents.update({
      id,
      severity: 'major',
      impact: 'Nobody can pay',
      commander: 'Ada',
      title: 'Payments are down',
    });
    expect(changed).toMatchObject({
      commander: 'Ada',
      summary: { severity: 'major', impact: 'Nobody can pay', title: 'Payments are down' },
    });
    expect(texts(changed).at(-1)).toBe('Severity of the incident: major');
    expect(() => desk.incidents.update({ id, title: ' \n\u0000' })).toThrow('needs a title');
  });

  test('notes, decisions and status updates are kept as typed', () => {
    desk.incidents.note({ id, text: 'a\nb', kind: 'note' });
    const { entries } = desk.incidents.note({ id, text: 'Roll back', kind: 'decision' });
    expect(entries.slice(-2)).toMatchObject([
      { kind: 'note', text: 'a\nb', origin: 'you' },
      { kind: 'decision', text: 'Roll back', origin: 'you' },
    ]);
    expect(() => desk.incidents.note({ id, text: '  ', kind: 'note' })).toThrow('empty');
  });

  test('open incidents come first in the list, then the newest', () => {
    move(1);
    const second = desk.incidents.open({ alarmIds: [], title: 'Second' }).summary.id;
    move(1);
    const third = desk.incidents.open({ alarmIds: [], title: 'Third' }).summary.id;
    desk.incidents.resolve({ id: third });
    const list = desk.incidents.list();
    expect(list.map((incident) => incident.id)).toEqual([second, id, third]);
    for (const summary of list) expect(IncidentSummary.parse(summary)).toEqual(summary);
  });
});

test('after a restart, rows still know their incident', () => {
  const id = desk.poll(observed());
  const { summary } = desk.incidents.open({ alarmIds: [id] });
  const again = createIncidentService({
    db: desk.db,
    clock: desk.clock,
    bus: desk.bus,
    windows: desk.windows,
    alarms: desk.alarms,
    runs: { runsOf: () => [] },
  });
  expect(again.openIncidentOf(id)).toBe(summary.id);
  again.stop();
});

test('a timeline of 12,000 entries is shown with its beginning and its end, and says what is left out', () => {
  const { summary } = desk.incidents.open({ alarmIds: [], title: 'Long' });
  const add = desk.connection.prepare(
    `INSERT INTO entry (incident_id, at, kind, origin, text) VALUES (?, ?, 'note', 'you', ?)`,
  );
  desk.db.transaction(() => {
    for (let index = 0; index < 12_000; index += 1) {
      add.run(summary.id, instant(start + index), `note ${index}`);
    }
  });
  const { entries } = desk.incidents.get(summary.id);
  expect(entries).toHaveLength(maxShown);
  expect(entries[0]?.text).toBe('note 0');
  expect(entries.at(-1)?.text).toBe('note 11999');
  expect(entries.filter(({ text }) => text.includes('left out'))).toHaveLength(1);
  expect(desk.incidents.story(summary.id).entries).toHaveLength(12_000);
});

describe('hot queries', () => {
  const queries = { ...incidentQueries, ...pastQueries, ...reviewQueries };
  test.each(
    Object.entries({ ...queries, sightLast: sightQueries.last, sightIn: sightQueries.within }),
  )('%s: scans no table', (_name, sql) => {
    const parameters = Object.fromEntries(
      [...sql.matchAll(/@(\w+)/g)].map(([, name]) => [name!, 'x']),
    );
    const plan = desk.connection
      .prepare<[Record<string, string>], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)
      .all(parameters)
      .map(({ detail }) => detail)
      .join('\n');
    expect(plan).toMatch(/USING/);
    expect(plan).not.toMatch(/^SCAN (?!.*USING)/m);
  });
});
