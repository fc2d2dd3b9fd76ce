/**
 * Which runbook an alarm leads to, and why.
 *
 * Certain: the alarm's own link, front matter, or an equal name. Everything else is a suggestion and says so.
 */
import type { RunbookMatch } from '../../preload/contract/alarms.ts';
import type { RunbookId } from '../../preload/contract/common.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import type { ReadableDb } from '../store/database.ts';
import { foldAddress, foldAnchor, parseLink, sharedParts } from './links.ts';
import type { NameOrigin, RunbookMeta } from './model.ts';
import { foldName, nameWords } from './names.ts';
import { isGenericFile } from './parse.ts';

export type MatchInput = Pick<KnownAlarm, 'title' | 'labels' | 'annotations' | 'runbookUrl'>;

const maxSuggestions = 3;
const maxCached = 20_000;

/** Labels whose value, as a folder or file name, points at a service's runbooks. */
const hintLabels = ['service', 'type', 'job', 'app', 'component', 'namespace', 'team'] as const;

/** Words that most alarms share, and that therefore say nothing about which runbook is meant. */
const commonWords = new Set(
  (
    'a an and the of for in on at is are not no too to too many much very by with from above below over under high low ' +
    'error errors alert alarm alarms warning critical page down up failed failing failure rate count total large small ' +
    'slow fast long short missing job service instance target kube'
  ).split(' '),
);

const reasons: Readonly<Record<NameOrigin, { text: string; score: number }>> = {
  'front matter': { text: 'named in front matter', score: 90 },
  'file name': { text: 'file name equals the alarm name', score: 80 },
  title: { text: 'title equals the alarm name', score: 78 },
  heading: { text: 'heading equals the alarm name', score: 75 },
  'table row': { text: 'a table row names the alarm', score: 70 },
};

interface Document {
  readonly id: RunbookId;
  readonly path: string;
  readonly parts: readonly string[];
}

/** What links are compared with; built once per change of the library. */
interface Paths {
  readonly byLast: ReadonlyMap<string, readonly Document[]>;
  readonly byAddress: ReadonlyMap<string, RunbookId>;
}

export function linkOf(alarm: MatchInput): string | null {
  const { annotations } = alarm;
  const link =
    alarm.runbookUrl ??
    annotations['runbook_url'] ??
    annotations['runbook'] ??
    annotations['documentation'] ??
    null;
  return link === null || link.trim() === '' || link.length > 8_000 ? null : link;
}

export const nameOf = (alarm: MatchInput): string =>
  alarm.labels['alertname'] ?? alarm.labels['alert_name'] ?? alarm.title;

function readPaths(db: ReadableDb): Paths {
  const byLast = new Map<string, Document[]>();
  const byAddress = new Map<string, RunbookId>();
  const rows = db.read<{ id: RunbookId; path: string; meta: string }>(
    'SELECT id, path, meta FROM runbook',
  );
  const add = (document: Document): void => {
    const last = document.parts[0];
    if (last === undefined) return;
    const same = byLast.get(last) ?? [];
    byLast.set(last, same);
    same.push(document);
  };
  for (const { id, path, meta } of rows.iterate({})) {
    const parts = parseLink(path)?.parts ?? [];
    add({ id, path, parts });
    // `checkout/README.md` is also the page `checkout/`.
    if (isGenericFile(path)) add({ id, path, parts: parts.slice(1) });
    for (const address of (JSON.parse(meta) as RunbookMeta).urls)
      byAddress.set(foldAddress(address), id);
  }
  return { byLast, byAddress };
}

export function createMatcher(deps: { db: ReadableDb; revision: () => number }) {
  const { db } = deps;
  const byName = db.read<{ id: RunbookId; anchor: string; origin: NameOrigin }, { name: string }>(
    'SELECT runbook_id AS id, anchor, origin FROM runbook_name WHERE name = @name LIMIT 50',
  );
  const anchorsOf = db.read<{ anchor: string }, { id: number }>(
    "SELECT anchor FROM runbook_section WHERE runbook_id = @id AND anchor <> ''",
  );
  const namesIn = db.read<{ anchor: string }, { id: number; name: string }>(
    'SELECT anchor FROM runbook_name WHERE name = @name AND runbook_id = @id ORDER BY origin LIMIT 1',
  );
  const document = db.read<{ title: string; path: string }, { id: number }>(
    'SELECT title, path FROM runbook WHERE id = @id',
  );
  const byWords = db.read<
    {
      id: RunbookId;
      anchor: string;
      heading: string;
      title: string;
      path: string;
      rank: number;
      size: number;
    },
    { query: string }
  >(
    `SELECT s.runbook_id AS id, s.anchor, s.heading, r.title, r.path, m.rank, length(s.body) AS size
     FROM (SELECT rowid, bm25(runbook_search, 12.0, 7.0, 1.0, 6.0) AS rank FROM runbook_search
           WHERE runbook_search MATCH @query ORDER BY rank LIMIT 25) m
     JOIN runbook_section s ON s.id = m.rowid JOIN runbook r ON r.id = s.runbook_id`,
  );

  let revision = -1;
  let paths: Paths = { byLast: new Map(), byAddress: new Map() };
  const cache = new Map<string, readonly RunbookMatch[]>();
  const fresh = (): void => {
    if (revision === deps.revision()) return;
    revision = deps.revision();
    cache.clear();
    paths = readPaths(db);
  };

  const matchOf = (
    id: RunbookId,
    anchor: string,
    isCertain: boolean,
    reason: string,
    score: number,
  ): RunbookMatch[] => {
    const found = document.get({ id });
    if (found === undefined) return [];
    return [
      {
        runbookId: id,
        title: found.title,
        path: found.path,
        anchor: anchor === '' ? null : anchor,
        isCertain,
        reason,
        score,
      },
    ];
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

  const byLink = (alarm: MatchInput): RunbookMatch[] => {
    const link = linkOf(alarm);
    if (link === null) return [];
    const target = parseLink(link);
    const name = foldName(nameOf(alarm));
    const toMatch = (id: RunbookId, isCertain: boolean, score: number): RunbookMatch[] => {
      const { anchor, isFound } = sectionOf(id, target?.anchor ?? '', name);
      const reason = isFound ? 'exact link' : 'exact link; its section does not exist';
      return matchOf(
        id,
        anchor,
        isCertain,
        isCertain ? reason : 'the link could mean this page',
        score,
      );
    };
    const known = paths.byAddress.get(foldAddress(link));
    if (known !== undefined) return toMatch(known, true, 100);
    if (target === null) return [];
    const candidates = (paths.byLast.get(target.parts[0] ?? '') ?? []).map((found) => ({
      id: found.id,
      shared: sharedParts(found.parts, target.parts),
    }));
    const most = Math.max(0, ...candidates.map((candidate) => candidate.shared));
    const best = [
      ...new Set(candidates.filter((item) => item.shared === most).map((item) => item.id)),
    ];
    // `README` alone names every service's page; two pages that fit equally well are for the person to choose from.
    const isCertain = best.length === 1 && (most > 1 || !isGenericFile(target.parts[0] ?? ''));
    return best.slice(0, 5).flatMap((id) => toMatch(id, isCertain, isCertain ? 100 : 40));
  };

  const byEqualName = (alarm: MatchInput): RunbookMatch[] => {
    const name = foldName(nameOf(alarm));
    if (name.length < 3) return [];
    return byName
      .all({ name })
      .toSorted((a, b) => reasons[b.origin].score - reasons[a.origin].score)
      .flatMap((row) =>
        matchOf(row.id, row.anchor, true, reasons[row.origin].text, reasons[row.origin].score),
      );
  };

  const suggestions = (alarm: MatchInput): RunbookMatch[] => {
    const words = nameWords(nameOf(alarm)).slice(0, 12);
    const telling = words.filter((word) => !commonWords.has(word) && word.length > 1);
    if (telling.length === 0) return [];
    const hints = new Map(
      hintLabels.flatMap((label) => {
        const value = alarm.labels[label];
        return value === undefined || value.length < 3
          ? []
          : [[foldName(value), `${label} ${value}`] as const];
      }),
    );
    const query = telling.map((word) => `"${word}"`).join(' OR ');
    const best = new Map<RunbookId, RunbookMatch>();
    for (const row of byWords.all({ query: `{title heading names} : (${query})` })) {
      const own = new Set(nameWords(`${row.title} ${row.heading} ${row.path}`));
      const shared = telling.filter((word) => own.has(word));
      const hint = row.path
        .split('/')
        .map((part) => hints.get(foldName(part.replace(/\.\w+$/, ''))))
        .find((text) => text !== undefined);
      const share = shared.length / telling.length;
      // One word in four is chance; a folder named like the service is not.
      if (shared.length === 0 || (share < 0.5 && hint === undefined)) continue;
      const score = share * 20 + (hint === undefined ? 0 : 10) - (row.size < 200 ? 3 : 0);
      if ((best.get(row.id)?.score ?? 0) >= score) continue;
      const reason = `words: ${shared.join(', ')}${hint === undefined ? '' : `; folder of ${hint}`}`;
      const [match] = matchOf(row.id, row.anchor, false, reason, score);
      if (match !== undefined) best.set(row.id, match);
    }
    return [...best.values()].toSorted((a, b) => b.score - a.score).slice(0, maxSuggestions);
  };

  const find = (alarm: MatchInput): readonly RunbookMatch[] => {
    const matches = new Map<RunbookId, RunbookMatch>();
    const add = (match: RunbookMatch): void => {
      const known = matches.get(match.runbookId);
      if (known === undefined || (match.isCertain && !known.isCertain))
        matches.set(match.runbookId, match);
    };
    for (const match of byLink(alarm)) add(match);
    for (const match of byEqualName(alarm)) add(match);
    if (![...matches.values()].some((match) => match.isCertain)) suggestions(alarm).forEach(add);
    return [...matches.values()].toSorted(
      (a, b) => Number(b.isCertain) - Number(a.isCertain) || b.score - a.score,
    );
  };

  const matchAlarm = (alarm: MatchInput): readonly RunbookMatch[] => {
    fresh();
    const key = [
      nameOf(alarm),
      linkOf(alarm) ?? '',
      ...hintLabels.map((label) => alarm.labels[label] ?? ''),
    ].join('\u0000');
    const known = cache.get(key);
    if (known !== undefined) return known;
    const found = find(alarm);
    if (cache.size >= maxCached) cache.clear();
    cache.set(key, found);
    return found;
  };

  return {
    /** Certain ones first. */
    matchAlarm,
    /** For a list's row: cheap, since alarms of one kind share an answer until a runbook changes. */
    markFor: (alarm: MatchInput): 'certain' | 'suggested' | null => {
      const [first] = matchAlarm(alarm);
      if (first === undefined) return null;
      return first.isCertain ? 'certain' : 'suggested';
    },
  };
}
