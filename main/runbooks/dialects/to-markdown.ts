/**
 * One dialect for everything that follows: whatever a document was written in, it is searched, matched, ticked off and drawn
 * as Markdown with GitHub's additions. The files themselves are never touched.
 */
import { isAsciiDoc, isErb, isMdx } from '../extensions.ts';
import { fromAsciiDoc } from './asciidoc.ts';
import { fromErb } from './erb.ts';
import { fromHugo } from './hugo.ts';
import { fromMarks } from './marks.ts';
import { fromMdx } from './mdx.ts';
import { fromReferences } from './references.ts';

/** Larger documents are data that happens to end in .md: they are read as they are. */
const mostTranslated = 4 * 1024 * 1024;

const heading =
  /^(#{1,6} .*?|=+ .*?)(?:<%=\s*(?:[\w.]+\.)?title\s*%>|\{\{\s*(?:[\w]*\.)+title\s*\}\})/gim;

/** Headings that a site fills from its front matter: `# <%= current_page.data.title %>`. */
const withTitle = (text: string, title: string): string =>
  /<%=|\{\{/.test(text) ? text.replace(heading, (_whole, before: string) => before + title) : text;

/** `text` has Unix line ends and no front matter. */
export function toMarkdown(path: string, text: string, title: string | null = null): string {
  if (text.length > mostTranslated) return text;
  const titled = title === null ? text : withTitle(text, title);
  const printed = isErb(path) ? fromErb(titled) : titled;
  const written = isMdx(path) ? fromMdx(printed) : printed;
  return isAsciiDoc(path) ? fromAsciiDoc(written) : fromReferences(fromMarks(fromHugo(written)));
}
