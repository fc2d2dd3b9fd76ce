/** What silences cover: alarms of now, and episodes of the last week. In slices, so that nothing else has to wait. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Matcher } from '../../preload/contract/alarms.ts';
import type { Severity } from '../../preload/contract/common.ts';
import type { ConnectorActions } from '../sources/connector.ts';
import { matchesAll } from '../sources/matchers.ts';
import { LabelIndex } from './label-index.ts';

interface Labelled {
  readonly labels: Readonly<Record<string, string>>;
}

/** Past episodes of one alarm with one severity. */
export interface PastEpisodes extends Labelled {
  readonly title: string;
  readonly severity: Severity;
  readonly count: number;
}

type Matches = Pick<ConnectorActions, 'matches'>;

/** Whoever asks meanwhile waits no longer than this, and the one comparison that is under way. */
const sliceMs = 5;
const lookEvery = 100;

/** What may be selected, to be asked one by one. */
function candidatesIn<Item extends Labelled>(
  items: readonly Item[],
  actions: Matches,
): (matchers: readonly Matcher[]) => readonly Item[] {
  // Another kind may mean something else by its matchers than equal labels.
  if (actions.matches !== matchesAll) return (matchers) => (matchers.length === 0 ? [] : items);
  const index = new LabelIndex(items);
  return (matchers) => index.candidates(matchers);
}

/** How much each of these silences covers, by the id of the silence. `weight`: what one item counts. */
export async function countCovered<Item extends Labelled>(
  silences: readonly { readonly id: string; readonly matchers: readonly Matcher[] }[],
  items: readonly Item[],
  actions: Matches,
  weight: (item: Item) => number,
): Promise<ReadonlyMap<string, number>> {
  const candidates = candidatesIn(items, actions);
  const found = new Map<string, number>();
  let began = performance.now();
  const rest = async (): Promise<void> => {
    if (performance.now() - began < sliceMs) return;
    await nextTurn();
    began = performance.now();
  };
  for (const { id, matchers } of silences) {
    let sum = 0;
    let asked = 0;
    for (const item of candidates(matchers)) {
      if (actions.matches(matchers, item.labels)) sum += weight(item);
      asked += 1;
      if (asked % lookEvery === 0) await rest();
    }
    found.set(id, sum);
    await rest();
  }
  return found;
}

/** What one silence covers. */
export const coveredBy = <Item extends Labelled>(
  matchers: readonly Matcher[],
  items: readonly Item[],
  actions: Matches,
): Item[] =>
  matchers.length === 0 ? [] : items.filter(({ labels }) => actions.matches(matchers, labels));

export const episodesIn = (past: readonly PastEpisodes[]): number =>
  past.reduce((sum, { count }) => sum + count, 0);

/** The most frequent first; the same title of several alarms is one line. */
export function byTitle(
  past: readonly PastEpisodes[],
): { title: string; severity: Severity; count: number }[] {
  const lines = new Map<string, { title: string; severity: Severity; count: number }>();
  for (const { title, severity, count } of past) {
    const key = `${severity}\n${title}`;
    const known = lines.get(key);
    if (known === undefined) lines.set(key, { title, severity, count });
    else known.count += count;
  }
  return [...lines.values()].sort((a, b) => b.count - a.count);
}
