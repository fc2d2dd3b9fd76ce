/**
 * What a step says beside what to do: what to expect, how to see that it worked, how to take it back, how long it takes, and
 * where to go on. Pure.
 */

export type Label = 'expected' | 'verify' | 'rollback' | 'time';

const bold = '(?:[*_]{1,2})?';
const labels: readonly (readonly [Label, RegExp])[] = (
  [
    [
      'expected',
      'expect(?:ed|ation)?(?:\\s+(?:results?|output|outcome|answer))?|you should (?:now )?see|should (?:show|print|return)',
    ],
    [
      'verify',
      'verif(?:y|ication)|to verify|check(?: that)? it worked|validat(?:e|ion)|how to verify',
    ],
    ['rollback', 'roll ?-?back|roll it back|back-?out|(?:to )?undo|(?:to )?revert'],
    ['time', '(?:estimated )?(?:time|duration)(?: needed)?|takes|eta'],
  ] as const
).map(([label, words]): readonly [Label, RegExp] => [
  label,
  new RegExp(`^\\s*${bold}(?:${words})${bold}\\s*:\\s*(?:${bold}\\s*)?(.*)$`, 'i'),
]);

const shouldSee = /^\s*you should (?:now |then )?see\s+(?!if\b|whether\b)(\S.*[^:\s])\s*$/i;

/** A line that begins with one of these, and what follows it. */
export function labelOf(line: string): { readonly label: Label; readonly rest: string } | null {
  // The one that people write without a colon.
  const seen = shouldSee.exec(line)?.[1];
  if (seen !== undefined) return { label: 'expected', rest: seen.trim() };
  if (!line.includes(':')) return null;
  for (const [label, pattern] of labels) {
    const found = pattern.exec(line);
    if (found !== null) return { label, rest: (found[1] ?? '').trim() };
  }
  return null;
}

const amount =
  /(\d+(?:[.,]\d+)?)(?:\s*(?:-|–|to)\s*(\d+(?:[.,]\d+)?))?\s*(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?)\b/i;

/** In minutes, of a span the longer end; null when it says no time. */
export function minutesOf(text: string): number | null {
  const found = amount.exec(text);
  if (found === null) return null;
  const number = Number((found[2] ?? found[1] ?? '').replace(',', '.'));
  const unit = (found[3] ?? 'm').toLowerCase();
  const minutes = unit.startsWith('s') ? number / 60 : unit.startsWith('h') ? number * 60 : number;
  return minutes > 0 && minutes <= 10_080 ? Math.round(minutes * 10) / 10 : null;
}

/** In the middle of a step: "takes about 5 minutes", or "(5 min)" at its end. */
export function minutesWithin(text: string): number | null {
  const found =
    /\btakes?\s+(?:about|around|up to|roughly|~|≈)?\s*([^.;,()]{1,30})/i.exec(text)?.[1] ??
    /\((?:about|~|≈|ca\.?)?\s*([^()]{1,20})\)\s*[.:]?\s*$/.exec(text)?.[1];
  return found === undefined ? null : minutesOf(found);
}

export interface Jump {
  /** The sentence, for people: `If it does not come back, go to step 7`. */
  readonly text: string;
  /** As the document counts. */
  readonly number: number;
}

const jump =
  /\b(?:go|jump|skip|continue|proceed|return|move)\s+(?:on\s+|back\s+|over\s+|ahead\s+|straight\s+)?(?:to|with|at|from)\s+(?:the\s+)?step\s+#?(\d{1,3})\b/gi;
const mostJumps = 8;

/**
 * The same words with the number that the step they lead to has here, where it is another one: the list is in the order of
 * the night, and `step 4` of the text would be looked for under 4.
 */
export function withNumbersHere(
  text: string,
  jumps: readonly { readonly from: number; readonly here: number }[],
): string {
  if (jumps.every(({ from, here }) => from === here)) return text;
  const numbers = new Map(jumps.map(({ from, here }) => [from, here]));
  return text.replace(jump, (found: string, number: string) => {
    const here = numbers.get(Number(number));
    return here === undefined || here === Number(number) ? found : `${found} (${here} here)`;
  });
}

/** Without what `withNumbersHere` put in. */
export const withoutNumbersHere = (text: string): string =>
  text.replace(/(?<=step\s+#?\d{1,3}) \(\d+ here\)/gi, '');

/** Where the words of a step say to go on. */
export function jumpsIn(text: string): Jump[] {
  const jumps: Jump[] = [];
  for (const found of text.slice(0, 20_000).matchAll(jump)) {
    const before = text.slice(0, found.index);
    const start = Math.max(...['. ', '; ', '! ', '? ', '\n'].map((end) => before.lastIndexOf(end)));
    const sentence = `${before.slice(start + 1)}${found[0]}`.replace(/\s+/g, ' ').trim();
    jumps.push({ text: sentence.slice(-200), number: Number(found[1]) });
    if (jumps.length === mostJumps) break;
  }
  return jumps;
}
