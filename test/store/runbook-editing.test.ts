/** Editing runbooks in folders: nobody's words are lost, whatever happens to the file, the disk or the program meanwhile. */
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RunbookId } from '../../preload/contract/common.ts';
import { RunbookText, SaveAnswer } from '../../preload/contract/editing.ts';
import {
  openEditingDesk,
  putFile,
  textIn,
  type EditingDeskOptions,
} from '../support/editing-desk.ts';
import { openTestStore, standingClock, temporaryFolder, type TestStore } from '../support/store.ts';

type Desk = Awaited<ReturnType<typeof openEditingDesk>>;

const clock = standingClock('2026-11-24T04:00:00.000Z');
let store: TestStore;
let folder: ReturnType<typeof temporaryFolder>;
let data: ReturnType<typeof temporaryFolder>;
let desks: Desk[];

beforeEach(() => {
  store = openTestStore();
  folder = temporaryFolder();
  data = temporaryFolder();
  desks = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const desk of desks) await desk.stop();
  store.close();
  folder.remove();
  data.remove();
});

async function open(change: Partial<EditingDeskOptions> = {}): Promise<Desk> {
  const desk = await openEditingDesk({
    store,
    clock,
    data: data.path,
    settings: { runbookFolders: [folder.path] },
    ...change,
  });
  desks.push(desk);
  return desk;
}

const disk = '# Disk full\n\n1. look\n2. free\n3. tell\n';
const put = (path: string, content: string | Buffer): string => putFile(folder.path, path, content);
const now = (path: string): string => textIn(folder.path, path);

/** A folder with one runbook, its editor, and what the editor shows. */
async function editDisk() {
  put('disk.md', disk);
  const desk = await open();
  const id = desk.idOf('disk.md');
  const shown = RunbookText.parse(await desk.editing.source(id));
  const save = async (text: string, version = shown.version): Promise<SaveAnswer> =>
    SaveAnswer.parse(await desk.editing.save({ id, version, text }));
  return { desk, id, shown, save };
}

describe('saving', () => {
  test('writes the file, and the library has it at once under the same identity', async () => {
    const { desk, id, shown, save } = await editDisk();
    expect(shown).toMatchObject({ text: disk, format: 'UTF-8', cannotSave: null, draft: null });
    const answer = await save(disk.replace('Disk full', 'The disk is full'));
    expect(answer).toMatchObject({ kind: 'saved', id, note: null });
    expect(now('disk.md')).toContain('# The disk is full');
    await vi.waitFor(() =>
      expect(desk.runbooks.list().runbooks).toMatchObject([{ id, title: 'The disk is full' }]),
    );
    const again = await desk.editing.source(id);
    expect(again.version).toBe(answer.kind === 'saved' ? answer.version : '');
  });

  test('shows the front matter, which the library leaves out', async () => {
    put('a.md', '---\nalerts: [DiskFull]\n---\n# A\n');
    const desk = await open();
    const { text } = await desk.editing.source(desk.idOf('a.md'));
    expect(text).toBe('---\nalerts: [DiskFull]\n---\n# A\n');
  });

  test('keeps encoding, line endings and mode of the file', async () => {
    const full = put('alt.md', Buffer.from('# Stra\xdfe\r\n\r\n1. a\r\n', 'latin1'));
    chmodSync(full, 0o640);
    const desk = await open();
    const id = desk.idOf('alt.md');
    const shown = await desk.editing.source(id);
    expect(shown.format).toBe('Windows-1252, Windows line endings');
    await desk.editing.save({ id, version: shown.version, text: `${shown.text}2. ü\n` });
    expect(readFileSync(full).toString('latin1')).toBe('# Stra\xdfe\r\n\r\n1. a\r\n2. \xfc\r\n');
    expect(statSync(full).mode & 0o777).toBe(0o640);
  });

  test('leaves nothing else in the folder', async () => {
    const { save } = await editDisk();
    await save('# B\n');
    expect(readdirSync(folder.path)).toEqual(['disk.md']);
  });

  test('writes where a link leads, says so before, and leaves the link', async () => {
    const elsewhere = temporaryFolder();
    const target = putFile(elsewhere.path, 'real.md', '# Real\n');
    symlinkSync(target, join(folder.path, 'linked.md'));
    const desk = await open();
    const id = desk.idOf('linked.md');
    const shown = await desk.editing.source(id);
    expect(shown.linksTo).toBe(target);
    await desk.editing.save({ id, version: shown.version, text: '# Real, edited\n' });
    expect(lstatSync(join(folder.path, 'linked.md')).isSymbolicLink()).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('# Real, edited\n');
    elsewhere.remove();
  });

  test('a file with two names keeps both', async () => {
    const full = put('one.md', '# One\n');
    linkSync(full, join(folder.path, 'two.md'));
    const desk = await open();
    const id = desk.idOf('one.md');
    const { version } = await desk.editing.source(id);
    await desk.editing.save({ id, version, text: '# Shorter\n'.slice(0, 8) });
    expect(now('two.md')).toBe('# Shorte');
  });

  test('a file that is no text is shown and not saved', async () => {
    put('odd.md', Buffer.from([0xff, 0xfe, 0x23, 0x00, 0x00, 0xd8]));
    const desk = await open();
    const id = desk.idOf('odd.md');
    const shown = await desk.editing.source(id);
    expect(shown.cannotSave?.why).toContain('no text');
    await expect(
      desk.editing.save({ id, version: shown.version, text: '# x' }),
    ).rejects.toMatchObject({ code: 'runbook.unwritable' });
  });
});

describe('a file that changed meanwhile', () => {
  test('is not written over: both texts come back, together where they fit', async () => {
    const { save } = await editDisk();
    put('disk.md', `${disk}4. sleep\n`);
    const answer = await save(disk.replace('1. look', '1. look twice'));
    expect(now('disk.md')).toBe(`${disk}4. sleep\n`);
    expect(answer).toMatchObject({
      kind: 'conflict',
      conflict: {
        theirs: `${disk}4. sleep\n`,
        merged: `${disk.replace('1. look', '1. look twice')}4. sleep\n`,
      },
    });
  });

  test('with the same lines changed has both versions of them, and is saved once a person chose', async () => {
    const { save } = await editDisk();
    put('disk.md', disk.replace('free', 'grow'));
    const answer = await save(disk.replace('free', 'clean'));
    const { conflict } = answer as Extract<SaveAnswer, { kind: 'conflict' }>;
    expect(conflict.merged).toBeNull();
    expect(conflict.parts).toContainEqual({
      kind: 'contested',
      mine: '2. clean\n',
      theirs: '2. grow\n',
    });
    const chosen = await save(disk.replace('free', 'grow, then clean'), conflict.version);
    expect(chosen.kind).toBe('saved');
    expect(now('disk.md')).toContain('2. grow, then clean');
  });

  test('with what we wanted to write is no conflict', async () => {
    const { save } = await editDisk();
    put('disk.md', '# Same\n');
    expect((await save('# Same\n')).kind).toBe('saved');
  });

  test('by being deleted is not put back unasked, and can be', async () => {
    const { desk, save } = await editDisk();
    rmSync(join(folder.path, 'disk.md'));
    await desk.runbooks.rescan();
    const answer = await save('# Mine\n');
    expect(answer).toMatchObject({ kind: 'conflict', conflict: { version: '', theirs: '' } });
    expect(existsSync(join(folder.path, 'disk.md'))).toBe(false);
    expect(await save('# Mine\n', '')).toMatchObject({ kind: 'saved' });
    expect(now('disk.md')).toBe('# Mine\n');
    expect(desk.runbooks.list().runbooks.map(({ title }) => title)).toContain('Mine');
  });
});

describe('what is typed', () => {
  test('outlives the program, and is offered with the file it began from', async () => {
    const { desk, id, shown } = await editDisk();
    await desk.editing.keep({ id, version: shown.version, text: '# Half a sent' });
    const later = await open();
    const again = await later.editing.source(id);
    expect(again.draft).toMatchObject({ text: '# Half a sent', version: shown.version });
    expect(again.conflict).toBeNull();
    expect(later.editing.drafts()).toMatchObject([{ runbookId: id, title: 'Half a sent' }]);
    expect(now('disk.md')).toBe(disk);
  });

  test('meets a newer file after a restart as a conflict with a merge', async () => {
    const { desk, id, shown } = await editDisk();
    const mine = disk.replace('1. look', '1. look twice');
    await desk.editing.keep({ id, version: shown.version, text: mine });
    put('disk.md', `${disk}4. sleep\n`);
    const later = await open();
    const { conflict } = await later.editing.source(id);
    expect(conflict).toMatchObject({ mine, merged: `${mine}4. sleep\n` });
  });

  test('outlives its file', async () => {
    const { desk, id, shown } = await editDisk();
    await desk.editing.keep({ id, version: shown.version, text: '# Mine\n' });
    rmSync(join(folder.path, 'disk.md'));
    put('other.md', '# Other\n');
    const later = await open();
    const again = await later.editing.source(id);
    expect(again).toMatchObject({ version: '', draft: { text: '# Mine\n' } });
    expect(again.conflict).toMatchObject({ mine: '# Mine\n', theirs: '', version: '' });
  });

  test('is forgotten once it is saved, and when it is given up', async () => {
    const { desk, id, shown, save } = await editDisk();
    await desk.editing.keep({ id, version: shown.version, text: '# Mine\n' });
    await save('# Mine\n');
    expect(desk.editing.drafts()).toEqual([]);
    await desk.editing.keep({ id, version: shown.version, text: '# Mine 2\n' });
    desk.editing.discard(id);
    expect(desk.editing.drafts()).toEqual([]);
  });

  test('while the file is written stays, and goes together with it later', async () => {
    const { desk, id, shown } = await editDisk();
    const first = disk.replace('1. look', '1. look twice');
    const more = `${first}4. sleep\n`;
    const saving = desk.editing.save({ id, version: shown.version, text: first });
    await Promise.resolve();
    const typing = desk.editing.keep({ id, version: shown.version, text: more });
    await Promise.all([saving, typing]);
    expect(now('disk.md')).toBe(first);
    const { draft, conflict } = await (await open()).editing.source(id);
    expect(draft).toMatchObject({ text: more });
    expect(conflict).toMatchObject({ mine: more, merged: more });
  });

  test('stays when the folder may not be written', async () => {
    const { desk, id, shown } = await editDisk();
    rmSync(folder.path, { recursive: true });
    putFile(join(folder.path, '..'), folder.path.split('/').at(-1) ?? '', 'a file now');
    await expect(
      desk.editing.save({ id, version: shown.version, text: '# Mine\n' }),
    ).resolves.toMatchObject({ kind: 'conflict' });
    await expect(desk.editing.save({ id, version: '', text: '# Mine\n' })).rejects.toMatchObject({
      code: 'runbook.unwritable',
      next: expect.stringContaining('Your text is kept') as string,
    });
    expect(desk.editing.drafts()).toMatchObject([{ runbookId: id, title: 'Mine' }]);
  });
});

describe('runbooks that are not ours', () => {
  test('are read and copied, not saved', async () => {
    const shipped = temporaryFolder();
    putFile(shipped.path, 'LocalLoad.md', '---\ntitle: Load\n---\n# Load\n');
    const desk = await open({ shipped: shipped.path });
    const id = desk.idOf('LocalLoad.md');
    const shown = await desk.editing.source(id);
    expect(shown.cannotSave).toEqual({
      why: 'This runbook came with Nightdesk, and its updates replace it.',
      next: 'Copy it to a folder of yours and change it there.',
    });
    await expect(
      desk.editing.save({ id, version: shown.version, text: '# x' }),
    ).rejects.toMatchObject({ code: 'runbook.unwritable' });

    const copy = await desk.editing.compose({ kind: 'copy', id });
    expect(copy).toMatchObject({ path: 'LocalLoad.md', text: '---\ntitle: Load\n---\n# Load\n' });
    const created = await desk.editing.create({
      key: 'copy-12345',
      folder: folder.path,
      path: copy.path,
      text: copy.text,
    });
    expect(desk.runbooks.get({ id: created.id }).summary.folder).toBe(folder.path);
    shipped.remove();
  });
});

describe('a new runbook', () => {
  const draft = { key: 'new-123456', folder: '', path: 'net/dns.md', text: '# DNS\n\n1. dig\n' };

  test('is kept while it is written, and a file once it is created', async () => {
    const desk = await open();
    const input = { ...draft, folder: folder.path };
    desk.editing.keepNew(input);
    expect((await open()).editing.getNew(draft.key)).toMatchObject(input);
    const { id } = await desk.editing.create(input);
    expect(now('net/dns.md')).toBe(draft.text);
    expect(desk.runbooks.get({ id }).summary).toMatchObject({ title: 'DNS', path: 'net/dns.md' });
    expect(desk.editing.getNew(draft.key)).toBeNull();
  });

  test('never takes the place of a file that is there', async () => {
    put('net/dns.md', '# Old\n');
    const desk = await open();
    const input = { ...draft, folder: folder.path };
    desk.editing.keepNew(input);
    await expect(desk.editing.create(input)).rejects.toMatchObject({ code: 'conflict' });
    expect(now('net/dns.md')).toBe('# Old\n');
    expect(readdirSync(join(folder.path, 'net'))).toEqual(['dns.md']);
    expect(desk.editing.getNew(draft.key)?.text).toBe(draft.text);
  });

  test('goes to a folder of its own for somebody who has none, which is a source from then on', async () => {
    const desk = await open({ settings: {} });
    expect(desk.editing.places()).toMatchObject([{ folder: '', kind: 'own' }]);
    const { id } = await desk.editing.create(draft);
    expect(desk.settings().runbookFolders).toEqual([join(data.path, 'own')]);
    expect(desk.runbooks.get({ id }).summary.title).toBe('DNS');
    expect(desk.editing.places()).toMatchObject([{ kind: 'folder' }]);
  });

  test('is offered a folder that is there before one that is away', async () => {
    const gone = join(folder.path, 'gone');
    const desk = await open({ settings: { runbookFolders: [gone, folder.path] } });
    expect(desk.editing.places().map((place) => place.folder)).toEqual([folder.path, gone]);
  });

  test.each([
    '../escape.md',
    'a/../../escape.md',
    '/etc/escape.md',
    'C:/escape.md',
    'a\\..\\escape.md',
    '.hidden.md',
    'a/.git/hooks.md',
    'a//b.md',
    'nul.md',
    'a\u0000b.md',
    'a\nb.md',
    'dots..md.',
    'script.sh',
    '',
  ])('is not written as %j', async (path) => {
    const desk = await open();
    await expect(
      desk.editing.create({ ...draft, folder: folder.path, path }),
    ).rejects.toMatchObject({ code: 'input.invalid' });
    expect(readdirSync(folder.path)).toEqual([]);
  });

  test('is not written into a folder that is no source', async () => {
    const elsewhere = temporaryFolder();
    const desk = await open();
    await expect(desk.editing.create({ ...draft, folder: elsewhere.path })).rejects.toMatchObject({
      code: 'not_found',
    });
    expect(readdirSync(elsewhere.path)).toEqual([]);
    elsewhere.remove();
  });
});

test('an edit of a runbook that does not exist says so', async () => {
  const desk = await open();
  await expect(desk.editing.source(99 as RunbookId)).rejects.toMatchObject({ code: 'not_found' });
});

test('a folder is not made anew when its disk is away', async () => {
  const { desk } = await editDisk();
  rmSync(folder.path, { recursive: true });
  await expect(
    desk.editing.create({ key: 'new-123456', folder: folder.path, path: 'a.md', text: '# A' }),
  ).rejects.toMatchObject({
    code: 'runbook.unwritable',
    message: expect.stringContaining('gone') as string,
  });
  expect(existsSync(folder.path)).toBe(false);
  mkdirSync(folder.path);
});
