/** Where what was typed is: on disk, kept in the store, or nowhere but here. */
import { Moment } from '../../ui/Time.tsx';
import { isDirty, type EditState } from './edit-state.ts';
import classes from './editor.module.css';

export function SaveState({ state }: { readonly state: EditState }) {
  const { isSaving, conflict, failure, keptAt } = state;
  if (isSaving) return <Words>Saving…</Words>;
  if (conflict !== null || failure !== null) return <Words isBad>Not saved</Words>;
  if (!isDirty(state)) return <Words>Saved</Words>;
  return (
    <Words>
      Not saved
      {keptAt !== null && (
        <>
          , kept since <Moment at={keptAt} />
        </>
      )}
    </Words>
  );
}

function Words(props: { readonly children: React.ReactNode; readonly isBad?: boolean }) {
  return (
    <span className={classes.saved} data-bad={props.isBad} role="status">
      {props.children}
    </span>
  );
}
