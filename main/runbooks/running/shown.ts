/** What a person was shown and may still start: under a digest that nobody can guess, for a while, and once. */
import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';

const shownForMs = 15 * 60_000;
const mostShown = 200;

export function createShown<Which>(clock: Clock) {
  const shown = new Map<
    string,
    {
      readonly which: Which;
      /** Of everything that was on the screen. */
      readonly content: string;
      readonly at: number;
    }
  >();

  function forgetOld(): void {
    const now = clock.monotonic();
    for (const [digest, { at }] of shown) {
      if (now - at > shownForMs || shown.size > mostShown) shown.delete(digest);
    }
  }

  return {
    add(which: Which, content: string): string {
      forgetOld();
      const digest = createHash('sha256').update(content).update(randomBytes(16)).digest('hex');
      shown.set(digest, { which, content, at: clock.monotonic() });
      return digest;
    },
    get(digest: string) {
      forgetOld();
      return shown.get(digest);
    },
    forget: (digest: string): void => void shown.delete(digest),
  };
}
