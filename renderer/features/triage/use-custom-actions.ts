/** Actions of one's own on the alarm that is shown: which there are, which one is looked at, and what comes of it. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AlarmId } from '../../../preload/contract/common.ts';
import type { CommandResult, FilledAction } from '../../../preload/contract/custom-actions.ts';
import { api, client } from '../../api/client.ts';
import { copyText } from '../../api/clipboard.ts';
import { describeError } from '../../api/errors.ts';
import { openLink } from '../../api/links.ts';
import type { Action } from '../../app/actions/action.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { toast, toastError } from '../../app/toasts.tsx';
import { clipText, visibleText } from '../../ui/visible-text.ts';

type Answers = Readonly<Record<string, string>>;

const verbs = { open_url: 'Open', copy_command: 'Copy', run_command: 'Run' } as const;

export const nameOf = ({ name }: FilledAction): string =>
  clipText(visibleText(name, true), 60).text;
export const verbOf = ({ kind }: FilledAction): string => verbs[kind];

export interface CustomActions {
  readonly actions: readonly FilledAction[];
  /** The one whose text is shown. */
  readonly current: FilledAction | null;
  readonly answers: Answers;
  readonly result: CommandResult | null;
  readonly isRunning: boolean;
  /** Does it at once where nothing has to be seen or asked before. */
  readonly press: (action: FilledAction) => Promise<void>;
  readonly act: (action: FilledAction) => Promise<void>;
  readonly answer: (answers: Answers) => Promise<boolean>;
  readonly stop: () => void;
  readonly close: () => void;
}

export function useCustomActions(alarmId: AlarmId): CustomActions {
  const [answers, setAnswers] = useState<Answers>({});
  const [currentKey, setCurrentKey] = useState<string | null>(null);
  const [result, setResult] = useState<CommandResult | null>(null);
  const [isRunning, setIsRunning] = useState(false);
  const { data: actions = [] } = useQuery(
    api.customActions.list.queryOptions({
      input: { alarmId, answers: { ...answers } },
      placeholderData: keepPreviousData,
    }),
  );
  const current = actions.find(({ key }) => key === currentKey) ?? null;
  const isReady = ({ hasMissing, problem }: FilledAction): boolean =>
    !hasMissing && problem === null;

  const look = (action: FilledAction): void => {
    if (isRunning) return;
    setCurrentKey(action.key);
    setResult(null);
  };

  const done = async ({ key }: FilledAction): Promise<void> => {
    await client.customActions.done({ alarmId, key, answers: { ...answers } });
  };

  const run = async ({ key, text }: FilledAction): Promise<void> => {
    setIsRunning(true);
    setResult(null);
    try {
      setResult(await client.customActions.run({ alarmId, key, text, answers: { ...answers } }));
    } catch (error) {
      toastError('Running failed', describeError(error));
    } finally {
      setIsRunning(false);
    }
  };

  const act = async (action: FilledAction): Promise<void> => {
    if (!isReady(action) || isRunning) return;
    switch (action.kind) {
      case 'open_url':
        if (await openLink(action.text)) await done(action);
        break;
      case 'copy_command':
        await copyText(action.text);
        await done(action);
        toast({ title: 'Command copied', text: nameOf(action) });
        break;
      case 'run_command':
        await run(action);
        break;
    }
  };

  const press = async (action: FilledAction): Promise<void> => {
    // What runs is read before.
    if (action.kind === 'run_command' || !isReady(action)) look(action);
    else await act(action);
  };

  useActions(
    actions.map((action): Action => ({
      id: `own.${action.key}`,
      label: `${verbOf(action)}: ${nameOf(action)}`,
      group: 'Own actions',
      run: () => press(action),
    })),
  );

  return {
    actions,
    current,
    answers,
    result,
    isRunning,
    press,
    act,
    answer: async (given) => {
      setAnswers((known) => ({ ...known, ...given }));
      return true;
    },
    stop: () => {
      if (current !== null) void client.customActions.stop({ alarmId, key: current.key });
    },
    close: () => {
      setCurrentKey(null);
      setResult(null);
    },
  };
}
