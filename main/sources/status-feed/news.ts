/** What an entry says about its incident: where it stands, and what it is called apart from that. Pure. */
import { wordsOf } from '../markup.ts';

export type Standing = 'open' | 'watched' | 'planned' | 'maintenance' | 'over';

const standings: Readonly<Record<string, Standing>> = {
  resolved: 'over',
  completed: 'over',
  postmortem: 'over',
  closed: 'over',
  monitoring: 'watched',
  scheduled: 'planned',
  'in progress': 'maintenance',
  verifying: 'maintenance',
  identified: 'open',
  investigating: 'open',
  update: 'open',
};

const words = Object.keys(standings).join('|');
/** The word stands alone: "Resolved - …", "[RESOLVED] …", never "Completed orders are lost". */
const leading = new RegExp(`^[\\[(]?(${words})(?:[\\])]|\\s*(?:[-–—:.]|$))`, 'i');
/** Before it there may be the time of the update: "Nov 23, 11:26 UTC". */
const afterTime = /^.{0,60}?\b(?:utc|gmt|[pmce][sd]t|cest|cet|bst)\b[\s:–—-]*/i;
const separators = /^[\s:–—-]+/;
const normality = /^service is operating normally/i;

const standingAt = (text: string): Standing | null => {
  const word = leading.exec(text)?.[1];
  return word === undefined ? null : (standings[word.toLowerCase()] ?? null);
};

/** Of the newest update, which these pages write first. */
function bodyStanding(body: string): Standing | null {
  const start = body.slice(0, 2_000);
  const strong = /<(?:strong|b)>([^<>]{1,40})<\/(?:strong|b)>/i.exec(start)?.[1];
  const text = wordsOf(start);
  return (
    (strong === undefined ? null : standingAt(wordsOf(strong))) ??
    standingAt(text) ??
    standingAt(text.replace(afterTime, ''))
  );
}

export function standingOf(entry: { readonly title: string; readonly body: string }): Standing {
  const title = wordsOf(entry.title);
  if (normality.test(title) || standingAt(title) === 'over') return 'over';
  return bodyStanding(entry.body) ?? standingAt(title) ?? 'open';
}

/** The title without the word for its standing, so that it stays the same over updates. */
export function plainTitle(title: string): string {
  const text = wordsOf(title);
  const rest = [normality, separators, leading, separators].reduce(
    (left, what) => left.replace(what, ''),
    text,
  );
  return rest === '' ? text : rest;
}

/** The newest update in one line. */
export const newsOf = (body: string): string => wordsOf(body);
