/** Words of an alarm's name, compared with those of a runbook: endings do not matter, common words count little. Pure. */

/** Words that most alarms share, and that therefore say nothing about which runbook is meant. */
const commonWords = new Set(
  (
    'a an and the of for in on at is are not no too to too many much very by with from above below over under high low ' +
    'error errors alert alarm alarms warning critical page down up failed failing failure rate count total large small ' +
    'slow fast long short missing job service instance target kube'
  ).split(' '),
);

export const isCommonWord = (word: string): boolean => commonWords.has(word);

/** Without the endings that make `failing`, `failed` and `fails` different words. */
export function stem(word: string): string {
  const cut = word.replace(/(ations?|ings?|ions?|ies|ed|es|s)$/u, '');
  return cut.length >= 4 ? cut : word;
}

export function isSameWord(own: string, wanted: string): boolean {
  if (own === wanted) return true;
  const [a, b] = [stem(own), stem(wanted)];
  return Math.min(a.length, b.length) >= 4 && (a.startsWith(b) || b.startsWith(a));
}

export interface WordMatch {
  /** In the order of the alarm's name. */
  readonly words: readonly string[];
  /** From 0 to 20. */
  readonly score: number;
  /** The heading of the section carries them, and not the page as a whole. */
  readonly isSection: boolean;
}

/** How much of the name, weighed by how rare its words are, the page and the section carry. */
export function matchWords(
  weights: ReadonlyMap<string, number>,
  page: readonly string[],
  heading: readonly string[],
): WordMatch {
  let [total, both, inPage, inHeading] = [0, 0, 0, 0];
  const words: string[] = [];
  for (const [word, weight] of weights) {
    total += weight;
    const isInPage = page.some((own) => isSameWord(own, word));
    const isInHeading = heading.some((own) => isSameWord(own, word));
    if (isInPage) inPage += weight;
    if (isInHeading) inHeading += weight;
    if (!isInPage && !isInHeading) continue;
    both += weight;
    words.push(word);
  }
  if (total === 0) return { words: [], score: 0, isSection: false };
  return {
    words,
    // All in one place says more than some here and some there.
    score: (14 * both + 3 * inPage + 3 * Math.max(inHeading, inPage)) / total,
    isSection: inHeading > 0 && inHeading > inPage * 0.5,
  };
}
