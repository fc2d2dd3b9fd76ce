/** An alarm that no runbook knows: what to do first all the same. */
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import type { Action } from '../../app/actions/action.ts';
import { runAction } from '../../app/actions/registry.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { DeadLinks } from '../../runs/index.ts';
import type { Night } from './use-four-am.ts';
import type { NightActions } from './use-night-actions.ts';
import { ackState } from './words.ts';
import classes from './four-am.module.css';

export function NoRunbook({
  night,
  actions,
}: {
  readonly night: Night;
  readonly actions: NightActions;
}) {
  const { detail, incidentId } = night;
  const isTaken = ackState(detail.row, night.person).kind !== 'open' || !detail.actions.acknowledge;
  const first = isTaken ? actions.incident : actions.acknowledge;
  const go: Action = {
    ...first,
    id: 'night.go',
    keys: ['Enter'],
    run: () => runAction(first),
  };
  useActions([go]);
  return (
    <>
      <section className={classes.card} aria-label="No runbook">
        <p className={classes.small}>No runbook names this alarm, and none resembles it.</p>
        <div className={classes.small}>
          <DeadLinks alarmId={detail.row.id} />
        </div>
        <h2 className={classes.ask}>
          {isTaken ? 'Open an incident: it keeps the time for you.' : 'Take it first.'}
        </h2>
        <ol className={classes.first}>
          <li data-done={isTaken || undefined}>
            Acknowledge it, so that nobody else is woken for it.
          </li>
          <li data-done={incidentId !== null || undefined}>
            Open an incident. What you do and when is written down by itself.
          </li>
          <li>Look whether it is real: try what a customer would do.</li>
          <li>Search the runbooks for the service or the symptom, or call for help.</li>
        </ol>
      </section>
      <div className={classes.go}>
        <ActionButton action={go} kind="primary" label={first.label} />
        <ActionButton action={actions.search} label="Search runbooks" />
        {!isTaken && <ActionButton action={actions.incident} label="Incident" />}
        <ActionButton action={actions.help} />
      </div>
    </>
  );
}
