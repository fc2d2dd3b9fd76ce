/**
 * Writes runbooks so that a reader, a crash or a full disk meets the old text or the new one, never half of one: under another
 * name first, then renamed. Links stay links: what they lead to is written.
 */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError, errorText } from '../../errors.ts';
import { isWithin } from '../files.ts';

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';

/** Begins with a dot, so that the library does not see it. */
const besides = (path: string): string =>
  join(dirname(path), `.nightdesk-${randomUUID().slice(0, 8)}-${basename(path).slice(0, 100)}`);

interface Original {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

async function writeBeside(
  path: string,
  bytes: Buffer,
  original: Original | null,
): Promise<string> {
  const temporary = besides(path);
  const file = await open(temporary, 'wx', original?.mode ?? 0o666);
  try {
    await file.writeFile(bytes);
    if (original !== null) {
      // Before the mode: a change of owner takes special bits away. Who may not give it away keeps it.
      await file.chown(original.uid, original.gid).catch(() => {});
      await file.chmod(original.mode);
    }
    await file.sync();
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  } finally {
    await file.close();
  }
  return temporary;
}

/** The name itself must be on the disk, too. Where a folder cannot be flushed, the system does it later. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // Windows, and some network shares.
  }
}

/**
 * Over the old text, for a folder that takes no new file and for a file with several names. When that fails half way, the
 * old text is put back.
 */
async function writeInPlace(path: string, bytes: Buffer, before: Buffer): Promise<void> {
  const file = await open(path, 'r+');
  const put = async (content: Buffer): Promise<void> => {
    await file.write(content, 0, content.length, 0);
    await file.truncate(content.length);
    await file.sync();
  };
  try {
    await put(bytes);
  } catch (error) {
    await put(before).catch(() => {});
    throw error;
  } finally {
    await file.close();
  }
}

/**
 * Replaces the content of a file that exists.
 *
 * `isExpected` looks at what is there at the last moment; when it is something else, nothing is written.
 */
export async function replaceFile(
  path: string,
  bytes: Buffer,
  isExpected: (now: Buffer) => boolean,
): Promise<'written' | 'changed'> {
  const real = await realpath(path);
  const { mode, uid, gid, nlink } = await stat(real);
  let temporary: string | null = null;
  try {
    if (nlink === 1) temporary = await writeBeside(real, bytes, { mode: mode & 0o7777, uid, gid });
  } catch (error) {
    if (codeOf(error) !== 'EACCES' && codeOf(error) !== 'EPERM') throw error;
  }
  try {
    const now = await readFile(real);
    if (!isExpected(now)) return 'changed';
    if (temporary === null) await writeInPlace(real, bytes, now);
    else await rename(temporary, real);
    temporary = null;
    await syncFolder(dirname(real));
    return 'written';
  } finally {
    if (temporary !== null) await rm(temporary, { force: true });
  }
}

/** Writes a file that is not there yet. @returns false when there is one, which stays as it is */
export async function createFile(path: string, bytes: Buffer): Promise<boolean> {
  const temporary = await writeBeside(path, bytes, null);
  try {
    // Unlike a rename, this never takes another file's place.
    await link(temporary, path);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    if (
      !['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'UNKNOWN'].includes(codeOf(error))
    ) {
      throw error;
    }
    return await createWithoutLinks(path, bytes);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(dirname(path));
  return true;
}

/** For disks that know no links. */
async function createWithoutLinks(path: string, bytes: Buffer): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  }
}

const outside = (): AppError =>
  new AppError('input.invalid', 'This name leads out of the folder.', {
    next: 'Choose a name without ".." and without a link that leads elsewhere.',
  });

/**
 * The folders of a new file, made where they are missing. With `within`, none of them may be a link that leads out of it.
 *
 * @throws AppError
 */
export async function makeFolders(
  root: string,
  path: string,
  within: string | null,
): Promise<string> {
  const parts = path.split('/').slice(0, -1);
  const bounds = within === null ? null : await realpath(within);
  let folder = root;
  for (const part of ['', ...parts]) {
    folder = part === '' ? folder : join(folder, part);
    if (part !== '') {
      await mkdir(folder).catch((error: unknown) => {
        if (codeOf(error) !== 'EEXIST') throw error;
      });
    }
    if (bounds !== null && !isWithin(await realpath(folder), bounds)) throw outside();
  }
  return folder;
}

/** A file of the library, before it is written: with `within`, a link must not lead out of it. @throws AppError */
export async function checkedPath(
  root: string,
  path: string,
  within: string | null,
): Promise<string> {
  const full = join(root, path);
  if (!isWithin(full, join(root))) throw outside();
  if (within !== null && !isWithin(await realpath(full), await realpath(within))) throw outside();
  return full;
}

const kept = 'Your text is kept in Nightdesk.';

/** Why it was not written, for people. What is no trouble of the disk is thrown as it is. */
export function writeFailure(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const fail = (message: string, next: string): AppError =>
    new AppError('runbook.unwritable', message, { next, isRetryable: true, cause: error });
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return fail('The disk is full: nothing was written.', `Make room, then save again. ${kept}`);
    case 'EROFS':
      return fail(
        'The disk may only be read: nothing was written.',
        `Mount it writable and save again, or save a copy in another folder. ${kept}`,
      );
    case 'EACCES':
    case 'EPERM':
      return fail(
        'You may not write this file or its folder.',
        `Ask for the right to, or save a copy in another folder. ${kept}`,
      );
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ESTALE':
      return fail(
        'The folder is gone: nothing was written.',
        `Look whether the disk or share is there, then save again. ${kept}`,
      );
    case 'ENAMETOOLONG':
      return fail('The name is too long for this disk.', 'Choose a shorter one.');
    case 'EBUSY':
    case 'ETXTBSY':
      return fail(
        'Another program holds the file open.',
        `Close it there, then save again. ${kept}`,
      );
    case 'EISDIR':
      return fail('There is a folder of this name.', 'Choose another name.');
    case 'ELOOP':
      return fail('The file is a link that leads in a circle.', `Repair the link. ${kept}`);
    default:
      return fail(
        `It could not be written: ${errorText(error)}`.slice(0, 300),
        `Save again, or save a copy in another folder. ${kept}`,
      );
  }
}
