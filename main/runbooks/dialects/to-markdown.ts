/**
 * One dialect for everything that follows: whatever a document was written in, it is searched, matched, ticked off and drawn
 * as Markdown with GitHub's additions. The files themselves are never touched.
 */
import { isAsciiDoc, isErb } from '../extensions.ts';
import { fromAsciiDoc } from './asciidoc.ts';
import { fromErb } from './erb.ts';
import { fromHugo } from './hugo.ts';
import { fromMarks } from './marks.ts';

/** Larger documents are data that happens to end in .md: they are read as they are. */
const mostTranslated = 4 * 1024 * 1024;

/** `text` has Unix line ends and no front matter. */
export function toMarkdown(path: string, text: string): string {
  if (text.length > mostTranslated) return text;
  const written = isErb(path) ? fromErb(text) : text;
  return isAsciiDoc(path) ? fromAsciiDoc(written) : fromMarks(fromHugo(written));
}
