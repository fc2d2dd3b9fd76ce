/**
 * Marks the notes that we write, so that one that arrived although its answer was lost is found and not written twice.
 *
 * The mark stands for the request, not for its text: a person may say the same thing twice.
 */
import { createHash } from 'node:crypto';

/** Plain letters only: it survives every locale. */
export const markOf = (key: string): string =>
  `[nightdesk ${createHash('sha256').update(key).digest('hex').slice(0, 8)}]`;

/** `by` is a claim, for upstreams that know only whose login it is. */
export function markedNote(note: string, key: string, by = ''): string {
  const who = by.trim() === '' ? '' : `${by.trim()}: `;
  return `${who}${note.trim()} ${markOf(key)}`;
}

export const hasMark = (text: string, key: string): boolean => text.includes(markOf(key));

/** As the person wrote it, without the mark. */
export const withoutMark = (text: string): string =>
  text.replace(/ ?\[nightdesk [0-9a-f]{8}\]\s*$/, '');

export const isMarked = (text: string): boolean => withoutMark(text) !== text;

/** Who said it, of a marked note that names somebody; null for any other text. */
export function signedBy(text: string): { readonly by: string; readonly note: string } | null {
  const found = isMarked(text) ? /^([^:\n]{1,100}): (.*)$/s.exec(withoutMark(text)) : null;
  return found === null ? null : { by: found[1] ?? '', note: found[2] ?? '' };
}
