/** All keys that mean something now, by group. */
import { Modal } from '@mantine/core';
import { Kbd } from '../../ui/Kbd.tsx';
import type { Action } from './action.ts';
import { keyText } from './keys.ts';
import { actionsNow } from './registry.ts';
import classes from './help.module.css';

export interface HelpProps {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function groupByHeading(actions: readonly Action[]): [string, Action[]][] {
  const groups = new Map<string, Action[]>();
  for (const action of actions) {
    if (action.keys === undefined || action.keys.length === 0) continue;
    groups.set(action.group, [...(groups.get(action.group) ?? []), action]);
  }
  return [...groups];
}

export function Help({ isOpen, onClose }: HelpProps) {
  return (
    <Modal opened={isOpen} onClose={onClose} title="All keys" size="xl">
      <div className={classes.groups}>
        {isOpen &&
          groupByHeading(actionsNow()).map(([group, actions]) => (
            <section key={group} className={classes.group}>
              <h3>{group}</h3>
              <dl>
                {actions.map((action) => (
                  <div key={action.id} className={classes.line}>
                    <dt>
                      {action.keys?.map((key) => (
                        <Kbd key={key}>{keyText(key)}</Kbd>
                      ))}
                    </dt>
                    <dd>{action.label}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
      </div>
    </Modal>
  );
}
