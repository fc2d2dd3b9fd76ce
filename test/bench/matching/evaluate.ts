/**
 * Counts what the matcher says about rules whose runbook is known: with their links, and with the links hidden, when only
 * names, labels and words are left. A rule of a real collection is known by its own link, where that leads somewhere.
 */
import { linksOf, type MatchInput } from '../../../main/runbooks/matching/alarm-facts.ts';
import type { createMatcher } from '../../../main/runbooks/matching/matcher.ts';
import type { RunbookMatch } from '../../../preload/contract/alarms.ts';
import type { Rule, Truth } from './writer.ts';

/** `truth` left out: nobody told, and the link decides. */
export type KnownRule = Omit<Rule, 'truth'> & { readonly truth?: Truth | null };
type Matcher = ReturnType<typeof createMatcher>;

export interface Miss {
  readonly name: string;
  readonly kind: string;
  readonly wanted: string;
  readonly got: string;
}

interface Count {
  /** Matches called certain, and how many of them were right. */
  readonly certain: number;
  readonly right: number;
  /** Rules that have a runbook, and how many of them got it as a certain first match. */
  readonly known: number;
  readonly found: number;
  readonly misses: readonly Miss[];
}

interface Suggested {
  /** Rules that have a runbook and got nothing certain. */
  readonly asked: number;
  readonly first: number;
  readonly amongThree: number;
  /** Mean of one over the place of the right one; a rule without it counts as nothing. */
  readonly reciprocalRank: number;
  readonly misses: readonly Miss[];
}

export interface Evaluation {
  readonly rules: number;
  readonly links: number;
  readonly deadLinks: readonly Miss[];
  readonly missingSections: readonly Miss[];
  readonly reasons: ReadonlyMap<string, number>;
  readonly withLinks: Count;
  readonly withoutLinks: Count;
  readonly suggestions: Suggested;
}

const inputOf = ({ name, labels, annotations }: KnownRule): MatchInput => ({
  title: name,
  labels: { alertname: name, ...labels },
  annotations,
  runbookUrl: null,
  service: labels['service'] ?? '',
});

const placeOf = (match: Pick<RunbookMatch, 'path' | 'anchor'> | undefined): string =>
  match === undefined
    ? 'nothing'
    : `${match.path}${match.anchor === null ? '' : `#${match.anchor}`}`;

const fits = (match: RunbookMatch, truth: Truth): boolean =>
  match.path === truth.path && (truth.anchor === null || match.anchor === truth.anchor);

/** The kind of reason, without the words that differ from alarm to alarm. */
const kindOf = ({ reason, isCertain }: RunbookMatch): string =>
  `${isCertain ? 'certain' : 'suggested'}: ${reason
    .split('; ')
    .map((part) =>
      part.replace(
        /:.*| of (service|type|app|job|component|namespace|team|application|the alarm).*| as of .*/,
        '',
      ),
    )
    .join(' + ')}`;

class Counter {
  certain = 0;
  right = 0;
  known = 0;
  found = 0;
  readonly misses: Miss[] = [];

  add(rule: KnownRule, truth: Truth | null, matches: readonly RunbookMatch[]): void {
    const [first] = matches;
    const miss = (got: RunbookMatch | undefined): void => {
      const wanted = truth === null ? 'nothing certain' : placeOf(truth);
      const reason = got === undefined ? '' : ` (${kindOf(got)})`;
      this.misses.push({
        name: rule.name,
        kind: rule.kind,
        wanted,
        got: `${placeOf(got)}${reason}`,
      });
    };
    for (const match of matches.filter(({ isCertain }) => isCertain)) {
      this.certain += 1;
      if (truth !== null && fits(match, truth)) this.right += 1;
      else miss(match);
    }
    if (truth === null) return;
    this.known += 1;
    if (first?.isCertain === true && fits(first, truth)) this.found += 1;
    else if (first?.isCertain !== true) miss(first);
  }
}

export function evaluate(matcher: Matcher, rules: readonly KnownRule[]): Evaluation {
  const reasons = new Map<string, number>();
  const withLinks = new Counter();
  const withoutLinks = new Counter();
  const deadLinks: Miss[] = [];
  const missingSections: Miss[] = [];
  const suggested = { asked: 0, first: 0, amongThree: 0, sum: 0, misses: [] as Miss[] };
  let links = 0;

  for (const rule of rules) {
    const input = inputOf(rule);
    const matches = matcher.matchAlarm(input);
    const [first] = matches;
    const kind = first === undefined ? 'nothing' : kindOf(first);
    reasons.set(kind, (reasons.get(kind) ?? 0) + 1);
    const [state] = matcher.linkStates(input);
    if (state !== undefined) {
      links += 1;
      const miss = { name: rule.name, kind: rule.kind, wanted: state.link, got: placeOf(first) };
      if (!state.isCertain) deadLinks.push(miss);
      else if (!state.isSectionFound) missingSections.push(miss);
    }
    const linked = matches.find((match) => match.runbookId === state?.runbookId);
    const truth =
      rule.truth === undefined
        ? linked === undefined
          ? undefined
          : { path: linked.path, anchor: null }
        : rule.truth;
    if (truth === undefined) continue;
    withLinks.add(rule, truth, matches);

    // A rule whose link is dead has no known runbook; what its name finds may be right all the same.
    if (truth === null && linksOf(input).length > 0) continue;
    const hidden = matcher.matchAlarm({ ...input, annotations: {} });
    withoutLinks.add(rule, truth && { path: truth.path, anchor: null }, hidden);
    if (truth === null || hidden[0]?.isCertain === true) continue;
    suggested.asked += 1;
    const place = hidden.findIndex(({ path }) => path === truth.path);
    if (place === 0) suggested.first += 1;
    if (place !== -1 && place < 3) suggested.amongThree += 1;
    if (place !== -1) suggested.sum += 1 / (place + 1);
    if (place !== 0) {
      const got = hidden
        .slice(0, 3)
        .map((match) => `${placeOf(match)} (${match.reason}; ${match.score.toFixed(1)})`);
      suggested.misses.push({
        name: rule.name,
        kind: rule.kind,
        wanted: truth.path,
        got: got.join(' | ') || 'nothing',
      });
    }
  }

  return {
    rules: rules.length,
    links,
    deadLinks,
    missingSections,
    reasons,
    withLinks,
    withoutLinks,
    suggestions: {
      ...suggested,
      reciprocalRank: suggested.asked === 0 ? 1 : suggested.sum / suggested.asked,
    },
  };
}

export const precisionOf = ({ certain, right }: Count): number =>
  certain === 0 ? 1 : right / certain;
export const recallOf = ({ known, found }: Count): number => (known === 0 ? 1 : found / known);
