/**
 * Runbooks that an alarm may mean, when nothing names it: by the words of its name, by labels equal to a folder or file, and
 * by what the text mentions. Words of the name say more than those of the whole alarm, which are mostly the same for all.
 */
import type { RunbookId } from '../../../preload/contract/common.ts';
import type { ReadableDb } from '../../store/database.ts';
import { foldName, nameWords } from '../names.ts';
import { isGenericFile } from '../parse.ts';
import { hintsOf, nameOf, type Hint, type MatchInput } from './alarm-facts.ts';
import type { PageRow } from './page-index.ts';

export interface Suggestion {
  readonly id: RunbookId;
  readonly anchor: string;
  readonly reason: string;
  readonly score: number;
}

/** Words that most alarms share, and that therefore say nothing about which runbook is meant. */
const commonWords = new Set(
  (
    'a an and the of for in on at is are not no too to too many much very by with from above below over under high low ' +
    'error errors alert alarm alarms warning critical page down up failed failing failure rate count total large small ' +
    'slow fast long short missing job service instance target kube'
  ).split(' '),
);

const maxWords = 12;
const maxRows = 60;
const maxMentions = 20;
const maxFolderPages = 200;
/** A word in more sections than this tells nothing apart, and ranking by it is what takes the time. */
const tooMany = 2_000;
const stubSize = 500;

interface SectionRow {
  readonly sectionId: number;
  readonly id: RunbookId;
  readonly anchor: string;
  readonly heading: string;
  readonly title: string;
  readonly path: string;
  readonly size: number;
}

/** The page of a service, found by the name of its folder or file. */
interface Place {
  readonly page: PageRow;
  readonly kind: 'file' | 'folder page' | 'folder';
}

/** Without the endings that make `failing`, `failed` and `fails` different words. */
export function stem(word: string): string {
  const cut = word.replace(/(ations?|ings?|ions?|ies|ed|es|s)$/u, '');
  return cut.length >= 4 ? cut : word;
}

const isSameWord = (own: string, wanted: string): boolean => {
  if (own === wanted) return true;
  const [a, b] = [stem(own), stem(wanted)];
  const shorter = Math.min(a.length, b.length);
  return shorter >= 4 && (a.startsWith(b) || b.startsWith(a));
};

const quoted = (text: string): string => `"${text.replaceAll('"', '')}"`;

export function createSuggester(deps: { db: ReadableDb }) {
  const { db } = deps;
  const columns = `s.id AS sectionId, s.runbook_id AS id, s.anchor, s.heading, r.title, r.path, r.byte_size AS size`;
  const ranked = db.read<SectionRow, { query: string; limit: number }>(
    `SELECT ${columns}
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

  let places = new Map<string, Place[]>();
  let rarities = new Map<string, number>();

  const rarityOf = (word: string): number => {
    const known = rarities.get(word);
    if (known !== undefined) return known;
    const found =
      counted.get({ query: `${quoted(stem(word))} *`, limit: tooMany })?.found ?? tooMany;
    const rarity = found >= tooMany ? 0.05 : Math.log2(tooMany / (found + 1)) / 11 + 0.1;
    // Common words tell a little where they are rare in this library.
    const weighed = commonWords.has(word) ? Math.min(rarity, 0.25) : rarity;
    rarities.set(word, weighed);
    return weighed;
  };

  const readPlaces = (pages: Iterable<PageRow>): void => {
    places = new Map();
    rarities = new Map();
    const add = (name: string, place: Place): void => {
      const folded = foldName(name);
      if (folded.length < 3) return;
      const known = places.get(folded);
      if (known === undefined) places.set(folded, [place]);
      else if (known.length < maxFolderPages) known.push(place);
    };
    for (const page of pages) {
      const parts = page.path.split('/');
      const file = (parts.at(-1) ?? '').replace(/\.\w+$/, '');
      const isGeneric = isGenericFile(page.path);
      if (!isGeneric) add(file, { page, kind: 'file' });
      for (const [index, part] of parts.slice(0, -1).entries()) {
        const isOwnPage = isGeneric && index === parts.length - 2;
        add(part, { page, kind: isOwnPage ? 'folder page' : 'folder' });
      }
    }
  };

  interface Evidence {
    anchor: string;
    /** The words that the title, heading or path share with the alarm's name. */
    words: string[];
    wordScore: number;
    isMentioned: boolean;
    /** A label equal to its folder or file. */
    place: { text: string; score: number } | null;
    /** Words of the alarm's name that are all of its folder's or file's name. */
    ownName: { text: string; score: number } | null;
    size: number;
    title: string;
  }

  const placeScore = { file: 12, 'folder page': 12, folder: 4 } as const;

  /** `etcdHighFsyncDurations`: the folder may be called as the first words, taken together. */
  const namesIn = (words: readonly string[]): Hint[] => {
    const hints: Hint[] = [];
    for (let from = 0; from < words.length; from++) {
      for (let length = 1; length <= 4 && from + length <= words.length; length++) {
        const part = words.slice(from, from + length);
        if (part.every((word) => commonWords.has(word))) continue;
        hints.push({
          text: `the alarm’s ${part.join('-')}`,
          value: part.join(''),
          // The service stands in front, as a rule.
          weight: (from === 0 ? 0.9 : 0.6) + 0.05 * (length - 1),
        });
      }
    }
    return hints;
  };

  const suggest = (alarm: MatchInput): Suggestion[] => {
    const name = nameOf(alarm);
    const words = nameWords(name).slice(0, maxWords);
    const telling = words.filter((word) => word.length > 1 && !/^\d+$/.test(word));
    const weights = new Map(telling.map((word) => [word, rarityOf(word)]));
    const total = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
    const found = new Map<RunbookId, Evidence>();

    const evidenceOf = (id: RunbookId, size: number, title: string): Evidence => {
      const known = found.get(id);
      if (known !== undefined) return known;
      const evidence: Evidence = {
        anchor: '',
        words: [],
        wordScore: 0,
        isMentioned: false,
        place: null,
        ownName: null,
        size,
        title,
      };
      found.set(id, evidence);
      return evidence;
    };

    const query = telling
      .filter((word) => !commonWords.has(word) && (weights.get(word) ?? 0) > 0.05)
      .map((word) => `${quoted(stem(word))} *`);
    if (query.length > 0) {
      const rows = ranked.all({
        query: `{title heading names} : (${query.join(' OR ')})`,
        limit: maxRows,
      });
      for (const row of rows) {
        const evidence = evidenceOf(row.id, row.size, row.title);
        const page = nameWords(`${row.title} ${row.path.replace(/\.\w+$/, '')}`);
        const own = nameWords(row.heading);
        const shared = telling.filter((word) =>
          [...page, ...own].some((one) => isSameWord(one, word)),
        );
        const sum = shared.reduce((total_, word) => total_ + (weights.get(word) ?? 0), 0);
        const inHeading = telling
          .filter((word) => own.some((one) => isSameWord(one, word)))
          .reduce((total_, word) => total_ + (weights.get(word) ?? 0), 0);
        const inPage = telling
          .filter((word) => page.some((one) => isSameWord(one, word)))
          .reduce((total_, word) => total_ + (weights.get(word) ?? 0), 0);
        // All in one place says more than some here and some there.
        const score =
          total === 0 ? 0 : (14 * sum + 3 * inPage + 3 * Math.max(inHeading, inPage)) / total;
        if (score <= evidence.wordScore) continue;
        evidence.wordScore = score;
        evidence.words = shared;
        evidence.anchor = inHeading > inPage * 0.5 && inHeading > 0 ? row.anchor : '';
      }
    }

    // The text that says the name itself, in one word or apart.
    if (telling.length > 1) {
      const phrases = [...new Set([foldCase(name), telling.join(' ')])].filter(
        (text) => text.length > 5,
      );
      const rows =
        phrases.length === 0
          ? []
          : ranked.all({ query: phrases.map(quoted).join(' OR '), limit: maxMentions });
      for (const row of rows) {
        const evidence = evidenceOf(row.id, row.size, row.title);
        if (!evidence.isMentioned && evidence.anchor === '') evidence.anchor = row.anchor;
        evidence.isMentioned = true;
      }
    }

    const visit = (hint: Hint, use: 'place' | 'ownName'): void => {
      for (const { page, kind } of places.get(hint.value) ?? []) {
        // A folder of many says little about each of them.
        if (kind === 'folder' && !found.has(page.id)) continue;
        const size = found.get(page.id)?.size ?? sizeOf.get({ id: page.id })?.size ?? 0;
        const evidence = evidenceOf(page.id, size, page.title);
        const score = placeScore[kind] * hint.weight;
        if ((evidence[use]?.score ?? 0) >= score) continue;
        evidence[use] = { text: `${kind === 'file' ? 'file' : 'folder'} of ${hint.text}`, score };
      }
    };
    for (const hint of hintsOf(alarm)) visit(hint, 'place');
    for (const hint of namesIn(telling)) visit(hint, 'ownName');

    const suggestions: Suggestion[] = [];
    for (const [id, evidence] of found) {
      const { wordScore, place, ownName, isMentioned } = evidence;
      const placed = Math.max(place?.score ?? 0, ownName?.score ?? 0);
      // One word in four is chance; a folder named like the service is not.
      const isEnough =
        isMentioned || wordScore >= 8 || placed >= 6 || (placed > 0 && wordScore >= 4);
      if (!isEnough) continue;
      const stub = evidence.size < stubSize ? 0.6 + (0.4 * evidence.size) / stubSize : 1;
      const sum = wordScore + (place?.score ?? 0) + (ownName?.score ?? 0) + (isMentioned ? 12 : 0);
      const score = sum * stub;
      const reasons = [
        ...(isMentioned ? ['its text names the alarm'] : []),
        ...(evidence.words.length > 0 ? [`words: ${evidence.words.join(', ')}`] : []),
        ...(place === null ? [] : [place.text]),
        ...(ownName === null || evidence.words.length > 0 ? [] : [ownName.text]),
      ];
      suggestions.push({ id, anchor: evidence.anchor, reason: reasons.join('; '), score });
    }
    return suggestions.toSorted((a, b) => b.score - a.score || a.id - b.id);
  };

  return {
    /** After every change of the library. */
    refresh: (pages: Iterable<PageRow>): void => readPlaces(pages),
    suggest,
  };
}

/** As the index cuts words: letters and digits together, the rest apart. */
const foldCase = (name: string): string =>
  (name.normalize('NFKC').match(/[\p{L}\p{N}]+/gu) ?? []).join(' ').toLowerCase();
