/** Saves a setting at once, says so with an undo, and says what failed. */
import { queryOptions } from '@tanstack/react-query';
import type { Settings } from '../../../preload/contract/settings.ts';
import { api, client } from '../../api/client.ts';
import { queryClient } from '../../api/query.ts';
import { attempt } from '../../app/attempt.ts';
import { toast } from '../../app/toasts.tsx';

export const settingsQuery = queryOptions(api.settings.get.queryOptions({ input: {} }));

type Change = Partial<Settings>;

async function write(change: Change): Promise<void> {
  const settings = await client.settings.update(change);
  // The event that asks again comes a moment later; until then the old value would flash.
  queryClient.setQueryData(settingsQuery.queryKey, (known) => known && { ...known, settings });
}

const current = (): Settings | undefined =>
  queryClient.getQueryData(settingsQuery.queryKey)?.settings;

const pick = (settings: Settings, change: Change): Change =>
  Object.fromEntries(Object.keys(change).map((key) => [key, settings[key as keyof Settings]]));

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** One after the other, so that each change begins with what the one before it left. */
let queue: Promise<unknown> = Promise.resolve();

/**
 * `what`: "Quiet hours", `done`: "Now 22:00 to 08:00". `change` gets what is saved when its turn comes.
 * True: it is in the file.
 */
export function saveSettings(
  what: string,
  change: (settings: Settings) => Change,
  done: string,
): Promise<boolean> {
  const saving = queue.then(() => saveNow(what, change, done));
  queue = saving;
  return saving;
}

async function saveNow(
  what: string,
  change: (settings: Settings) => Change,
  done: string,
): Promise<boolean> {
  const before = current();
  if (before === undefined) return false;
  const news = change(before);
  const old = pick(before, news);
  if (isSame(old, news)) return true;
  if (!(await attempt(`${what}: saving`, () => write(news)))) return false;
  const saved = pick(current() ?? before, news);
  toast({
    title: what,
    text: done,
    undo: async () => {
      const now = current();
      // Undoing an older change must not throw away a newer one.
      if (now === undefined || !isSame(pick(now, news), saved)) {
        toast({ title: `${what}: not undone`, text: 'It was changed once more since.' });
        return;
      }
      await write(old);
    },
  });
  return true;
}
