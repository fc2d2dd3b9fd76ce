/** The text that comes out of a conflict, part by part. Pure. */
import type { MergePart, TextConflict } from '../../../preload/contract/editing.ts';
import type { Choice } from '../../ui/ConflictPart.tsx';

export interface ContestedPart {
  /** Its place among all parts. */
  readonly index: number;
  readonly mine: string;
  readonly theirs: string;
  /** The last line before it that says something, to know it again. */
  readonly after: string;
}

export function contestedParts(parts: readonly MergePart[]): ContestedPart[] {
  let after = '';
  return parts.flatMap((part, index): ContestedPart[] => {
    if (part.kind === 'contested') return [{ index, mine: part.mine, theirs: part.theirs, after }];
    const told = part.text.split('\n').findLast((line) => /[\p{L}\p{N}]/u.test(line));
    after = told?.trim() ?? '';
    return [];
  });
}

/** One after the other, each on lines of its own. */
const both = (theirs: string, mine: string): string =>
  theirs === '' || theirs.endsWith('\n') ? theirs + mine : `${theirs}\n${mine}`;

export function chosenText(
  { parts }: Pick<TextConflict, 'parts'>,
  choices: Readonly<Record<number, Choice>>,
): string {
  return parts
    .map((part, index) => {
      if (part.kind === 'agreed') return part.text;
      const choice = choices[index] ?? 'both';
      return choice === 'both' ? both(part.theirs, part.mine) : part[choice];
    })
    .join('');
}
