/** On every screen of a drill: that it is one, how far it is, and at its end the way to the debrief. */
import { Siren } from 'lucide-react';
import { useLocation } from 'wouter';
import type { DrillState } from '../../../preload/contract/system.ts';
import type { Action } from '../../app/actions/action.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { useActions } from '../../app/actions/use-actions.ts';
import { navigate } from '../../app/hash-location.ts';
import { barText, paceText, resultText } from './drill-words.ts';
import { useDrill } from './use-drill.ts';
import classes from './drill.module.css';

export function DrillBar() {
  const { data: drill } = useDrill();
  if (drill === undefined || drill === null) return null;
  return <Bar drill={drill} />;
}

function Bar({ drill }: { readonly drill: DrillState }) {
  const { isFinished, debrief } = drill;
  const [path] = useLocation();
  const show: Action = {
    id: 'drill.show',
    label: isFinished ? 'Debrief of the drill' : 'About this drill',
    group: 'Drill',
    when: () => path !== '/drill',
    run: () => navigate('/drill'),
  };
  useActions([show]);
  return (
    <aside className={classes.bar} aria-label="Drill">
      <Siren aria-hidden="true" />
      <span className={classes.words}>
        {barText(drill)}
        <span className={classes.more}>{moreText(drill)}</span>
      </span>
      {/* Only the end is read aloud: a minute is no news. */}
      <span className="visually-hidden" role="status">
        {debrief !== null && 'The drill is over, its debrief is ready'}
      </span>
      {path !== '/drill' && (
        <ActionButton
          action={show}
          kind={isFinished ? 'plain' : 'quiet'}
          isSmall
          label={isFinished ? 'Debrief' : 'About this drill'}
        />
      )}
    </aside>
  );
}

function moreText({ factor, debrief }: DrillState): string {
  const parts =
    debrief === null ? ['its alarms are made up', paceText(factor)] : [resultText(debrief)];
  return parts
    .filter((part) => part !== null && part !== '')
    .map((part) => ` · ${part}`)
    .join('');
}
