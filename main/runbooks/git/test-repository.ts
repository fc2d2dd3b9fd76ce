/** Tries a repository as it would be used: is there a git, does the address answer, may we read, are the branch and the subfolder there. */
import { join } from 'node:path';
import type { GitRunbooks } from '../../../preload/contract/settings.ts';
import type { TestReport } from '../../../preload/contract/sources.ts';
import { AppError } from '../../errors.ts';
import { step } from '../../sources/test-steps.ts';
import { isRefusal, readGitPlace } from './address.ts';
import type { CloneDeps } from './clone-git.ts';
import { askRemote } from './clone.ts';
import { GitFailure, gitMissing } from './failures.ts';
import { loginFor, type GitLogins } from './logins.ts';
import { GitMissing, type GitProgram } from './program.ts';
import { lookForSubfolder } from './subfolder.ts';

export async function testRepository(options: {
  readonly git: GitProgram;
  /** Where clones are. */
  readonly folder: string;
  readonly logins: GitLogins;
  readonly source: GitRunbooks;
  readonly token: string | undefined;
  readonly signal: AbortSignal;
}): Promise<TestReport> {
  const { git, folder, logins, source, token, signal } = options;
  const steps: TestReport['steps'] = [];
  const done = (isUsable: boolean): TestReport => ({ isUsable, steps });
  const place = readGitPlace(source);
  if (isRefusal(place)) {
    steps.push(step('address', 'failed', place.problem, place.next));
    return done(false);
  }
  try {
    const { stdout } = await git.run({ args: ['version'], clone: null, timeoutMs: 10_000, signal });
    const version = /(\d+)\.(\d+)/.exec(stdout);
    const isOld = version !== null && Number(version[1]) * 1_000 + Number(version[2]) < 2_031;
    steps.push(
      isOld
        ? step('git', 'failed', `${stdout.trim()} is too old.`, 'Install git 2.31 or newer.')
        : step('git', 'ok', `${stdout.trim()}.`),
    );
    if (isOld) return done(false);
  } catch (error) {
    if (!(error instanceof GitMissing)) throw error;
    steps.push(step('git', 'failed', gitMissing.problem, gitMissing.next));
    return done(false);
  }
  try {
    const login =
      token === undefined || token === ''
        ? token === undefined
          ? await logins.find(place, source.user)
          : null
        : loginFor(place, source.user, token);
    const asking = { git, place, login, signal, times: { askMs: 30_000 } };
    const remote = await askRemote(asking);
    steps.push(
      step('reach', 'ok', `${place.host ?? 'The folder'} answers.`),
      step(
        'login',
        'ok',
        login === null ? 'May be read without a token of ours.' : 'The token is accepted.',
      ),
      step('read', 'ok', `${remote.branch || 'Its branch'} is at ${remote.commit.slice(0, 7)}.`),
    );
    const found = await subfolderSteps(asking, join(folder, place.id), remote.branch);
    steps.push(...found);
    return done(found.every(({ outcome }) => outcome !== 'failed'));
  } catch (error) {
    if (error instanceof AppError) steps.push(step('login', 'failed', error.message, error.next));
    else if (error instanceof GitFailure) {
      const { kind, problem, next } = error.found;
      const name = kind === 'login' ? 'login' : kind === 'gone' ? 'read' : 'reach';
      if (name === 'read')
        steps.push(step('reach', 'ok', `${place.host ?? 'The folder'} answers.`));
      steps.push(step(name, 'failed', problem, next));
    } else throw error;
    return done(false);
  }
}

async function subfolderSteps(
  deps: CloneDeps,
  target: string,
  branch: string,
): Promise<TestReport['steps']> {
  const { subfolder } = deps.place;
  if (subfolder === '') return [];
  try {
    const wrong = await lookForSubfolder(deps, target, branch);
    return [
      wrong === null
        ? step('read', 'ok', `${subfolder} is in it.`)
        : step('read', 'failed', wrong.problem, wrong.next),
    ];
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error;
    const { problem } = error.found;
    return [
      step(
        'read',
        'warning',
        `Whether ${subfolder} is in it could not be seen. ${problem}`,
        'The first copy tells.',
      ),
    ];
  }
}
