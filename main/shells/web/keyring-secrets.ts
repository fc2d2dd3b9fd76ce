/** Secrets in the system's keychain through the optional keyring module, when it really works here. */
import { randomUUID } from 'node:crypto';
import type { AsyncEntry } from '@napi-rs/keyring';
import { AppError, errorText } from '../../errors.ts';
import { createLogger } from '../../logging.ts';
import type { Powers } from '../powers.ts';
import { createRunSecrets } from '../run-secrets.ts';

const log = createLogger('secrets');
const service = 'Nightdesk';
/** Long enough for a keychain daemon to start; a keychain that asks for its password takes longer and is not ready. */
const probeMs = 5_000;

interface Keyring {
  readonly AsyncEntry: typeof AsyncEntry;
}

export interface KeyringOptions {
  load?: () => Promise<Keyring>;
  probeMs?: number;
}

const unavailable = (error: unknown): AppError =>
  new AppError('secret.unavailable', `The system's keychain refused: ${errorText(error)}`, {
    next: 'Unlock the keychain, then try again.',
    isRetryable: true,
    cause: error,
  });

/** Proves with a throwaway entry that the keychain keeps and returns what it is given, before trusting it. */
export async function openKeyringSecrets(options: KeyringOptions = {}): Promise<Powers['secrets']> {
  const load = options.load ?? ((): Promise<Keyring> => import('@napi-rs/keyring'));
  let keyring: Keyring;
  try {
    keyring = await load();
    await probe(keyring, AbortSignal.timeout(options.probeMs ?? probeMs));
  } catch (error) {
    log.warn('no keychain here', { reason: errorText(error) });
    return createRunSecrets(
      'This machine offers no keychain that works without a desktop session.',
    );
  }
  const entry = (key: string): AsyncEntry => new keyring.AsyncEntry(service, key);
  return {
    async describe() {
      return { keychain: 'real', text: "Secrets are kept in this system's keychain." };
    },
    async get(key) {
      try {
        return (await entry(key).getPassword()) ?? null;
      } catch (error) {
        throw unavailable(error);
      }
    },
    async set(key, value) {
      try {
        await entry(key).setPassword(value);
        return { isKept: true };
      } catch (error) {
        throw unavailable(error);
      }
    },
    async delete(key) {
      try {
        await entry(key).deleteCredential();
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}

async function probe(keyring: Keyring, signal: AbortSignal): Promise<void> {
  const value = randomUUID();
  const probed = new keyring.AsyncEntry(service, `probe-${value}`);
  await Promise.race([
    (async () => {
      await probed.setPassword(value, signal);
      const read = await probed.getPassword(signal);
      await probed.deleteCredential(signal);
      if (read !== value) throw new Error('the keychain did not return what it was given');
    })(),
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new Error('the keychain did not answer')));
    }),
  ]);
}
