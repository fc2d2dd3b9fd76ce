/** The list of one's own actions: what it may hold, and its changes. Pure. */
import type { CustomAction } from '../../../preload/contract/settings.ts';

type Actions = readonly CustomAction[];

export const kindNames: Readonly<Record<CustomAction['kind'], string>> = {
  open_url: 'Open an address',
  copy_command: 'Copy a command',
  run_command: 'Run a command',
};

/** What the contract lets a list hold. */
export const mostActions = 50;

const isSame = (one: CustomAction, other: CustomAction): boolean =>
  one.name === other.name &&
  one.kind === other.kind &&
  one.template === other.template &&
  one.query === other.query;

/** In the place of the one that it was; as the last where that is gone, or never was. */
export function withAction(
  actions: Actions,
  before: CustomAction | null,
  action: CustomAction,
): CustomAction[] {
  const at = before === null ? -1 : actions.findIndex((one) => isSame(one, before));
  return at === -1 ? [...actions, action] : actions.with(at, action);
}

export function withoutAction(actions: Actions, action: CustomAction): CustomAction[] {
  const at = actions.findIndex((one) => isSame(one, action));
  return at === -1 ? [...actions] : actions.toSpliced(at, 1);
}

/** What keeps it from being saved, by field; empty: nothing. */
export function actionProblems({
  name,
  kind,
  template,
}: CustomAction): Partial<Record<'name' | 'template', string>> {
  const problems: Partial<Record<'name' | 'template', string>> = {};
  if (name.trim() === '') problems.name = 'Give it a name, as it stands on its button.';
  else if (name.trim().length > 80) problems.name = 'Write at most 80 characters.';
  if (template.trim() === '') problems.template = 'Write what it opens, copies or runs.';
  else if (template.length > 8_000) problems.template = 'Write at most 8000 characters.';
  else if (kind === 'open_url' && !/^https?:\/\/[^/\s]/i.test(template.trim())) {
    problems.template = 'A web address begins with https:// or http://.';
  }
  return problems;
}
