import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLibrary } from '../../main/runbooks/library.ts';
import { openTestStore, standingClock, temporaryFolder, type TestStore } from '../support/store.ts';

let store: TestStore;
let folder: ReturnType<typeof temporaryFolder>;
let library: ReturnType<typeof createLibrary>;
const clock = standingClock('2026-11-24T04:00:00.000Z');

const write = (path: string, text: string): void => writeFileSync(join(folder.path, path), text);
const open = async (): Promise<void> => {
  library = createLibrary({ db: store.db, clock, onChanged: () => undefined });
  await library.setFolders([{ name: folder.path, path: folder.path }]);
};
const problem = (): string | null =>
  library.store.folders().find((row) => row.folder === folder.path)?.problem ?? null;

beforeEach(() => {
  store = openTestStore();
  folder = temporaryFolder();
});
afterEach(async () => {
  await library.stop();
  store.close();
  folder.remove();
});

describe('front matter that cannot be read', () => {
  test('is told by its source and its runbook until it is mended, also after a restart', async () => {
    write('disk.md', '---\ntitle: Disk: full\nalerts: [DiskFull]\n---\n# Other\n');
    write('good.md', '---\ntitle: Good\n---\n# Good\n');
    await open();
    const told =
      'The front matter of disk.md cannot be read, so its title, alarms or review date may be missing.';
    expect(problem()).toBe(told);
    const [disk, good] = library.store.list();
    expect(library.store.get(disk!.id)?.problem).toContain('is no YAML');
    expect(library.store.get(good!.id)?.problem).toBeNull();
    // What can be read on its own line is not lost.
    expect(disk?.title).toBe('Disk: full');
    expect(
      store.connection.prepare("SELECT 1 FROM runbook_name WHERE name = 'diskfull'").get(),
    ).toBeDefined();

    await library.stop();
    await open();
    expect(problem()).toBe(told);

    write('disk.md', '---\ntitle: "Disk: full"\nalerts: [DiskFull]\n---\n# Mended\n');
    await library.rescan();
    expect(problem()).toBeNull();
    expect(library.store.get(disk!.id)?.problem).toBeNull();
  });

  test('of many files is one sentence', async () => {
    for (const name of ['a', 'b', 'c', 'd']) write(`${name}.md`, '---\ntitle: a: b\n---\nx\n');
    await open();
    expect(problem()).toBe(
      'The front matter of 4 files cannot be read, so titles, alarms or review dates may be missing (a.md, b.md, c.md, …).',
    );
  });
});

describe('files that are not read', () => {
  test('each has its reason, links to nothing too', async () => {
    write('binary.md', 'a\u0000b');
    write('large.md', 'x'.repeat(8 * 1024 * 1024 + 1));
    write('good.md', '# Good');
    symlinkSync(join(folder.path, 'nowhere.md'), join(folder.path, 'dead.md'));
    symlinkSync(join(folder.path, 'nowhere'), join(folder.path, 'share'));
    symlinkSync(join(folder.path, 'nowhere.png'), join(folder.path, 'picture.png'));
    await open();
    expect(library.unread(folder.path).toSorted((a, b) => a.path.localeCompare(b.path))).toEqual([
      { path: 'binary.md', reason: 'It is not text.' },
      { path: 'dead.md', reason: 'It is a link that leads to nothing.' },
      { path: 'large.md', reason: 'It is larger than 8 MB.' },
      { path: 'share', reason: 'It is a link that leads to nothing.' },
    ]);
    expect(problem()).toContain('dead.md is a link that leads to nothing');
  });

  test('the copies behind a link that leads to nothing for a while are kept', async () => {
    const share = temporaryFolder();
    writeFileSync(join(share.path, 'Disk.md'), '# Disk');
    write('good.md', '# Good');
    symlinkSync(share.path, join(folder.path, 'share'));
    await open();
    share.remove();
    await library.rescan();
    expect(library.store.list().map(({ path }) => path)).toEqual(['share/Disk.md', 'good.md']);
  });
});

test('the day a runbook came stays when it is edited', async () => {
  write('a.md', '# One');
  await open();
  const added = (): unknown => store.connection.prepare('SELECT added_at AS at FROM runbook').get();
  const first = added();
  clock.move(86_400_000);
  write('a.md', '# One, edited');
  await library.rescan();
  expect(library.store.list()[0]?.title).toBe('One, edited');
  expect(added()).toEqual(first);
});
