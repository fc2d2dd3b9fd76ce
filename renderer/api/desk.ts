/**
 * The desk as this window knows it: the state that the core sends every two seconds, and whether it still does.
 *
 * The window watches the watcher: six seconds without an event, and this window is blind whatever it shows.
 */
import type { DeskEvent, DeskState, Topic } from '../../preload/contract/desk.ts';
import { client } from './client.ts';
import { useConnection } from './connection.ts';
import { invalidateAll, invalidateTopic } from './invalidation.ts';
import { createWindowState } from '../window-state.ts';
import { tellShown } from './shown-alarm.ts';

export const silenceLimitMs = 6_000;

interface DeskStore {
  /** The last state heard; null before the first. Old when `isSilent`. */
  readonly state: DeskState | null;
  /** When the core last said anything, in milliseconds of this machine's clock. */
  readonly heardAt: number | null;
  /** Nothing was heard for six seconds: this window is blind. */
  readonly isSilent: boolean;
}

export const useDesk = createWindowState<DeskStore>({
  state: null,
  heardAt: null,
  isSilent: false,
});

/** This window hears nothing of the core: whatever it shows is the last known. */
export function useWindowBlind(): boolean {
  const isSilent = useDesk((desk) => desk.isSilent);
  const isLost = useConnection(({ connection }) => connection === 'lost');
  return isSilent || isLost;
}

type Listener = (event: DeskEvent) => void;
const listeners = new Set<Listener>();

/** Hears every event of the desk: sounds, changes with their ids. Clicked notifications wait in shown-alarm.ts. */
export function onDeskEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function hear(event: DeskEvent): void {
  if (event.type === 'state') {
    // Nothing else counts as hearing: a core that cannot tell its state any more may still tell of changes.
    useDesk.setState({ state: event.state, heardAt: Date.now(), isSilent: false });
  }
  if (event.type === 'changed') changed(event.topic, event.ids);
  if (event.type === 'show') tellShown(event.alarmId);
  for (const listener of listeners) listener(event);
}

/** A storm of changes asks again at most this often. */
const gatherMs = 200;
const gathered = new Map<Topic, Set<number> | null>();
let gatherTimer: number | null = null;

function changed(topic: Topic, ids: readonly number[] | undefined): void {
  const known = gathered.get(topic);
  // No ids at all: names or sight changed, and with them every row.
  if (ids === undefined || ids.length === 0 || known === null) gathered.set(topic, null);
  else gathered.set(topic, new Set([...(known ?? []), ...ids]));
  if (gatherTimer !== null) return;
  flush();
  gatherTimer = window.setTimeout(() => {
    gatherTimer = null;
    flush();
  }, gatherMs);
}

function flush(): void {
  const all = [...gathered];
  gathered.clear();
  for (const [topic, ids] of all) invalidateTopic(topic, ids === null ? null : [...ids]);
}

/** Watches the desk over every carrier that comes, until the window closes. */
export function watchDesk(): void {
  let watched = 0;
  const follow = ({ generation }: { generation: number }): void => {
    if (generation === watched) return;
    watched = generation;
    void watchOnce(() => watched === generation);
    // Whatever happened while nobody listened is asked again.
    if (generation > 1) invalidateAll();
  };
  useConnection.subscribe(follow);
  follow(useConnection.getState());

  const startedAt = Date.now();
  window.setInterval(() => {
    const { heardAt, isSilent } = useDesk.getState();
    const silent = Date.now() - (heardAt ?? startedAt) > silenceLimitMs;
    if (silent !== isSilent) useDesk.setState({ isSilent: silent });
  }, 500);
}

async function watchOnce(isCurrent: () => boolean): Promise<void> {
  while (isCurrent() && useConnection.getState().connection === 'connected') {
    try {
      for await (const event of await client.desk.watch({})) {
        if (!isCurrent()) return;
        hear(event);
      }
    } catch {
      // The silence says it; the next carrier brings a new watch.
    }
    await new Promise((resolve) => {
      window.setTimeout(resolve, 1_000);
    });
  }
}
