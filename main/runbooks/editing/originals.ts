/** The files that edits are about, as they are on disk now: where they are, what is in them, and whether they may be written. */
import { createHash } from 'node:crypto';
import { access, constants, readFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { longestText } from '../../../preload/contract/editing.ts';
import type { RunbookSource } from '../../../preload/contract/runbooks.ts';
import { AppError, errorText } from '../../errors.ts';
import { decodeText } from '../files.ts';
import type { LibraryFolder } from '../library.ts';
import { checkedPath } from './write-file.ts';
import { formatWords, plainLines, readTextFile, type TextFile } from './text-file.ts';

/** What a file of the library is called. */
export interface Where {
  readonly folder: LibraryFolder;
  readonly kind: RunbookSource['kind'];
  readonly path: string;
}

export interface Original {
  readonly full: string;
  readonly text: string;
  readonly version: string;
  readonly format: string;
  readonly linksTo: string | null;
  /** Null: it cannot be written back as it was. */
  readonly file: TextFile | null;
}

export const versionOf = (bytes: Buffer): string =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 32);

/** No file has this version. */
export const goneVersion = '';

const isGone = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ENOENT' || error.code === 'ENOTDIR');

/** Null: there is no such file (any more). @throws AppError */
export async function readOriginal({ folder, path }: Where): Promise<Original | null> {
  let bytes: Buffer;
  let full: string;
  let real: string;
  try {
    full = await checkedPath(folder.path, path, folder.within ?? null);
    const { size } = await stat(full);
    if (size > longestText) {
      throw new AppError('runbook.unreadable', 'This file is larger than 2 MB.', {
        next: 'Edit it with another program; Nightdesk shows what you saved there.',
      });
    }
    bytes = await readFile(full);
    real = await realpath(full);
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (isGone(error)) return null;
    throw new AppError('runbook.unreadable', `The file cannot be read: ${errorText(error)}.`, {
      next: 'Look whether the disk or share is there. The last copy opens as before.',
      isRetryable: true,
      cause: error,
    });
  }
  const file = readTextFile(bytes);
  const expected = join(await realpath(folder.path), path);
  return {
    full,
    text: file?.text ?? plainLines(decodeText(bytes) ?? ''),
    version: versionOf(bytes),
    format: file === null ? 'not plain text' : formatWords(file),
    linksTo: real === expected ? null : real,
    file,
  };
}

const mayWrite = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  );

type Refusal = { why: string; next: string } | null;

/** Why nothing can be saved in a folder of this kind. */
export function kindRefusal(kind: RunbookSource['kind']): Refusal {
  if (kind === 'shipped') {
    return {
      why: 'This runbook came with Nightdesk, and its updates replace it.',
      next: 'Copy it to a folder of yours and change it there.',
    };
  }
  if (kind === 'web') {
    return {
      why: 'This is a copy of a web page, and the page replaces it when it is fetched again.',
      next: 'Change the page itself, or copy it to a folder of yours.',
    };
  }
  return null;
}

export async function saveRefusal({ kind }: Where, original: Original): Promise<Refusal> {
  const byKind = kindRefusal(kind);
  if (byKind !== null) return byKind;
  if (original.file === null) {
    return {
      why: 'The file has bytes that are no text, and saving would change them.',
      next: 'Repair it with another program, or copy what can be read to a new runbook.',
    };
  }
  const target = original.linksTo ?? original.full;
  if ((await mayWrite(target)) || (await mayWrite(dirname(target)))) return null;
  return {
    why: 'You may not write this file.',
    next: 'Ask for the right to, or copy it to a folder of yours.',
  };
}
