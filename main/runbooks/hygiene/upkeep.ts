/** What is wrong with a runbook's file, whatever its alarms do: front matter, links, and too little in it. Pure. */
import type { HygieneFinding } from '../../../preload/contract/runbook-hygiene.ts';
import { frontMatterNext } from '../broken-front-matter.ts';

export interface UpkeepFact {
  /** Somebody here can review and change it: not shipped with the program, not a copy of a web page. */
  readonly isOwn: boolean;
  readonly stepCount: number;
  /** Steps were done in it at least once. */
  readonly isUsed: boolean;
  /** When it came into the library; empty: before that was noted. */
  readonly addedAt: string;
  /** What is wrong with its front matter. */
  readonly problem: string | null;
  /** Set when it says next to nothing: how many characters. */
  readonly stubLength: number | null;
  /** Links and images that lead to no document and no file. */
  readonly deadLinks: readonly string[];
}

type Told = Pick<HygieneFinding, 'kind' | 'text' | 'next'>;

const dayMs = 86_400_000;
/** Whatever came later had little chance to be used. */
const newDays = 30;
const mostNamed = 5;

const cut = (text: string): string => (text.length > 120 ? `${text.slice(0, 119)}…` : text);

/** As it was written, as a rule: Markdown's readers encode it. */
function readable(link: string): string {
  try {
    return decodeURI(link);
  } catch {
    return link;
  }
}

function neverUsed(fact: UpkeepFact, nowMs: number, isLedTo: boolean): Told | null {
  if (fact.isUsed || fact.stepCount === 0) return null;
  const addedMs = Date.parse(fact.addedAt);
  const days = Number.isNaN(addedMs) ? null : Math.floor((nowMs - addedMs) / dayMs);
  if (days !== null && days < newDays) return null;
  const since =
    days === null
      ? 'No step of it was ever done'
      : `In the ${days} days that it has been in the library, no step of it was done`;
  const counted = `Counted are runbooks with steps, from their ${newDays}th day here.`;
  return {
    kind: 'never_used',
    text: isLedTo
      ? `${since}, although its alarms fired. ${counted}`
      : `${since}, and no alarm of this time leads to it. ${counted}`,
    next: isLedTo
      ? 'Ask those on call why: it may be wrong, hard to find, or not needed.'
      : 'If it still helps, name its alarms in the front matter; otherwise remove it.',
  };
}

function deadLinks({ deadLinks: links }: UpkeepFact): Told {
  const named = links
    .slice(0, mostNamed)
    .map((link) => cut(readable(link)))
    .join(', ');
  const more = links.length - mostNamed;
  return {
    kind: 'dead_reference',
    text: `${links.length === 1 ? 'A link or image in it leads' : `${links.length} links or images in it lead`} to no document and no file: ${named}${more > 0 ? ` and ${more} more` : ''}.`,
    next: 'Correct or remove them: whoever follows one at night ends nowhere.',
  };
}

const stub = (length: number): Told => ({
  kind: 'stub',
  text:
    length === 0
      ? 'It is empty.'
      : `It has no steps, and only ${length} ${length === 1 ? 'character' : 'characters'} of text.`,
  next: 'Write what is to be done, or remove it: an alarm that leads here leads to nothing.',
});

/** `isLedTo`: alarms of this time lead to it. */
export function upkeepFindings(fact: UpkeepFact, nowMs: number, isLedTo: boolean): Told[] {
  const unused = neverUsed(fact, nowMs, isLedTo);
  const told = unused === null ? [] : [unused];
  if (!fact.isOwn) return told;
  if (fact.problem !== null) {
    told.push({ kind: 'broken_front_matter', text: fact.problem, next: frontMatterNext });
  }
  if (fact.deadLinks.length > 0) told.push(deadLinks(fact));
  if (fact.stubLength !== null && fact.stepCount === 0) told.push(stub(fact.stubLength));
  return told;
}
