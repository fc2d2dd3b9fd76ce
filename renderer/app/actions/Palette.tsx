/** The command palette: every action that applies now, found by a few letters. */
import { Spotlight, spotlight, type SpotlightActionData } from '@mantine/spotlight';
import { go } from 'fuzzysort';
import { useState } from 'react';
import { Kbd } from '../../ui/Kbd.tsx';
import type { Action } from './action.ts';
import { keyText } from './keys.ts';
import { actionsNow, runAction } from './registry.ts';
import classes from './palette.module.css';

const maxShown = 50;

/** Best match first; without a query, the order of registration with the screen's own actions first. */
export function findActions(query: string, actions: readonly Action[]): Action[] {
  const listed = actions.filter((action) => action.isKeyOnly !== true);
  if (query.trim() === '') return listed.toReversed();
  return go(query.trim(), listed, {
    keys: [(action) => action.label, (action) => `${action.group} ${action.label}`],
    threshold: 0,
    limit: maxShown,
  }).map(({ obj }) => obj);
}

/** It has no title to be named by. */
const dialogName = { content: { 'aria-label': 'All actions' } };

export const openPalette = (): void => spotlight.open();

export function Palette() {
  const [actions, setActions] = useState<readonly Action[]>([]);
  const toItem = (action: Action): SpotlightActionData => ({
    id: action.id,
    label: action.label,
    description: action.group,
    onClick: () => {
      // After the palette has closed, so that focus and dialogs find the screen as it was.
      window.setTimeout(() => runAction(action));
    },
    rightSection: action.keys?.[0] === undefined ? null : <Kbd>{keyText(action.keys[0])}</Kbd>,
  });
  return (
    <Spotlight
      classNames={classes}
      attributes={dialogName}
      shortcut={null}
      actions={actions.map(toItem)}
      filter={(query) => findActions(query, actions).map(toItem)}
      onSpotlightOpen={() => setActions(actionsNow())}
      nothingFound="No action matches. Actions of another screen appear when it is open."
      scrollable
      maxHeight="60vh"
      limit={maxShown}
      overlayProps={{ blur: 0 }}
      searchProps={{ placeholder: 'What do you want to do?', 'aria-label': 'Search actions' }}
    />
  );
}
