/** Login by user name and password: a session cookie, asked for when there is none, and once more when it has run out. */
import { joinUrl } from '../http-address.ts';
import type { HttpClient } from '../http.ts';
import { SourceError } from '../source-error.ts';

const cookieName = 'goalert_session.2';

export interface Session {
  /** @throws SourceError when the login is refused */
  headers(signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** It was refused: the next request logs in again. Whether that is worth a try. */
  drop(): boolean;
}

export function createSession(options: {
  readonly base: string;
  readonly http: HttpClient;
  readonly user: string;
  readonly password: string;
}): Session {
  const { base, http, user, password } = options;
  const { host } = new URL(base);
  let cookie: string | null = null;
  let pending: Promise<string> | null = null;

  async function logIn(signal: AbortSignal): Promise<string> {
    const answer = await http.request({
      method: 'POST',
      url: joinUrl(base, '/api/v2/identity/providers/basic'),
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        // It must be of the same address, or the login is taken for a forged one.
        referer: joinUrl(base, '/login'),
      },
      text: new URLSearchParams({ username: user, password }).toString(),
      expect: 'text',
      // Success and failure both lead back to the page; only the cookie tells them apart.
      acceptStatus: [302, 303],
      signal,
    });
    const value = /goalert_session\.2=([^;,\s]+)/.exec(answer.headers['set-cookie'] ?? '')?.[1];
    if (value === undefined) {
      throw new SourceError('source.unauthorized', `${host} refused the login.`, {
        next: 'Enter the user name and password again.',
        isRetryable: false,
      });
    }
    return value;
  }

  return {
    async headers(signal) {
      // Reads and writes that begin together log in once.
      pending ??= cookie === null ? logIn(signal) : null;
      if (pending !== null) {
        try {
          cookie = await pending;
        } finally {
          pending = null;
        }
      }
      return { cookie: `${cookieName}=${cookie ?? ''}`, referer: joinUrl(base, '/') };
    },

    drop() {
      const wasThere = cookie !== null;
      cookie = null;
      return wasThere;
    },
  };
}
