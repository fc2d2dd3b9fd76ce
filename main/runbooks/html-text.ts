/**
 * HTML inside Markdown, as far as its words go. `<namespace>` in prose is a placeholder that somebody forgot to quote: it is
 * text. The window draws by the same list (renderer/ui/markdown-html.ts).
 */

/** Tags that are markup. Everything else between angle brackets is text. */
const known = new Set(
  (
    'a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink blockquote body br button canvas ' +
    'caption center cite code col colgroup dd del details dfn dialog dir div dl dt em embed fieldset figcaption figure ' +
    'font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label legend li ' +
    'link main map mark marquee math menu meta nav noframes noscript object ol optgroup option p param picture pre q rp rt ruby s ' +
    'samp script section select small source span strike strong style sub summary sup svg table tbody td template textarea tfoot th ' +
    'thead time title tr track tt u ul var video wbr'
  ).split(' '),
);

export const isKnownTag = (name: string): boolean => known.has(name.toLowerCase());

const tag = /<(\/?)([A-Za-z][A-Za-z0-9-]*)((?:\s+[^<>]*)?)\/?>/g;
const lineTag = /^(br|p|div|li|tr|h[1-6]|summary|dt|dd|table|ul|ol|details|hr)$/i;

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** The text of a piece of HTML: comments, scripts and known tags left out. */
export function withoutTags(html: string): string {
  return html
    .replace(/<!--[\s\S]*?(-->|$)/g, '')
    .replace(/<(script|style)\b[\s\S]*?(<\/\1\s*>|$)/gi, '')
    .replace(tag, (whole, _slash, name: string) =>
      isKnownTag(name) ? (lineTag.test(name) ? '\n' : '') : whole,
    )
    .replace(/&(#\d{1,6}|#x[\da-f]{1,5}|\w{2,6});/gi, (whole, name: string) => {
      if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? whole;
      const code = Number.parseInt(name.replace(/^#x?/i, ''), /^#x/i.test(name) ? 16 : 10);
      return code > 0 && code <= 0x10_ff_ff ? String.fromCodePoint(code) : whole;
    })
    .replace(/\n\s*\n/g, '\n')
    .trim();
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
