/** Actions of one's own on an alarm: an address, a command to copy, a command to run. */
import { useQuery } from '@tanstack/react-query';
import { Pencil, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { CustomAction, Settings } from '../../../preload/contract/settings.ts';
import { api, client } from '../../api/client.ts';
import { attempt } from '../../app/attempt.ts';
import { toast } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { clipText, visibleText } from '../../ui/visible-text.ts';
import { CustomActionDialog } from './CustomActionDialog.tsx';
import { SwitchSetting } from './fields.tsx';
import { kindNames, mostActions, withAction, withoutAction } from './own-actions.ts';
import { saveSettings } from './use-save.ts';
import classes from './settings.module.css';

const shortName = ({ name }: CustomAction): string => clipText(visibleText(name, true), 60).text;

type Editing = { readonly action: CustomAction | null } | null;

export function CustomActionsCard({
  settings: { customActions },
}: {
  readonly settings: Pick<Settings, 'customActions'>;
}) {
  const [editing, setEditing] = useState<Editing>(null);
  const save = (before: CustomAction | null, action: CustomAction): Promise<boolean> =>
    saveSettings(
      before === null ? 'Action added' : 'Action changed',
      (now) => ({ customActions: withAction(now.customActions, before, action) }),
      `${shortName(action)} is offered on its alarms.`,
    );
  return (
    <Card
      title="Own actions on an alarm"
      aside={customActions.length === 0 ? undefined : customActions.length}
    >
      <div className={classes.stack}>
        <p className={classes.remark}>
          A web address to open, a command to copy or a command to run, filled in from the alarm:{' '}
          <code>{'{{labels.pod}}'}</code>, <code>{'{{annotations.dashboard}}'}</code>,{' '}
          <code>{'{{title}}'}</code>, <code>{'{{service}}'}</code>, <code>{'{{source}}'}</code>.
          What the alarm lacks is asked for.
        </p>
        {customActions.length > 0 && (
          <ul className={classes.own} aria-label="Own actions">
            {customActions.map((action, index) => (
              <li key={`${index} ${action.name}`}>
                <div>
                  <strong>
                    <ForeignText text={action.name} isOneLine max={80} />
                  </strong>{' '}
                  <span className={classes.remark}>
                    {kindNames[action.kind].toLowerCase()}
                    {action.query !== '' && (
                      <>
                        {', for '}
                        <ForeignText text={action.query} isOneLine max={100} />
                      </>
                    )}
                  </span>
                  <code>
                    <ForeignText text={action.template} isOneLine max={200} />
                  </code>
                </div>
                <Button
                  isSmall
                  aria-label={`Change ${shortName(action)}`}
                  onClick={() => setEditing({ action })}
                >
                  <Pencil aria-hidden="true" />
                </Button>
                <Button
                  isSmall
                  aria-label={`Remove ${shortName(action)}`}
                  onClick={() =>
                    void saveSettings(
                      'Action removed',
                      (now) => ({ customActions: withoutAction(now.customActions, action) }),
                      shortName(action),
                    )
                  }
                >
                  <Trash2 aria-hidden="true" />
                </Button>
              </li>
            ))}
          </ul>
        )}
        <div className={classes.buttons}>
          <Button
            disabled={customActions.length >= mostActions}
            onClick={() => setEditing({ action: null })}
          >
            Add action
          </Button>
        </div>
        <RunSwitch />
      </div>
      {editing !== null && (
        <CustomActionDialog
          action={editing.action}
          onSave={(action) => save(editing.action, action)}
          onClose={() => setEditing(null)}
        />
      )}
    </Card>
  );
}

/** It stays on this computer: the file with the actions may be shared by a team. */
function RunSwitch() {
  const { data } = useQuery(api.customActions.running.queryOptions({ input: {} }));
  if (data === undefined) return null;
  const turn = async (isOn: boolean): Promise<void> => {
    await client.customActions.setRunning({ isOn });
    toast({ title: 'Run commands', text: isOn ? 'On: each is shown before it runs.' : 'Off.' });
  };
  return (
    <SwitchSetting
      label="Run commands on this computer"
      description="Actions that run a command show it first, exactly as it will run, and run it when you press run. Off: they are only shown. Kept on this computer, not in the file that a team may share."
      isOn={data.isOn}
      onSwitch={(isOn) => void attempt('Run commands: saving', () => turn(isOn))}
    />
  );
}
