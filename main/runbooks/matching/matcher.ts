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
import { foldName } from '../names.ts';
import { hintsOf, keyOf, linksOf, nameOf, type MatchInput } from './alarm-facts.ts';
import { byEqualName, type NamedRow, type NameMatch } from './equal-names.ts';
import { Findings, type Finding } from './findings.ts';
import { createLinkFollower, type LinkState } from './follow-links.ts';
import { createPages } from './pages.ts';
import type { RunHistory } from './run-history.ts';
import { createSuggester } from './suggest.ts';
import { webFolderName } from '../../../preload/running-switch.ts';
import type { Verdict, VerdictStore } from './verdict-store.ts';

const maxSuggestions = 5;
const maxCached = 20_000;

/** For a runbook that was used in every past episode. */
const historyScore = 30;

export interface MatcherDeps {
  readonly db: ReadableDb;
  /** Rises with every change of the library. */
  readonly revision: () => number;
  readonly verdicts?: Pick<VerdictStore, 'revision' | 'about'>;
  readonly history?: Pick<RunHistory, 'revision' | 'of'>;
}

/**
 * Copies of web pages are certain by the alarm's own link alone. What they call themselves is the word of whoever wrote a page
 * that one alarm linked to, about all others.
 */
function namesakes(
  alarm: MatchInput,
  rows: readonly NamedRow[],
  isElsewhere: (id: RunbookId) => boolean,
): NameMatch[] {
  const name = nameOf(alarm);
  const hints = hintsOf(alarm);
  const isWeb = ({ folder }: NamedRow): boolean => folder === webFolderName;
  const own = rows.filter((row) => !isWeb(row));
  const web = byEqualName(name, rows.filter(isWeb), hints, isElsewhere);
  return [
    ...byEqualName(name, own, hints, isElsewhere),
    ...web.map((match) => ({
      ...match,
      isByHand: false,
      isCertain: false,
      score: match.score - (match.isCertain ? 40 : 0),
    })),
  ];
}

export function createMatcher(deps: MatcherDeps) {
  const { db, verdicts, history } = deps;
  const byName = db.read<NamedRow, { name: string }>(
    `SELECT n.runbook_id AS id, n.anchor, n.origin, r.folder, r.path, r.title
     FROM runbook_name n JOIN runbook r ON r.id = n.runbook_id WHERE n.name = @name LIMIT 200`,
  );
  const library = createPages({ db });
  const followLinks = createLinkFollower({ db, pages: library });
  const suggester = createSuggester({ db, follow: library.follow, pageOf: library.get });

  let seen = '';
  const cache = new Map<string, readonly RunbookMatch[]>();
  let libraryRevision = -1;

  const fresh = (): void => {
    const now = `${deps.revision()} ${verdicts?.revision() ?? 0} ${history?.revision() ?? 0}`;
    if (seen === now) return;
    seen = now;
    cache.clear();
    if (libraryRevision === deps.revision()) return;
    libraryRevision = deps.revision();
    library.refresh();
    suggester.refresh(library.pages());
  };

  const fromHistory = (alarm: MatchInput): Finding[] =>
    (history?.of(nameOf(alarm)) ?? []).flatMap((use) => {
      const id = library.idOfFile(use.folder, use.path);
      if (id === null) return [];
      const episodes = use.past === 1 ? 'past episode' : 'past episodes';
      return [
        {
          id,
          anchor: use.anchor ?? '',
          isCertain: false,
          reason: `used in ${use.used} of ${use.past} ${episodes}`,
          score: historyScore * (use.used / use.past) + Math.min(use.used, 5),
        },
      ];
    });

  /** What a person said last about this document and such alarms; a word about this service goes before one about all. */
  const wordsOn = (alarm: MatchInput): Map<RunbookId, Verdict> => {
    const words = new Map<RunbookId, Verdict>();
    for (const verdict of verdicts?.about(nameOf(alarm), alarm.service) ?? []) {
      const id = library.idOfFile(verdict.folder, verdict.path);
      if (id === null) continue;
      const known = words.get(id);
      if (known === undefined || (known.service === '' && verdict.service !== ''))
        words.set(id, verdict);
    }
    return words;
  };

  /** Everything but suggestions by words. */
  const findNamed = (alarm: MatchInput): Findings => {
    const findings = new Findings(wordsOn(alarm));
    const links = followLinks(alarm).findings;
    links.forEach((finding) => findings.add(finding));
    const isChosen = findings.hasCertain();
    const name = foldName(nameOf(alarm));
    const rows = name.length < 3 ? [] : byName.all({ name });
    const isElsewhere = (id: RunbookId): boolean =>
      !links.some((finding) => finding.isCertain) &&
      linksOf(alarm).some((link) => library.index().contradicts(link, id));
    for (const match of namesakes(alarm, rows, isElsewhere)) {
      const isOwn = findings.has(match.id) || match.isByHand;
      const isCertain = match.isCertain && (!isChosen || isOwn);
      findings.add({
        ...match,
        isCertain,
        score: match.score - (match.isCertain && !isCertain ? 40 : 0),
      });
    }
    fromHistory(alarm).forEach((finding) => findings.add(finding));
    return findings;
  };

  const find = (alarm: MatchInput): RunbookMatch[] => {
    const findings = findNamed(alarm);
    if (!findings.hasCertain()) {
      for (const suggestion of suggester.suggest(alarm).slice(0, maxSuggestions + 3))
        findings.add({ ...suggestion, isCertain: false });
    }
    const sorted = findings.matches(library.get);
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
    /** For reports over all alarms: without looking for suggestions. */
    certainOf(alarm: MatchInput): RunbookMatch[] {
      fresh();
      return findNamed(alarm)
        .matches(library.get)
        .filter((match) => match.isCertain);
    },
    idOfFile(folder: string, path: string): RunbookId | null {
      fresh();
      return library.idOfFile(folder, path);
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
