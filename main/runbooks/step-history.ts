/**
 * A run while its runbook is edited: which step of the new text is which of the old one, and what changed. Pure.
 *
 * A step is known by its words. Where they were edited, it is the step of the same section that still says most of the same,
 * or still has the same commands.
 */
import type { ParsedStep } from './model.ts';

const wordsOf = (text: string): Set<string> =>
  new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

/** 0: nothing in common, 1: the same words. */
function likeness(one: ReadonlySet<string>, two: ReadonlySet<string>): number {
  if (one.size + two.size === 0) return 0;
  let shared = 0;
  for (const word of one) if (two.has(word)) shared += 1;
  return (2 * shared) / (one.size + two.size);
}

const commandsOf = ({ commands }: Pick<ParsedStep, 'commands'>): string =>
  commands.map(({ text }) => text).join('\n');

/** Whether a person who saw the one has seen the other. */
export const isSameStep = (a: ParsedStep, b: ParsedStep): boolean =>
  a.plainText === b.plainText &&
  commandsOf(a) === commandsOf(b) &&
  a.expected === b.expected &&
  (a.rollback ?? null) === (b.rollback ?? null);

const leastLikeness = 0.5;
/** Comparing all with all costs too much in a document of hundreds of alarms. */
const mostCompared = 200;
/** Of the words of one step: beyond it, a step is a document that was put into a list. */
const longestCompared = 2_000;

/** From ids that the run knows to ids of the present text, for steps whose words were edited. */
export function movedSteps(
  known: readonly ParsedStep[],
  now: readonly ParsedStep[],
): ReadonlyMap<string, string> {
  const nowIds = new Set(now.map(({ id }) => id));
  const knownIds = new Set(known.map(({ id }) => id));
  const gone = known.filter(({ id }) => !nowIds.has(id)).slice(0, mostCompared);
  const news = now.filter(({ id }) => !knownIds.has(id)).slice(0, mostCompared);
  const read = (step: ParsedStep) => ({
    step,
    words: wordsOf(step.plainText.slice(0, longestCompared)),
    commands: commandsOf(step),
  });
  const readNews = news.map(read);
  const pairs = gone
    .map(read)
    .flatMap(({ step: old, words: oldWords, commands }) =>
      readNews.map(({ step, words, commands: commandsNow }) => {
        const isCommandKept = commands !== '' && commands === commandsNow;
        const isSection = old.section === step.section;
        const score = likeness(oldWords, words);
        return { old, step, score: (isCommandKept ? 1 : 0) + score + (isSection ? 0.1 : 0) };
      }),
    )
    .filter(({ score }) => score >= leastLikeness + 0.1)
    .toSorted((a, b) => b.score - a.score);
  const moved = new Map<string, string>();
  const taken = new Set<string>();
  for (const { old, step } of pairs) {
    if (moved.has(old.id) || taken.has(step.id)) continue;
    moved.set(old.id, step.id);
    taken.add(step.id);
  }
  return moved;
}

/**
 * What a run remembers from now on: a step that was ticked as it was when it was ticked, the others as they are now.
 * `acted`: the step that is acted on at this moment.
 */
export function rememberSteps(input: {
  readonly known: readonly ParsedStep[];
  readonly now: readonly ParsedStep[];
  readonly ticked: ReadonlySet<string>;
  readonly acted: string | null;
}): ParsedStep[] {
  const { known, now, ticked, acted } = input;
  const moved = new Map([...movedSteps(known, now)].map(([from, to]) => [to, from]));
  const before = new Map(known.map((step) => [step.id, step]));
  return now.map((step) => {
    const old = before.get(step.id) ?? before.get(moved.get(step.id) ?? '');
    const isKept = step.id !== acted && ticked.has(step.id) && old !== undefined;
    return isKept ? { ...old, id: step.id } : step;
  });
}
