/** Tokens of repositories, in the keychain under the address. Over plain http none is sent, except to this computer. */
import { AppError } from '../../errors.ts';
import type { Powers } from '../../shells/powers.ts';
import { isLoopback } from '../../sources/http-address.ts';
import type { GitPlace } from './address.ts';
import type { GitLogin } from './program.ts';

const keyOf = (place: GitPlace): string => `runbooks/git/${place.url}`;

/** What servers take beside a token when they do not care who it is. */
const defaultUser = (host: string | null): string =>
  host === 'bitbucket.org' ? 'x-token-auth' : 'oauth2';

/** @throws AppError when this address must not get a token */
export function loginFor(place: GitPlace, user: string, token: string): GitLogin {
  const url = new URL(place.url);
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw new AppError('input.invalid', 'A token would travel to this address in the clear.', {
      next: 'Write the address with https://, or remove the token.',
    });
  }
  // oxlint-disable-next-line no-control-regex -- a line break would begin a second answer to git
  if (/[\u0000-\u001f\u007f]/.test(token + user)) {
    throw new AppError('input.invalid', 'The user name or token has a line break in it.', {
      next: 'Paste it again, without what stands around it.',
    });
  }
  return { origin: url.origin, user: user || defaultUser(place.host), token };
}

export function createGitLogins(secrets: Powers['secrets']) {
  const takesToken = (place: GitPlace): boolean =>
    place.protocol === 'https' || place.protocol === 'http';
  return {
    /** Null: none is kept, so git asks the person's own helpers. @throws when the keychain is locked, or the token useless */
    async find(place: GitPlace, user: string): Promise<GitLogin | null> {
      if (!takesToken(place)) return null;
      const token = await secrets.get(keyOf(place));
      return token === null || token === '' ? null : loginFor(place, user, token);
    },
    /** An empty text removes it. Answers whether it will be there after a restart; null: there is none. */
    async set(place: GitPlace, user: string, token: string): Promise<boolean | null> {
      if (token === '') {
        await secrets.delete(keyOf(place));
        return null;
      }
      if (!takesToken(place)) {
        throw new AppError('input.invalid', 'Only https addresses take a token.', {
          next: 'SSH uses your keys. Leave the token empty.',
        });
      }
      loginFor(place, user, token);
      return (await secrets.set(keyOf(place), token)).isKept;
    },
  };
}

export type GitLogins = ReturnType<typeof createGitLogins>;
