import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal, readGitPlace, type GitPlace } from '../../../../main/runbooks/git/address.ts';
import { distinctTitles } from '../../../../main/runbooks/git/titles.ts';

function placeOf(url: string, subfolder = '', branch = ''): GitPlace {
  const place = readGitPlace({ url, branch, subfolder });
  if (isRefusal(place)) throw new Error(place.problem);
  return place;
}
const hub = 'https://github.com/acme/runbooks.git';
const lab = 'https://gitlab.com/acme/runbooks.git';

describe('the titles of repositories', () => {
  it.each<[string, GitPlace[], string[]]>([
    ['are short when nothing else is called so', [placeOf(hub, 'docs')], ['acme/runbooks']],
    [
      'name the subfolder where that is the difference',
      [placeOf(hub, 'docs', 'main'), placeOf(hub, '', 'main')],
      ['acme/runbooks (docs)', 'acme/runbooks (all of it)'],
    ],
    [
      'name the branch where that is the difference',
      [placeOf(hub, 'docs'), placeOf(hub, 'docs', 'on-call')],
      ['acme/runbooks (its own branch)', 'acme/runbooks (branch on-call)'],
    ],
    [
      'name the host where that is the difference',
      [placeOf(hub), placeOf(lab)],
      ['acme/runbooks (github.com)', 'acme/runbooks (gitlab.com)'],
    ],
    [
      'are whole addresses where nothing shorter tells them apart',
      [placeOf('/a/x/runbooks'), placeOf('/b/x/runbooks')],
      ['/a/x/runbooks', '/b/x/runbooks'],
    ],
  ])('%s', (_promise, places, titles) => {
    expect([...distinctTitles(places).values()]).toEqual(titles);
  });

  it('are never the same for two', () => {
    const place = fc.record({
      url: fc.constantFrom(hub, lab, '/a/x/runbooks', '/b/x/runbooks', '/acme/runbooks'),
      subfolder: fc.constantFrom('', 'docs', 'all of it', 'docs, branch a', 'ops/docs'),
      branch: fc.constantFrom('', 'a', 'main'),
    });
    fc.assert(
      fc.property(fc.array(place, { maxLength: 8 }), (written) => {
        const places = written.map(({ url, subfolder, branch }) => placeOf(url, subfolder, branch));
        const names = new Set(places.map(({ name }) => name));
        const one = [...names].map((name) => places.find((found) => found.name === name));
        const titles = distinctTitles(one.flatMap((found) => found ?? []));
        expect(titles.size).toBe(names.size);
        expect(new Set(titles.values()).size).toBe(names.size);
      }),
    );
  });
});
