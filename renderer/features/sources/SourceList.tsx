/** All sources, what needs a person first. */
import { RadioTower } from 'lucide-react';
import { describeError } from '../../api/errors.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { useListKeys } from '../../app/actions/use-list-keys.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Page } from '../../ui/Page.tsx';
import { RemoveDialog } from './RemoveDialog.tsx';
import { summaryText } from './sight.ts';
import { SourceLine } from './SourceLine.tsx';
import { useSources, type Sources } from './use-sources.ts';
import classes from './sources.module.css';

export function SourceList() {
  const state = useSources();
  const { sources } = state;
  const hasSome = sources !== null && sources.length > 0;
  return (
    <Page
      title="Sources"
      intro={hasSome ? summaryText(sources) : 'The alarm systems that Nightdesk reads.'}
      actions={
        <>
          {hasSome && <ActionButton action={state.share} />}
          {hasSome && <ActionButton action={state.pollAll} />}
          <ActionButton action={state.connect} kind="primary" />
        </>
      }
    >
      <List state={state} />
      <RemoveDialog source={state.removing} onClose={state.closeRemoving} />
    </Page>
  );
}

function List({ state }: { readonly state: Sources }) {
  const list = useListKeys<HTMLUListElement>('Sources');
  const { sources, error } = state;
  if (error !== null) {
    const { message, next } = describeError(error);
    return (
      <Failure
        title="The sources could not be read"
        message={message}
        next={next}
        onRetry={state.retry}
      />
    );
  }
  if (sources === null) return <Loading what="the sources" />;
  if (sources.length === 0) return <NoSource state={state} />;
  return (
    <ul className={classes.list} ref={list} aria-label="Sources">
      {sources.map((source) => (
        <SourceLine
          key={source.id}
          source={source}
          actions={state.actionsFor(source)}
          isCurrent={source.id === state.currentId}
          isPolling={state.isPolling(source)}
          onCurrent={() => state.setCurrent(source.id)}
        />
      ))}
    </ul>
  );
}

function NoSource({ state }: { readonly state: Sources }) {
  return (
    <EmptyState
      icon={<RadioTower />}
      title="Nothing is watched"
      actions={<ActionButton action={state.connect} kind="primary" />}
    >
      <p>
        A source is a connection to an alarm system that you already have. Nightdesk reads its
        alarms every few seconds, and says so loudly when it cannot. Without a source the list stays
        empty, and that is not the same as quiet.
      </p>
    </EmptyState>
  );
}
