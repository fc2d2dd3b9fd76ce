/** The actions that a person configured, filled in from an alarm; and the running of those that run. */
import type { AlarmId } from '../../preload/contract/common.ts';
import type { CommandResult, FilledAction } from '../../preload/contract/custom-actions.ts';
import type { CustomAction, Settings } from '../../preload/contract/settings.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import type { AlarmService } from '../alarms/alarm-service.ts';
import type { Bus } from '../bus.ts';
import { toInstant, type Clock } from '../clock.ts';
import type { Windows } from '../desk/windows.ts';
import { AppError, notFound } from '../errors.ts';
import { scrubText } from '../logging.ts';
import { plainLines, plainText } from '../outbox/intent.ts';
import type { WritableDb } from '../store/database.ts';
import { runCommand, shellLanguage } from './run-command.ts';
import { addressProblem, fill } from './template.ts';

export interface CustomActionDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly windows: Windows;
  readonly settings: { current(): Pick<Settings, 'customActions'> };
  readonly alarms: Pick<AlarmService, 'get' | 'compileQuery' | 'recordEvent'>;
  readonly sources: { health(id: KnownAlarm['sourceId']): { readonly name: string } | undefined };
}

interface Which {
  readonly alarmId: AlarmId;
  readonly key: string;
  readonly answers: Readonly<Record<string, string>>;
}

const switchedOff = 'Running commands is switched off. The settings switch it on.';
const runningSwitch = 'run commands';
const longestKept = 10_000;

export type CustomActionService = ReturnType<typeof createCustomActions>;

export function createCustomActions(deps: CustomActionDeps) {
  const { db, clock, bus, windows, settings, alarms, sources } = deps;
  const running = new Map<string, AbortController>();

  const selectSwitch = db.read<{ name: string }>(
    'SELECT name FROM local_switch WHERE name = @name',
  );
  const switchOn = db.write(
    'INSERT OR IGNORE INTO local_switch (name, switched_at) VALUES (@name, @at)',
  );
  const switchOff = db.write('DELETE FROM local_switch WHERE name = @name');

  const isRunningOn = (): boolean => selectSwitch.get({ name: runningSwitch }) !== undefined;

  const keyOf = ({ name }: CustomAction, index: number): string => `${index}:${name}`;

  function existing(id: AlarmId): KnownAlarm {
    const alarm = alarms.get(id);
    if (alarm === undefined) throw notFound('This alarm');
    return alarm;
  }

  function filled(
    action: CustomAction,
    key: string,
    alarm: KnownAlarm,
    answers: Which['answers'],
  ): FilledAction {
    const { name, kind, template } = action;
    const sourceName = sources.health(alarm.sourceId)?.name ?? alarm.sourceId;
    const result = fill(action, { alarm, sourceName, answers, language: shellLanguage });
    const problem =
      kind === 'open_url'
        ? addressProblem(template, result.hasMissing ? template : result.text)
        : kind === 'run_command' && !isRunningOn()
          ? switchedOff
          : null;
    return { key, name, kind, ...result, problem };
  }

  function find({ alarmId, key, answers }: Which): { alarm: KnownAlarm; action: FilledAction } {
    const alarm = existing(alarmId);
    const all = settings.current().customActions;
    const action = all.find((one, index) => keyOf(one, index) === key);
    if (action === undefined) throw notFound('This action');
    return { alarm, action: filled(action, key, alarm, answers) };
  }

  /** In the alarm's history, and on the timeline of an open incident. */
  function keep(alarm: KnownAlarm, headline: string, code: string): void {
    const at = clock.now();
    const text = plainText(headline, 300);
    const kept = plainLines(scrubText(code), longestKept);
    db.transaction(() => {
      alarms.recordEvent({
        alarmId: alarm.id,
        episodeId: alarm.episodeId,
        sourceId: alarm.sourceId,
        kind: 'custom_action',
        origin: 'you',
        text: `${text}\n${kept}`,
        at: toInstant(at),
      });
      bus.emit('custom_action.done', { alarmId: alarm.id, text, code: kept, at });
    });
  }

  const usable = (action: FilledAction): void => {
    if (!action.hasMissing && action.problem === null) return;
    throw new AppError('input.invalid', action.problem ?? 'Something in it is missing.', {
      next: 'Look at the action under the alarm.',
    });
  };

  return {
    isRunningOn,

    /** By the person, at this computer. */
    setRunning(isOn: boolean): void {
      db.transaction(() => {
        if (isOn) switchOn.run({ name: runningSwitch, at: toInstant(clock.now()) });
        else switchOff.run({ name: runningSwitch });
        db.afterCommit(() => windows.changed('settings'));
      });
    },

    list(alarmId: AlarmId, answers: Which['answers']): FilledAction[] {
      const alarm = existing(alarmId);
      return settings.current().customActions.flatMap((action, index) => {
        const { matches, problems } = alarms.compileQuery(action.query);
        // A filter that cannot be read would offer it everywhere or nowhere: it is shown, and says so.
        if (problems.length === 0 && !matches(alarm)) return [];
        const one = filled(action, keyOf(action, index), alarm, answers);
        const [problem] = problems;
        return problem === undefined
          ? [one]
          : [{ ...one, problem: `Its filter cannot be read: ${problem.message}` }];
      });
    },

    done(which: Which): void {
      const { alarm, action } = find(which);
      usable(action);
      const verb = action.kind === 'open_url' ? 'Opened' : 'Copied';
      keep(alarm, `${verb} ${action.name}`, action.text);
    },

    /** @throws AppError */
    async run(which: Which & { readonly text: string }): Promise<CommandResult> {
      const { alarm, action } = find(which);
      if (action.kind !== 'run_command') throw notFound('This command');
      usable(action);
      if (action.text !== which.text) {
        throw new AppError('conflict', 'The command is another one by now.', {
          next: 'Look at it once more, then run it.',
        });
      }
      const run = `${alarm.id} ${action.key}`;
      if (running.has(run)) {
        throw new AppError('conflict', 'It is running already.', { next: 'Wait, or stop it.' });
      }
      const controller = new AbortController();
      running.set(run, controller);
      try {
        const result = await runCommand(action.text, { clock, signal: controller.signal });
        const how = result.ended ?? `ended with ${result.exitCode}`;
        keep(alarm, `Ran ${action.name}: ${how}`, `${action.text}\n\n${result.output}`);
        return result;
      } finally {
        running.delete(run);
      }
    },

    stop({ alarmId, key }: Pick<Which, 'alarmId' | 'key'>): void {
      running.get(`${alarmId} ${key}`)?.abort();
    },

    /** Ends what runs. */
    close(): void {
      for (const controller of running.values()) controller.abort();
    },
  };
}
