/** The outbox as this screen works with it: which intent is meant, and what can be done with it. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Intent } from '../../../preload/contract/outbox.ts';
import type { Source } from '../../../preload/contract/sources.ts';
import { api, client } from '../../api/client.ts';
import type { Action } from '../../app/actions/action.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { toast } from '../../app/toasts.tsx';
import { clipText, visibleText } from '../../ui/visible-text.ts';
import { isOpen } from './intent-words.ts';

/** A storm acknowledged at once has thousands; nobody reads more than these. */
export const shownMax = 200;
/** The health of a source changes what is said of its intents. */
const refreshMs = 5_000;
const group = 'Outbox';

const titleOf = ({ title }: Intent): string => clipText(visibleText(title, true), 60).text;

export interface IntentActions {
  readonly retry: Action;
  readonly giveUp: Action;
}

export interface Outbox {
  readonly intents: readonly Intent[] | null;
  readonly error: Error | null;
  readonly reload: () => void;
  readonly sourceOf: (intent: Intent) => Source | undefined;
  readonly areSourcesKnown: boolean;
  readonly currentId: string | null;
  readonly setCurrent: (id: string) => void;
  readonly actionsFor: (intent: Intent) => IntentActions;
  readonly retryAll: Action;
  readonly givingUp: Intent | null;
  readonly closeGivingUp: () => void;
}

export async function giveUp(intent: Intent): Promise<void> {
  await client.outbox.drop({ id: intent.id });
  toast({ title: 'Given up', text: titleOf(intent) });
}

export function useOutbox(): Outbox {
  const [chosen, setCurrent] = useState<string | null>(null);
  const [givingUpId, setGivingUpId] = useState<string | null>(null);
  const list = useQuery(api.outbox.list.queryOptions({ input: { limit: shownMax } }));
  const { data: sources } = useQuery(
    api.sources.list.queryOptions({ input: {}, refetchInterval: refreshMs }),
  );
  const intents = list.data ?? null;
  const current = intents?.find(({ id }) => id === chosen) ?? intents?.[0];
  const failed = intents?.filter(({ state }) => state === 'failed') ?? [];

  const actionsFor = (intent: Intent): IntentActions => ({
    retry: {
      id: 'intent.retry',
      label: `Retry: ${titleOf(intent)}`,
      group,
      keys: ['r'],
      when: () => isOpen(intent.state),
      run: async () => {
        await client.outbox.retry({ id: intent.id });
      },
    },
    giveUp: {
      id: 'intent.drop',
      label: `Give up: ${titleOf(intent)}`,
      group,
      // Its dialog is drawn as dangerous; two hundred red buttons would only cry.
      keys: ['Delete'],
      when: () => isOpen(intent.state),
      run: () => setGivingUpId(intent.id),
    },
  });

  const retryAll: Action = {
    id: 'intent.retryAll',
    label: `Retry all ${failed.length} that failed`,
    group,
    keys: ['Shift+R'],
    when: () => failed.length > 1,
    run: async () => {
      for (const { id } of failed) await client.outbox.retry({ id });
    },
  };
  const own = current === undefined ? null : actionsFor(current);
  useActions([retryAll, ...(own === null ? [] : [own.retry, own.giveUp])]);

  return {
    intents,
    error: intents === null ? list.error : null,
    reload: () => void list.refetch(),
    sourceOf: ({ sourceId }) => sources?.find(({ id }) => id === sourceId),
    areSourcesKnown: sources !== undefined,
    currentId: current?.id ?? null,
    setCurrent,
    actionsFor,
    retryAll,
    givingUp: intents?.find(({ id, state }) => id === givingUpId && isOpen(state)) ?? null,
    closeGivingUp: () => setGivingUpId(null),
  };
}
