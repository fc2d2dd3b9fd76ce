/** The sources as this screen works with them: which one is meant, and what was asked of them. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Source } from '../../../preload/contract/sources.ts';
import { api, client } from '../../api/client.ts';
import { saveFile } from '../../api/files.ts';
import type { Action } from '../../app/actions/action.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { navigate } from '../../app/hash-location.ts';
import { toast } from '../../app/toasts.tsx';
import { useNow } from '../../ui/clock.ts';
import { writePlace } from './place.ts';
import { inOrder, sightOf } from './sight.ts';
import { nameText, setEnabled } from './source-actions.ts';
import { canBePolled, isPolling, type AskedPoll } from './source-facts.ts';

const refreshMs = 5_000;
/** While somebody waits for an answer. */
const waitingMs = 1_000;

export interface SourceActions {
  readonly poll: Action;
  readonly edit: Action;
  readonly pause: Action;
  readonly remove: Action;
}

export interface Sources {
  readonly sources: readonly Source[] | null;
  readonly error: Error | null;
  readonly retry: () => void;
  readonly currentId: string | null;
  readonly setCurrent: (id: string) => void;
  readonly isPolling: (source: Source) => boolean;
  readonly connect: Action;
  readonly pollAll: Action;
  readonly share: Action;
  readonly actionsFor: (source: Source) => SourceActions;
  readonly removing: Source | null;
  readonly closeRemoving: () => void;
}

const group = 'Source';

export const connectAction: Action = {
  id: 'source.connect',
  label: 'Connect a source',
  group,
  keys: ['n'],
  run: () => navigate(writePlace({ at: 'kinds' })),
};

export function useSources(): Sources {
  const now = useNow();
  const [asked, setAsked] = useState<ReadonlyMap<string, AskedPoll>>(new Map());
  const [chosen, setCurrent] = useState<string | null>(null);
  const [removingId, setRemovingId] = useState<string | null>(null);
  const waits = (source: Source): boolean =>
    isPolling(asked.get(source.id), source.lastAttemptAt, now);
  const query = useQuery(
    api.sources.list.queryOptions({
      input: {},
      refetchInterval: ({ state }) => (state.data?.some(waits) === true ? waitingMs : refreshMs),
    }),
  );
  const sources = query.data === undefined ? null : inOrder(query.data);
  const current = sources?.find(({ id }) => id === chosen) ?? sources?.[0];

  const ask = async (those: readonly Source[], send: () => Promise<unknown>): Promise<void> => {
    await send();
    const askedAt = now;
    setAsked(
      (before) =>
        new Map([
          ...before,
          ...those.map(
            ({ id, lastAttemptAt }) => [id, { before: lastAttemptAt, askedAt }] as const,
          ),
        ]),
    );
    await query.refetch();
  };

  const actionsFor = (source: Source): SourceActions => {
    const sight = sightOf(source);
    const name = nameText(source);
    return {
      poll: {
        id: 'source.poll',
        label: `Poll ${name} now`,
        group,
        keys: ['p'],
        when: () => canBePolled(source) && !waits(source),
        run: () => ask([source], () => client.sources.poll({ id: source.id })),
      },
      edit: {
        id: 'source.edit',
        label: `Edit ${name}`,
        group,
        keys: ['e'],
        when: () => sight !== 'removed',
        run: () => navigate(writePlace({ at: 'edit', id: source.id })),
      },
      pause: {
        id: 'source.pause',
        label: source.isEnabled ? `Pause ${name}` : `Resume ${name}`,
        group,
        keys: ['u'],
        when: () => sight !== 'removed',
        run: () => setEnabled(source, !source.isEnabled),
      },
      remove: {
        id: 'source.remove',
        label: `Remove ${name}`,
        group,
        keys: ['Delete'],
        isDangerous: true,
        run: () => setRemovingId(source.id),
      },
    };
  };

  const pollable = sources?.filter(canBePolled) ?? [];
  const pollAll: Action = {
    id: 'source.pollAll',
    label: 'Poll all now',
    group,
    keys: ['Shift+P'],
    when: () => pollable.length > 0,
    run: () => ask(pollable, () => client.sources.poll({})),
  };
  const share: Action = {
    id: 'source.share',
    label: 'Save a team file',
    group,
    keys: [],
    when: () => pollable.length > 0,
    run: async () => {
      const { text } = await client.sources.teamFile({});
      const place = await saveFile({
        fileName: 'nightdesk-sources.json',
        mediaType: 'application/json',
        text,
      });
      if (place === null) return;
      toast({
        title: 'The team file was saved',
        text: `${place}. It holds every source but no password or token.`,
      });
    },
  };
  useActions([
    connectAction,
    pollAll,
    share,
    ...(current === undefined ? [] : Object.values(actionsFor(current) as object)),
  ] as readonly Action[]);

  return {
    sources,
    error: sources === null ? query.error : null,
    retry: () => void query.refetch(),
    currentId: current?.id ?? null,
    setCurrent,
    isPolling: waits,
    connect: connectAction,
    pollAll,
    share,
    actionsFor,
    removing: sources?.find(({ id }) => id === removingId) ?? null,
    closeRemoving: () => setRemovingId(null),
  };
}
