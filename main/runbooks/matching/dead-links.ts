/**
 * The links of one alarm that lead to no runbook here, each with the reason. Whoever wrote the link meant a page: an alarm that has
 * one must not be shown as if nobody had written anything.
 */
import type { DeadLink } from '../../../preload/contract/runbook-links.ts';
import type { ReadableDb } from '../../store/database.ts';
import type { LinkState } from './follow-links.ts';

type PageRow = Readonly<Record<'problem' | 'next', string | null>>;

const longest = 2_000;

/** `page`: what is known of copying it; null where nobody tried. */
export function deadLink(link: string, page: PageRow | null): DeadLink {
  const isWeb = /^https?:\/\//i.test(link);
  const about = { link: link.slice(0, longest), isWeb };
  if (page === null) {
    return {
      ...about,
      problem: 'No runbook here is certain to be its page.',
      next: isWeb
        ? 'Let web pages be copied in Settings, add the repository that the site is made from, or correct the link in the alarm’s rule.'
        : 'Add the folder or repository that it means, or correct the link in the alarm’s rule.',
    };
  }
  if (page.problem === null) {
    return { ...about, problem: 'Its page is not copied yet.', next: 'It is fetched soon.' };
  }
  return { ...about, problem: page.problem, next: page.next ?? '' };
}

export function createDeadLinks(db: ReadableDb) {
  const pageOf = db.read<{ problem: string | null; next: string | null }, { url: string }>(
    'SELECT problem, next FROM runbook_page WHERE url = @url AND path IS NULL',
  );
  return (states: readonly LinkState[]): DeadLink[] =>
    states
      .filter(({ runbookId }) => runbookId === null)
      .map(({ link }) => deadLink(link, pageOf.get({ url: link.replace(/#.*$/s, '') }) ?? null));
}
