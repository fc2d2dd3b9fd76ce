/**
 * Our clone of a repository: shallow, one branch, and of its files only those that a library shows. It is moved by fetching
 * and checking out, so a rewritten history is nothing special. Only with changes of people in it is there anything to merge.
 *
 * A clone begins under another name and is renamed when it is whole; the old one stays readable until then. Nothing of a
 * repository is ever run: no hooks, no submodules, no filters but the person's own.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  defaultTimes,
  fetchedRef,
  headOf,
  readHead,
  endBrokenOff,
  runGit,
  shownRef,
  type CloneDeps,
  type GitHead,
} from './clone-git.ts';
import { editedBranch, updateEdited } from './edited-clone.ts';
import { GitFailure } from './failures.ts';

/** Without case, as git's patterns write it. */
const anyCase = (extension: string): string =>
  extension.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);

/** What a library can show: everything else, a product's sources for example, is not even transferred. */
const documents = ['md', 'mdx', 'markdown', 'mdown', 'mkd', 'adoc', 'asciidoc'];
const extensions = [
  ...documents,
  ...documents.map((extension) => `${extension}.erb`),
  'png',
  'jpg',
  'jpeg',
  'gif',
  'webp',
  'svg',
];

/** In the words of `.git/info/sparse-checkout`. Exported for its test. */
export function sparsePatterns(subfolder: string): string {
  const root = subfolder === '' ? '/' : `/${subfolder.replace(/[\\*?[\]!# ]/g, '\\$&')}/`;
  return extensions.map((extension) => `${root}**/*.${anyCase(extension)}\n`).join('');
}

/** What the remote says now. @throws GitFailure */
export async function askRemote(deps: CloneDeps): Promise<{ branch: string; commit: string }> {
  const { place } = deps;
  const answer = await runGit(deps, null, [
    'ls-remote',
    '--symref',
    '--',
    place.url,
    'HEAD',
    headOf(place.branch),
  ]);
  const lines = answer.stdout.split('\n').map((line) => line.split('\t'));
  const symbolic = lines.find(
    ([from, name]) => name === 'HEAD' && from?.startsWith('ref: ') === true,
  );
  const branch =
    place.branch === '' ? (symbolic?.[0]?.slice('ref: refs/heads/'.length) ?? '') : place.branch;
  const name = place.branch === '' ? 'HEAD' : headOf(place.branch);
  const commit = lines.find(
    ([hash, at]) => at === name && /^[0-9a-f]{40,64}$/.test(hash ?? ''),
  )?.[0];
  if (commit !== undefined) return { branch, commit };
  throw new GitFailure({
    kind: 'gone',
    problem: place.branch === '' ? 'The repository is empty.' : `It has no branch ${place.branch}.`,
    next:
      place.branch === ''
        ? 'Push a first commit, then press "Update now".'
        : 'Choose another branch.',
  });
}

async function writePatterns({ place }: CloneDeps, clone: string): Promise<void> {
  const info = join(clone, '.git', 'info');
  await mkdir(info, { recursive: true });
  await writeFile(join(info, 'sparse-checkout'), sparsePatterns(place.subfolder));
}

const isDirectory = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
};

/** Fetches the branch and shows it. @throws GitFailure; then the files are as they were. */
async function fetchInto(deps: CloneDeps, clone: string, branch: string): Promise<GitHead> {
  const fetchMs = deps.times?.fetchMs ?? defaultTimes.fetchMs;
  const ref = headOf(deps.place.branch);
  await runGit(
    deps,
    clone,
    [
      'fetch',
      '--quiet',
      '--depth=1',
      '--no-tags',
      '--no-recurse-submodules',
      'origin',
      `+${ref}:${fetchedRef}`,
    ],
    fetchMs,
  );
  // Each time: what a library can show may have become more since it was cloned.
  await writePatterns(deps, clone);
  // With a partial clone this also transfers the files, all at once and before any is written.
  await runGit(deps, clone, ['checkout', '--quiet', '--force', '--detach', fetchedRef], fetchMs);
  await runGit(deps, clone, ['update-ref', shownRef, fetchedRef]);
  return readHead(deps, clone, branch);
}

async function begin(deps: CloneDeps, clone: string, isPartial: boolean): Promise<void> {
  await mkdir(clone, { recursive: true });
  await runGit(deps, clone, ['init', '--quiet']);
  const settings: [string, string][] = [
    ['remote.origin.url', deps.place.url],
    ['core.sparseCheckout', 'true'],
    ...(isPartial
      ? ([
          ['remote.origin.promisor', 'true'],
          ['remote.origin.partialclonefilter', 'blob:none'],
        ] as [string, string][])
      : []),
  ];
  for (const [key, value] of settings) await runGit(deps, clone, ['config', key, value]);
}

/** Not a reason to try once more in another way. */
const isFinal = (error: unknown): boolean =>
  !(error instanceof GitFailure) || !['other', 'damaged'].includes(error.found.kind);

/** A whole new clone at `target`; what was there before gives way only then. @throws GitFailure */
async function cloneAnew(deps: CloneDeps, target: string, branch: string): Promise<GitHead> {
  const fresh = `${target}.new-${randomUUID().slice(0, 8)}`;
  const old = `${target}.old-${randomUUID().slice(0, 8)}`;
  try {
    let head: GitHead;
    try {
      await begin(deps, fresh, true);
      head = await fetchInto(deps, fresh, branch);
    } catch (error) {
      if (isFinal(error)) throw error;
      // Some servers promise to leave files out, and then do not hand them out one by one.
      await rm(fresh, { recursive: true, force: true });
      await begin(deps, fresh, false);
      head = await fetchInto(deps, fresh, branch);
    }
    if (await isDirectory(target)) await rename(target, old);
    await rename(fresh, target);
    return head;
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await discardClone(old);
  }
}

export interface Update {
  readonly head: GitHead;
  /** Whether the files may have changed. */
  readonly hasChanged: boolean;
  /** Somebody committed in the clone and it is not in the repository: it stays as it is. */
  readonly isHeld: boolean;
}

/** Whether our clone was edited here: what is checked out is no longer what we checked out. */
async function isEdited(deps: CloneDeps, clone: string): Promise<boolean> {
  // A clone that cannot tell is damaged; what is in it is kept aside when it is made anew.
  const refs = ['HEAD', shownRef, fetchedRef];
  const all = await runGit(deps, clone, ['rev-parse', ...refs]).catch(() => null);
  const [head, shown, fetched] = all?.stdout.trim().split('\n') ?? [];
  if (head === shown) return false;
  if (head !== fetched || (await editedBranch(clone)) !== null) return true;
  // An update was ended between checking out and noting it.
  await runGit(deps, clone, ['update-ref', shownRef, fetchedRef]);
  return false;
}

/**
 * Makes the clone at `target` what the remote shows now.
 *
 * @throws GitFailure, GitMissing; then what was there is there still.
 */
export async function updateClone(deps: CloneDeps, target: string): Promise<Update> {
  const remote = await askRemote(deps);
  if (!(await isDirectory(join(target, '.git')))) {
    return { head: await cloneAnew(deps, target, remote.branch), hasChanged: true, isHeld: false };
  }
  try {
    await endBrokenOff(target);
    if (await isEdited(deps, target)) {
      return await updateEdited(deps, target, remote.branch);
    }
    const shown = await readHead(deps, target, remote.branch).catch(() => null);
    if (shown?.commit === remote.commit && (await isWhole(deps, target))) {
      return { head: shown, hasChanged: false, isHeld: false };
    }
    const head = await fetchInto(deps, target, remote.branch);
    await tidy(deps, target);
    return { head, hasChanged: true, isHeld: false };
  } catch (error) {
    const isRepairable =
      error instanceof GitFailure && ['damaged', 'locked', 'other'].includes(error.found.kind);
    if (!isRepairable || deps.signal.aborted) throw error;
    return { head: await cloneAnew(deps, target, remote.branch), hasChanged: true, isHeld: false };
  }
}

/** Whether the files on disk are those of the commit: somebody may have deleted one. */
async function isWhole(deps: CloneDeps, clone: string): Promise<boolean> {
  const { stdout } = await runGit(deps, clone, ['ls-files', '--deleted']);
  return stdout === '';
}

const packsBeforeTidying = 30;

/** Every update leaves a small pack; now and then they are made one, and what is not needed any more goes. */
async function tidy(deps: CloneDeps, clone: string): Promise<void> {
  const packs = await readdir(join(clone, '.git', 'objects', 'pack')).catch(() => []);
  if (packs.filter((name) => name.endsWith('.pack')).length < packsBeforeTidying) return;
  // It is only housekeeping: the next update tries again.
  await runGit(deps, clone, ['gc', '--quiet', '--prune=now'], 120_000).catch(() => undefined);
}

/** What clones that were broken off left behind. */
export async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if (/\.(?:new|merge|test)-[0-9a-f]{8}$/.test(name))
      await rm(path, { recursive: true, force: true });
    if (/\.old-[0-9a-f]{8}$/.test(name)) await discardClone(path);
  }
}

/** Branches are only ever made by people: a clone without one holds nothing that the remote has not. */
async function hasBranches(clone: string): Promise<boolean> {
  const loose = await readdir(join(clone, '.git', 'refs', 'heads')).catch(() => []);
  const packed = await readFile(join(clone, '.git', 'packed-refs'), 'utf8').catch(() => '');
  return loose.length > 0 || packed.includes(' refs/heads/');
}

/** A clone that nobody wants any more. What somebody wrote in it is kept beside. */
export async function discardClone(target: string): Promise<void> {
  if (await hasBranches(target)) {
    await rename(target, `${target}.kept-${randomUUID().slice(0, 8)}`).catch(() => undefined);
  }
  await rm(target, { recursive: true, force: true });
}
