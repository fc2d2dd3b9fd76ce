/** Sources: the list with their health, and the forms that connect and change them. */
import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { navigate, useHashSearch } from '../../app/hash-location.ts';
import { Button } from '../../ui/Button.tsx';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { KindChoice } from './KindChoice.tsx';
import { readPlace, writePlace, type SourcesPlace } from './place.ts';
import { SourceForm } from './SourceForm.tsx';
import { SourceList } from './SourceList.tsx';

export function SourcesScreen() {
  const place = readPlace(useHashSearch());
  switch (place.at) {
    case 'list':
      return <SourceList />;
    case 'kinds':
      return <KindChoice />;
    case 'connect':
    case 'edit':
      return <Form key={writePlace(place)} place={place} />;
  }
}

function Form({ place }: { readonly place: SourcesPlace }) {
  const kinds = useQuery(api.sources.kinds.queryOptions({ input: {} }));
  const sources = useQuery(api.sources.list.queryOptions({ input: {} }));
  const error = kinds.error ?? sources.error;
  if (kinds.data === undefined || sources.data === undefined) {
    if (error === null) return <Loading what="the form" />;
    const { message, next } = describeError(error);
    const retry = (): void => {
      void kinds.refetch();
      void sources.refetch();
    };
    return (
      <Failure title="The form could not be read" message={message} next={next} onRetry={retry} />
    );
  }
  const source =
    place.at === 'edit' ? (sources.data.find(({ id }) => id === place.id) ?? null) : null;
  const wanted = place.at === 'connect' ? place.kind : source?.kind;
  const kind = kinds.data.find((other) => other.kind === wanted);
  if (kind === undefined) return <NoForm isEdit={place.at === 'edit'} kind={wanted} />;
  return <SourceForm kind={kind} source={source} />;
}

function NoForm({ isEdit, kind }: { readonly isEdit: boolean; readonly kind: string | undefined }) {
  const isGone = isEdit && kind === undefined;
  return (
    <EmptyState
      title={isGone ? 'This source is not there any more' : 'Nightdesk does not know this kind'}
      actions={
        <Button kind="primary" onClick={() => navigate(writePlace({ at: 'list' }))}>
          To the sources
        </Button>
      }
    >
      <p>
        {isGone
          ? 'It was removed, here or in the configuration file.'
          : 'Its kind stands in the configuration file: correct it there, or remove the source.'}
      </p>
    </EmptyState>
  );
}
