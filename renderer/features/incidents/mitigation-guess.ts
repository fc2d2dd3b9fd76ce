/** What probably stopped it: the text of the last step done that was there to make it stop. Pure. */
import type { Run } from '../../../preload/contract/runbooks.ts';

const longest = 300;

export function mitigationGuess(runs: readonly Run[]): string {
  const [last] = runs
    .flatMap(({ steps }) => steps)
    .filter(({ phase, state, at }) => phase === 'stop_it' && state === 'done' && at !== null)
    .sort((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
  const text = last?.plainText.trim() ?? '';
  // The first sentence says what to do; the rest says why it is safe.
  const sentence = /^[\s\S]*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
  return sentence.slice(0, longest).toWellFormed();
}
