/**
 * Whether the branch has the subfolder that somebody wrote. Only its list of names is fetched, where the server can leave the
 * files out, into a folder that goes again.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import type { Refusal } from './address.ts';
import { fetchedRef, headOf, runGit, type CloneDeps } from './clone-git.ts';

const mostNames = 6;
const longestName = 60;
const fetchMs = 60_000;

/** @returns null when it is there. @throws GitFailure when it could not be seen */
export async function lookForSubfolder(
  deps: CloneDeps,
  target: string,
  branch: string,
): Promise<Refusal | null> {
  const { place } = deps;
  if (place.subfolder === '') return null;
  const beside = `${target}.test-${randomUUID().slice(0, 8)}`;
  try {
    await mkdir(beside, { recursive: true, mode: 0o700 });
    await runGit(deps, beside, ['init', '--quiet']);
    for (const [key, value] of [
      ['remote.origin.url', place.url],
      ['remote.origin.promisor', 'true'],
      ['remote.origin.partialclonefilter', 'blob:none'],
    ] as const) {
      await runGit(deps, beside, ['config', key, value]);
    }
    const quick = ['--quiet', '--depth=1', '--no-tags', '--no-recurse-submodules'];
    const ref = `+${headOf(place.branch)}:${fetchedRef}`;
    await runGit(deps, beside, ['fetch', ...quick, 'origin', ref], fetchMs);
    return await compare(deps, beside, branch);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/** Down the path as far as it goes, then what is there instead. */
async function compare(deps: CloneDeps, beside: string, branch: string): Promise<Refusal | null> {
  let within = '';
  for (const part of deps.place.subfolder.split('/')) {
    const { stdout } = await runGit(deps, beside, ['ls-tree', '-z', `${fetchedRef}:${within}`]);
    const found = stdout.split('\0').flatMap((line) => {
      const [, type, name] = /^\d+ (\w+) [0-9a-f]+\t(.*)$/s.exec(line) ?? [];
      return type === undefined || name === undefined ? [] : { type, name };
    });
    const path = within === '' ? part : `${within}/${part}`;
    const one = found.find(({ name }) => name === part);
    if (one?.type !== 'tree') {
      const folders = found.filter(({ type }) => type === 'tree').map(({ name }) => name);
      return refusal({ branch, within, path, part, isThere: one !== undefined, folders });
    }
    within = path;
  }
  return null;
}

function refusal(found: {
  readonly branch: string;
  readonly within: string;
  readonly path: string;
  readonly part: string;
  readonly isThere: boolean;
  readonly folders: readonly string[];
}): Refusal {
  const { branch, within, path, part, isThere, folders } = found;
  const where = branch === '' ? 'its branch' : branch;
  const place = within === '' ? where : `${within} of ${where}`;
  const problem = isThere
    ? `${path} in ${where} is no folder.`
    : `There is no folder ${path} in ${where}.`;
  const alike = folders.find((name) => name.toLowerCase() === part.toLowerCase());
  // Names in a repository can hold anything, line breaks and marks that turn the text around included.
  const plain = (name: string): string => name.replaceAll(/\p{C}/gu, '?').slice(0, longestName);
  if (alike !== undefined) {
    return { problem, next: `Write ${alike}: capital and small letters count.` };
  }
  const shown = folders.slice(0, mostNames).map(plain);
  const more = folders.length > mostNames ? ', …' : '';
  return {
    problem,
    next:
      shown.length === 0
        ? `There are no folders in ${place}. Correct the subfolder, or leave it empty.`
        : `Correct the subfolder, or leave it empty. In ${place} there are: ${shown.join(', ')}${more}.`,
  };
}
