/**
 * Saving into repositories: around every write in a clone stands a commit, and what is committed can be pushed or given up. For
 * all other folders this adds nothing.
 */
import { posix } from 'node:path';
import type { UnpushedChanges } from '../../../preload/contract/editing.ts';
import type { Clock } from '../../clock.ts';
import { AppError } from '../../errors.ts';
import {
  commitFile,
  editedBranch,
  giveUpBranch,
  pushBranch,
  tidyClone,
  unpushedIn,
} from '../git/edited-clone.ts';
import type { GitRunbookService } from '../git/git-runbooks.ts';
import { fileName } from '../parse.ts';
import { suggestPath } from './file-name.ts';
import type { Where } from './originals.ts';

export interface Change {
  /** Relative to the folder of the library. */
  readonly path: string;
  readonly verb: 'Add' | 'Edit';
}

type Folder = Pick<Where, 'folder' | 'kind'>;

export interface RepositoryEdits {
  /** Writes, and commits what was written. When that fails, nothing was written. */
  around<Result>(
    where: Folder,
    change: Change,
    write: () => Promise<Result>,
  ): Promise<{ result: Result; note: string | null }>;
  /** The branch that a save goes to; null for what is no repository. */
  branchFor(where: Folder & { readonly path: string }): Promise<string | null>;
}

const slugOf = (path: string): string =>
  suggestPath(fileName(path))
    .replace(/\.md$/, '')
    .replaceAll(/[^\p{L}\p{N}-]+/gu, '-')
    .toLowerCase();

/** Nothing was written: somebody else was faster. */
const isWritten = (result: unknown): boolean => result !== 'changed' && result !== false;

export function createRepositoryEdits(deps: {
  readonly clock: Clock;
  readonly git: GitRunbookService;
  readonly person: () => string;
  readonly onChanged: () => void;
}) {
  const { git } = deps;
  const pushing = new Set<string>();

  const whilePushing = async <Result>(
    name: string,
    work: () => Promise<Result>,
  ): Promise<Result> => {
    pushing.add(name);
    deps.onChanged();
    try {
      return await work();
    } finally {
      pushing.delete(name);
      deps.onChanged();
    }
  };

  return {
    async around<Result>({ folder, kind }: Folder, change: Change, write: () => Promise<Result>) {
      if (kind !== 'git') return { result: await write(), note: null };
      const done = await git.edit(folder.name, async (clone, target) => {
        await tidyClone(clone, target);
        const result = await write();
        if (!isWritten(result)) return { result, note: null };
        const branch = await commitFile(clone, target, {
          path: posix.join(clone.place.subfolder, change.path),
          subject: `${change.verb} ${fileName(change.path)}`.slice(0, 72),
          slug: slugOf(change.path),
          person: deps.person(),
        });
        return { result, note: `Committed on the branch ${branch}, not pushed yet.` };
      });
      deps.onChanged();
      return done;
    },

    async branchFor({ folder, kind, path }: Folder & { path: string }): Promise<string | null> {
      const clone = kind === 'git' ? git.cloneOf(folder.name) : null;
      return clone === null ? null : ((await editedBranch(clone)) ?? `nightdesk/${slugOf(path)}`);
    },

    async unpushed(): Promise<UnpushedChanges[]> {
      const found: UnpushedChanges[] = [];
      for (const name of git.states().keys()) {
        const clone = git.cloneOf(name);
        if (clone === null || (await editedBranch(clone)) === null) continue;
        const changes = await git.look(name, unpushedIn).catch(() => null);
        if (changes !== null)
          found.push({ folder: name, ...changes, isPushing: pushing.has(name) });
      }
      return found;
    },

    async push(name: string): Promise<{ branch: string; message: string }> {
      const { branch, link } = await whilePushing(name, () => git.edit(name, pushBranch));
      const more = link === null ? '' : ` Propose the change at ${link}`;
      return {
        branch,
        message: `Pushed as ${branch}. It is shown here as you wrote it, until it is merged there.${more}`,
      };
    },

    async giveUp(name: string): Promise<{ keptAs: string }> {
      const stamp = new Date(deps.clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
      const keptAs = await git.edit(name, (clone, target) => giveUpBranch(clone, target, stamp));
      if (keptAs === '') {
        throw new AppError('not_found', 'There are no changes of yours in this repository.', {
          next: 'Nothing is to be done.',
        });
      }
      deps.onChanged();
      void git.update(name);
      return { keptAs };
    },
  };
}
