/** Embedded Ruby in Markdown: what it would print stays in sight, what it only decides is left out. Nothing is run. */
import { linkTarget, outsideCode } from './outside-code.ts';

const text = `(?:"([^"\\n]*)"|'([^'\\n]*)')`;
const linkTo = new RegExp(`^\\s*link_to\\s*\\(?\\s*${text}\\s*,\\s*${text}`);
const imageTag = new RegExp(
  `^\\s*(?:image_tag|image_path)\\s*\\(?\\s*${text}(?:.*\\balt:\\s*${text})?`,
);

function printed(expression: string): string {
  const link = linkTo.exec(expression);
  if (link !== null) {
    return `[${link[1] ?? link[2] ?? ''}](${linkTarget(link[3] ?? link[4] ?? '')})`;
  }
  const image = imageTag.exec(expression);
  if (image !== null) {
    return `![${image[3] ?? image[4] ?? ''}](${linkTarget(image[1] ?? image[2] ?? '')})`;
  }
  return `\`<%= ${expression.trim().replaceAll('`', "'")} %>\``;
}

export function fromErb(markdown: string): string {
  if (!markdown.includes('<%')) return markdown;
  return outsideCode(
    markdown,
    (prose) =>
      prose
        .replace(/<%#[\s\S]*?%>/g, '')
        .replace(/<%==?([\s\S]*?)-?%>/g, (_whole, expression: string) => printed(expression))
        .replace(/^[ \t]*<%(?![=%])[\s\S]*?%>[ \t]*(?:\n|$)/gm, '')
        .replace(/<%(?![=%])[\s\S]*?%>/g, ''),
    { areSpansKept: false },
  );
}
