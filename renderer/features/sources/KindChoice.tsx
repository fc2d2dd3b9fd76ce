/** Which kind of alarm system to connect. */
import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'wouter';
import { api } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import type { Action } from '../../app/actions/action.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { useActions } from '../../app/actions/use-actions.ts';
import { listLine, useListKeys } from '../../app/actions/use-list-keys.ts';
import { navigate } from '../../app/hash-location.ts';
import { Failure } from '../../ui/Failure.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Page } from '../../ui/Page.tsx';
import { writePlace } from './place.ts';
import { propose } from './proposed.ts';
import { SetupCard } from './SetupCard.tsx';
import classes from './source-form.module.css';

const leave: Action = {
  id: 'source.leave',
  label: 'Back to the sources',
  group: 'Source',
  keys: ['Escape'],
  run: () => navigate(writePlace({ at: 'list' })),
};

export function KindChoice() {
  useActions([leave]);
  const list = useListKeys<HTMLUListElement>('Kinds');
  const [wanted, setWanted] = useState('');
  const { data, error, refetch } = useQuery(api.sources.kinds.queryOptions({ input: {} }));
  const shown = (data ?? [])
    .filter(({ kind, title, description }) =>
      `${kind} ${title} ${description}`.toLowerCase().includes(wanted.trim().toLowerCase()),
    )
    .toSorted((one, other) => one.title.localeCompare(other.title, 'en'));
  return (
    <Page
      title="Connect a source"
      intro="Which alarm system does your team have? Nothing is written to it until you acknowledge or silence."
      actions={<ActionButton action={leave} label="Sources" />}
    >
      {data === undefined ? (
        error === null ? (
          <Loading what="the kinds of sources" />
        ) : (
          <Failure
            title="The kinds of sources could not be read"
            {...wordsOf(error)}
            onRetry={() => void refetch()}
          />
        )
      ) : (
        <>
          <SetupCard />
          <TextInput
            label="Find a kind"
            description={countText(shown.length, data.length)}
            className={classes.find}
            value={wanted}
            autoComplete="off"
            onChange={(event) => setWanted(event.currentTarget.value)}
          />
          <ul className={classes.kinds} ref={list} aria-label="Kinds">
            {shown.map(({ kind, title, description }) => (
              <li key={kind}>
                <Link
                  href={writePlace({ at: 'connect', kind })}
                  className={classes.kind}
                  onClick={() => propose(null)}
                  {...listLine}
                >
                  <b>{title}</b>
                  <span>{description}</span>
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </Page>
  );
}

const countText = (shown: number, all: number): string =>
  shown === all
    ? `${all} kinds. What has a JSON address can be read, too: see “Generic JSON”.`
    : `${shown} of ${all} kinds.`;

const wordsOf = (error: unknown): { message: string; next: string } => {
  const { message, next } = describeError(error);
  return { message, next };
};
