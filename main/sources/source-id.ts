/** Ids of new sources, readable in the configuration file. Pure. */
import type { SourceId } from '../../preload/contract/common.ts';

const longest = 40;

export function newSourceId(name: string, taken: ReadonlySet<string>): SourceId {
  const base =
    name
      .normalize('NFKD')
      .toLowerCase()
      .replace(/\p{M}+/gu, '')
      .replace(/[^a-z0-9]+/g, '-')
      .slice(0, longest)
      .replace(/^-+|-+$/g, '') || 'source';
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(id)) return id as SourceId;
  }
}
