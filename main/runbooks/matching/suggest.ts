/**
 * Runbooks that an alarm may mean, when nothing names it: by the words of its name, by labels equal to a folder or file, and
 * by what other texts say about it. The words of the name say more than those of the whole alarm, which are mostly the same
 * for all alarms.
 */
import type { RunbookId } from '../../../preload/contract/common.ts';
import type { ReadableDb } from '../../store/database.ts';
import { parseLink } from '../links.ts';
import { foldName, nameWords } from '../names.ts';
import { hintsOf, linksOf, nameOf, type Hint, type MatchInput } from './alarm-facts.ts';
import { isGenericFile } from '../parse.ts';
import { createMentions } from './mentions.ts';
import type { PageRow } from './page-index.ts';
import { namesIn, readPlaces, type Places } from './places.ts';
import { isCommonWord, isSameWord, matchWords, stem } from './words.ts';

export interface Suggestion {
  readonly id: RunbookId;
  readonly anchor: string;
  readonly reason: string;
  readonly score: number;
}

const maxWords = 12;
const maxRows = 60;
/** A word in more sections than this tells nothing apart, and ranking by it is what takes the time. */
const tooMany = 2_000;
const stubSize = 500;

// What each kind of evidence is worth beside the words, which give up to 20.
const placeScore = { file: 12, 'folder page': 12, 'front matter': 8, folder: 4 } as const;
const placeWords = {
  file: 'file',
  'folder page': 'folder',
  folder: 'folder',
  'front matter': 'front matter',
} as const;
/** A page that was renamed or moved keeps most of its words, and its folder. */
const linkWordFactor = 0.8;
const linkFolderWeight = 0.5;
const mentionScore = 12;
const linkedScore = 25;
/** Where the library has a place for this service, the pages of others are less likely meant. */
const foreignFactor = 0.7;
/** At least half of the name's words, or a place of its own: one word in four is chance. */
const enoughWords = 8;
const enoughPlace = 6;

interface Section {
  readonly id: RunbookId;
  readonly anchor: string;
  readonly heading: string;
  readonly title: string;
  readonly path: string;
}

interface PlaceEvidence {
  readonly text: string;
  readonly score: number;
  readonly value: string;
}

interface Evidence {
  anchor: string;
  words: readonly string[];
  /** The words are those of the page that the link names, and not of the alarm's own name. */
  areOfLink: boolean;
  wordScore: number;
  isMentioned: boolean;
  /** The page that links to it beside the alarm's name. */
  linkedFrom: string | null;
  /** A label equal to its folder or file. */
  label: PlaceEvidence | null;
  /** Words of the alarm's name that are all of its folder's or file's name. */
  ownName: PlaceEvidence | null;
}

const noEvidence = (): Evidence => ({
  anchor: '',
  words: [],
  areOfLink: false,
  wordScore: 0,
  isMentioned: false,
  linkedFrom: null,
  label: null,
  ownName: null,
});

const placedBy = ({ label, ownName }: Evidence): number =>
  Math.max(label?.score ?? 0, ownName?.score ?? 0) + (label !== null && ownName !== null ? 2 : 0);

/** `CheckoutErrorRate` and the page of the folder `checkout`: one word, which is not to count as a word and as a place. */
const isCountedTwice = ({ label, ownName, words }: Evidence): boolean =>
  label === null && ownName !== null && words.join('') === ownName.value;

const tellingWords = (name: string): string[] =>
  nameWords(name)
    .filter((word) => word.length > 1 && !/^\d+$/.test(word))
    .slice(0, maxWords);

const quoted = (text: string): string => `"${text.replaceAll('"', '')}"`;

export function createSuggester(deps: {
  db: ReadableDb;
  /** Where a link of this page leads to. */
  follow: (from: RunbookId, link: string) => RunbookId | null;
  pageOf: (id: RunbookId) => PageRow | undefined;
}) {
  const { db, follow, pageOf } = deps;
  const ranked = db.read<Section, { query: string; limit: number }>(
    `SELECT s.runbook_id AS id, s.anchor, s.heading, r.title, r.path
     FROM (SELECT rowid, bm25(runbook_search, 12.0, 7.0, 1.0, 6.0) AS rank FROM runbook_search
           WHERE runbook_search MATCH @query ORDER BY rank LIMIT @limit) m
     JOIN runbook_section s ON s.id = m.rowid JOIN runbook r ON r.id = s.runbook_id ORDER BY m.rank`,
  );
  const counted = db.read<{ found: number }, { query: string; limit: number }>(
    'SELECT count(*) AS found FROM (SELECT 1 FROM runbook_search WHERE runbook_search MATCH @query LIMIT @limit)',
  );
  const sizeOf = db.read<{ size: number }, { id: number }>(
    'SELECT byte_size AS size FROM runbook WHERE id = @id',
  );
  const mentionsOf = createMentions({ db });
  let places: Places = new Map();
  let weights = new Map<string, number>();

  /** From 1 for a word that is nowhere else to nearly nothing for one that is everywhere. */
  const weightOf = (word: string): number => {
    const known = weights.get(word);
    if (known !== undefined) return known;
    const query = `${quoted(stem(word))} *`;
    const found = counted.get({ query, limit: tooMany })?.found ?? tooMany;
    const rarity =
      found >= tooMany ? 0.05 : Math.log2(tooMany / (found + 1)) / Math.log2(tooMany) + 0.1;
    const weight = isCommonWord(word) ? Math.min(rarity, 0.25) : rarity;
    weights.set(word, weight);
    return weight;
  };

  const gather = (alarm: MatchInput): Map<RunbookId, Evidence> => {
    const name = nameOf(alarm);
    const words = tellingWords(name);
    const found = new Map<RunbookId, Evidence>();
    const of = (id: RunbookId): Evidence => {
      const evidence = found.get(id) ?? noEvidence();
      found.set(id, evidence);
      return evidence;
    };

    const byWords = (own: readonly string[], isOfLink: boolean): void => {
      const weighed = new Map(own.map((word) => [word, weightOf(word)]));
      const asked = own.filter((word) => word.length > 2 && (weighed.get(word) ?? 0) > 0.05);
      if (asked.length === 0) return;
      const any = asked.map((word) => `${quoted(stem(word))} *`).join(' OR ');
      for (const row of ranked.all({ query: `{title heading names} : (${any})`, limit: maxRows })) {
        const page = nameWords(`${row.title} ${row.path.replace(/\.\w+$/, '')}`);
        const match = matchWords(weighed, page, nameWords(row.heading));
        const score = isOfLink ? match.score * linkWordFactor : match.score;
        const evidence = of(row.id);
        if (score <= evidence.wordScore) continue;
        evidence.wordScore = score;
        evidence.words = match.words;
        evidence.areOfLink = isOfLink;
        evidence.anchor = match.isSection ? row.anchor : '';
      }
    };
    byWords(words, false);
    const dead = linksOf(alarm).flatMap((link) => parseLink(link) ?? []);
    for (const { parts } of dead.slice(0, 1)) {
      const page = parts[0] ?? '';
      if (!isGenericFile(page)) byWords(tellingWords(page), true);
    }

    for (const { id, anchor, link } of mentionsOf(name, words)) {
      const target = link === null ? null : follow(id, link);
      if (target !== null && target !== id) {
        of(target).linkedFrom ??= pageOf(id)?.path ?? null;
        continue;
      }
      const evidence = of(id);
      if (!evidence.isMentioned && evidence.anchor === '') evidence.anchor = anchor;
      evidence.isMentioned = true;
    }

    const visit = (hint: Hint, use: 'label' | 'ownName', isOfLink = false): void => {
      for (const { page, kind } of places.get(hint.value) ?? []) {
        if (kind === 'folder' && isOfLink) continue;
        // A folder of many says little about each of them, and a file called like the trouble is any service's.
        if (kind === 'folder' && !found.has(page.id)) continue;
        if (use === 'ownName' && kind === 'file' && !hint.isFirst) continue;
        const evidence = of(page.id);
        const score = placeScore[kind] * hint.weight;
        if ((evidence[use]?.score ?? 0) >= score) continue;
        evidence[use] = { text: `${placeWords[kind]} of ${hint.text}`, score, value: hint.value };
      }
    };
    for (const hint of hintsOf(alarm)) visit(hint, 'label');
    for (const { parts, depth } of dead.slice(0, 1)) {
      const folder = depth > 1 ? foldName(parts[1] ?? '') : '';
      const text = `its link’s ${parts[1] ?? ''}`;
      visit({ text, value: folder, isFirst: true, weight: linkFolderWeight }, 'ownName', true);
    }
    for (const hint of namesIn(words, isCommonWord)) visit(hint, 'ownName');
    return found;
  };

  const reasonOf = (evidence: Evidence): string =>
    [
      ...(evidence.linkedFrom === null
        ? []
        : [`${evidence.linkedFrom} links to it for this alarm`]),
      ...(evidence.isMentioned ? ['its text names the alarm'] : []),
      ...(evidence.words.length > 0
        ? [`${evidence.areOfLink ? 'words of its link' : 'words'}: ${evidence.words.join(', ')}`]
        : []),
      ...(evidence.label === null ? [] : [evidence.label.text]),
      ...(evidence.ownName === null || evidence.words.length > 0 ? [] : [evidence.ownName.text]),
    ].join('; ');

  return {
    /** After every change of the library. */
    refresh(pages: Iterable<PageRow>): void {
      places = readPlaces(pages);
      weights = new Map();
    },
    suggest(alarm: MatchInput): Suggestion[] {
      const found = gather(alarm);
      const isPlaced = [...found.values()].some((one) => placedBy(one) >= enoughPlace);
      const serviceWords = hintsOf(alarm).flatMap((hint) =>
        places.has(hint.value) ? nameWords(hint.text.replace(/^\S+ /, '')) : [],
      );
      const suggestions: Suggestion[] = [];
      for (const [id, evidence] of found) {
        const { wordScore, isMentioned, linkedFrom } = evidence;
        const placed = placedBy(evidence);
        const isEnough =
          isMentioned ||
          linkedFrom !== null ||
          wordScore >= enoughWords ||
          placed >= enoughPlace ||
          (placed > 0 && wordScore >= enoughWords / 2);
        if (!isEnough) continue;
        const size = sizeOf.get({ id })?.size ?? 0;
        // A stub is short, which any formula takes for being on the point.
        const stub = size < stubSize ? 0.6 + (0.4 * size) / stubSize : 1;
        const isForeign =
          isPlaced &&
          placed === 0 &&
          linkedFrom === null &&
          !serviceWords.some((word) => evidence.words.some((own) => isSameWord(own, word)));
        const sum =
          wordScore +
          (isCountedTwice(evidence) ? placed / 2 : placed) +
          (isMentioned ? mentionScore : 0) +
          (linkedFrom === null ? 0 : linkedScore);
        const score = sum * stub * (isForeign ? foreignFactor : 1);
        suggestions.push({ id, anchor: evidence.anchor, reason: reasonOf(evidence), score });
      }
      return suggestions.toSorted((a, b) => b.score - a.score || a.id - b.id);
    },
  };
}
