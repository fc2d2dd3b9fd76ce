/**
 * Newer commits of a repository, merged into a branch that was pushed: a merge commit, so that pushing again only adds to it.
 *
 * Clones are shallow, so git sees no ancestor that two branches have in common. It need not: what was merged last is known
 * (`shownRef`), and the difference from there to what was fetched is one commit that can be picked. That happens in a folder
 * beside the clone, so what does not fit is never seen in a file of the library.
 */
import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultTimes, fetchedRef, runGit, shownRef, type CloneDeps } from './clone-git.ts';
import { GitFailure, gitProblem } from './failures.ts';
import type { GitAnswer } from './program.ts';

/** The texts that people here gave each path, as git names them. */
type OwnTexts = ReadonlyMap<string, ReadonlySet<string>>;

export type Merged =
  | { readonly kind: 'merged'; readonly commit: string }
  /** All that was written here is in what was fetched. */
  | { readonly kind: 'nothing of ours' }
  | { readonly kind: 'conflict' };

const mostCommits = 1_000;

/** Every text that a commit of this branch brought in, the older ones included. @throws GitFailure */
export async function ownTexts(deps: CloneDeps, clone: string): Promise<OwnTexts> {
  const { stdout } = await runGit(deps, clone, [
    '-c',
    // The commit that the history is cut off at would count as having written everything.
    'log.showRoot=false',
    'log',
    `-${mostCommits}`,
    '--first-parent',
    '--no-merges',
    '--format=',
    '--raw',
    '--no-abbrev',
    '--no-renames',
    '-z',
    'HEAD',
  ]);
  const texts = new Map<string, Set<string>>();
  const parts = stdout.split('\0');
  for (const [index, part] of parts.entries()) {
    const text = /^\s*:\d+ \d+ [0-9a-f]+ ([0-9a-f]+) [A-Z]\d*$/.exec(part)?.[1];
    const path = parts[index + 1];
    if (text === undefined || path === undefined) continue;
    texts.set(path, (texts.get(path) ?? new Set()).add(text));
  }
  return texts;
}

/**
 * The commit of the repository that this branch holds: what was merged into it last, or else what it began with, where its
 * history is cut off.
 *
 * @throws GitFailure
 */
export async function standsOn(deps: CloneDeps, clone: string): Promise<string> {
  const oneOf = async (...which: string[]): Promise<string[]> => {
    const args = ['rev-list', '-1', '--first-parent', '--parents', ...which, 'HEAD'];
    return (await runGit(deps, clone, args)).stdout.trim().split(' ');
  };
  const [, , merged] = await oneOf('--merges');
  if (merged !== undefined) return merged;
  const [first = ''] = await oneOf('--max-parents=0');
  return first;
}

/**
 * Merges what was fetched into the branch that is checked out. The clone is as before: its branch has yet to be moved.
 *
 * @throws GitFailure when it could not be tried
 */
export async function mergeNewer(
  deps: CloneDeps,
  clone: string,
  input: { readonly own: OwnTexts; readonly who: readonly string[]; readonly message: string },
): Promise<Merged> {
  const { own, who, message } = input;
  const beside = `${clone}.merge-${randomUUID().slice(0, 8)}`;
  const git = (...args: string[]): Promise<GitAnswer> => run(deps, { args, clone, beside });
  const textOf = async (...args: string[]): Promise<string> => {
    const answer = await git(...args);
    if (answer.code !== 0) throw new GitFailure(gitProblem(answer, deps.place));
    return answer.stdout.trim();
  };
  const commitOf = (tree: string, ...rest: string[]): Promise<string> =>
    textOf(...who, 'commit-tree', tree, ...rest);
  try {
    await mkdir(join(beside, 'files'), { recursive: true });
    const before = await startingPoint(textOf, own);
    const from = before === null ? shownRef : await commitOf(before, '-m', 'Before');
    const newer = await commitOf(`${fetchedRef}^{tree}`, '-p', from, '-m', 'Newer');
    // With the marks of what is not transferred: nothing of that is asked for.
    await copyFile(join(clone, '.git', 'index'), join(beside, 'index'));
    const picked = await git(...who, 'cherry-pick', '--no-commit', newer);
    // It leaves its message for a commit that is not made this way.
    await rm(join(clone, '.git', 'MERGE_MSG'), { force: true });
    if (picked.code !== 0) {
      const found = gitProblem(picked, deps.place);
      // Any other trouble would have the clone made anew, and what was written here put aside.
      if (picked.code !== 1 && ['away', 'login', 'full'].includes(found.kind)) {
        throw new GitFailure(found);
      }
      return { kind: 'conflict' };
    }
    const tree = await textOf('write-tree', '--missing-ok');
    if (tree === (await textOf('rev-parse', `${fetchedRef}^{tree}`))) {
      return { kind: 'nothing of ours' };
    }
    const parents = ['-p', 'HEAD', '-p', await textOf('rev-parse', fetchedRef)];
    return { kind: 'merged', commit: await commitOf(tree, ...parents, '-m', message) };
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

const run = (
  deps: CloneDeps,
  call: { args: string[]; clone: string; beside: string },
): Promise<GitAnswer> =>
  deps.git.run({
    ...call,
    login: deps.login,
    signal: deps.signal,
    timeoutMs: deps.times?.fetchMs ?? defaultTimes.fetchMs,
  });

/**
 * The tree that the difference is taken from; null: of what was merged last. A file that the repository took over as somebody
 * here had written it, and that was edited here since, is no news: only what others wrote after that would be.
 */
async function startingPoint(
  textOf: (...args: string[]) => Promise<string>,
  own: OwnTexts,
): Promise<string | null> {
  const raw = ['diff-tree', '-r', '-z', '--raw', '--no-abbrev', '--no-renames'];
  const parts = (await textOf(...raw, shownRef, fetchedRef)).split('\0');
  const taken: string[] = [];
  for (const [index, part] of parts.entries()) {
    const [, mode, text] = /^:\d+ (\d+) [0-9a-f]+ ([0-9a-f]+) [A-Z]\d*$/.exec(part) ?? [];
    const path = parts[index + 1];
    if (mode === undefined || text === undefined || path === undefined) continue;
    if (own.get(path)?.has(text) === true) taken.push('--cacheinfo', `${mode},${text},${path}`);
  }
  if (taken.length === 0) return null;
  await textOf('read-tree', shownRef);
  await textOf('update-index', '--add', ...taken);
  return textOf('write-tree', '--missing-ok');
}
