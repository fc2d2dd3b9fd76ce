/** Saving into repositories through the real git: commits on a branch, pushed by a button, never lost by an update. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readGitPlace } from '../../main/runbooks/git/address.ts';
import { createGitProgram, type GitProgram } from '../../main/runbooks/git/program.ts';
import { GitRunbooks } from '../../preload/contract/settings.ts';
import { openEditingDesk } from '../support/editing-desk.ts';
import { bareEnvironment, makeRepository, type Repository } from '../support/git-repositories.ts';
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
  repository.commit({ 'docs/disk.md': '# Disk\n\n1. look\n2. free\n', 'docs/net.md': '# Net\n' });
  source = GitRunbooks.parse({ kind: 'git', url: repository.path, subfolder: 'docs' });
  ends = [];
});
afterEach(async () => {
  for (const end of ends) await end();
  store.close();
  root.remove();
  data.remove();
});

const program = (): GitProgram =>
  createGitProgram({
    emptyFolder: join(data.path, 'git', 'nothing'),
    environment: bareEnvironment(join(root.path, 'home')),
  });

async function open(change: { git?: GitProgram } = {}) {
  const desk = await openEditingDesk({
    store,
    clock,
    data: data.path,
    settings: { runbookSources: [source] },
    git: program(),
    ...change,
  });
  ends.push(desk.stop);
  await desk.runbooks.sources.update();
  const [row] = desk.runbooks.list().sources;
  const name = row?.folder ?? '';
  const edit = async (path: string, text: string) => {
    const id = desk.idOf(path);
    const { version } = await desk.editing.source(id);
    return desk.editing.save({ id, version, text });
  };
  return {
    ...desk,
    name,
    edit,
    update: () => desk.runbooks.sources.update(),
    problem: () => desk.runbooks.list().sources[0]?.problem ?? null,
    text: async (path: string) => (await desk.editing.source(desk.idOf(path))).text,
  };
}

const clone = (): string => {
  const place = readGitPlace(source);
  if ('problem' in place) throw new Error(place.problem);
  return join(data.path, 'git', place.id);
};
const inClone = (...args: string[]): string =>
  execFileSync('git', args, { cwd: clone(), env: bareEnvironment(join(root.path, 'home')) })
    .toString()
    .trim();
const there = (ref: string, path: string): string => {
  repository.git('fetch', '-q', 'origin');
  return repository.git('show', `origin/${ref}:${path}`);
};

describe('a change in a repository', () => {
  test('is a commit on a branch of its own, and nothing is pushed by itself', async () => {
    const desk = await open();
    const id = desk.idOf('disk.md');
    expect((await desk.editing.source(id)).branch).toBe('nightdesk/disk');
    const answer = await desk.edit('disk.md', '# Disk\n\n1. look\n2. clean\n');
    expect(answer).toMatchObject({
      kind: 'saved',
      note: 'Committed on the branch nightdesk/disk, not pushed yet.',
    });
    expect(inClone('log', '-1', '--format=%s %D')).toBe('Edit disk HEAD -> nightdesk/disk');
    expect(inClone('status', '--porcelain')).toBe('');
    expect(await desk.editing.unpushed()).toEqual([
      {
        folder: desk.name,
        branch: 'nightdesk/disk',
        count: 1,
        subjects: ['Edit disk'],
        isPushing: false,
      },
    ]);
    expect(repository.git('ls-remote', '--heads', 'origin')).not.toContain('nightdesk');
  });

  test('of several runbooks is one branch, pushed together, and shown until it is merged', async () => {
    const desk = await open();
    await desk.edit('disk.md', '# Disk, edited\n');
    await desk.editing.create({
      key: 'new-123456',
      folder: desk.name,
      path: 'sub/dns.md',
      text: '# DNS\n',
    });
    expect(await desk.editing.unpushed()).toMatchObject([{ count: 2 }]);
    const { branch } = await desk.editing.push(desk.name);
    expect(branch).toBe('nightdesk/disk');
    expect(there('nightdesk/disk', 'docs/disk.md')).toBe('# Disk, edited');
    expect(there('nightdesk/disk', 'docs/sub/dns.md')).toBe('# DNS');
    expect(await desk.editing.unpushed()).toMatchObject([{ branch, count: 0 }]);

    await desk.update();
    expect(await desk.text('disk.md')).toBe('# Disk, edited\n');
    expect(desk.problem()).toBeNull();

    // As a merge with "squash" leaves it: other commits, the same files.
    repository.commit({ 'docs/disk.md': '# Disk, edited\n', 'docs/sub/dns.md': '# DNS\n' });
    await desk.update();
    expect(desk.problem()).toBeNull();
    expect(await desk.editing.unpushed()).toEqual([]);
    expect(inClone('branch', '--list', 'nightdesk/*')).toBe('');
  });

  test('that is not pushed stays through updates, on top of what others did', async () => {
    const desk = await open();
    await desk.edit('disk.md', '# Disk\n\n1. look\n2. clean\n');
    repository.commit({ 'docs/net.md': '# Net, by others\n', 'docs/new.md': '# New\n' });
    await desk.update();
    expect(desk.problem()).toBeNull();
    expect(await desk.text('disk.md')).toContain('clean');
    expect(await desk.text('net.md')).toBe('# Net, by others\n');
    expect(await desk.text('new.md')).toBe('# New\n');
    await desk.editing.push(desk.name);
    expect(there('nightdesk/disk', 'docs/net.md')).toBe('# Net, by others');
    expect(there('nightdesk/disk', 'docs/disk.md')).toContain('clean');
  });

  test('that does not fit with what others did stays as it was written', async () => {
    const desk = await open();
    await desk.edit('disk.md', '# Disk\n\n1. look\n2. clean\n');
    repository.commit({ 'docs/disk.md': '# Disk\n\n1. look\n2. grow\n' });
    await desk.update();
    expect(await desk.text('disk.md')).toContain('2. clean');
    expect(desk.problem()).toContain('changes of yours');
    expect(inClone('status', '--porcelain')).toBe('');
    expect(await desk.editing.unpushed()).toMatchObject([{ count: 1 }]);
    await desk.update();
    expect(await desk.editing.unpushed()).toMatchObject([{ count: 1 }]);
  });

  test('meets a pull in the editor as a conflict with both texts', async () => {
    const desk = await open();
    const id = desk.idOf('disk.md');
    const { version } = await desk.editing.source(id);
    repository.commit({ 'docs/disk.md': '# Disk\n\n1. look\n2. free\n3. tell\n' });
    await desk.update();
    const answer = await desk.editing.save({
      id,
      version,
      text: '# Disk full\n\n1. look\n2. free\n',
    });
    expect(answer).toMatchObject({
      kind: 'conflict',
      conflict: { merged: '# Disk full\n\n1. look\n2. free\n3. tell\n' },
    });
    expect(await desk.editing.unpushed()).toEqual([]);
  });

  test('is pushed under another name when the repository has a different branch of this one', async () => {
    repository.commit({ 'docs/disk.md': '# Of a colleague\n' }, 'Other', 'nightdesk/disk');
    const desk = await open();
    await desk.edit('disk.md', '# Mine\n');
    const { branch } = await desk.editing.push(desk.name);
    expect(branch).toBe('nightdesk/disk-2');
    expect(there('nightdesk/disk-2', 'docs/disk.md')).toBe('# Mine');
    expect(there('nightdesk/disk', 'docs/disk.md')).toBe('# Of a colleague');
  });

  test('goes on the same branch after it was pushed, and is pushed again', async () => {
    const desk = await open();
    await desk.edit('disk.md', '# One\n');
    await desk.editing.push(desk.name);
    await desk.edit('disk.md', '# Two\n');
    expect(await desk.editing.unpushed()).toMatchObject([{ branch: 'nightdesk/disk', count: 1 }]);
    await desk.editing.push(desk.name);
    expect(there('nightdesk/disk', 'docs/disk.md')).toBe('# Two');
  });

  test('that is given up goes from the library and stays in the clone', async () => {
    const desk = await open();
    await desk.edit('disk.md', '# Mine\n');
    const { keptAs } = await desk.editing.giveUp(desk.name);
    expect(await desk.text('disk.md')).toContain('2. free');
    expect(await desk.editing.unpushed()).toEqual([]);
    expect(inClone('show', `${keptAs}:docs/disk.md`)).toBe('# Mine');
    await expect(desk.editing.giveUp(desk.name)).rejects.toMatchObject({ code: 'not_found' });
  });

  test('outlives the program, and a clone that is taken out of the settings', async () => {
    const first = await open();
    await first.edit('disk.md', '# Mine\n');
    await first.stop();
    const desk = await open();
    expect(await desk.editing.unpushed()).toMatchObject([{ count: 1 }]);
    await desk.runbooks.sources.remove(desk.name);
    await expect
      .poll(() => readdirSync(join(data.path, 'git')).filter((name) => name.includes('.kept-')))
      .toHaveLength(1);
  });
});

describe('an update that was ended in the middle', () => {
  /** The program, whose git dies where `dies` says so, and does nothing from then on. */
  const mortal = (dies: (args: readonly string[]) => 'before' | 'within' | 'no') => {
    const real = program();
    const state = { isDead: false };
    const nothing = { code: 1, stdout: '', stderr: 'fatal: killed', ended: null };
    const git: GitProgram = {
      async run(call) {
        if (state.isDead) return nothing;
        const when = dies(call.args);
        if (when === 'no') return real.run(call);
        state.isDead = true;
        if (when === 'within') {
          // It stops after its first commit, as if it had been killed there.
          const editor = ['-c', 'sequence.editor=sed -i -e s/^pick/edit/'];
          const args = call.args.flatMap((arg) => (arg === 'rebase' ? [arg, '-i'] : arg));
          await real.run({ ...call, args: [...editor, ...args] });
        }
        return nothing;
      },
    };
    return git;
  };
  const isNoted = (args: readonly string[]): boolean =>
    args[0] === 'update-ref' && args[2] === 'refs/nightdesk/fetched';

  test.each<[string, string, () => void]>([
    ['go on', '# Net 3\n', () => void repository.commit({ 'docs/net.md': '# Net 3\n' })],
    [
      'go back',
      '# Net\n',
      () => void repository.git('push', '-q', '--force', 'origin', 'HEAD~1:refs/heads/main'),
    ],
  ])('is no change of ours, whether others %s', async (_where, text, goOn) => {
    let isOn = false;
    const first = await open({ git: mortal((args) => (isOn && isNoted(args) ? 'before' : 'no')) });
    repository.commit({ 'docs/net.md': '# Net 2\n' });
    isOn = true;
    await first.update();
    await first.stop();
    goOn();
    const desk = await open();
    expect(desk.problem()).toBeNull();
    expect(await desk.text('net.md')).toBe(text);
  });

  test.each<[string, (args: readonly string[]) => 'before' | 'within' | 'no']>([
    ['moved', (args) => (args.includes('rebase') ? 'within' : 'no')],
    ['noted', (args) => (isNoted(args) ? 'before' : 'no')],
  ])('before our changes were %s loses none of them', async (_when, dies) => {
    let isOn = false;
    const first = await open({ git: mortal((args) => (isOn ? dies(args) : 'no')) });
    await first.edit('disk.md', '# Disk, once\n');
    await first.edit('disk.md', '# Disk, twice\n');
    repository.commit({ 'docs/net.md': '# Net 2\n' });
    isOn = true;
    await first.update();
    await first.stop();
    repository.commit({ 'docs/net.md': '# Net 3\n' });
    const desk = await open();
    expect(desk.problem()).toBeNull();
    expect(await desk.text('disk.md')).toBe('# Disk, twice\n');
    expect(await desk.text('net.md')).toBe('# Net 3\n');
    expect(await desk.editing.unpushed()).toMatchObject([{ branch: 'nightdesk/disk', count: 2 }]);
    await desk.editing.push(desk.name);
    expect(there('nightdesk/disk', 'docs/disk.md')).toBe('# Disk, twice');
  });
});

describe('when it cannot be', () => {
  test('pushed: says why, and keeps the commits', async () => {
    const hook = join(repository.path, 'hooks', 'pre-receive');
    writeFileSync(hook, '#!/bin/sh\necho "branch names begin with a ticket" >&2\nexit 1\n', {
      mode: 0o755,
    });
    const desk = await open();
    await desk.edit('disk.md', '# Mine\n');
    await expect(desk.editing.push(desk.name)).rejects.toMatchObject({
      message: expect.stringContaining('refused') as string,
      next: expect.stringContaining('Your changes stay here') as string,
    });
    expect(await desk.editing.unpushed()).toMatchObject([{ count: 1, isPushing: false }]);
  });

  test('committed: the file is as it was, and the text is kept', async () => {
    const real = program();
    const git: GitProgram = {
      run: (call) =>
        call.args.includes('commit')
          ? Promise.resolve({ code: 128, stdout: '', stderr: 'fatal: no space', ended: null })
          : real.run(call),
    };
    const desk = await open({ git });
    await expect(desk.edit('disk.md', '# Mine\n')).rejects.toMatchObject({
      code: 'runbook.unwritable',
    });
    expect(await desk.text('disk.md')).toContain('2. free');
    expect(inClone('status', '--porcelain')).toBe('');
    expect(inClone('branch', '--list', 'nightdesk/*')).toBe('');
    expect(desk.editing.drafts()).toMatchObject([{ title: 'Mine' }]);
  });

  test('updated, because the server does not answer: saving does not wait for it', async () => {
    const real = program();
    let isAway = false;
    const git: GitProgram = {
      run: (call) =>
        isAway && call.args.includes('ls-remote')
          ? new Promise((resolve) => {
              call.signal.addEventListener('abort', () =>
                resolve({ code: null, stdout: '', stderr: '', ended: 'stopped' }),
              );
            })
          : real.run(call),
    };
    const desk = await open({ git });
    isAway = true;
    const updating = desk.update();
    await desk.edit('disk.md', '# Mine\n');
    await updating;
    expect(await desk.editing.unpushed()).toMatchObject([{ count: 1 }]);
  });

  test('created: no file is left behind either', async () => {
    const real = program();
    const git: GitProgram = {
      run: (call) =>
        call.args.includes('commit')
          ? Promise.resolve({ code: 128, stdout: '', stderr: 'fatal: no space', ended: null })
          : real.run(call),
    };
    const desk = await open({ git });
    await expect(
      desk.editing.create({ key: 'new-123456', folder: desk.name, path: 'dns.md', text: '# D\n' }),
    ).rejects.toMatchObject({ code: 'runbook.unwritable' });
    expect(existsSync(join(clone(), 'docs', 'dns.md'))).toBe(false);
  });

  test('a repository that ignores Markdown by a rule takes it all the same', async () => {
    repository.commit({ '.gitignore': '*.md\n' });
    const desk = await open();
    await desk.editing.create({
      key: 'new-123456',
      folder: desk.name,
      path: 'dns.md',
      text: '# DNS\n',
    });
    expect(await desk.editing.unpushed()).toMatchObject([{ subjects: ['Add dns'] }]);
  });
});
