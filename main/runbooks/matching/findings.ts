/** Gathers what speaks for each document, and puts it in order. A person's word goes before every rule. */
import type { RunbookMatch } from '../../../preload/contract/alarms.ts';
import type { RunbookId } from '../../../preload/contract/common.ts';
import type { PageRow } from './page-index.ts';
import type { Verdict } from './verdict-store.ts';

export interface Finding {
  readonly id: RunbookId;
  /** Empty: the whole document. */
  readonly anchor: string;
  readonly isCertain: boolean;
  readonly reason: string;
  readonly score: number;
}

const boundScore = 200;

const boundText = ({ service }: Verdict): string =>
  service === '' ? 'you said that it is the one' : `you said so for service ${service}`;

const byWorth = (a: Finding, b: Finding): number =>
  Number(b.isCertain) - Number(a.isCertain) || b.score - a.score;

export class Findings {
  readonly #found = new Map<RunbookId, Finding[]>();
  readonly #words: ReadonlyMap<RunbookId, Verdict>;

  constructor(words: ReadonlyMap<RunbookId, Verdict>) {
    this.#words = words;
    for (const [id, word] of words) {
      if (word.verdict === 'hidden') continue;
      // The word about this service goes before the one about all.
      const score = boundScore + (word.service === '' ? 0 : 1);
      this.add({ id, anchor: word.anchor, isCertain: true, reason: boundText(word), score });
    }
  }

  /** What was hidden stays out, however certain a rule is of it. */
  add(finding: Finding): void {
    if (this.#words.get(finding.id)?.verdict === 'hidden') return;
    const same = this.#found.get(finding.id);
    if (same === undefined) this.#found.set(finding.id, [finding]);
    else same.push(finding);
  }

  has(id: RunbookId): boolean {
    return this.#found.has(id);
  }

  hasCertain(): boolean {
    return this.#found.values().some((findings) => findings.some(({ isCertain }) => isCertain));
  }

  /** One for each document, certain ones first. */
  matches(pageOf: (id: RunbookId) => PageRow | undefined): RunbookMatch[] {
    return [...this.#found]
      .flatMap(([id, findings]) => {
        const page = pageOf(id);
        return page === undefined ? [] : [toMatch(page, findings)];
      })
      .toSorted((a, b) => Number(b.isCertain) - Number(a.isCertain) || b.score - a.score);
  }
}

/** Its best finding tells the section; the others add their reasons. */
function toMatch({ id, title, path }: PageRow, findings: readonly Finding[]): RunbookMatch {
  const sorted = findings.toSorted(byWorth);
  const [best] = sorted;
  const isCertain = best?.isCertain ?? false;
  const guess = sorted.find(({ anchor }) => anchor !== '')?.anchor ?? '';
  // What made it certain is enough, with what it did before; guesses need every reason there is.
  const reasons = sorted
    .filter((one) => !isCertain || one === best || one.reason.startsWith('used in '))
    .map(({ reason }) => reason);
  return {
    runbookId: id,
    title,
    path,
    anchor: (isCertain ? (best?.anchor ?? '') : guess) || null,
    isCertain,
    reason: [...new Set(reasons)].join('; '),
    score: isCertain ? (best?.score ?? 0) : sorted.reduce((sum, { score }) => sum + score, 0),
  };
}
