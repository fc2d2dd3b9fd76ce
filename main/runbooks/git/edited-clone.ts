/**
 * Changes that people make in our clone: commits on a branch of their own, pushed by a button.
 *
 * The branch stays checked out until the repository has what is in it, so the library shows what was written. Newer commits
 * of the repository go below it while it is not pushed, and are merged into it afterwards, because what others have must not
 * be rewritten. Where they do not fit, it stays as it is.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  fetchedRef,
  headOf,
  readHead,
  endBrokenOff,
  runGit,
  shownRef,
  type CloneDeps,
  type GitHead,
} from './clone-git.ts';
import { GitFailure, gitProblem, type GitProblem } from './failures.ts';
import { mergeNewer, standsOn, ownTexts } from './merge-newer.ts';
import type { GitAnswer } from './program.ts';

const branchPrefix = 'nightdesk/';
/** The commit of the branch that the remote has. */
const pushedRef = 'refs/nightdesk/pushed';
const mostSubjects = 20;
const mostNames = 20;
const pushMs = 180_000;

/** The branch that is checked out, when it is one of ours. Asks no program: it is looked at often. */
export async function editedBranch(clone: string): Promise<string | null> {
  const head = await readFile(join(clone, '.git', 'HEAD'), 'utf8').catch(() => '');
  const branch = /^ref: refs\/heads\/(.+)\s*$/.exec(head)?.[1] ?? null;
  return branch?.startsWith(branchPrefix) === true ? branch : null;
}

const isThere = async (deps: CloneDeps, clone: string, ref: string): Promise<boolean> =>
  runGit(deps, clone, ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]).then(
    () => true,
    () => false,
  );

const textOf = async (deps: CloneDeps, clone: string, args: readonly string[]): Promise<string> =>
  (await runGit(deps, clone, args)).stdout.trim();

/** `nightdesk/checkout-errors`, or with a number behind it when that was used already. */
async function freeBranch(deps: CloneDeps, clone: string, slug: string): Promise<string> {
  for (let count = 1; count < mostNames; count++) {
    const name = `${branchPrefix}${slug}${count === 1 ? '' : `-${count}`}`;
    if (!(await isThere(deps, clone, `refs/heads/${name}`))) return name;
  }
  return `${branchPrefix}${slug}-${Date.now().toString(36)}`;
}

/** Git needs a name on every commit. Who told git none is named as this. */
async function identity(deps: CloneDeps, clone: string, person: string): Promise<string[]> {
  const known = await runGit(deps, clone, ['config', 'user.email']).catch(() => null);
  if (known !== null) return [];
  const name = person.replaceAll(/[<>\n\r]/g, '').trim() || 'Nightdesk';
  return ['-c', `user.name=${name}`, '-c', 'user.email=nightdesk@localhost'];
}

/** Whatever an update that was broken off left half done: all that people wrote is in commits. */
export async function tidyClone(deps: CloneDeps, clone: string): Promise<void> {
  await endBrokenOff(clone);
  const status = await textOf(deps, clone, ['status', '--porcelain', '--untracked-files=no']);
  if (status !== '') await runGit(deps, clone, ['reset', '--quiet', '--hard']);
}

export interface CommitInput {
  /** Relative to the clone. */
  readonly path: string;
  readonly subject: string;
  readonly slug: string;
  readonly person: string;
}

/**
 * Commits a file that was just written. @returns the branch.
 *
 * @throws GitFailure; then the clone is as it was before, the file included
 */
export async function commitFile(
  deps: CloneDeps,
  clone: string,
  input: CommitInput,
): Promise<string> {
  const { path } = input;
  const before = await editedBranch(clone);
  let branch = before;
  try {
    if (branch === null) {
      branch = await freeBranch(deps, clone, input.slug);
      await runGit(deps, clone, ['checkout', '--quiet', '-b', branch]);
    }
    // A repository may ignore what its people write by hand.
    await runGit(deps, clone, ['--literal-pathspecs', 'add', '--force', '--', path]);
    const staged = await textOf(deps, clone, ['diff', '--cached', '--name-only']);
    if (staged !== '') {
      const who = await identity(deps, clone, input.person);
      await runGit(deps, clone, [
        ...who,
        'commit',
        '--quiet',
        '--no-verify',
        '--no-gpg-sign',
        '-m',
        input.subject,
      ]);
    }
    return branch;
  } catch (error) {
    await runGit(deps, clone, ['reset', '--quiet', '--hard']).catch(() => {});
    if (before === null && branch !== null) {
      await runGit(deps, clone, ['checkout', '--quiet', '--detach']).catch(() => {});
      await runGit(deps, clone, ['branch', '--quiet', '-D', branch]).catch(() => {});
    }
    throw error;
  }
}

export interface Unpushed {
  readonly branch: string;
  /** 0: all of it is pushed, and the repository's own branch does not have it yet. */
  readonly count: number;
  readonly subjects: string[];
}

/** Null: nothing was changed here. */
export async function unpushedIn(deps: CloneDeps, clone: string): Promise<Unpushed | null> {
  const branch = await editedBranch(clone);
  if (branch === null) return null;
  const from = (await isPushed(deps, clone)) ? pushedRef : shownRef;
  // What was merged into the branch is nobody's change: it is in the repository already.
  const own = ['--first-parent', '--no-merges', `${from}..HEAD`];
  const subjects = await textOf(deps, clone, ['log', `-${mostSubjects}`, '--format=%s', ...own]);
  const count = Number(await textOf(deps, clone, ['rev-list', '--count', ...own]));
  return { branch, count, subjects: subjects === '' ? [] : subjects.split('\n') };
}

/** Whether the remote has a part of this branch: then it must not be rewritten. */
const isPushed = async (deps: CloneDeps, clone: string): Promise<boolean> =>
  (await isThere(deps, clone, pushedRef)) &&
  (await runGit(deps, clone, ['merge-base', '--is-ancestor', pushedRef, 'HEAD']).then(
    () => true,
    () => false,
  ));

export interface Pushed {
  readonly branch: string;
  /** Where the server says a change can be proposed. */
  readonly link: string | null;
}

/** Pushes the branch; under another name when the remote has a different one of this. @throws GitFailure */
export async function pushBranch(deps: CloneDeps, clone: string): Promise<Pushed> {
  let branch = await editedBranch(clone);
  if (branch === null) {
    throw new GitFailure({ kind: 'gone', problem: 'There is nothing to push.', next: 'Go on.' });
  }
  const first = branch;
  for (let count = 2; ; count++) {
    const ref = `refs/heads/${branch}`;
    const answer = await deps.git.run({
      args: ['push', '--porcelain', 'origin', `HEAD:${ref}`],
      clone,
      login: deps.login,
      signal: deps.signal,
      timeoutMs: deps.times?.fetchMs ?? pushMs,
    });
    if (answer.code === 0) {
      if (branch !== first) await runGit(deps, clone, ['branch', '--quiet', '-m', branch]);
      await runGit(deps, clone, ['update-ref', pushedRef, 'HEAD']);
      const link = /^remote:.*?(https?:\/\/\S+)/m.exec(answer.stderr)?.[1] ?? null;
      return { branch, link };
    }
    const isTaken = /non-fast-forward|fetch first|\[rejected\]/i.test(
      answer.stdout + answer.stderr,
    );
    if (!isTaken || count > 9) throw new GitFailure(pushProblem(answer, deps));
    branch = `${first}-${count}`;
  }
}

function pushProblem(answer: GitAnswer, { place }: CloneDeps): GitProblem {
  const said = `${answer.stderr}\n${answer.stdout}`;
  const host = place.host ?? 'the repository';
  if (
    /denied|not allowed|forbidden|returned error: 403|read[- ]only|protected|insufficient/i.test(
      said,
    ) &&
    !/publickey/i.test(said)
  ) {
    return {
      kind: 'login',
      problem: `${host} does not let you push there.`,
      next: 'Use a token or key that may write to the repository, then push again. Your changes stay here.',
    };
  }
  if (/pre-receive hook declined|remote rejected/i.test(said)) {
    return {
      kind: 'other',
      problem: `${host} refused what was pushed.`,
      next: 'Its rules may ask for something in names or messages. Your changes stay here.',
    };
  }
  return gitProblem(answer, place);
}

/** Back to what the repository has. @returns the ref under which the commits stay in the clone */
export async function giveUpBranch(deps: CloneDeps, clone: string, stamp: string): Promise<string> {
  const branch = await editedBranch(clone);
  if (branch === null) return '';
  const kept = `refs/nightdesk/given-up/${stamp}-${branch.slice(branchPrefix.length)}`;
  await runGit(deps, clone, ['update-ref', kept, 'HEAD']);
  await leaveBranch(deps, clone, branch, shownRef);
  return kept;
}

async function leaveBranch(
  deps: CloneDeps,
  clone: string,
  branch: string,
  to: string,
): Promise<void> {
  const fetchMs = deps.times?.fetchMs ?? pushMs;
  await runGit(deps, clone, ['checkout', '--quiet', '--force', '--detach', to], fetchMs);
  await runGit(deps, clone, ['branch', '--quiet', '-D', branch]);
  await runGit(deps, clone, ['update-ref', '-d', pushedRef]);
}

export interface EditedUpdate {
  readonly head: GitHead;
  readonly hasChanged: boolean;
  readonly isHeld: boolean;
}

/** Brings a clone with changes in it up to date, as far as that costs nobody a word. @throws GitFailure */
export async function updateEdited(
  deps: CloneDeps,
  clone: string,
  branchThere: string,
): Promise<EditedUpdate> {
  const branch = await editedBranch(clone);
  const held = async (): Promise<EditedUpdate> => ({
    head: await readHead(deps, clone, branchThere),
    hasChanged: false,
    isHeld: true,
  });
  if (branch === null) return held();
  await tidyClone(deps, clone);
  // An update that was ended between the two moved the branch, and has not noted onto what.
  await runGit(deps, clone, ['update-ref', shownRef, await standsOn(deps, clone)]);
  // Asked before anything is fetched: a shallow fetch cuts the history off at what it brings, which may be a commit of ours.
  const own = await ownTexts(deps, clone);
  const fetchMs = deps.times?.fetchMs ?? pushMs;
  const from = headOf(deps.place.branch);
  const depth = ['--depth=1', '--no-tags', '--no-recurse-submodules'];
  await runGit(
    deps,
    clone,
    ['fetch', '--quiet', ...depth, 'origin', `+${from}:${fetchedRef}`],
    fetchMs,
  );
  const shown = await textOf(deps, clone, ['rev-parse', shownRef]);
  const fetched = await textOf(deps, clone, ['rev-parse', fetchedRef]);
  const answer = async (hasChanged: boolean): Promise<EditedUpdate> => ({
    head: await readHead(deps, clone, branchThere),
    hasChanged,
    isHeld: false,
  });
  if (shown === fetched) return answer(false);
  if (await hasArrived(deps, clone)) {
    await leaveBranch(deps, clone, branch, fetchedRef);
    await runGit(deps, clone, ['update-ref', shownRef, fetchedRef]);
    return answer(true);
  }
  if (await isPushed(deps, clone)) {
    const message = `Merge ${branchThere || 'newer commits'} into ${branch}`;
    const who = await identity(deps, clone, '');
    const found = await mergeNewer(deps, clone, { own, who, message });
    if (found.kind === 'conflict') return held();
    if (found.kind === 'nothing of ours') await leaveBranch(deps, clone, branch, fetchedRef);
    else await runGit(deps, clone, ['reset', '--quiet', '--hard', found.commit], fetchMs);
    await runGit(deps, clone, ['update-ref', shownRef, fetchedRef]);
    return answer(true);
  }
  const who = await identity(deps, clone, '');
  const onto = ['rebase', '--quiet', '--no-verify', '--no-gpg-sign', '--no-autostash', '--onto'];
  const moved = await runGit(deps, clone, [...who, ...onto, fetchedRef, shownRef], fetchMs).catch(
    () => null,
  );
  if (moved === null) {
    await runGit(deps, clone, ['rebase', '--abort']).catch(() => {});
    return held();
  }
  await runGit(deps, clone, ['update-ref', shownRef, fetchedRef]);
  return answer(true);
}

/** Whether the remote's branch has every file as it was written here: merged, however it was merged. */
async function hasArrived(deps: CloneDeps, clone: string): Promise<boolean> {
  const tree = ['diff-tree', '-r', '-z', '--name-only', '--no-renames'];
  const names = async (a: string, b: string): Promise<string[]> =>
    (await runGit(deps, clone, [...tree, a, b])).stdout.split('\0').filter((name) => name !== '');
  const own = await names(shownRef, 'HEAD');
  const different = new Set(await names(fetchedRef, 'HEAD'));
  return own.every((name) => !different.has(name));
}
