/**
 * Texts that say an alarm's name. A list of all alarms names every one of them and is the runbook of none: there, the link
 * beside the name tells which page is.
 */
import type { RunbookId } from '../../../preload/contract/common.ts';
import type { ReadableDb } from '../../store/database.ts';

export interface Mention {
  readonly id: RunbookId;
  readonly anchor: string;
  /** The page that the text links to beside the name, as written; null: it only names the alarm. */
  readonly link: string | null;
}

const maxMentions = 20;
/** Lines of tables can be long; what stands further away belongs to something else. */
const before = 300;
const around = 1_200;

const quoted = (text: string): string => `"${text.replaceAll('"', '')}"`;

/** As the index cuts words: letters and digits together, the rest apart. */
const foldCase = (name: string): string =>
  (name.normalize('NFKC').match(/[\p{L}\p{N}]+/gu) ?? []).join(' ').toLowerCase();

/** The first link of the line that names the alarm, unless it leads out of the library or within the page. */
export function linkBeside(text: string, name: string): string | null {
  const line = text.split('\n').find((one) => one.includes(name));
  if (line === undefined) return null;
  for (const [, url = ''] of line.matchAll(/\]\(\s*<?([^)>\s]+)/g)) {
    if (!/^(#|[a-z][a-z0-9+.-]*:)/i.test(url)) return url;
  }
  return null;
}

export function createMentions(deps: { db: ReadableDb }) {
  const mentions = deps.db.read<
    { id: RunbookId; anchor: string; part: string },
    { query: string; name: string; limit: number }
  >(
    `SELECT s.runbook_id AS id, s.anchor,
       CASE instr(r.markdown, @name) WHEN 0 THEN ''
         ELSE substr(r.markdown, max(1, instr(r.markdown, @name) - ${before}), ${around}) END AS part
     FROM (SELECT rowid, rank FROM runbook_search WHERE runbook_search MATCH @query ORDER BY rank LIMIT @limit) m
     JOIN runbook_section s ON s.id = m.rowid JOIN runbook r ON r.id = s.runbook_id ORDER BY m.rank`,
  );
  return (name: string, words: readonly string[]): Mention[] => {
    if (words.length < 2 || name.length > 200) return [];
    // In one word, as it is written, or apart.
    const phrases = [...new Set([foldCase(name), words.join(' ')])].filter(
      (text) => text.length > 5,
    );
    if (phrases.length === 0) return [];
    return mentions
      .all({ query: phrases.map(quoted).join(' OR '), name, limit: maxMentions })
      .map(({ part, ...mention }) => ({ ...mention, link: linkBeside(part, name) }));
  };
}
