/** The silences as this screen works with them: which one is meant, and what can be done with it. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Silence, SilenceSource } from '../../../preload/contract/silences.ts';
import { api, client } from '../../api/client.ts';
import type { Action } from '../../app/actions/action.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { navigate } from '../../app/hash-location.ts';
import { toast } from '../../app/toasts.tsx';
import { useTimeZone } from '../../ui/clock.ts';
import { momentText } from '../../ui/time-text.ts';
import { clipText, visibleText } from '../../ui/visible-text.ts';
import { hourMs, keyOf, laterEnd, silenceGroups, wantedEnd } from './silence-words.ts';

/** What each hides moves with the alarms; the sources are asked again as often. */
const refreshMs = 15_000;
const group = 'Silence';

const nameOf = ({ scope }: Silence): string => clipText(visibleText(scope, true), 60).text;

export interface SilenceActions {
  readonly extend: Action;
  readonly otherEnd: Action;
  readonly end: Action;
}

export interface Silences {
  readonly silences: readonly Silence[] | null;
  readonly sources: readonly SilenceSource[];
  readonly error: Error | null;
  readonly reload: () => void;
  readonly currentKey: string | null;
  readonly setCurrent: (key: string) => void;
  readonly actionsFor: (silence: Silence) => SilenceActions;
  /** Whose end is being chosen. */
  readonly choosing: Silence | null;
  readonly closeChoosing: () => void;
  readonly moveEnd: (silence: Silence, endsAt: string) => Promise<void>;
}

/** The toast says the end, and takes it back. */
async function moveEnd(silence: Silence, endsAt: string, zone: string): Promise<void> {
  const { sourceId, id } = silence;
  const before = new Date(wantedEnd(silence)).toISOString();
  await client.silences.extend({ sourceId, id, endsAt });
  toast({
    title: `Its new end: ${momentText(endsAt, Date.now(), zone)}`,
    text: `${nameOf(silence)}. It counts when the source shows it.`,
    undo: async () => {
      await client.silences.extend({ sourceId, id, endsAt: before });
    },
  });
}

const addHour = (silence: Silence, zone: string): Promise<void> =>
  moveEnd(silence, laterEnd(silence, hourMs, Date.now()), zone);

async function endNow(silence: Silence): Promise<void> {
  const { sourceId, id } = silence;
  const intent = await client.silences.end({ sourceId, id });
  toast({
    title: 'Ending the silence',
    text: `${nameOf(silence)}. What it hides fires again when the source agrees.`,
    undo: async () => {
      await client.silences.undoEnd({ intentId: intent.id });
    },
  });
}

const isEnding = ({ pending }: Silence): boolean =>
  pending?.kind === 'unsilence' && pending.state !== 'failed';

export function useSilences(): Silences {
  const [chosen, setCurrent] = useState<string | null>(null);
  const [choosingKey, setChoosingKey] = useState<string | null>(null);
  const zone = useTimeZone();
  const list = useQuery(
    api.silences.list.queryOptions({ input: {}, refetchInterval: refreshMs, staleTime: 0 }),
  );
  const silences = list.data?.silences ?? null;
  const find = (key: string | null): Silence | undefined =>
    silences?.find((silence) => keyOf(silence) === key);
  const current = find(chosen) ?? silenceGroups(silences ?? [])[0]?.silences[0];

  const actionsFor = (silence: Silence): SilenceActions => ({
    extend: {
      id: 'silence.extend',
      label: `1 h more: ${nameOf(silence)}`,
      group,
      keys: ['e'],
      when: () => silence.canExtend && !isEnding(silence),
      run: () => addHour(silence, zone),
    },
    otherEnd: {
      id: 'silence.otherEnd',
      label: `Another end: ${nameOf(silence)}`,
      group,
      keys: ['Shift+E'],
      when: () => silence.canExtend && !isEnding(silence),
      run: () => setChoosingKey(keyOf(silence)),
    },
    end: {
      id: 'silence.end',
      label: `End now: ${nameOf(silence)}`,
      group,
      keys: ['Delete'],
      when: () => silence.canEnd && !isEnding(silence),
      run: () => endNow(silence),
    },
  });

  const own = current === undefined ? [] : Object.values<Action>({ ...actionsFor(current) });
  useActions([
    ...own,
    {
      id: 'silence.new',
      label: 'Silence an alarm: choose it in triage',
      group,
      run: () => navigate('/'),
    },
  ]);

  return {
    silences,
    sources: list.data?.sources ?? [],
    error: silences === null ? list.error : null,
    reload: () => void list.refetch(),
    currentKey: current === undefined ? null : keyOf(current),
    setCurrent,
    actionsFor,
    choosing: find(choosingKey) ?? null,
    closeChoosing: () => setChoosingKey(null),
    moveEnd: (silence, endsAt) => moveEnd(silence, endsAt, zone),
  };
}
