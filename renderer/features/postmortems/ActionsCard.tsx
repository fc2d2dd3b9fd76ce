import { Link } from 'wouter';
import type { IncidentId } from '../../../preload/contract/common.ts';
import type { Action } from '../../../preload/contract/postmortems.ts';
import { ActionList } from './ActionList.tsx';
import classes from './actions.module.css';

/** The actions that follow from one incident, at the end of its postmortem. */
export function ActionsCard({
  incidentId,
  actions,
}: {
  readonly incidentId: IncidentId;
  readonly actions: readonly Action[];
}) {
  return (
    <section className={classes.section} id="part-actions" aria-labelledby="actions-title">
      <div className={classes.head}>
        <h2 id="actions-title">Actions</h2>
        <Link href="/actions">All actions</Link>
      </div>
      <ActionList actions={actions} incidentId={incidentId} />
    </section>
  );
}
