/** Secrets for this run only: the honest fallback where the platform has no real keychain. */
import type { Powers } from './powers.ts';

export function createRunSecrets(reason: string): Powers['secrets'] {
  const secrets = new Map<string, string>();
  return {
    async describe() {
      return {
        keychain: 'none',
        text: `${reason} Secrets are kept for this run only and asked for again after a restart.`,
      };
    },
    async get(key) {
      return secrets.get(key) ?? null;
    },
    async set(key, value) {
      secrets.set(key, value);
      return { isKept: false };
    },
    async delete(key) {
      secrets.delete(key);
    },
  };
}
