/** Folders and files that are called like a service: where the runbooks of a service are. */
import { foldName } from '../names.ts';
import { isGenericFile } from '../parse.ts';
import type { Hint } from './alarm-facts.ts';
import type { PageRow } from './page-index.ts';

export interface Place {
  readonly page: PageRow;
  /** `redis.md`, `redis/README.md`, `redis/replica-lag.md`, `service: redis` in the front matter. */
  readonly kind: 'file' | 'folder page' | 'folder' | 'front matter';
}

export type Places = ReadonlyMap<string, readonly Place[]>;

/** A folder of more pages says nothing about one of them. */
const maxPages = 200;

export function readPlaces(pages: Iterable<PageRow>): Places {
  const places = new Map<string, Place[]>();
  const add = (name: string, place: Place): void => {
    const folded = foldName(name);
    if (folded.length < 2) return;
    const known = places.get(folded);
    if (known === undefined) places.set(folded, [place]);
    else if (known.length < maxPages) known.push(place);
  };
  for (const page of pages) {
    for (const service of page.services) add(service, { page, kind: 'front matter' });
    const parts = page.path.split('/');
    const isGeneric = isGenericFile(page.path);
    if (!isGeneric) add((parts.at(-1) ?? '').replace(/\.\w+$/, ''), { page, kind: 'file' });
    for (const [index, part] of parts.slice(0, -1).entries()) {
      const isOwnPage = isGeneric && index === parts.length - 2;
      add(part, { page, kind: isOwnPage ? 'folder page' : 'folder' });
    }
  }
  return places;
}

/** `etcdHighFsyncDurations`: the folder may be called like some of the words, taken together. */
export function namesIn(words: readonly string[], isCommon: (word: string) => boolean): Hint[] {
  const hints: Hint[] = [];
  for (let from = 0; from < words.length; from++) {
    for (let length = 1; length <= 4 && from + length <= words.length; length++) {
      const part = words.slice(from, from + length);
      if (part.every(isCommon)) continue;
      hints.push({
        text: `the alarm’s ${part.join('-')}`,
        value: part.join(''),
        isFirst: from === 0,
        // The service stands in front, as a rule; more words leave less to chance.
        weight: (from === 0 ? 0.9 : 0.6) + 0.05 * (length - 1),
      });
    }
  }
  return hints;
}
