/** Cuts the typed filter into parts to draw them: tokens as boxes, spaces as they are. Pure, and loses no letter. */

export interface FilterPart {
  readonly text: string;
  /** `name`, operator, value: drawn as a token. Free text is not. */
  readonly kind: 'token' | 'text' | 'space' | 'problem';
}

const piece = /(\s+)|((?:"(?:\\.|[^"\\])*"?|[^\s"])+)/g;
const tokenShape = /^-?[A-Za-z_][\w.\-/]*(=~|!~|!=|>=|<=|=|>|<|:)/;

export function filterParts(query: string, problems: ReadonlySet<string>): FilterPart[] {
  const parts: FilterPart[] = [];
  for (const [text, space] of query.matchAll(piece)) {
    if (space !== undefined) parts.push({ text, kind: 'space' });
    else if (problems.has(text)) parts.push({ text, kind: 'problem' });
    else parts.push({ text, kind: tokenShape.test(text) ? 'token' : 'text' });
  }
  return parts;
}
