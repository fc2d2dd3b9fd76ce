/** Actions of one's own: for which alarms, with what in them, and what is kept of their use. */
import { describe, expect, test } from 'vitest';
import { createCustomActions } from '../../main/custom-actions/custom-action-service.ts';
import type { AlarmId } from '../../preload/contract/common.ts';
import type { CustomAction } from '../../preload/contract/settings.ts';
import { complete, observed, source, start } from '../support/alarms.ts';
import { openAlarmDesk } from '../support/alarm-desk.ts';

const action = (change: Partial<CustomAction>): CustomAction => ({
  name: 'Logs',
  kind: 'open_url',
  template: 'https://logs.example/?pod={{labels.pod}}',
  query: '',
  ...change,
});

function open(customActions: CustomAction[], isOn = false) {
  const desk = openAlarmDesk();
  desk.alarms.apply(
    source,
    complete(observed({ labels: { alertname: 'Down', pod: 'web-1', service: 'checkout' } })),
    start,
  );
  const [alarm] = [...desk.alarms.active()];
  const settings = { customActions };
  const actions = createCustomActions({
    ...desk.deps,
    settings: { current: () => settings },
    alarms: desk.alarms,
  });
  if (isOn) actions.setRunning(true);
  const id = alarm!.id;
  const told: unknown[] = [];
  desk.bus.on('custom_action.done', ({ text, code }) => told.push([text, code]));
  const events = () =>
    desk.alarms
      .detail(id)
      .events.filter(({ kind }) => kind === 'custom_action')
      .map(({ text }) => text);
  return { desk, actions, id, settings, told, events };
}

describe('the list', () => {
  test('has those that are meant for the alarm, filled in', () => {
    const { actions, id } = open([
      action({}),
      action({ name: 'Other', query: 'service=payments' }),
      action({ name: 'Own', query: 'service=checkout', kind: 'copy_command', template: 'id' }),
    ]);
    expect(actions.list(id, {})).toMatchObject([
      { name: 'Logs', text: 'https://logs.example/?pod=web-1', problem: null, hasMissing: false },
      { name: 'Own', text: 'id', problem: null },
    ]);
    expect(() => actions.list(99 as AlarmId, {})).toThrow(/does not exist/);
  });

  test('shows what cannot be used, and why', () => {
    const { actions, id } = open([
      action({ template: 'javascript:alert(1)' }),
      action({ name: 'Odd', query: 'severity>=nonsense' }),
      action({ name: 'Restart', kind: 'run_command', template: 'id' }),
    ]);
    expect(actions.list(id, {}).map(({ problem }) => problem)).toEqual([
      'It does not begin with https:// or http://.',
      expect.stringMatching(/^Its filter cannot be read/) as string,
      'Running commands is switched off. The settings switch it on.',
    ]);
  });
});

test('running is switched on at this computer, and stays so over a restart', () => {
  const { desk, actions } = open([]);
  expect(actions.isRunningOn()).toBe(false);
  actions.setRunning(true);
  const again = createCustomActions({
    ...desk.deps,
    settings: { current: () => ({ customActions: [] }) },
    alarms: desk.alarms,
  });
  expect(again.isRunningOn()).toBe(true);
  again.setRunning(false);
  expect(actions.isRunningOn()).toBe(false);
});

describe('using one', () => {
  test('is kept in the history and told to the timeline', () => {
    const { actions, id, told, events } = open([action({})]);
    actions.done({ alarmId: id, key: '0:Logs', answers: {} });
    expect(events()).toEqual(['Opened Logs\nhttps://logs.example/?pod=web-1']);
    expect(told).toEqual([['Opened Logs', 'https://logs.example/?pod=web-1']]);
  });

  test('runs exactly what was seen, and keeps what it printed', async () => {
    const { actions, id, events } = open(
      [action({ name: 'Say', kind: 'run_command', template: 'echo {{labels.pod}}' })],
      true,
    );
    const which = { alarmId: id, key: '0:Say', answers: {} };
    expect(await actions.run({ ...which, text: 'echo web-1' })).toMatchObject({
      exitCode: 0,
      output: 'web-1\n',
    });
    expect(events()).toEqual(['Ran Say: ended with 0\necho web-1\n\nweb-1']);
  });

  test.each<[string, CustomAction[], boolean, string, RegExp]>([
    [
      'another text than was seen',
      [action({ name: 'X', kind: 'run_command', template: 'echo 1' })],
      true,
      'echo 2',
      /another one by now/,
    ],
    [
      'while it is switched off',
      [action({ name: 'X', kind: 'run_command', template: 'echo 1' })],
      false,
      'echo 1',
      /switched off/,
    ],
    [
      'with something missing',
      [action({ name: 'X', kind: 'run_command', template: 'echo {{labels.none}}' })],
      true,
      'echo {{labels.none}}',
      /missing/,
    ],
    [
      'what is only for copying',
      [action({ name: 'X', kind: 'copy_command', template: 'echo 1' })],
      true,
      'echo 1',
      /does not exist/,
    ],
    ['what is configured no more', [], true, 'echo 1', /does not exist/],
  ])('never runs %s', async (_what, configured, isOn, text, why) => {
    const { actions, id, events } = open(configured, isOn);
    await expect(actions.run({ alarmId: id, key: '0:X', answers: {}, text })).rejects.toThrow(why);
    expect(events()).toEqual([]);
  });

  test('runs one at a time, and stops on request', async () => {
    const { actions, id, events } = open(
      [action({ name: 'Wait', kind: 'run_command', template: 'sleep 30' })],
      true,
    );
    const which = { alarmId: id, key: '0:Wait', answers: {}, text: 'sleep 30' };
    const first = actions.run(which);
    await expect(actions.run(which)).rejects.toThrow(/running already/);
    actions.stop(which);
    expect(await first).toMatchObject({ exitCode: null, ended: 'stopped by you' });
    expect(events()).toEqual(['Ran Wait: stopped by you\nsleep 30']);
  });
});
