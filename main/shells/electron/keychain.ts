/** Secrets encrypted with a key that the system's keychain holds, in a file of ours. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SafeStorage } from 'electron';
import { z } from 'zod';
import { AppError, errorText } from '../../errors.ts';
import { createLogger } from '../../logging.ts';
import type { Powers } from '../powers.ts';
import { createRunSecrets } from '../run-secrets.ts';

const log = createLogger('secrets');

type Storage = Pick<
  SafeStorage,
  | 'isAsyncEncryptionAvailable'
  | 'encryptStringAsync'
  | 'decryptStringAsync'
  | 'getSelectedStorageBackend'
>;

/** Secret name to encrypted bytes, base64. */
const SecretFile = z.record(z.string(), z.base64());
type SecretFile = z.infer<typeof SecretFile>;

/** Why what the platform offers is no real keychain; null when it is one. */
async function whyNotReal(storage: Storage, platform: NodeJS.Platform): Promise<string | null> {
  try {
    if (platform === 'linux') {
      const backend = storage.getSelectedStorageBackend();
      // Chromium's `basic_text` encrypts with a password that is in its source code.
      if (backend === 'basic_text' || backend === 'unknown') {
        return 'This desktop session has no keychain (GNOME Keyring or KWallet).';
      }
    }
    return (await storage.isAsyncEncryptionAvailable()) ? null : 'The keychain did not open.';
  } catch (error) {
    log.warn('the keychain failed', { reason: errorText(error) });
    return 'The keychain did not open.';
  }
}

/** @param file where the encrypted secrets are kept. */
export async function openKeychain(
  storage: Storage,
  file: string,
  platform: NodeJS.Platform = process.platform,
): Promise<Powers['secrets']> {
  const reason = await whyNotReal(storage, platform);
  if (reason !== null) return createRunSecrets(reason);

  const encrypt = async (value: string): Promise<string> =>
    (await guarded(storage.encryptStringAsync(value))).toString('base64');

  const set = async (key: string, value: string): Promise<void> => {
    const encrypted = await encrypt(value);
    write(file, { ...read(file), [key]: encrypted });
  };

  return {
    async describe() {
      return { keychain: 'real', text: "Secrets are kept in this system's keychain." };
    },
    async get(key) {
      const encrypted = read(file)[key];
      if (encrypted === undefined) return null;
      const { result, shouldReEncrypt } = await guarded(
        storage.decryptStringAsync(Buffer.from(encrypted, 'base64')),
      );
      if (shouldReEncrypt) await set(key, result);
      return result;
    },
    async set(key, value) {
      await set(key, value);
      return { isKept: true };
    },
    async delete(key) {
      write(file, Object.fromEntries(Object.entries(read(file)).filter(([name]) => name !== key)));
    },
  };
}

async function guarded<Value>(operation: Promise<Value>): Promise<Value> {
  try {
    return await operation;
  } catch (error) {
    throw new AppError('secret.unavailable', `The keychain refused: ${errorText(error)}`, {
      next: 'Unlock the keychain, then try again.',
      isRetryable: true,
      cause: error,
    });
  }
}

function read(file: string): SecretFile {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw unreadable(file, error);
  }
  try {
    return SecretFile.parse(JSON.parse(text));
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Never overwritten on a whim: what cannot be read may still be rescued by its owner. */
const unreadable = (file: string, error: unknown): AppError =>
  new AppError('secret.unavailable', `The file of encrypted secrets cannot be read: ${file}`, {
    next: 'Move that file aside and enter the secrets again.',
    cause: error,
  });

function write(file: string, secrets: SecretFile): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(secrets, null, 2), { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}
