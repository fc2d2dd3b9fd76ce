/** Where the links of an alarm lead: to which document, and to which of its sections. */
import type { RunbookId } from '../../../preload/contract/common.ts';
import type { ReadableDb } from '../../store/database.ts';
import { foldAnchor, parseLink } from '../links.ts';
import { foldName } from '../names.ts';
import { hintsOf, linksOf, nameOf, type MatchInput } from './alarm-facts.ts';
import type { Finding } from './findings.ts';
import type { Pages } from './pages.ts';

/** How a link came out: what the hygiene report and the benchmark want to know beside the matches. */
export interface LinkState {
  readonly link: string;
  readonly runbookId: RunbookId | null;
  readonly isCertain: boolean;
  /** The anchor of the link exists, or it has none. */
  readonly isSectionFound: boolean;
}

const linkScore = 100;
/** A link that could mean this page says more than words do. */
const weakLinkScore = 40;
const maxPagesOfLink = 5;

/** Generated anchors of one heading for each alarm: `alert-name-kubepodnotready`, also where the alarm is a row by now. */
const anchorPrefix = /^(?:alert|alarm)[-_]?(?:name|rule)?[-_:]+/;

export function createLinkFollower({ db, pages }: { db: ReadableDb; pages: Pages }) {
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
      const named =
        namesIn.get({ id, name: foldName(wanted) }) ??
        namesIn.get({ id, name: foldName(wanted.replace(anchorPrefix, '')) });
      if (named !== undefined) return { anchor: named.anchor, isFound: true };
    }
    const own = namesIn.get({ id, name });
    return { anchor: own?.anchor ?? '', isFound: wanted === '' };
  };

  return (alarm: MatchInput): { findings: Finding[]; states: LinkState[] } => {
    const findings: Finding[] = [];
    const states: LinkState[] = [];
    const name = foldName(nameOf(alarm));
    const hints = hintsOf(alarm);
    const isHinted = (id: RunbookId): boolean => {
      const parts = (pages.get(id)?.path ?? '').split('/').map(foldName);
      return hints.some((hint) => parts.includes(hint.value));
    };
    for (const link of linksOf(alarm)) {
      const wanted = parseLink(link)?.anchor ?? '';
      const { ids, isCertain } = pages.index().resolve(link);
      const best = ids
        .toSorted((a, b) => Number(isHinted(b)) - Number(isHinted(a)))
        .slice(0, maxPagesOfLink);
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
}
