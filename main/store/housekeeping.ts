/** What the store does by itself while the program runs: the daily backup, and once a day the old history. */
import { toInstant, type Clock } from '../clock.ts';
import { AppError, errorText } from '../errors.ts';
import { createLogger } from '../logging.ts';
import type { Store } from './open-store.ts';

const log = createLogger('housekeeping');

const firstLookMs = 60_000;
const lookEveryMs = 600_000;
const dayMs = 86_400_000;

export interface Housekeeping {
  /** One look, at once: for tests, and for a machine that woke up. Never rejects. */
  look(): Promise<void>;
  stop(): void;
}

/**
 * Looks a minute after the start, so that it does not compete with it, then every ten minutes.
 *
 * A backup that fails is told once, as a notice that stays until dismissed, and again only after one succeeded.
 */
export function startHousekeeping(deps: {
  readonly store: Store;
  readonly clock: Clock;
  /** Called when a notice was added. */
  readonly onNotice?: () => void;
}): Housekeeping {
  const { store, clock } = deps;
  let prunedAt: number | null = null;
  let isFailing = false;
  let isStopped = false;

  const tell = (error: unknown): void => {
    const next = error instanceof AppError ? ` ${error.next}` : '';
    try {
      store.db
        .write(`INSERT INTO notice (at, kind, title, text) VALUES (@at, 'problem', @title, @text)`)
        .run({
          at: toInstant(clock.now()),
          title: 'The daily backup could not be made',
          text: `${errorText(error)}${next}`,
        });
      deps.onNotice?.();
    } catch (cause) {
      // On a full disk the notice has no place either; the desk learns of that from the next poll.
      log.warn('notice could not be stored', { error: cause });
    }
  };

  const look = async (): Promise<void> => {
    const now = clock.now();
    try {
      await store.backupIfDue(now);
      isFailing = false;
    } catch (error) {
      if (isStopped) return;
      if (!isFailing) {
        log.error('backup failed', { error });
        tell(error);
      }
      isFailing = true;
    }
    if (prunedAt !== null && now - prunedAt < dayMs && now >= prunedAt) return;
    try {
      const counts = await store.prune(now);
      prunedAt = now;
      if (Object.values(counts).some((count) => count > 0)) {
        log.info('old history was removed', { ...counts });
      }
    } catch (error) {
      if (!isStopped) log.error('removing old history failed', { error });
    }
  };

  let timer = setTimeout(function again(): void {
    void look();
    timer = setTimeout(again, lookEveryMs);
    timer.unref();
  }, firstLookMs);
  timer.unref();

  return {
    look,
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}
