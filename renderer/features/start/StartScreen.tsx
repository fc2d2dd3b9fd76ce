/** The first start: what Nightdesk is, and three ways to begin. */
import { LaptopMinimal, RadioTower, Siren } from 'lucide-react';
import { useState, type ComponentType, type ReactNode } from 'react';
import { copyText } from '../../api/clipboard.ts';
import { client } from '../../api/client.ts';
import type { Action } from '../../app/actions/action.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { useActions } from '../../app/actions/use-actions.ts';
import { navigate } from '../../app/hash-location.ts';
import { DeskStateWords } from '../../app/TopBar.tsx';
import { toast } from '../../app/toasts.tsx';
import classes from './start.module.css';

const drillCommand = 'npm start -- --drill';
const group = 'First start';

/** From now on the desk begins with its alarms. */
const remember = async (): Promise<void> => {
  await client.settings.update({ hasChosenStart: true });
};

async function leaveFor(place: string): Promise<void> {
  await remember();
  navigate(place);
}

const connect: Action = {
  id: 'start.connect',
  label: 'Connect a source',
  group,
  keys: ['1'],
  run: () => leaveFor('/sources?connect='),
};

const look: Action = {
  id: 'start.look',
  label: 'Look at this computer',
  group,
  keys: ['3'],
  run: () => leaveFor('/'),
};

export function StartScreen() {
  const [isCopied, setIsCopied] = useState(false);
  const drill: Action = {
    id: 'start.drill',
    label: 'Copy the command',
    group,
    keys: ['2'],
    run: async () => {
      // The choice counts even where the browser forbids to copy: the command can be typed.
      await remember();
      await copyText(drillCommand);
      setIsCopied(true);
      toast({ title: 'Copied', text: 'Paste it into a terminal, in the folder of Nightdesk.' });
    },
  };
  useActions([connect, drill, look]);
  return (
    <div className={classes.screen}>
      <header className={classes.top}>
        <DeskStateWords />
      </header>
      <main className={classes.main}>
        <div className={classes.words}>
          <span className={classes.logo} aria-hidden="true">
            N
          </span>
          <h1>Nightdesk</h1>
          <p>
            Nightdesk watches the alarm systems that your team already has, and carries you from the
            alarm to its runbook, the mitigation and the postmortem. It is a second channel beside
            your pager and does not replace it: no SMS, no rotas, no escalation, nothing while this
            computer sleeps.
          </p>
        </div>
        <ul className={classes.choices} aria-label="How to begin">
          <Choice
            icon={RadioTower}
            title="Connect a source"
            action={<ActionButton action={connect} kind="primary" label="Connect" />}
          >
            Read the alarms of your Alertmanager or another alarm system. A test says beforehand
            what can be read and what cannot.
          </Choice>
          <Choice
            icon={Siren}
            title="Run a drill"
            action={
              <ActionButton
                action={drill}
                label={isCopied ? 'Copied, copy again' : 'Copy the command'}
              />
            }
          >
            Practise “checkout is down at 04:00” with made-up alarms. It keeps its own data, so
            nothing here is touched. In a terminal, in the folder of Nightdesk:
            <code className={classes.command}>{drillCommand}</code>
          </Choice>
          <Choice
            icon={LaptopMinimal}
            title="Look at this computer only"
            action={<ActionButton action={look} label="Begin" />}
          >
            Disk, memory and load of this computer are watched already. You can connect a source
            whenever you like.
          </Choice>
        </ul>
        <p className={classes.remark}>
          Everything stays on this computer: no account, no server, no telemetry. This screen is in
          the list of all actions as “First start”.
        </p>
      </main>
    </div>
  );
}

interface ChoiceProps {
  readonly icon: ComponentType;
  readonly title: string;
  readonly children: ReactNode;
  readonly action: ReactNode;
}

function Choice({ icon: Icon, title, children, action }: ChoiceProps) {
  return (
    <li className={classes.choice}>
      <span className={classes.icon} aria-hidden="true">
        <Icon />
      </span>
      <h2>{title}</h2>
      <div className={classes.text}>{children}</div>
      <div className={classes.action}>{action}</div>
    </li>
  );
}
