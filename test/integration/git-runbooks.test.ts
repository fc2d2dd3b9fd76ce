/** Repositories of runbooks through the real git: from folders, over HTTP and over SSH, and everything that goes wrong with them. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import type { ServerResponse } from 'node:http';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AlarmLookup } from '../../main/runbooks/run-service.ts';
import { Bus } from '../../main/bus.ts';
import { Windows } from '../../main/desk/windows.ts';
import { readGitPlace } from '../../main/runbooks/git/address.ts';
import { createGitProgram } from '../../main/runbooks/git/program.ts';
import type { RunbookSettings } from '../../main/runbooks/runbook-sources.ts';
import { createRunbookService } from '../../main/runbooks/runbook-service.ts';
import { createRunSecrets } from '../../main/shells/run-secrets.ts';
import type { RunbookSource } from '../../preload/contract/runbooks.ts';
import { GitRunbooks } from '../../preload/contract/settings.ts';
import {
  bareEnvironment,
  hasSsh,
  makeRepository,
  serveByHttp,
  serveBySsh,
  type GitHttpServer,
  type Repository,
} from '../support/git-repositories.ts';
import { runbookSettings } from '../support/runbook-settings.ts';
import { openTestStore, standingClock, temporaryFolder, type TestStore } from '../support/store.ts';

const noAlarms: AlarmLookup = { get: () => undefined };
const clock = standingClock('2026-11-24T04:00:00.000Z');
let store: TestStore;
let root: ReturnType<typeof temporaryFolder>;
let data: ReturnType<typeof temporaryFolder>;
let repository: Repository;
let ends: (() => Promise<void>)[];

beforeEach(() => {
  store = openTestStore();
  root = temporaryFolder();
  data = temporaryFolder();
  repository = makeRepository(root.path);
  ends = [];
});
afterEach(async () => {
  for (const end of ends.toReversed()) await end();
  store.close();
  root.remove();
  data.remove();
});

const git = (url: string, change: Partial<GitRunbooks> = {}): GitRunbooks =>
  GitRunbooks.parse({ kind: 'git', url, ...change });

interface Options {
  readonly environment?: Readonly<Record<string, string>>;
  readonly program?: string;
  readonly times?: { askMs?: number; fetchMs?: number };
}

/** A service on the same store and folder: a second one is the program after a restart. */
async function start(sources: GitRunbooks[], options: Options = {}) {
  let settings: RunbookSettings = runbookSettings({ runbookSources: sources });
  const bus = new Bus();
  const secrets = createRunSecrets('This is a test.');
  const emptyFolder = join(data.path, 'runbooks', 'git', 'nothing');
  const service = createRunbookService({
    db: store.db,
    clock,
    bus,
    windows: new Windows(),
    alarms: noAlarms,
    settings: {
      current: () => settings,
      update(change) {
        settings = { ...settings, ...change };
        bus.emit('settings.changed', { settings: settings as never, at: clock.now() });
      },
    },
    secrets,
    folder: join(data.path, 'runbooks'),
    shipped: [],
    git: createGitProgram({
      emptyFolder,
      environment: { ...bareEnvironment(join(root.path, 'home')), ...options.environment },
      ...(options.program === undefined ? {} : { program: options.program }),
    }),
    ...(options.times === undefined ? {} : { gitTimes: options.times }),
  });
  ends.push(() => service.stop());
  await service.start();
  const one = (): RunbookSource => {
    const [source] = service.list().sources;
    if (source === undefined) throw new Error('there is no source');
    return source;
  };
  return {
    service,
    secrets,
    one,
    settings: () => settings,
    update: () => service.sources.update(),
    titles: () => service.list().runbooks.map(({ title }) => title),
  };
}

const cloneOf = (source: GitRunbooks): string => {
  const place = readGitPlace(source);
  if ('problem' in place) throw new Error(place.problem);
  return join(data.path, 'runbooks', 'git', place.id);
};

describe('a repository in a folder', () => {
  test('is copied, searched, and followed as it changes', async () => {
    const first = repository.commit({
      'docs/Disk.md': '# Disk full\nfree some space',
      'src/main.c': 'int x;',
    });
    const { one, update, titles, service } = await start([git(repository.path)]);
    expect(one()).toMatchObject({ kind: 'git', count: 0, copiedAt: null, problem: null });

    await update();
    expect(titles()).toEqual(['Disk full']);
    expect(one()).toMatchObject({
      copiedAt: '2026-11-24T04:00:00.000Z',
      problem: null,
      isBusy: false,
    });
    expect(one().freshness).toContain(`main at ${first.slice(0, 7)}`);
    expect(service.search({ text: 'space', limit: 5 }).hits).toHaveLength(1);

    clock.move(3_600_000);
    repository.commit({ 'docs/Disk.md': null, 'docs/Queue.md': '# Queue stuck' }, 'Replace');
    await update();
    expect(titles()).toEqual(['Queue stuck']);
    expect(one().freshness).toContain('“Replace”');
    expect(service.list().runbooks[0]?.copiedAt).toBe('2026-11-24T05:00:00.000Z');
  });

  test('takes one branch and one subfolder, and of the files only what can be shown', async () => {
    repository.commit({ 'README.md': '# Other' });
    repository.commit(
      {
        'ops/run books/A.md': '# A\n![](a.png)',
        'ops/run books/a.png': Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1'),
        'ops/run books/deep/B.markdown': '# B',
        'ops/run books/tool.sh': 'exit 1',
        'other/C.md': '# C',
      },
      'On a branch',
      'on-call',
    );
    const source = git(repository.path, { branch: 'on-call', subfolder: 'ops/run books' });
    const { update, titles, service } = await start([source]);
    await update();
    expect(titles()).toEqual(['A', 'B']);
    const files = readdirSync(join(cloneOf(source), 'ops', 'run books')).sort();
    expect(files).toEqual(['A.md', 'a.png', 'deep']);
    expect(existsSync(join(cloneOf(source), 'other'))).toBe(false);
    const [runbook] = service.list().runbooks;
    const asset = await service.asset(runbook!.id, 'a.png');
    expect(asset.dataUrl).toMatch(/^data:image\/png;base64,/);
  });

  test('is read with all kinds of documents, also when it was cloned before there were so many', async () => {
    repository.commit({ 'A.md': '# A', 'B.mdx': 'import X from "./x";\n\n# B' });
    const source = git(repository.path);
    const { update, titles } = await start([source]);
    await update();
    expect(titles()).toEqual(['A', 'B']);
    const clone = cloneOf(source);
    writeFileSync(join(clone, '.git', 'info', 'sparse-checkout'), '/**/*.md\n');
    execFileSync('git', ['-C', clone, 'read-tree', '-mu', 'HEAD']);
    expect(existsSync(join(clone, 'B.mdx'))).toBe(false);
    repository.commit({ 'C.md': '# C' });
    await update();
    expect(titles()).toEqual(['A', 'B', 'C']);
  });

  test('keeps the last good state while the remote is away, and says since when', async () => {
    repository.commit({ 'A.md': '# A' });
    const { update, titles, one } = await start([git(repository.path)]);
    await update();
    const at = one().copiedAt;
    clock.move(7_200_000);
    rmSync(repository.path, { recursive: true });
    await update();
    expect(titles()).toEqual(['A']);
    expect(one()).toMatchObject({ copiedAt: at, isBusy: false });
    expect(one().problem).not.toBeNull();
    expect(one().next).not.toBeNull();

    const restarted = await start([git(repository.path)]);
    expect(restarted.titles()).toEqual(['A']);
    expect(restarted.one().copiedAt).toBe(at);
  });

  test('follows a history that was rewritten', async () => {
    repository.commit({ 'A.md': '# A' });
    repository.commit({ 'B.md': '# B' });
    const { update, titles, one } = await start([git(repository.path)]);
    await update();
    const head = repository.rewrite({ 'C.md': '# C' });
    await update();
    expect(titles()).toEqual(['C']);
    expect(one()).toMatchObject({ problem: null });
    expect(one().freshness).toContain(head.slice(0, 7));
  });

  test.each<[string, (clone: string) => void]>([
    ['an index that is cut off', (clone) => truncateSync(join(clone, '.git', 'index'), 20)],
    ['a HEAD that is empty', (clone) => writeFileSync(join(clone, '.git', 'HEAD'), '')],
    ['no objects at all', (clone) => rmSync(join(clone, '.git', 'objects'), { recursive: true })],
    [
      'a configuration that is garbage',
      (clone) => writeFileSync(join(clone, '.git', 'config'), '[[['),
    ],
    [
      'packs full of zeros',
      (clone) => {
        const folder = join(clone, '.git', 'objects', 'pack');
        for (const name of readdirSync(folder)) {
          chmodSync(join(folder, name), 0o644);
          writeFileSync(join(folder, name), Buffer.alloc(500));
        }
      },
    ],
    [
      'locks of a git that was killed',
      (clone) => {
        writeFileSync(join(clone, '.git', 'index.lock'), '');
        writeFileSync(join(clone, '.git', 'shallow.lock'), '');
      },
    ],
    ['a file somebody deleted', (clone) => rmSync(join(clone, 'A.md'))],
    ['no .git', (clone) => rmSync(join(clone, '.git'), { recursive: true })],
  ])('heals a clone with %s', async (_what, damage) => {
    repository.commit({ 'A.md': '# A' });
    const source = git(repository.path);
    const { update, titles, one } = await start([source]);
    await update();
    damage(cloneOf(source));
    repository.commit({ 'B.md': '# B' });
    await update();
    expect(one().problem).toBeNull();
    expect(titles()).toEqual(['A', 'B']);
    expect(new Set(readdirSync(join(data.path, 'runbooks', 'git')))).toEqual(
      new Set([basename(cloneOf(source)), 'nothing']),
    );
  });

  test('clears away what a clone that was broken off left behind', async () => {
    repository.commit({ 'A.md': '# A' });
    const source = git(repository.path);
    const leftover = `${cloneOf(source)}.new-0123abcd`;
    mkdirSync(leftover, { recursive: true });
    writeFileSync(join(leftover, 'half.md'), '# Half');
    const { update, titles } = await start([source]);
    await update();
    expect(titles()).toEqual(['A']);
    expect(existsSync(leftover)).toBe(false);
  });

  test('says which branch or subfolder is not there', async () => {
    repository.commit({ 'A.md': '# A' });
    const noBranch = await start([git(repository.path, { branch: 'nope' })]);
    await noBranch.update();
    expect(noBranch.one().problem).toBe('It has no branch nope.');
    const noFolder = await start([git(repository.path, { subfolder: 'nope' })]);
    await noFolder.update();
    expect(noFolder.one()).toMatchObject({ problem: 'The folder is gone.' });
    expect(noFolder.one().next).toBe('Look whether the subfolder is right.');
  });

  test('that is a source twice is told apart by its titles', async () => {
    repository.commit({ 'docs/A.md': '# A', 'ops/B.md': '# B' });
    const { service, update } = await start([
      git(repository.path, { subfolder: 'docs' }),
      git(repository.path, { subfolder: 'ops' }),
    ]);
    await update();
    const titles = service.list().sources.map(({ title }) => title);
    expect(titles.map((title) => title.replace(/^.*\//, ''))).toEqual([
      'runbooks (docs)',
      'runbooks (ops)',
    ]);
  });

  test('never throws away what somebody committed in the clone', async () => {
    repository.commit({ 'A.md': '# A' });
    const source = git(repository.path);
    const { update, titles, one } = await start([source]);
    await update();
    const clone = cloneOf(source);
    const env = bareEnvironment(join(root.path, 'home'));
    writeFileSync(join(clone, 'A.md'), '# A, edited at 4 AM');
    for (const args of [
      ['checkout', '-q', '-b', 'edit'],
      ['commit', '-qam', 'Edit'],
    ]) {
      execFileSync('git', args, { cwd: clone, env });
    }
    repository.commit({ 'B.md': '# B' });
    await update();
    expect(titles()).toEqual(['A, edited at 4 AM']);
    expect(one().problem).toContain('changes of yours');
  });

  test('shows nothing of this computer through links in a repository', async () => {
    const secret = join(root.path, 'Secret.md');
    writeFileSync(secret, '# A private note');
    symlinkSync(secret, join(root.path, 'runbooks-work', 'Link.md'));
    symlinkSync(root.path, join(root.path, 'runbooks-work', 'all.md'));
    repository.commit({ 'A.md': '# A\n![](Link.md)' });
    const { update, titles, service } = await start([git(repository.path)]);
    await update();
    expect(titles()).toEqual(['A']);
    const [runbook] = service.list().runbooks;
    for (const path of [
      'Link.md',
      '../../../Secret.md',
      '/etc/passwd',
      'file:///etc/passwd',
      '.git/config',
    ]) {
      expect((await service.asset(runbook!.id, path)).dataUrl).toBeNull();
    }
  });

  test('runs nothing that a repository or a hook says', async () => {
    const marker = join(root.path, 'ran');
    const hooks = join(root.path, 'hooks');
    mkdirSync(hooks);
    for (const hook of ['post-checkout', 'post-merge', 'reference-transaction', 'pre-auto-gc']) {
      writeFileSync(join(hooks, hook), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    }
    const home = join(root.path, 'hooked-home');
    mkdirSync(home);
    writeFileSync(
      join(home, '.gitconfig'),
      `[core]\n hooksPath = ${hooks}\n fsmonitor = "touch ${marker}; false"\n[init]\n templateDir = ${root.path}\n`,
    );
    repository.commit({
      'A.md': '# A',
      '.gitmodules': `[submodule "x"]\n path = x\n url = ext::sh -c "touch ${marker}"\n`,
    });
    const { update, titles } = await start([git(repository.path)], {
      environment: { HOME: home, GIT_CONFIG_PARAMETERS: `'core.fsmonitor=touch ${marker}'` },
    });
    await update();
    repository.commit({ 'B.md': '# B' });
    await update();
    expect(titles()).toEqual(['A', 'B']);
    expect(existsSync(marker)).toBe(false);
  });

  test('leaves a repository around the data folder alone', async () => {
    execFileSync('git', ['init', '-q', data.path], {
      env: bareEnvironment(join(root.path, 'home')),
    });
    writeFileSync(join(data.path, 'mine.md'), '# Mine');
    repository.commit({ 'A.md': '# A' });
    const source = git(repository.path);
    const { update } = await start([source]);
    await update();
    rmSync(join(cloneOf(source), '.git'), { recursive: true });
    await update();
    expect(readFileSync(join(data.path, 'mine.md'), 'utf8')).toBe('# Mine');
    expect(readdirSync(join(data.path, '.git', 'refs', 'heads'))).toEqual([]);
  });

  test('says plainly that there is no git', async () => {
    repository.commit({ 'A.md': '# A' });
    const { update, one, service } = await start([git(repository.path)], {
      program: 'no-such-git',
    });
    await update();
    expect(one().problem).toContain('Git is not installed');
    const report = await service.sources.testGit({ source: git(repository.path) });
    expect(report).toMatchObject({ isUsable: false, steps: [{ name: 'git', outcome: 'failed' }] });
  });

  test('goes with its clone when it is removed, and moves with its branch', async () => {
    repository.commit({ 'A.md': '# A' });
    repository.commit({ 'B.md': '# B' }, 'Other', 'other');
    const source = git(repository.path);
    const { service, update, titles, one, settings } = await start([source]);
    await update();
    const { folder } = await service.sources.saveGit({
      source: { ...source, branch: 'other' },
      replaces: one().folder,
    });
    await update();
    expect(titles()).toEqual(['A', 'B']);
    expect(settings().runbookSources).toMatchObject([{ branch: 'other' }]);
    expect(existsSync(cloneOf(source))).toBe(false);
    await service.sources.remove(folder);
    await update();
    expect(service.list()).toEqual({ runbooks: [], sources: [] });
    await expect.poll(() => readdirSync(join(data.path, 'runbooks', 'git'))).toEqual(['nothing']);
  });
});

describe('a repository over HTTP', () => {
  let server: GitHttpServer;
  beforeEach(async () => {
    server = await serveByHttp(root.path);
    ends.push(() => server.close());
  });
  const url = (): string => `${server.url}/runbooks.git`;

  test('is cloned without the files that nobody shows, and then asked only whether it moved', async () => {
    const big = Buffer.alloc(3_000_000, 'x').map((_, index) => (index * 7919) % 251);
    repository.commit({ 'A.md': '# A', 'big.bin': Buffer.from(big) });
    const source = git(url());
    const { update, titles, one } = await start([source]);
    await update();
    expect(titles()).toEqual(['A']);
    expect(existsSync(join(cloneOf(source), 'big.bin'))).toBe(false);
    const size = readdirSync(join(cloneOf(source), '.git'), { recursive: true })
      .map((name) => statSync(join(cloneOf(source), '.git', String(name))).size)
      .reduce((sum, one) => sum + one, 0);
    expect(size).toBeLessThan(1_000_000);
    server.asked.length = 0;
    clock.move(600_000);
    await update();
    expect(server.asked.filter(({ path }) => path.endsWith('git-upload-pack'))).toHaveLength(1);
    expect(one().copiedAt).toBe(new Date(clock.now()).toISOString());
  });

  test.each<[string, string, { problem: string; next: string } | null]>([
    ['is there', 'docs/on call', null],
    [
      'is not there',
      'docs/oncall',
      {
        problem: 'There is no folder docs/oncall in main.',
        next: 'Correct the subfolder, or leave it empty. In docs of main there are: on call.',
      },
    ],
    [
      'is written otherwise',
      'Docs',
      {
        problem: 'There is no folder Docs in main.',
        next: 'Write docs: capital and small letters count.',
      },
    ],
    [
      'is a file',
      'docs/on call/A.md',
      {
        problem: 'docs/on call/A.md in main is no folder.',
        next: 'There are no folders in docs/on call of main. Correct the subfolder, or leave it empty.',
      },
    ],
  ])(
    'says before it is saved whether the subfolder is right: it %s',
    async (_w, subfolder, wrong) => {
      repository.commit({ 'docs/on call/A.md': '# A', 'src/main.c': 'int x;' });
      const { service } = await start([]);
      const report = await service.sources.testGit({ source: git(url(), { subfolder }) });
      expect(report.isUsable).toBe(wrong === null);
      expect(report.steps.at(-1)).toEqual({
        name: 'read',
        outcome: wrong === null ? 'ok' : 'failed',
        text: wrong?.problem ?? `${subfolder} is in it.`,
        next: wrong?.next ?? null,
      });
      expect(readdirSync(join(data.path, 'runbooks', 'git'))).toEqual(['nothing']);
    },
  );

  test('says when it could not be seen whether the subfolder is right', async () => {
    repository.commit({ 'docs/A.md': '# A' });
    let asked = 0;
    server.fault = (request, response) => {
      // The first question is about branches, and is answered.
      if (!(request.url ?? '').endsWith('/git-upload-pack') || ++asked === 1) return false;
      response.destroy();
      return true;
    };
    const { service } = await start([]);
    const report = await service.sources.testGit({ source: git(url(), { subfolder: 'docs' }) });
    expect(report).toMatchObject({
      isUsable: true,
      steps: [{}, {}, {}, { outcome: 'ok' }, { name: 'read', outcome: 'warning' }],
    });
  });

  test('whose server cannot leave files out is cloned whole', async () => {
    repository.commit({ 'A.md': '# A' });
    execFileSync('git', ['config', 'uploadpack.allowFilter', 'false'], { cwd: repository.path });
    const { update, titles } = await start([git(url())]);
    await update();
    expect(titles()).toEqual(['A']);
  });

  test('gets its token from the keychain, and nobody else sees it', async () => {
    const token = 'tok-4f9c2e';
    server.login = `ada:${token}`;
    repository.commit({ 'A.md': '# A' });
    const home = join(root.path, 'storing-home');
    mkdirSync(home);
    // A helper of theirs that writes down what it is told.
    writeFileSync(
      join(home, '.gitconfig'),
      `[credential]\n helper = "!f() { cat >> ${join(home, 'stored')}; }; f"\n`,
    );
    const spy = join(root.path, 'git-spy');
    const seen = join(root.path, 'argv');
    writeFileSync(spy, `#!/bin/sh\nprintf '%s\\n' "$*" >> ${seen}\nexec git "$@"\n`, {
      mode: 0o755,
    });
    const source = git(url(), { user: 'ada' });
    const { service, update, titles, one } = await start([], {
      program: spy,
      environment: { HOME: home },
    });
    await expect(service.sources.testGit({ source })).resolves.toMatchObject({
      isUsable: false,
      steps: [{ name: 'git' }, { name: 'login', outcome: 'failed' }],
    });
    await expect(service.sources.testGit({ source, token })).resolves.toMatchObject({
      isUsable: true,
    });
    await service.sources.saveGit({ source, token });
    await update();
    expect(titles()).toEqual(['A']);
    expect(one().git).toMatchObject({ hasToken: true });
    expect(JSON.stringify(service.list())).not.toContain(token);
    expect(readFileSync(seen, 'utf8')).not.toContain(token);
    expect(
      existsSync(join(home, 'stored')) ? readFileSync(join(home, 'stored'), 'utf8') : '',
    ).not.toContain(token);
    const config = readFileSync(join(cloneOf(source), '.git', 'config'), 'utf8');
    expect(config).not.toContain(token);

    server.login = 'ada:another';
    await update();
    expect(one().problem).toContain('wants a login that it accepts');
    expect(JSON.stringify(one())).not.toContain(token);
  });

  test('does not hand the token to where it redirects', async () => {
    const other = await serveByHttp(root.path);
    ends.push(() => other.close());
    other.login = 'ada:tok-4f9c2e';
    server.fault = (request, response) => {
      response.writeHead(302, { location: `${other.url}${request.url ?? ''}` }).end();
      return true;
    };
    repository.commit({ 'A.md': '# A' });
    const source = git(url(), { user: 'ada' });
    const { service, update, one } = await start([]);
    await service.sources.saveGit({ source, token: 'tok-4f9c2e' });
    await update();
    expect(one().problem).not.toBeNull();
    expect(other.asked.length).toBeGreaterThan(0);
    expect(other.asked.filter(({ authorization }) => authorization !== null)).toEqual([]);
  });

  test.each<[string, (response: ServerResponse) => void]>([
    ['is refused', (response) => void response.destroy()],
    ['answers 500', (response) => void response.writeHead(500).end()],
    [
      'answers a web page',
      (response) =>
        void response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Login</h1>'),
    ],
    [
      'breaks off',
      (response) => {
        response.writeHead(200, { 'content-type': 'application/x-git-upload-pack-advertisement' });
        response.write('001e# service=git-upload-pack\n');
        setTimeout(() => response.destroy(), 20);
      },
    ],
  ])('keeps what it has when the server %s', async (_what, answer) => {
    repository.commit({ 'A.md': '# A' });
    const { update, titles, one } = await start([git(url())]);
    await update();
    server.fault = (_request, response) => {
      answer(response);
      return true;
    };
    await update();
    expect(titles()).toEqual(['A']);
    expect(one().problem).not.toBeNull();
    server.fault = null;
    await update();
    expect(one().problem).toBeNull();
  });

  test('a server that never answers is given up, and leaves no process behind', async () => {
    repository.commit({ 'A.md': '# A' });
    server.fault = () => true;
    const { update, one } = await start([git(url())], { times: { askMs: 700 } });
    await update();
    expect(one().problem).toBe(`${new URL(server.url).host} took too long.`);
    const left = execFileSync('ps', ['-eo', 'args']).toString();
    expect(left).not.toContain(url());
  });

  test('a clone that breaks off in the middle is no library, and the next try makes it whole', async () => {
    repository.commit({ 'A.md': '# A' });
    const source = git(url());
    server.fault = (request, response) => {
      if (!(request.url ?? '').endsWith('/git-upload-pack')) return false;
      response.destroy();
      return true;
    };
    const { update, titles, one } = await start([source]);
    await update();
    expect(titles()).toEqual([]);
    expect(existsSync(cloneOf(source))).toBe(false);
    server.fault = null;
    await update();
    expect(titles()).toEqual(['A']);
    expect(one().problem).toBeNull();
  });
});

describe.runIf(hasSsh)('a repository over SSH', () => {
  test('is copied with the keys of the person, and asks nothing', async () => {
    const server = await serveBySsh(join(root.path, 'ssh'));
    ends.push(() => server.close());
    repository.commit({ 'A.md': '# A' });
    const source = git(server.url(repository.path));
    const { update, titles, one } = await start([source], {
      environment: { GIT_SSH_COMMAND: server.sshCommand },
    });
    await update();
    expect(one().problem).toBeNull();
    expect(titles()).toEqual(['A']);
    repository.commit({ 'B.md': '# B' });
    await update();
    expect(titles()).toEqual(['A', 'B']);

    const stranger = await start([source], {
      environment: { GIT_SSH_COMMAND: server.strangerCommand },
    });
    await stranger.update();
    expect(stranger.one().problem).toContain('SSH does not know the key of 127.0.0.1');
    const keyless = await start([source], {
      environment: { GIT_SSH_COMMAND: server.sshCommand.replace(/-i \S+/, '-i /dev/null') },
    });
    await keyless.update();
    expect(keyless.one().problem).toContain('does not let you in with your SSH keys');
    expect(keyless.titles()).toEqual(['A', 'B']);
  });
});
