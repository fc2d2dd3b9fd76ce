/** Keeps a text as it is up to `limit` UTF-16 units; past it, cuts visibly. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // The cut may fall into a surrogate pair; half of one would not survive the store.
  const kept = text.slice(0, limit).replace(/[\uD800-\uDBFF]$/, '');
  return `${kept}… (cut, ${text.length.toLocaleString('en')} characters)`;
}
