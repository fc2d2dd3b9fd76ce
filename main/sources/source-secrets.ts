/** Secrets of sources in the shell's keychain, under the source's id and the field's name. */
import { z } from 'zod';
import type { SourceId } from '../../preload/contract/common.ts';
import { AppError } from '../errors.ts';
import type { Powers } from '../shells/powers.ts';
import type { Reach } from './moved-address.ts';

export interface FoundSecret {
  readonly value: string;
  /** Still there after a restart. */
  readonly isKept: boolean;
  /** What it was entered for; null for one that another program, or an earlier version, put there. */
  readonly reach: Reach | null;
}

export type FoundSecrets = ReadonlyMap<string, FoundSecret>;

const keyOf = (id: SourceId, name: string): string => `source/${id}/${name}`;

/** In one entry, so that no crash comes between a secret and what it is for. */
const prefix = 'nightdesk:1:';
const Bound = z.object({ for: z.array(z.string()), value: z.string() });

const wrapped = (value: string, reach: Reach): string =>
  `${prefix}${JSON.stringify({ for: reach, value })}`;

/** @throws when the entry is one of ours and broken: it must not pass for a secret, and no message may quote it */
function unwrapped(entry: string): { value: string; reach: Reach | null } {
  if (!entry.startsWith(prefix)) return { value: entry, reach: null };
  try {
    const { for: reach, value } = Bound.parse(JSON.parse(entry.slice(prefix.length)));
    return { value, reach };
  } catch {
    throw new AppError('secret.unavailable', 'A stored secret of it is damaged.', {
      next: 'Edit the source and enter its secrets again.',
    });
  }
}

export type SourceSecrets = ReturnType<typeof createSourceSecrets>;

export function createSourceSecrets(secrets: Powers['secrets']) {
  /** What the keychain said when a secret was set; it knows better than its description. */
  const keptByKey = new Map<string, boolean>();
  let isReal: Promise<boolean> | null = null;

  const isKeychainReal = (): Promise<boolean> => {
    isReal ??= secrets.describe().then(({ keychain }) => keychain === 'real');
    return isReal;
  };

  return {
    /** @throws when the keychain is locked or broken */
    async find(id: SourceId, names: readonly string[]): Promise<FoundSecrets> {
      const found = new Map<string, FoundSecret>();
      for (const name of names) {
        const entry = await secrets.get(keyOf(id, name));
        if (entry === null) continue;
        const isKept = keptByKey.get(keyOf(id, name)) ?? (await isKeychainReal());
        found.set(name, { ...unwrapped(entry), isKept });
      }
      return found;
    },

    async set(id: SourceId, name: string, value: string, reach: Reach): Promise<void> {
      const key = keyOf(id, name);
      const { isKept } = await secrets.set(key, wrapped(value, reach));
      keptByKey.set(key, isKept);
    },

    async remove(id: SourceId, name: string): Promise<void> {
      const key = keyOf(id, name);
      await secrets.delete(key);
      keptByKey.delete(key);
    },
  };
}
