/** Of which alarm a place in a document is, where one document is about many. Pure. */
import type { MarkdownSection } from '../../ui/markdown-sections.ts';

/**
 * The closest heading above (or at) the place that is called like an alarm and still holds it. Null: the document is about
 * one thing, or the place belongs to no alarm.
 */
export function alarmSectionOf(
  sections: readonly MarkdownSection[],
  alarmSections: readonly string[],
  anchor: string,
): string | null {
  const alarms = new Set(alarmSections);
  let depth = Infinity;
  const at = sections.findIndex((section) => section.anchor === anchor);
  for (const section of sections.slice(0, at + 1).toReversed()) {
    if (section.depth >= depth) continue;
    if (alarms.has(section.anchor)) return section.anchor;
    ({ depth } = section);
  }
  return null;
}
