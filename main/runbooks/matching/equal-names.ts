/**
 * Runbooks that are called like the alarm.
 *
 * Front matter is a person's word for it, and counts however many documents say so. Other names are certain only when they
 * leave no choice: a team with `checkout/HighLatency.md` and `search/HighLatency.md` would be sent to the wrong one half of
 * the time.
 */
import type { RunbookId } from '../../../preload/contract/common.ts';
import type { NameOrigin } from '../model.ts';
import { foldName, nameWords } from '../names.ts';
import { fileName } from '../parse.ts';
import type { Hint } from './alarm-facts.ts';

export interface NamedRow {
  readonly id: RunbookId;
  readonly folder: string;
  readonly path: string;
  readonly title: string;
  readonly anchor: string;
  readonly origin: NameOrigin;
}

export interface NameMatch {
  /** A person wrote it into the front matter. */
  readonly isByHand: boolean;
  readonly id: RunbookId;
  readonly anchor: string;
  readonly isCertain: boolean;
  readonly reason: string;
  readonly score: number;
}

/** Of two documents in one tier neither is more the alarm's own than the other. */
const reasons: Readonly<Record<NameOrigin, { text: string; score: number; tier: number }>> = {
  'front matter': { text: 'named in front matter', score: 90, tier: 0 },
  'file name': { text: 'file name equals the alarm name', score: 80, tier: 1 },
  title: { text: 'title equals the alarm name', score: 78, tier: 1 },
  heading: { text: 'heading equals the alarm name', score: 75, tier: 2 },
  'table row': { text: 'a table row names the alarm', score: 70, tier: 3 },
};

/** A heading of one common word (`Disk`) is no name of an alarm. */
const isTelling = (name: string, origin: NameOrigin): boolean =>
  nameWords(name).length > 1 ||
  foldName(name).length >= 10 ||
  (origin !== 'heading' && origin !== 'table row');

const isIn = (row: NamedRow, hints: readonly Hint[]): boolean => {
  const parts = new Set(row.path.split('/').map((part) => foldName(part.replace(/\.\w+$/, ''))));
  return hints.some((hint) => parts.has(hint.value));
};

/** One for each document, by its best name; its own rows are in the order of the document. */
function bestOfEach(rows: readonly NamedRow[]): NamedRow[] {
  const best = new Map<RunbookId, NamedRow>();
  for (const row of rows) {
    const known = best.get(row.id);
    const gain = known === undefined ? 1 : reasons[row.origin].score - reasons[known.origin].score;
    // A file name or title means the whole document, unless one of its sections is called so as well.
    if (known === undefined || gain > 0) best.set(row.id, row);
  }
  return [...best.values()];
}

export function byEqualName(
  name: string,
  rows: readonly NamedRow[],
  hints: readonly Hint[],
  /** Whether the alarm's own link, which leads nowhere, meant to lead elsewhere. */
  isElsewhere: (id: RunbookId) => boolean,
): NameMatch[] {
  const tierOf = (row: NamedRow): number => reasons[row.origin].tier;
  const candidates = bestOfEach(rows.filter((row) => isTelling(name, row.origin))).toSorted(
    (a, b) =>
      tierOf(a) - tierOf(b) ||
      Number(isIn(b, hints)) - Number(isIn(a, hints)) ||
      reasons[b.origin].score - reasons[a.origin].score,
  );
  const [first] = candidates;
  if (first === undefined) return [];
  const rivals = candidates.filter((row) => tierOf(row) === tierOf(first) && !isCopy(row, first));
  const isAlone = rivals.length === 0;
  const folded = foldName(name);
  const isChosen = isIn(first, hints) && !rivals.some((row) => isIn(row, hints));
  return candidates.map((row) => {
    const { text, score, tier } = reasons[row.origin];
    const isOwn =
      isCopy(row, first) &&
      (isAlone || isChosen) &&
      !isElsewhere(row.id) &&
      !isMoreSpecial(row, folded);
    const isCertain = tier === 0 || isOwn;
    const isShared = !isCertain && !isAlone && tier === tierOf(first);
    return {
      id: row.id,
      isByHand: tier === 0,
      anchor: row.anchor,
      isCertain,
      reason: isShared ? `${text}, as of ${othersText(rivals.length)}` : text,
      score: isCertain ? score : score - 40,
    };
  });
}

/** `etcd/EtcdSnapshotTooOld.md`, whose title leaves the `etcd` out, is no page for every `SnapshotTooOld`. */
const isMoreSpecial = (row: NamedRow, folded: string): boolean => {
  const file = foldName(fileName(row.path));
  return row.origin === 'title' && file !== folded && file.includes(folded);
};

const othersText = (count: number): string => (count === 1 ? 'another runbook' : `${count} others`);

/** The same page in two sources: a clone and the fetched web page. */
const isCopy = (a: NamedRow, b: NamedRow): boolean =>
  a.id === b.id || (a.folder !== b.folder && a.path === b.path && a.title === b.title);
