/** Embedded Ruby in Markdown: what it would print stays in sight, what it only decides is left out. Nothing is run. */
import { linkTarget, outsideCode, replaceBetween } from './outside-code.ts';

const text = `(?:"([^"\\n]*)"|'([^'\\n]*)')`;
const linkTo = new RegExp(`^\\s*link_to\\s*\\(?\\s*${text}\\s*,\\s*${text}`);
const imageTag = new RegExp(
  `^\\s*(?:image_tag|image_path)\\s*\\(?\\s*${text}(?:.*\\balt:\\s*${text})?`,
);

/** In the place of code that prints nothing: a character that no text has. */
const decides = '\ufdd2';

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
      replaceBetween(
        prose.replaceAll(decides, '\ufffd'),
        /<%/g,
        () => /%>/g,
        (_begin, inside) => {
          if (inside.startsWith('#')) return '';
          return inside.startsWith('=') ? printed(inside.replace(/^==?|-$/g, '')) : decides;
        },
      )
        // A line that only decides something is none.
        .replace(/^[ \t]*\ufdd2(?:[ \t]*\ufdd2)*[ \t]*(?:\n|$)/gm, '')
        .replaceAll(decides, ''),
    { areSpansKept: false },
  );
}
