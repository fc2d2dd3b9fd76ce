import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { IncidentId } from '../../preload/contract/common.ts';
import { Action, Postmortem, type PostmortemText } from '../../preload/contract/postmortems.ts';
import { minute, observed } from '../support/alarms.ts';
import { openIncidentDesk } from '../support/incident-desk.ts';

let desk: ReturnType<typeof openIncidentDesk>;
let id: IncidentId;
beforeEach(() => {
  desk = openIncidentDesk();
  id = desk.incidents.open({ alarmIds: [desk.poll(observed())] }).summary.id;
});
afterEach(() => desk.store.close());

const stored = (): { revision: number; text: string } =>
  desk.connection
    .prepare<[], { revision: number; text: string }>('SELECT revision, text FROM postmortem')
    .get()!;
const save = (revision: number, change: Partial<PostmortemText>) => {
  const { text } = desk.postmortems.get(id);
  return desk.postmortems.save({ incidentId: id, revision, text: { ...text, ...change } });
};
const refusal = (code: string) => expect.objectContaining({ code }) as Error;

describe('the draft', () => {
  test('is made and kept when it is first asked for', () => {
    expect(desk.incidents.get(id).summary.hasPostmortem).toBe(false);
    const first = desk.postmortems.get(id);
    expect(first).toMatchObject({ revision: 1, incident: { id, hasPostmortem: true } });
    expect(Postmortem.parse(first)).toEqual(first);
    expect(stored().revision).toBe(1);
    expect(desk.incidents.get(id).summary.hasPostmortem).toBe(true);
    expect(desk.postmortems.list()).toMatchObject([
      { incident: { id }, findings: first.findings.length },
    ]);
  });

  test('follows the incident until a person saves it, and never afterwards', () => {
    expect(desk.postmortems.get(id).text.summary).toContain('not mitigated yet');
    desk.clock.move(10 * minute);
    desk.incidents.mitigate({ id, mitigation: 'Rolled back' });
    const followed = desk.postmortems.get(id);
    expect(followed.text.summary).toContain('mitigated at 2026-11-24 04:10 UTC');
    expect(followed.revision).toBe(1);
    save(1, { summary: 'Mine' });
    desk.incidents.resolve({ id });
    const own = desk.postmortems.get(id);
    expect(own.text.summary).toBe('Mine');
    // What is measured still moves: it is no text.
    expect(own.spans.find(({ name }) => name === 'to_resolve')?.durationMs).toBe(11 * minute);
  });

  test('does not exist without its incident', () => {
    expect(() => desk.postmortems.get(99 as IncidentId)).toThrow(refusal('not_found'));
    expect(desk.postmortems.list()).toEqual([]);
  });
});

describe('saving', () => {
  test('an older revision is refused and nothing is lost', () => {
    expect(save(1, { title: 'First' }).revision).toBe(2);
    expect(() => save(1, { title: 'Late' })).toThrow(refusal('conflict'));
    expect(() => save(7, { title: 'Early' })).toThrow(refusal('conflict'));
    expect(desk.postmortems.get(id)).toMatchObject({ revision: 2, text: { title: 'First' } });
    expect(save(2, { title: 'Second' })).toMatchObject({ revision: 3, text: { title: 'Second' } });
  });

  test('whys that are no tree are refused', () => {
    const { text } = desk.postmortems.get(id);
    const whys = [...text.whys, { id: 'x', parentId: 'nowhere', text: '', evidence: [] }];
    expect(() => save(1, { whys })).toThrow(refusal('input.invalid'));
    expect(stored().revision).toBe(1);
  });

  test('hostile text comes back as it was, and stays in its place in the export', () => {
    const title = '---\ntitle: x\n---\n# <b>"\u202e';
    const saved = save(1, { title, summary: '```\nnot closed', whys: [] });
    expect(saved.text.title).toBe(title);
    const file = desk.postmortems.export(id);
    const [, matter = '', body = ''] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(file.text) ?? [];
    expect(parse(matter)).toMatchObject({ title, incident: id, severity: 'unknown', revision: 2 });
    expect(body).toContain('```\nnot closed\n```\n');
    expect(body).toContain('## Timeline');
    expect(body.match(/^# /gm)).toHaveLength(1);
  });

  test('a long timeline is shortened for a window and whole in the export', () => {
    const add = desk.connection.prepare(
      `INSERT INTO entry (incident_id, at, kind, origin, text) VALUES (?, ?, 'note', 'you', ?)`,
    );
    desk.db.transaction(() => {
      for (let index = 0; index < 6_000; index += 1) {
        add.run(id, new Date(desk.clock.now() + index).toISOString(), `note ${index}`);
      }
    });
    expect(desk.postmortems.get(id).timeline.length).toBeLessThan(6_000);
    expect(desk.postmortems.export(id).text.match(/ · \*\*note\*\* · /g)).toHaveLength(6_000);
  });
});

describe('actions', () => {
  const add = (change: Partial<Parameters<typeof desk.postmortems.saveAction>[0]> = {}): Action =>
    desk.postmortems.saveAction({
      incidentId: id,
      title: 'Alarm on the pool',
      owner: '',
      dueOn: null,
      isDone: false,
      ...change,
    });

  test('are kept, changed, done, undone and removed', () => {
    const first = add({ title: ' Alarm on the pool ', dueOn: '2026-11-24' });
    expect(Action.parse(first)).toEqual(first);
    expect(first).toMatchObject({ title: 'Alarm on the pool', isOverdue: false, doneAt: null });
    // An edit without the incident leaves it where it is.
    const changed = add({
      id: first.id,
      incidentId: null,
      title: 'Other',
      owner: 'Ada',
      isDone: true,
    });
    expect(changed).toMatchObject({ id: first.id, incidentId: id, title: 'Other', owner: 'Ada' });
    desk.clock.move(minute);
    expect(add({ id: first.id, isDone: true }).doneAt).toBe(changed.doneAt);
    expect(add({ id: first.id }).doneAt).toBeNull();
    expect(desk.postmortems.removeAction(first.id)).toEqual({});
    expect(desk.postmortems.actions()).toEqual([]);
    expect(() => desk.postmortems.removeAction(first.id)).toThrow(refusal('not_found'));
    expect(() => add({ id: first.id })).toThrow(refusal('not_found'));
  });

  test('belong to an incident that exists, or to none', () => {
    expect(add({ incidentId: null }).incidentTitle).toBeNull();
    expect(add().incidentTitle).toBe('CheckoutDown: Customers cannot pay');
    expect(() => add({ incidentId: 99 as IncidentId })).toThrow(refusal('not_found'));
    expect(() => add({ title: ' \n' })).toThrow(refusal('input.invalid'));
    expect(desk.postmortems.actions()).toHaveLength(2);
  });

  test('are overdue by the day of the person, not of UTC', () => {
    add({ dueOn: '2026-11-23', title: 'Yesterday' });
    add({ dueOn: '2026-11-24', title: 'Today' });
    const overdue = () =>
      desk.postmortems.actions().flatMap(({ title, isOverdue }) => (isOverdue ? title : []));
    expect(overdue()).toEqual(['Yesterday']);
    desk.settings.timeZone = 'America/Los_Angeles';
    expect(overdue()).toEqual([]);
    desk.settings.timeZone = 'Pacific/Kiritimati';
    desk.clock.move(6 * 60 * minute);
    expect(overdue()).toEqual(['Yesterday', 'Today']);
  });

  test('without owner or date are found by the lint of their postmortem', () => {
    add({ title: 'Nobody’s' });
    const messages = desk.postmortems.get(id).findings.map(({ message }) => message);
    expect(messages).toContain('“Nobody’s” needs an owner and a due date.');
  });
});
