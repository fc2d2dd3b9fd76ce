/** Titles of repositories, told apart where one of them is a source more than once. Pure. */
import type { GitPlace } from './address.ts';

/** Only what is different between them is worth reading. */
const marks: readonly ((place: GitPlace) => string)[] = [
  ({ host }) => host ?? 'this computer',
  ({ subfolder }) => (subfolder === '' ? 'all of it' : subfolder),
  ({ branch }) => (branch === '' ? 'its own branch' : `branch ${branch}`),
];

/** By name: `acme/runbooks`, or `acme/runbooks (docs, branch on-call)` when another one has that title, too. */
export function distinctTitles(places: readonly GitPlace[]): ReadonlyMap<string, string> {
  const titles = new Map<string, string>();
  for (const alike of Map.groupBy(places, ({ title }) => title).values()) {
    const telling = marks.filter((mark) => new Set(alike.map(mark)).size > 1);
    const longer = (place: GitPlace): string =>
      `${place.title} (${telling.map((mark) => mark(place)).join(', ')})`;
    const isEnough = new Set(alike.map(longer)).size === alike.length;
    for (const place of alike) {
      const own = alike.length === 1 ? place.title : isEnough ? longer(place) : place.name;
      titles.set(place.name, own);
    }
  }
  return titles;
}
