/**
 * HTML inside Markdown, as far as its words go. `<namespace>` in prose is a placeholder that somebody forgot to quote: it is
 * text. The window draws by the same list (renderer/ui/markdown-html.ts).
 */

/** Tags that are markup. Everything else between angle brackets is text, a script, too. */
export const drawnTags: ReadonlySet<string> = new Set(
  (
    'a abbr article aside b bdi bdo big blockquote br caption center cite code col colgroup dd del details dfn div dl dt em ' +
    'figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark ol p picture pre q rp rt ruby s samp ' +
    'section small source span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr'
  ).split(' '),
);

const tag =
  /<(\/?)([A-Za-z][A-Za-z0-9-]*)(?:\s+[^\s"'<>/=]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*\s*(\/?)>/g;
const lineTag = /^(br|p|div|li|tr|h[1-6]|summary|dt|dd|table|ul|ol|details|hr)$/;

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** The text of a piece of HTML: comments and known tags left out. */
export function withoutTags(html: string): string {
  return html
    .replace(/<!--[\s\S]*?(-->|$)/g, '')
    .replace(tag, (whole, _slash, written: string) => {
      const name = written.toLowerCase();
      if (!drawnTags.has(name)) return whole;
      return lineTag.test(name) ? '\n' : '';
    })
    .replace(/&(#\d{1,6}|#x[\da-f]{1,5}|\w{2,6});/gi, (whole, name: string) => {
      if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? whole;
      const code = Number.parseInt(name.replace(/^#x?/i, ''), /^#x/i.test(name) ? 16 : 10);
      return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
    })
    .replace(/\n\s*\n/g, '\n');
}

/** Names that explicit anchors give to a place: `<a name="x">`, `<a id="x">`, `<h2 id="x">`. */
export function anchorsIn(html: string): string[] {
  if (!html.includes('<')) return [];
  return [
    ...html.matchAll(
      /<[a-z][a-z0-9]*\s[^<>]*?\b(?:name|id)\s*=\s*(?:"([^"<>]{1,200})"|'([^'<>]{1,200})'|([^\s"'<>]{1,200}))/gi,
    ),
  ]
    .filter((found) => !/^<(input|button|meta|form|param|select|textarea)\b/i.test(found[0]))
    .map((found) => (found[1] ?? found[2] ?? found[3] ?? '').trim())
    .filter((name) => name !== '');
}
