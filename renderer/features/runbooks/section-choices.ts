/** Which sections of a document are offered while one types where to go. Pure. */
import type { MarkdownSection } from '../../ui/markdown-sections.ts';

/** What a list can hold without being slow; a document may have tens of thousands. */
const mostChoices = 100;

export interface SectionChoice {
  readonly value: string;
  readonly label: string;
}

/** Those that have every word, in the order of the document. */
export function sectionChoices(
  sections: readonly MarkdownSection[],
  asked: string,
): SectionChoice[] {
  const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
  const choices: SectionChoice[] = [];
  for (const { anchor, depth, text } of sections) {
    const name = text || anchor;
    const folded = name.toLowerCase();
    if (!words.every((word) => folded.includes(word))) continue;
    choices.push({ value: anchor, label: `${'  '.repeat(Math.max(0, depth - 1))}${name}` });
    if (choices.length === mostChoices) break;
  }
  return choices;
}
