/** Which entries a few words find: in their text, their origin, their command, or the word for their kind. Pure. */
import type { Entry } from '../../../preload/contract/incidents.ts';
import { entryWords } from '../../ui/entry-words.ts';

const lookedAt = 5_000;

export function findEvidence(timeline: readonly Entry[], query: string): readonly Entry[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return timeline;
  return timeline.filter(({ kind, origin, text, code }) => {
    const all = [entryWords[kind], origin, text.slice(0, lookedAt), code?.slice(0, lookedAt) ?? '']
      .join(' ')
      .toLowerCase();
    return words.every((word) => all.includes(word));
  });
}
