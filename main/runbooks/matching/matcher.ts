/**
 * Which runbooks an alarm leads to, the best first, each with its reasons.
 *
 * Certain: a person bound it, the alarm links to it, its front matter names the alarm, or it is called like the alarm and
 * nothing else is. Everything else is a suggestion and says so. A page that was bound or linked is what people chose: names
 * of other documents then only suggest.
 */
import type { RunbookMatch } from '../../../preload/contract/alarms.ts';
import type { RunbookId } from '../../../preload/contract/common.ts';
import type { ReadableDb } from '../../store/database.ts';
import { foldAnchor, parseLink } from '../links.ts';
import type { RunbookMeta } from '../model.ts';
import { foldName } from '../names.ts';
import { hintsOf, keyOf, linksOf, nameOf, type MatchInput } from './alarm-facts.ts';
import { byEqualName, type NamedRow } from './equal-names.ts';
import { createPageIndex, type PageIndex, type PageRow } from './page-index.ts';
import type { RunHistory } from './run-history.ts';
import { createSuggester } from './suggest.ts';
import type { Verdict, VerdictStore } from './verdict-store.ts';

const maxSuggestions = 5;
const maxCached = 20_000;

/** Above every other: a person said so. */
const boundScore = 200;
const linkScore = 100;
/** A link that could mean this page says more than words do. */
const weakLinkScore = 40;
/** For a runbook that was used in every past episode. */
const historyScore = 30;

/** How a link came out: what the hygiene report and the benchmark want to know beside the matches. */
export interface LinkState {
  readonly link: string;
  readonly runbookId: RunbookId | null;
  readonly isCertain: boolean;
  /** The anchor of the link exists, or it has none. */
  readonly isSectionFound: boolean;
}

interface Finding {
  readonly id: RunbookId;
  readonly anchor: string;
  readonly isCertain: boolean;
  readonly reason: string;
  readonly score: number;
}

export interface MatcherDeps {
  readonly db: ReadableDb;
  /** Rises with every change of the library. */
  readonly revision: () => number;
  readonly verdicts?: Pick<VerdictStore, 'revision' | 'about'>;
  readonly history?: Pick<RunHistory, 'revision' | 'of'>;
}

export function createMatcher(deps: MatcherDeps) {
  const { db, verdicts, history } = deps;
  const pages = db.read<{
    id: RunbookId;
    folder: string;
    path: string;
    title: string;
    meta: string;
  }>('SELECT id, folder, path, title, meta FROM runbook');
  const byName = db.read<NamedRow, { name: string }>(
    `SELECT n.runbook_id AS id, n.anchor, n.origin, r.folder, r.path, r.title
     FROM runbook_name n JOIN runbook r ON r.id = n.runbook_id WHERE n.name = @name LIMIT 200`,
  );
  const anchorsOf = db.read<{ anchor: string }, { id: number }>(
    // Its heading's own, then what the document calls the place.
    `SELECT anchor, position, 0 AS isAlias FROM runbook_section WHERE runbook_id = @id AND anchor <> ''
     UNION ALL
     SELECT a.value, s.position, 1 FROM runbook_section s, json_each(s.aliases) a WHERE s.runbook_id = @id
     ORDER BY isAlias, position`,
  );
  const namesIn = db.read<{ anchor: string }, { id: number; name: string }>(
    // The section that is called so, before the document or a row of a table.
    `SELECT anchor FROM runbook_name WHERE name = @name AND runbook_id = @id
     ORDER BY CASE origin WHEN 'heading' THEN 0 WHEN 'table row' THEN 1 ELSE 2 END LIMIT 1`,
  );
  const suggester = createSuggester({
    db,
    follow: (from, link) => follow(from, link),
    pageOf: (id) => rows.get(id),
  });

  let index: PageIndex = createPageIndex([]);
  let rows = new Map<RunbookId, PageRow>();
  let ids = new Map<string, RunbookId>();
  let seen = '';
  const cache = new Map<string, readonly RunbookMatch[]>();
  let libraryRevision = -1;

  const fileKey = (folder: string, path: string): string => `${folder}\u0000${path}`;

  const fresh = (): void => {
    const now = `${deps.revision()} ${verdicts?.revision() ?? 0} ${history?.revision() ?? 0}`;
    if (seen === now) return;
    seen = now;
    cache.clear();
    if (libraryRevision === deps.revision()) return;
    libraryRevision = deps.revision();
    const all = pages.all({}).map(({ meta, ...row }): PageRow => {
      // A copy that an older version parsed lacks what newer ones read.
      const { urls = [], services = [] } = JSON.parse(meta) as Partial<RunbookMeta>;
      return { ...row, urls, services };
    });
    index = createPageIndex(all);
    rows = new Map(all.map((row) => [row.id, row]));
    ids = new Map(all.map((row) => [fileKey(row.folder, row.path), row.id]));
    suggester.refresh(all);
  };

  /** A source that was renamed or cloned anew still holds the same file. */
  const idOfFile = (folder: string, path: string): RunbookId | null => {
    const exact = ids.get(fileKey(folder, path));
    if (exact !== undefined) return exact;
    const same = [...rows.values()].filter((row) => row.path === path);
    return same.length === 1 ? (same[0]?.id ?? null) : null;
  };

  /** Where a link of a page leads: a file beside it, as a rule. */
  const follow = (from: RunbookId, link: string): RunbookId | null => {
    const page = rows.get(from);
    if (page === undefined) return null;
    const base = `https://library/${page.path.split('/').map(encodeURIComponent).join('/')}`;
    const target = URL.parse(link, base);
    if (target?.host !== 'library') return null;
    const path = target.pathname.slice(1);
    const exact = ids.get(fileKey(page.folder, decodePath(path)));
    if (exact !== undefined) return exact;
    const resolved = index.resolve(path);
    return resolved.isCertain ? (resolved.ids[0] ?? null) : null;
  };

  /** The section a link means. Links to table rows and to renamed headings still open the right page. */
  const sectionOf = (
    id: RunbookId,
    wanted: string,
    name: string,
  ): { anchor: string; isFound: boolean } => {
    if (wanted !== '') {
      const anchors = anchorsOf.all({ id });
      const exact =
        anchors.find((row) => row.anchor === wanted) ??
        anchors.find((row) => foldAnchor(row.anchor) === foldAnchor(wanted));
      if (exact !== undefined) return { anchor: exact.anchor, isFound: true };
      const named = namesIn.get({ id, name: foldName(wanted) });
      if (named !== undefined) return { anchor: named.anchor, isFound: true };
    }
    const own = namesIn.get({ id, name });
    return { anchor: own?.anchor ?? '', isFound: wanted === '' };
  };

  const followLinks = (alarm: MatchInput): { findings: Finding[]; states: LinkState[] } => {
    const findings: Finding[] = [];
    const states: LinkState[] = [];
    const name = foldName(nameOf(alarm));
    const hints = hintsOf(alarm);
    for (const link of linksOf(alarm)) {
      const wanted = parseLink(link)?.anchor ?? '';
      const { ids: found, isCertain } = index.resolve(link);
      const isHinted = (id: RunbookId): boolean => {
        const parts = (rows.get(id)?.path ?? '').split('/').map(foldName);
        return hints.some((hint) => parts.includes(hint.value));
      };
      const best = found.toSorted((a, b) => Number(isHinted(b)) - Number(isHinted(a))).slice(0, 5);
      let isSectionFound = false;
      for (const [place, id] of best.entries()) {
        const { anchor, isFound } = sectionOf(id, wanted, name);
        if (place === 0) isSectionFound = isFound;
        const exact = isFound ? 'exact link' : 'exact link; its section does not exist';
        findings.push({
          id,
          anchor,
          isCertain,
          reason: isCertain ? exact : 'the link could mean this page',
          score: (isCertain ? linkScore : weakLinkScore) - place,
        });
      }
      states.push({
        link,
        runbookId: isCertain ? (best[0] ?? null) : null,
        isCertain,
        isSectionFound: isCertain && isSectionFound,
      });
    }
    return { findings, states };
  };

  const fromHistory = (
    alarm: MatchInput,
  ): Map<RunbookId, { text: string; score: number; anchor: string }> => {
    const found = new Map<RunbookId, { text: string; score: number; anchor: string }>();
    for (const use of history?.of(nameOf(alarm)) ?? []) {
      const id = idOfFile(use.folder, use.path);
      if (id === null) continue;
      const episodes = use.past === 1 ? 'past episode' : 'past episodes';
      found.set(id, {
        text: `used in ${use.used} of ${use.past} ${episodes}`,
        score: historyScore * (use.used / use.past) + Math.min(use.used, 5),
        anchor: use.anchor ?? '',
      });
    }
    return found;
  };

  const boundText = ({ service }: Verdict): string =>
    service === '' ? 'you said that it is the one' : `you said so for service ${service}`;

  const find = (alarm: MatchInput): RunbookMatch[] => {
    const found = new Map<RunbookId, Finding[]>();
    const add = (finding: Finding): void => {
      const same = found.get(finding.id);
      if (same === undefined) found.set(finding.id, [finding]);
      else same.push(finding);
    };
    const name = nameOf(alarm);
    const words = verdicts?.about(name, alarm.service) ?? [];
    for (const verdict of words) {
      const id = verdict.verdict === 'bound' ? idOfFile(verdict.folder, verdict.path) : null;
      if (id === null) continue;
      const { anchor } = verdict;
      // The word about this service goes before the one about all.
      const score = boundScore + (verdict.service === '' ? 0 : 1);
      add({ id, anchor, isCertain: true, reason: boundText(verdict), score });
    }
    const links = followLinks(alarm).findings;
    links.forEach(add);
    const isChosen = [...found.values()].flat().some((finding) => finding.isCertain);
    const folded = foldName(name);
    const named = folded.length < 3 ? [] : byName.all({ name: folded });
    const isElsewhere = (id: RunbookId): boolean =>
      !links.some((finding) => finding.isCertain) &&
      linksOf(alarm).some((link) => index.contradicts(link, id));
    for (const match of byEqualName(name, named, hintsOf(alarm), isElsewhere)) {
      const isOwn = found.has(match.id) || match.reason === 'named in front matter';
      const isCertain = match.isCertain && (!isChosen || isOwn);
      add({ ...match, isCertain, score: match.score - (match.isCertain && !isCertain ? 40 : 0) });
    }
    const past = fromHistory(alarm);
    for (const [id, { text, score, anchor }] of past)
      add({ id, anchor, isCertain: false, reason: text, score });
    const isCertain = [...found.values()].flat().some((finding) => finding.isCertain);
    if (!isCertain) {
      for (const suggestion of suggester.suggest(alarm).slice(0, maxSuggestions + 3))
        add({ ...suggestion, isCertain: false });
    }
    const hidden = words.filter(({ verdict }) => verdict === 'hidden');
    const matches = [...found.entries()].flatMap(([id, findings]): RunbookMatch[] => {
      const row = rows.get(id);
      if (row === undefined) return [];
      const isHidden = hidden.some((one) => idOfFile(one.folder, one.path) === id);
      return isHidden ? [] : [toMatch(row, findings)];
    });
    const sorted = matches.toSorted(
      (a, b) => Number(b.isCertain) - Number(a.isCertain) || b.score - a.score,
    );
    const certain = sorted.filter((match) => match.isCertain);
    return [...certain, ...sorted.slice(certain.length).slice(0, maxSuggestions)];
  };

  return {
    /** Certain ones first. */
    matchAlarm,
    /** For a list's row: cheap, since alarms of one kind share an answer until a runbook changes. */
    markFor(alarm: MatchInput): 'certain' | 'suggested' | null {
      const [first] = matchAlarm(alarm);
      if (first === undefined) return null;
      return first.isCertain ? 'certain' : 'suggested';
    },
    linkStates(alarm: MatchInput): readonly LinkState[] {
      fresh();
      return followLinks(alarm).states;
    },
    idOfFile(folder: string, path: string): RunbookId | null {
      fresh();
      return idOfFile(folder, path);
    },
  };

  function matchAlarm(alarm: MatchInput): readonly RunbookMatch[] {
    fresh();
    const key = keyOf(alarm);
    const known = cache.get(key);
    if (known !== undefined) return known;
    const matches = find(alarm);
    if (cache.size >= maxCached) cache.clear();
    cache.set(key, matches);
    return matches;
  }
}

const decodePath = (path: string): string => {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

/** One for each document: its best finding tells the section, the others add their reasons. */
function toMatch(row: PageRow, findings: readonly Finding[]): RunbookMatch {
  const sorted = findings.toSorted(
    (a, b) => Number(b.isCertain) - Number(a.isCertain) || b.score - a.score,
  );
  const [best] = sorted;
  const isCertain = best?.isCertain ?? false;
  const guess = sorted.find((finding) => finding.anchor !== '')?.anchor ?? '';
  // What made it certain is enough, with what it did before; guesses need every reason there is.
  const reasons = sorted
    .filter((one) => !isCertain || one === best || one.reason.startsWith('used in '))
    .map(({ reason }) => reason);
  const sum = sorted.reduce((total, { score }) => total + score, 0);
  return {
    runbookId: row.id,
    title: row.title,
    path: row.path,
    anchor: (isCertain ? (best?.anchor ?? '') : guess) || null,
    isCertain,
    reason: [...new Set(reasons)].join('; '),
    score: isCertain ? (best?.score ?? 0) : sum,
  };
}
