/** The library: every runbook there is offline, found while one types. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { BookOpenText, ClipboardCheck, FilePlus, FolderPlus, Search, SearchX } from 'lucide-react';
import { useEffect, useRef, useState, type RefObject } from 'react';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { api, client } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { useListKeys } from '../../app/actions/use-list-keys.ts';
import { attempt } from '../../app/attempt.ts';
import { keepInAddress, navigate, useHashSearch } from '../../app/hash-location.ts';
import { newDraftPlace } from '../../app/new-runbook.ts';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { Kbd } from '../../ui/Kbd.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Page } from '../../ui/Page.tsx';
import { AlarmLine } from './AlarmLine.tsx';
import { DraftsCard } from './DraftsCard.tsx';
import { libraryPlace, readLibraryPlace, sourceViews, withoutFilter } from './library.ts';
import { HitLine } from './lines.tsx';
import { SearchedFor } from './SearchedFor.tsx';
import { SourceCard } from './SourceCard.tsx';
import classes from './runbooks.module.css';

/** The address follows what is typed, but not every letter of it. */
const writeMs = 300;
/** The core answers within a keystroke; this only spares it the letters of a fast typist. */
const askMs = 60;

const writeNew = (): void => navigate(newDraftPlace({ template: 'alarm' }));

const addSource = (): void => navigate('/settings?at=runbooks');

const lookThrough = (): void => navigate('/runbooks/hygiene');

const isLibrary = (path: string): boolean => path === '/runbooks';

export function RunbooksScreen() {
  const { text: written, alarmId } = readLibraryPlace(useHashSearch());
  const [text, setText] = useFollowed(written);
  const field = useRef<HTMLInputElement>(null);
  const list = useListKeys<HTMLDivElement>('Runbooks');
  const library = useQuery(api.runbooks.list.queryOptions({ input: {} }));
  useEffect(() => {
    const timer = window.setTimeout(
      () => keepInAddress(libraryPlace({ text: text.trim(), alarmId }), isLibrary),
      writeMs,
    );
    return () => window.clearTimeout(timer);
  }, [text, alarmId]);
  useActions([
    {
      id: 'runbooks.search',
      label: 'Search the runbooks',
      group: 'Runbooks',
      keys: ['/'],
      run: () => {
        field.current?.focus();
        field.current?.select();
      },
    },
    {
      id: 'runbooks.new',
      label: 'Write a new runbook',
      group: 'Runbooks',
      keys: ['n'],
      run: writeNew,
    },
    {
      id: 'runbooks.add',
      label: 'Add a folder or repository of runbooks',
      group: 'Runbooks',
      run: addSource,
    },
    {
      id: 'runbooks.hygiene',
      label: 'What is wrong with the runbooks',
      group: 'Runbooks',
      keys: ['h'],
      run: lookThrough,
    },
    {
      id: 'runbooks.update',
      label: 'Update all runbooks now',
      group: 'Runbooks',
      run: () => void attempt('Updating', () => client.runbooks.updateSource({})),
    },
  ]);
  const count = library.data?.runbooks.length;
  return (
    <Page
      title="Runbooks"
      intro={
        count === undefined
          ? undefined
          : `${count} ${count === 1 ? 'runbook' : 'runbooks'} kept on this computer, so they open when the wiki and the VPN are away.`
      }
      actions={
        <>
          <Button kind="quiet" keyHint="h" onClick={lookThrough}>
            <ClipboardCheck aria-hidden="true" />
            Hygiene
          </Button>
          <Button kind="quiet" onClick={addSource}>
            <FolderPlus aria-hidden="true" />
            Add runbooks
          </Button>
          <Button keyHint="n" onClick={writeNew}>
            <FilePlus aria-hidden="true" />
            New runbook
          </Button>
        </>
      }
    >
      {alarmId !== null && <AlarmLine id={Number(alarmId) as AlarmId} purpose="Looking for" />}
      <SearchField text={text} onText={setText} field={field} list={list} />
      <div ref={list} className={classes.library}>
        {text.trim() === '' ? (
          <Library library={library} alarmId={alarmId} />
        ) : (
          <Hits text={text} onText={setText} alarmId={alarmId} />
        )}
      </div>
    </Page>
  );
}

/** What is typed, until the address says something else: a link to another search, back and forward. */
function useFollowed(written: string): [string, (text: string) => void] {
  const [text, setText] = useState(written);
  const [seen, setSeen] = useState(written);
  if (written !== seen) {
    setSeen(written);
    if (written !== text.trim()) setText(written);
  }
  return [text, setText];
}

interface SearchFieldProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly list: RefObject<HTMLDivElement | null>;
}

function SearchField({ text, onText, field, list }: SearchFieldProps) {
  const firstLine = (): HTMLElement | null =>
    list.current?.querySelector<HTMLElement>('[data-list-line]') ?? null;
  return (
    <label className={classes.search}>
      <Search aria-hidden="true" />
      <span className="visually-hidden">Search the runbooks</span>
      <input
        ref={field}
        type="search"
        value={text}
        maxLength={500}
        placeholder="Symptom, alarm name, command, service…"
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            if (text === '') event.currentTarget.blur();
            else onText('');
          }
          if (event.key === 'Enter') firstLine()?.click();
          if (event.key === 'ArrowDown') {
            event.preventDefault();
            firstLine()?.focus();
          }
        }}
      />
      <Kbd>/</Kbd>
    </label>
  );
}

function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(value), askMs);
    return () => window.clearTimeout(timer);
  }, [value]);
  return settled;
}

interface HitsProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly alarmId: string | null;
}

function Hits({ text, onText, alarmId }: HitsProps) {
  const asked = useSettled(text);
  const { data, error, refetch, isPlaceholderData } = useQuery(
    api.runbooks.search.queryOptions({
      input: { text: asked, limit: 50 },
      placeholderData: keepPreviousData,
      gcTime: 30_000,
    }),
  );
  if (error !== null && data === undefined) {
    return (
      <Failure
        title="The runbooks could not be searched"
        {...describeError(error)}
        onRetry={() => void refetch()}
      />
    );
  }
  if (data === undefined) return <Loading what="the runbooks" />;
  const { hits, filters, corrected } = data;
  const about = (
    <SearchedFor
      filters={filters}
      corrected={corrected}
      onRemove={(filter) => onText(withoutFilter(text, filter))}
    />
  );
  if (hits.length === 0 && !isPlaceholderData) {
    return (
      <>
        {about}
        <EmptyState
          icon={<SearchX />}
          title="No runbook says that"
          actions={<Button onClick={() => onText('')}>Show all runbooks</Button>}
        >
          <p>
            Every word must occur somewhere in a runbook: in its title, its headings, its text or
            the names of its alarms. Fewer words find more
            {filters.some(({ isUnderstood }) => isUnderstood) ? ', and so do fewer filters.' : '.'}
          </p>
        </EmptyState>
      </>
    );
  }
  return (
    <>
      {about}
      <Card
        title="Found"
        aside={
          <span role="status">
            {hits.length === 50 ? 'the best 50' : hits.length}
            {hits.length === 1 ? ' section' : ' sections'}
          </span>
        }
        isFlush
      >
        {hits.map((hit) => (
          <HitLine key={`${hit.id}#${hit.anchor ?? ''}`} hit={hit} alarmId={alarmId} />
        ))}
      </Card>
    </>
  );
}

interface LibraryProps {
  readonly library: {
    readonly data: Parameters<typeof sourceViews>[0] | undefined;
    readonly error: Error | null;
    refetch(): unknown;
  };
  readonly alarmId: string | null;
}

function Library({ library, alarmId }: LibraryProps) {
  if (library.data === undefined) {
    return library.error === null ? (
      <Loading what="the library" />
    ) : (
      <Failure
        title="The library could not be read"
        {...describeError(library.error)}
        onRetry={() => void library.refetch()}
      />
    );
  }
  const sources = sourceViews(library.data);
  const hasOwn = sources.some(
    ({ kind, count }) => kind !== 'shipped' && (kind !== 'web' || count > 0),
  );
  return (
    <>
      <DraftsCard />
      {!hasOwn && <NoSourceYet />}
      {sources.map((source) => (
        <SourceCard key={source.folder} source={source} alarmId={alarmId} />
      ))}
    </>
  );
}

function NoSourceYet() {
  return (
    <Card title="Your team’s runbooks are not here yet">
      <div className={classes.teach}>
        <BookOpenText aria-hidden="true" />
        <div>
          <p>
            Add the folder or the Git repository in which they are. Nightdesk keeps a copy, finds
            the one that an alarm means, and fills its commands in from the alarm’s labels. Pages
            that alarms link to are copied by themselves. Until then there are the ones that came
            with it.
          </p>
          <p>
            <Button kind="primary" isSmall onClick={addSource}>
              Add them in Settings
            </Button>
          </p>
        </div>
      </div>
    </Card>
  );
}
