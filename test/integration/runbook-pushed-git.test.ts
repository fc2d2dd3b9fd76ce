/** After a push: newer commits of the repository come in, further changes go on the same branch, and nothing is ever forced. */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readGitPlace } from '../../main/runbooks/git/address.ts';
import { createGitProgram, type GitProgram } from '../../main/runbooks/git/program.ts';
import { GitRunbooks } from '../../preload/contract/settings.ts';
import { openEditingDesk } from '../support/editing-desk.ts';
import {
  bareEnvironment,
  makeRepository,
  serveByHttp,
  type Repository,
} from '../support/git-repositories.ts';
import { openTestStore, standingClock, temporaryFolder, type TestStore } from '../support/store.ts';

const clock = standingClock('2026-11-24T04:00:00.000Z');
let store: TestStore;
let root: ReturnType<typeof temporaryFolder>;
let data: ReturnType<typeof temporaryFolder>;
let repository: Repository;
let source: GitRunbooks;
let ends: (() => Promise<void>)[];

beforeEach(() => {
  store = openTestStore();
  root = temporaryFolder();
  data = temporaryFolder();
  repository = makeRepository(root.path);
  repository.commit({
    'docs/disk.md': '# Disk\n\n1. look\n2. free\n',
    'docs/net.md': '# Net\n',
    'src/main.c': 'int x;\n',
  });
  source = GitRunbooks.parse({ kind: 'git', url: repository.path, subfolder: 'docs' });
  ends = [];
});
afterEach(async () => {
  for (const end of ends.toReversed()) await end();
  store.close();
  root.remove();
  data.remove();
});

const environment = (): Record<string, string> => bareEnvironment(join(root.path, 'home'));
const program = (): GitProgram =>
  createGitProgram({
    emptyFolder: join(data.path, 'git', 'nothing'),
    environment: environment(),
  });

async function open(git: GitProgram = program()) {
  const desk = await openEditingDesk({
    store,
    clock,
    data: data.path,
    settings: { runbookSources: [source] },
    git,
  });
  ends.push(desk.stop);
  await desk.runbooks.sources.update();
  const one = () => desk.runbooks.list().sources[0];
  const name = one()?.folder ?? '';
  return {
    ...desk,
    one,
    update: () => desk.runbooks.sources.update(),
    push: () => desk.editing.push(name),
    changes: () => desk.editing.unpushed(),
    text: async (path: string) => (await desk.editing.source(desk.idOf(path))).text,
    async edit(path: string, text: string) {
      const id = desk.idOf(path);
      const { version } = await desk.editing.source(id);
      expect(await desk.editing.save({ id, version, text })).toMatchObject({ kind: 'saved' });
    },
  };
}

const inClone = (...args: string[]): string => {
  const place = readGitPlace(source);
  if ('problem' in place) throw new Error(place.problem);
  const cwd = join(data.path, 'git', place.id);
  return execFileSync('git', args, { cwd, env: environment() }).toString().trim();
};
const there = (ref: string): string => {
  repository.git('fetch', '-q', 'origin');
  return repository.git('rev-parse', `origin/${ref}`);
};
const isWithin = (older: string, newer: string): boolean =>
  repository.git('merge-base', older, newer) === older;

/** As people do it at the server. */
const ways: [string, (branch: string) => void][] = [
  ['a merge', (branch) => repository.git('merge', '-q', '--no-ff', '-m', 'Merge', branch)],
  ['a fast-forward', (branch) => repository.git('merge', '-q', '--ff', branch)],
  [
    'a rebase',
    (branch) => {
      const list = repository.git('rev-list', '--reverse', '--no-merges', `HEAD..${branch}`);
      repository.git('cherry-pick', ...list.split('\n'));
    },
  ],
  [
    'a squash',
    (branch) => {
      repository.git('merge', '-q', '--squash', branch);
      repository.git('commit', '-q', '-m', 'Squashed');
    },
  ],
];
function mergeThere(how: (branch: string) => void): void {
  repository.git('fetch', '-q', 'origin');
  how('origin/nightdesk/disk');
}
const push = (): string => repository.git('push', '-q', 'origin', 'HEAD:refs/heads/main');

describe.each(['a folder', 'a server', 'a server that leaves no file out'])(
  'what was pushed to %s',
  (kind) => {
    beforeEach(async () => {
      if (kind === 'a folder') return;
      const server = await serveByHttp(root.path);
      ends.push(() => server.close());
      source = { ...source, url: `${server.url}/runbooks.git` };
      const config = (name: string, value: string): void =>
        void execFileSync('git', ['config', name, value], { cwd: repository.path });
      config('http.receivepack', 'true');
      if (kind !== 'a server') config('uploadpack.allowFilter', 'false');
    });

    test('does not keep newer runbooks away, and more goes to the same branch without force', async () => {
      const desk = await open();
      await desk.edit('disk.md', '# Disk\n\n1. look\n2. clean\n');
      const { branch } = await desk.push();
      const pushed = there(branch);
      for (const round of [1, 2]) {
        clock.move(600_000);
        const newest = repository.commit({
          'docs/net.md': `# Net ${round}\n`,
          [`docs/new-${round}.md`]: `# New ${round}\n`,
          'docs/disk.md': `# Disk, round ${round}\n\n1. look\n2. free\n`,
          'src/main.c': `int x = ${round};\n`,
        });
        await desk.update();
        expect(desk.one()).toMatchObject({
          problem: null,
          copiedAt: new Date(clock.now()).toISOString(),
        });
        expect(desk.one()?.freshness).toContain(newest.slice(0, 7));
        expect(await desk.text('net.md')).toBe(`# Net ${round}\n`);
        expect(await desk.text(`new-${round}.md`)).toBe(`# New ${round}\n`);
        expect(await desk.text('disk.md')).toBe(`# Disk, round ${round}\n\n1. look\n2. clean\n`);
        expect(inClone('status', '--porcelain')).toBe('');
        // What comes in is no change of ours: there is nothing to push.
        expect(await desk.changes()).toMatchObject([{ branch, count: 0, subjects: [] }]);
      }
      const missing = inClone('rev-list', '--objects', '--missing=print', 'HEAD').split('\n');
      // What nobody reads is not transferred for a merge either.
      expect(missing.includes(`?${inClone('rev-parse', 'HEAD:src/main.c')}`)).toBe(
        kind !== 'a server that leaves no file out',
      );
      repository.commit({ 'docs/net.md': '# Net\n' }, 'As it was');
      await desk.update();
      expect(await desk.text('net.md')).toBe('# Net\n');

      await desk.edit('net.md', '# Net, mine\n');
      expect(await desk.changes()).toMatchObject([{ branch, count: 1, subjects: ['Edit net'] }]);
      expect((await desk.push()).branch).toBe(branch);
      const again = there(branch);
      expect(isWithin(pushed, again)).toBe(true);
      expect(isWithin(there('main'), again)).toBe(true);
      expect(repository.git('diff', '--name-only', 'origin/main', again).split('\n')).toEqual([
        'docs/disk.md',
        'docs/net.md',
      ]);
    });
  },
);

describe('what was pushed', () => {
  test.each(ways)('and merged there by %s is followed plainly again', async (_how, merge) => {
    const desk = await open();
    await desk.edit('disk.md', '# Disk, mine\n');
    await desk.push();
    repository.commit({ 'docs/net.md': '# Net, by others\n' });
    await desk.update();
    await desk.edit('net.md', '# Net, mine\n');
    await desk.push();
    mergeThere(merge);
    push();
    await desk.update();
    expect(await desk.changes()).toEqual([]);
    expect(inClone('branch', '--list', 'nightdesk/*')).toBe('');
    const newest = repository.commit({ 'docs/net.md': '# Net, by others again\n' });
    await desk.update();
    expect(inClone('rev-parse', 'HEAD')).toBe(newest);
    expect(await desk.text('disk.md')).toBe('# Disk, mine\n');
    expect(await desk.text('net.md')).toBe('# Net, by others again\n');
    expect(desk.one()?.problem).toBeNull();
  });

  // After a rebase the repository has the same text as after a squash.
  test.each(ways.filter(([how]) => how !== 'a rebase'))(
    'and merged there by %s does not get in the way of what was written since',
    async (_how, merge) => {
      const desk = await open();
      await desk.edit('disk.md', '# Disk, first\n');
      await desk.push();
      await desk.edit('disk.md', '# Disk, second\n');
      mergeThere(merge);
      push();
      await desk.update();
      expect(desk.one()?.problem).toBeNull();
      repository.commit({ 'docs/net.md': '# Net, by others\n' });
      await desk.update();
      expect(desk.one()?.problem).toBeNull();
      expect(await desk.text('disk.md')).toBe('# Disk, second\n');
      expect(await desk.text('net.md')).toBe('# Net, by others\n');
      expect(await desk.changes()).toMatchObject([{ count: 1, subjects: ['Edit disk'] }]);
      const before = there('nightdesk/disk');
      await desk.push();
      expect(isWithin(before, there('nightdesk/disk'))).toBe(true);
      expect(repository.git('diff', '--name-only', 'origin/main', 'origin/nightdesk/disk')).toBe(
        'docs/disk.md',
      );
    },
  );

  test('and merged there with other words of somebody else is over, too', async () => {
    const desk = await open();
    await desk.edit('disk.md', '# Disk, mine\n\n1. look\n2. free\n');
    await desk.push();
    repository.commit({ 'docs/disk.md': '# Disk, mine\n\n1. look\n2. free\n3. tell\n' });
    await desk.update();
    expect(await desk.changes()).toEqual([]);
    expect(await desk.text('disk.md')).toBe('# Disk, mine\n\n1. look\n2. free\n3. tell\n');
  });

  test('and does not fit with newer commits stays as it was written, and says how old it is', async () => {
    const desk = await open();
    await desk.edit('disk.md', '# Disk\n\n1. look\n2. clean\n');
    await desk.push();
    await desk.update();
    const at = desk.one()?.copiedAt;
    clock.move(600_000);
    repository.commit({
      'docs/disk.md': '# Disk\n\n1. look\n2. grow\n',
      'docs/net.md': '# Net 2\n',
    });
    for (const _round of [1, 2]) {
      await desk.update();
      expect(desk.one()).toMatchObject({
        problem: expect.stringContaining('changes of yours') as string,
        copiedAt: at,
      });
      expect(await desk.text('disk.md')).toBe('# Disk\n\n1. look\n2. clean\n');
      expect(inClone('status', '--porcelain')).toBe('');
      expect(await desk.changes()).toMatchObject([{ branch: 'nightdesk/disk', count: 0 }]);
    }
    expect(readdirSync(join(data.path, 'git')).filter((one) => one.includes('.merge-'))).toEqual(
      [],
    );
    repository.commit({ 'docs/disk.md': '# Disk\n\n1. look\n2. clean\n' }, 'Theirs, after all');
    await desk.update();
    expect(desk.one()).toMatchObject({
      problem: null,
      copiedAt: new Date(clock.now()).toISOString(),
    });
    expect(await desk.text('net.md')).toBe('# Net 2\n');
    expect(await desk.changes()).toEqual([]);
  });

  test('is gone back from without losing anything', async () => {
    const desk = await open();
    await desk.edit('disk.md', '# Disk, mine\n');
    await desk.push();
    repository.commit({ 'docs/net.md': '# Net 2\n' });
    await desk.update();
    await desk.editing.giveUp(desk.one()?.folder ?? '');
    expect(await desk.text('disk.md')).toContain('2. free');
    expect(await desk.text('net.md')).toBe('# Net 2\n');
    expect(repository.git('show', `${there('nightdesk/disk')}:docs/disk.md`)).toBe('# Disk, mine');
  });

  test('survives that the history there was rewritten', async () => {
    const desk = await open();
    await desk.edit('disk.md', '# Disk, mine\n');
    await desk.push();
    repository.rewrite({
      'docs/disk.md': '# Disk\n\n1. look\n2. free\n',
      'docs/only.md': '# Only\n',
    });
    await desk.update();
    expect(desk.one()?.problem).toBeNull();
    expect(await desk.text('disk.md')).toBe('# Disk, mine\n');
    expect(await desk.text('only.md')).toBe('# Only\n');
    expect(desk.runbooks.list().runbooks.map(({ path }) => path)).toEqual(['disk.md', 'only.md']);
  });

  test.each(['reset', 'update-ref'])(
    'is whole after a merge that was broken off at %s',
    async (command) => {
      const real = program();
      let isBroken = false;
      const git: GitProgram = {
        run: (call) =>
          isBroken && call.args[0] === command
            ? Promise.resolve({
                code: 1,
                stdout: '',
                stderr: 'fatal: away: Connection refused',
                ended: null,
              })
            : real.run(call),
      };
      const desk = await open(git);
      await desk.edit('disk.md', '# Disk, mine\n');
      await desk.push();
      repository.commit({ 'docs/net.md': '# Net 2\n' });
      isBroken = true;
      await desk.update();
      expect(desk.one()?.problem).not.toBeNull();
      expect(await desk.text('disk.md')).toBe('# Disk, mine\n');
      isBroken = false;
      repository.commit({ 'docs/net.md': '# Net 3\n' });
      await desk.update();
      expect(desk.one()?.problem).toBeNull();
      expect(await desk.text('disk.md')).toBe('# Disk, mine\n');
      expect(await desk.text('net.md')).toBe('# Net 3\n');
    },
  );
});
