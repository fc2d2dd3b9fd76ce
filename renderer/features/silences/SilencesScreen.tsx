/** Silences and downtimes of all sources: what is kept quiet, by whom, until when, and what that hides. */
import { TextInput } from '@mantine/core';
import { BellOff } from 'lucide-react';
import { useState } from 'react';
import { describeError } from '../../api/errors.ts';
import { useListKeys } from '../../app/actions/use-list-keys.ts';
import { Card } from '../../ui/Card.tsx';
import { countText } from '../../ui/count-text.ts';
import { useTicking } from '../../ui/clock.ts';
import { Note } from '../../ui/Dialog.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Page } from '../../ui/Page.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { EndDialog } from './EndDialog.tsx';
import { SilenceLine } from './SilenceLine.tsx';
import { filterSilences, introText, keyOf, sightNotes, silenceGroups } from './silence-words.ts';
import { useSilences, type Silences } from './use-silences.ts';
import classes from './silences.module.css';

/** More lines than this help nobody; the filter finds the others. */
const shownMax = 200;
const filterFrom = 8;

export function SilencesScreen() {
  const silences = useSilences();
  const { choosing } = silences;
  const intro = silences.silences === null ? '' : introText(silences.silences, silences.sources);
  return (
    <Page
      title="Silences"
      intro={intro === '' ? 'Whatever keeps alarms quiet, in all sources.' : intro}
    >
      <Sight silences={silences} />
      <List silences={silences} />
      {choosing !== null && (
        <EndDialog
          silence={choosing}
          onChoose={(endsAt) => silences.moveEnd(choosing, endsAt)}
          onClose={silences.closeChoosing}
        />
      )}
    </Page>
  );
}

function Sight({ silences: { sources } }: { readonly silences: Silences }) {
  const notes = useTicking((now) => JSON.stringify(sightNotes(sources, now)));
  return (
    <>
      {(JSON.parse(notes) as ReturnType<typeof sightNotes>).map(({ tone, text }) => (
        <Note key={text} tone={tone}>
          {visibleText(text, true)}
        </Note>
      ))}
    </>
  );
}

function List({ silences }: { readonly silences: Silences }) {
  const list = useListKeys<HTMLDivElement>('Silences');
  const [filter, setFilter] = useState('');
  const { silences: all, error } = silences;
  if (error !== null) {
    return (
      <Failure
        title="The silences could not be read"
        {...describeError(error)}
        onRetry={silences.reload}
      />
    );
  }
  if (all === null) return <Loading what="the silences" />;
  if (all.length === 0) return <Empty silences={silences} />;
  const found = filterSilences(all, filter);
  return (
    <>
      {all.length >= filterFrom && (
        <TextInput
          aria-label="Filter the silences"
          placeholder="Label, author, comment or source"
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
        />
      )}
      <div ref={list} className={classes.groups}>
        {silenceGroups(found.slice(0, shownMax)).map(({ title, silences: those }) => (
          <Card key={title} title={title} aside={those.length} isFlush>
            <ul className={classes.lines} aria-label={title}>
              {those.map((silence) => (
                <SilenceLine key={keyOf(silence)} silence={silence} silences={silences} />
              ))}
            </ul>
          </Card>
        ))}
      </div>
      {found.length === 0 && <p className={classes.remark}>No silence has these words.</p>}
      {found.length > shownMax && (
        <p className={classes.remark}>
          The {shownMax} that end first are shown, of {countText(found.length)}. The filter finds
          the others.
        </p>
      )}
    </>
  );
}

function Empty({ silences: { sources } }: { readonly silences: Silences }) {
  const isSure = sources.length > 0 && sources.every(({ sight }) => sight === 'read');
  return isSure ? (
    <EmptyState icon={<BellOff />} title="Nothing is silenced">
      <p>
        Every source was asked and lists none. To silence an alarm, choose it in triage and press{' '}
        <kbd>s</kbd>.
      </p>
    </EmptyState>
  ) : (
    <EmptyState icon={<BellOff />} tone="blind" title="No silence is known">
      <p>Not every source could say. That does not mean that nothing is silenced.</p>
    </EmptyState>
  );
}
