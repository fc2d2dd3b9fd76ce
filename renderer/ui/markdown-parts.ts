/** Cuts a document of megabytes into parts that can be drawn. Pure. */
import { createSlugger } from '../../preload/anchors.ts';
import type { MarkdownSection } from './markdown-sections.ts';
import { foldAnchor } from './scroll-to-anchor.ts';
import { visibleText } from './visible-text.ts';

const partSize = 120_000;
const longestLine = 8_000;

/** At headings where there are any, else at blank lines; never inside a fence unless that is longer than a part may be. */
export function partsOf(markdown: string): string[] {
  const parts: string[] = [];
  let lines: string[] = [];
  let size = 0;
  let fence: string | null = null;
  for (const raw of markdown.split('\n')) {
    const line = raw.length > longestLine ? `${raw.slice(0, longestLine)}…` : raw;
    const isHeading = /^#{1,6}\s/.test(line);
    const isCut =
      (fence === null && size > partSize && isHeading) ||
      (fence === null && size > 2 * partSize && line.trim() === '') ||
      size > 3 * partSize;
    if (isCut) {
      parts.push(lines.join('\n'));
      lines = [];
      size = 0;
    }
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined) {
      if (fence === null) fence = mark;
      else if (mark.startsWith(fence)) fence = null;
    }
    lines.push(line);
    size += line.length + 1;
  }
  parts.push(lines.join('\n'));
  return parts;
}

/** The part in which a section is; the first when none is named, or none has it. */
export function partOf(parts: readonly string[], anchor: string | null): number {
  if (anchor === null || anchor === '') return 0;
  const wanted = foldAnchor(anchor);
  // Repeated headings are counted: `lag-2` is the third.
  const counted = /^(.*?)-?(\d+)$/.exec(anchor);
  const base = counted === null ? null : foldAnchor(counted[1] ?? '');
  let seen = Number(counted?.[2] ?? 0);
  let near = 0;
  for (const [index, part] of parts.entries()) {
    for (const [, text = ''] of part.matchAll(/^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*$/gm)) {
      const own = foldAnchor(text.replace(/<a [^>]*>(<\/a>)?/g, ''));
      if (own === wanted) return index;
      if (own === base && seen-- === 0) near = index;
    }
    if (part.includes(`id="${anchor}"`) || part.includes(`name="${anchor}"`)) return index;
  }
  return near;
}

/** The headings of all parts without reading the whole of a long document as Markdown. */
export function roughSections(parts: readonly string[]): MarkdownSection[] {
  const slug = createSlugger();
  const sections: MarkdownSection[] = [];
  let fence: string | null = null;
  for (const line of parts.join('\n').split('\n')) {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (mark !== undefined) {
      if (fence === null) fence = mark;
      else if (mark.startsWith(fence)) fence = null;
    }
    const found = fence === null ? /^ {0,3}(#{1,6})[ \t]+(.+?)[ \t]*#*$/.exec(line) : null;
    if (found === null) continue;
    const text = (found[2] ?? '')
      .replace(/<\/?a\b[^>]*>/g, '')
      .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
      .replace(/[`*]/g, '')
      .trim();
    const anchor = slug(text);
    if (anchor === '') continue;
    const shown = visibleText(text, true).slice(0, 200);
    sections.push({ anchor, depth: (found[1] ?? '').length, text: shown });
  }
  return sections;
}
