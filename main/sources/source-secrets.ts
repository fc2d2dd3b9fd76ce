/** Secrets of sources in the shell's keychain, under the source's id and the field's name. */
import type { SourceId } from '../../preload/contract/common.ts';
import type { Powers } from '../shells/powers.ts';

export interface FoundSecret {
  readonly value: string;
  /** Still there after a restart. */
  readonly isKept: boolean;
}

export type FoundSecrets = ReadonlyMap<string, FoundSecret>;

const keyOf = (id: SourceId, name: string): string => `source/${id}/${name}`;

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
        const value = await secrets.get(keyOf(id, name));
        if (value === null) continue;
        const isKept = keptByKey.get(keyOf(id, name)) ?? (await isKeychainReal());
        found.set(name, { value, isKept });
      }
      return found;
    },

    /** An empty text removes it. */
    async set(id: SourceId, name: string, value: string): Promise<void> {
      const key = keyOf(id, name);
      if (value === '') {
        await secrets.delete(key);
        keptByKey.delete(key);
      } else {
        const { isKept } = await secrets.set(key, value);
        keptByKey.set(key, isKept);
      }
    },
  };
}
