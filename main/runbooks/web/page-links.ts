/** The links of an alarm that lead to something to read. Pure. */
import { pageAddress } from './page-address.ts';

/** Keys under which rules name a runbook, a documentation or a dashboard. Free text is not searched for addresses. */
const keys =
  /^_*(?:runbooks?|run_books?|playbooks?|documentations?|docs?|wiki|dashboards?|sop|procedure|how_?to|knowledge_?base|kb)(?:[-_]?(?:url|link|uri|href|page))?$/i;

const mostLinks = 8;

export function pageLinks(alarm: {
  readonly runbookUrl: string | null;
  readonly annotations: Readonly<Record<string, string>>;
}): string[] {
  const found = new Set<string>();
  const add = (text: unknown): void => {
    const url = typeof text === 'string' && found.size < mostLinks ? pageAddress(text) : null;
    if (url !== null) found.add(url.href);
  };
  if (alarm.runbookUrl !== null) add(alarm.runbookUrl);
  for (const [key, value] of Object.entries(alarm.annotations)) if (keys.test(key)) add(value);
  return [...found];
}
