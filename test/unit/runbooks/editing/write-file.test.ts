import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  checkedPath,
  createFile,
  makeFolders,
  replaceFile,
  writeFailure,
} from '../../../../main/runbooks/editing/write-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nightdesk-write-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a file that changes in the moment of writing stays as it is, and nothing is left beside it', async () => {
  const path = join(folder, 'a.md');
  writeFileSync(path, 'old');
  const looks: string[] = [];
  const answer = await replaceFile(path, Buffer.from('mine'), (now) => {
    looks.push(now.toString());
    return false;
  });
  expect([answer, looks]).toEqual(['changed', ['old']]);
  expect(readFileSync(path, 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(['a.md']);
});

test('a reader meets the old text or the new one, never half of one', async () => {
  const path = join(folder, 'a.md');
  const [old, next] = ['o'.repeat(400_000), 'n'.repeat(500_000)];
  writeFileSync(path, old);
  const seen = new Set<string>();
  const state = { isDone: false };
  const reading = (async () => {
    while (!state.isDone) {
      const text = readFileSync(path, 'utf8');
      seen.add(`${text[0]}${text.length}${text.at(-1)}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  await replaceFile(path, Buffer.from(next), () => true);
  state.isDone = true;
  await reading;
  expect(readFileSync(path, 'utf8')).toBe(next);
  expect([...seen].filter((one) => one !== 'o400000o' && one !== 'n500000n')).toEqual([]);
});

test('two who create the same file: the second is told', async () => {
  const path = join(folder, 'a.md');
  const answers = await Promise.all([
    createFile(path, Buffer.from('1')),
    createFile(path, Buffer.from('2')),
  ]);
  expect(answers.toSorted()).toEqual([false, true]);
  expect(readFileSync(path, 'utf8')).toBe((answers[0] ?? false) ? '1' : '2');
  expect(readdirSync(folder)).toEqual(['a.md']);
});

describe('in a repository', () => {
  test('a folder that is a link to outside takes no new file', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'nightdesk-outside-'));
    symlinkSync(outside, join(folder, 'docs'));
    await expect(makeFolders(folder, 'docs/sub/a.md', folder)).rejects.toMatchObject({
      code: 'input.invalid',
    });
    expect(readdirSync(outside)).toEqual([]);
    rmSync(outside, { recursive: true });
  });

  test('a file that is a link to outside is not written', async () => {
    writeFileSync(join(folder, '..', 'nightdesk-secret'), 'secret');
    symlinkSync('../nightdesk-secret', join(folder, 'a.md'));
    await expect(checkedPath(folder, 'a.md', folder)).rejects.toMatchObject({
      code: 'input.invalid',
    });
    rmSync(join(folder, '..', 'nightdesk-secret'));
  });

  test('links that stay inside are followed', async () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', join(folder, 'docs'));
    await expect(makeFolders(folder, 'docs/sub/a.md', folder)).resolves.toBe(
      join(folder, 'docs', 'sub'),
    );
  });
});

test('a path that climbs out is refused whatever the folder is', async () => {
  await expect(checkedPath(folder, '../x.md', null)).rejects.toMatchObject({
    code: 'input.invalid',
  });
});

test.each([
  ['ENOSPC', 'The disk is full'],
  ['EDQUOT', 'The disk is full'],
  ['EROFS', 'may only be read'],
  ['EACCES', 'may not write'],
  ['EPERM', 'may not write'],
  ['ENOENT', 'is gone'],
  ['ESTALE', 'is gone'],
  ['EBUSY', 'Another program'],
  ['ENAMETOOLONG', 'too long'],
  ['EIO', 'could not be written'],
])('%s is told in words, with what to do', (code, words) => {
  const failure = writeFailure(Object.assign(new Error(`${code}: x`), { code }));
  expect(failure).toMatchObject({ code: 'runbook.unwritable' });
  expect(failure.message).toContain(words);
  expect(failure.next.length).toBeGreaterThan(10);
});
