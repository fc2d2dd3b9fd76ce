/** Git in one of our clones, and what every part that works there needs to know of it. */
import { rm } from 'node:fs/promises';
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

/** Nobody else works in our clone, so a lock is what a git that was killed left behind. */
export async function removeLocks(clone: string): Promise<void> {
  for (const name of ['index.lock', 'shallow.lock', 'HEAD.lock', 'config.lock']) {
    await rm(join(clone, '.git', name), { force: true });
  }
}
