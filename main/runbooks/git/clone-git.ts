/** Git in one of our clones, and what every part that works there needs to know of it. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitPlace } from './address.ts';
import { GitFailure, gitProblem } from './failures.ts';
import type { GitAnswer, GitLogin, GitProgram } from './program.ts';

export interface GitHead {
  readonly branch: string;
  readonly commit: string;
  readonly committedAt: string;
  readonly subject: string;
}

export interface CloneTimes {
  readonly askMs: number;
  readonly fetchMs: number;
}

export const defaultTimes: CloneTimes = { askMs: 60_000, fetchMs: 900_000 };

/** Where the remote's branch was fetched to, and what was checked out from it last. */
export const fetchedRef = 'refs/nightdesk/fetched';
export const shownRef = 'refs/nightdesk/shown';

export interface CloneDeps {
  readonly git: GitProgram;
  readonly place: GitPlace;
  readonly login: GitLogin | null;
  readonly signal: AbortSignal;
  readonly times?: Partial<CloneTimes> | undefined;
}

export const headOf = (branch: string): string => (branch === '' ? 'HEAD' : `refs/heads/${branch}`);

/** @throws GitFailure */
export async function runGit(
  deps: CloneDeps,
  clone: string | null,
  args: readonly string[],
  timeoutMs = deps.times?.askMs ?? defaultTimes.askMs,
): Promise<GitAnswer> {
  const { git, login, signal, place } = deps;
  const answer = await git.run({ args, clone, login, signal, timeoutMs });
  if (answer.code !== 0) throw new GitFailure(gitProblem(answer, place));
  return answer;
}

export async function readHead(deps: CloneDeps, clone: string, branch: string): Promise<GitHead> {
  const { stdout } = await runGit(deps, clone, ['log', '-1', '--format=%H%n%ct%n%s', shownRef]);
  const [commit = '', seconds = '', subject = ''] = stdout.split('\n');
  const committedMs = Number(seconds) * 1_000;
  return {
    branch,
    commit,
    // Commits can carry any time that somebody wrote.
    committedAt: new Date(
      Number.isFinite(committedMs) ? Math.min(committedMs, 8.64e15) : 0,
    ).toISOString(),
    subject: subject.slice(0, 200),
  };
}

/** Nobody else works in our clone, so what a git that was killed left half done is ended: locks, and a rebase. */
export async function endBrokenOff(clone: string): Promise<void> {
  const inside = join(clone, '.git');
  for (const name of ['index.lock', 'shallow.lock', 'HEAD.lock', 'config.lock']) {
    await rm(join(inside, name), { force: true });
  }
  // A rebase moves its branch last. Until then the branch is as it was, and only has to be the one that is checked out.
  const rebase = join(inside, 'rebase-merge');
  const name = (await readFile(join(rebase, 'head-name'), 'utf8').catch(() => '')).trim();
  if (/^refs\/heads\/nightdesk\/\S+$/.test(name)) {
    await writeFile(join(inside, 'HEAD'), `ref: ${name}\n`);
  }
  await rm(rebase, { recursive: true, force: true });
}
