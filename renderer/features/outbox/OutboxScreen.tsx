/** The outbox: what is to be changed at a source and is not confirmed yet, and what became of the rest. */
import { Send } from 'lucide-react';
import { describeError } from '../../api/errors.ts';
import { useDesk } from '../../api/desk.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { useListKeys } from '../../app/actions/use-list-keys.ts';
import { Card } from '../../ui/Card.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Page } from '../../ui/Page.tsx';
import { countsText, intentGroups } from './intent-words.ts';
import { GiveUpDialog } from './GiveUpDialog.tsx';
import { IntentLine } from './IntentLine.tsx';
import { useKeptFocus } from './use-kept-focus.ts';
import { shownMax, useOutbox, type Outbox } from './use-outbox.ts';
import classes from './outbox.module.css';

export function OutboxScreen() {
  const outbox = useOutbox();
  const open = useDesk(({ state }) => state?.outboxCount ?? 0);
  const failed = useDesk(({ state }) => state?.outboxFailed ?? 0);
  const hasSome = outbox.intents !== null && outbox.intents.length > 0;
  const { retryAll } = outbox;
  return (
    <Page
      title="Outbox"
      intro={
        hasSome ? countsText(open, failed) : 'What Nightdesk is to change at a source, until it is.'
      }
      actions={retryAll.when?.() === true && <ActionButton action={retryAll} />}
    >
      <List outbox={outbox} />
      {open > shownMax && (
        <p className={classes.remark}>
          The first {shownMax} are shown. The others are sent likewise, and come into view as these
          are confirmed.
        </p>
      )}
      <GiveUpDialog intent={outbox.givingUp} onClose={outbox.closeGivingUp} />
    </Page>
  );
}

function List({ outbox }: { readonly outbox: Outbox }) {
  const list = useListKeys<HTMLDivElement>('Outbox');
  const focus = useKeptFocus(list);
  const { intents, error } = outbox;
  if (error !== null) {
    const { message, next } = describeError(error);
    return (
      <Failure
        title="The outbox could not be read"
        message={message}
        next={next}
        onRetry={outbox.reload}
      />
    );
  }
  if (intents === null) return <Loading what="the outbox" />;
  if (intents.length === 0) return <Empty />;
  return (
    <div ref={list} className={classes.groups} {...focus}>
      {intentGroups(intents).map(({ title, intents: those }) => (
        <Card key={title} title={title} aside={those.length} isFlush>
          <ul className={classes.lines} aria-label={title}>
            {those.map((intent) => (
              <IntentLine key={intent.id} intent={intent} outbox={outbox} />
            ))}
          </ul>
        </Card>
      ))}
    </div>
  );
}

function Empty() {
  return (
    <EmptyState icon={<Send />} title="Nothing was sent yet">
      <p>
        Acknowledgements, silences, comments and resolves go through here: each is stored first,
        then sent, and counts as done only when the source itself shows it. What fails stays here
        and says why, also after a crash or without a network.
      </p>
    </EmptyState>
  );
}
