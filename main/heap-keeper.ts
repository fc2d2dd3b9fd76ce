/**
 * Gives memory back after a burst. A desk that idles allocates next to nothing, so what a first ingest of ten thousand alarms left
 * behind would stay resident for hours before the engine itself saw a reason to collect it.
 */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const lookMs = 20_000;
/** Less garbage than this is not worth the work. */
const worthBytes = 12 * 1_048_576;

/** For as long as this thread lives. */
export function keepHeapSmall(): void {
  // Node hands the collector out only with a flag; https://nodejs.org/api/v8.html#v8setflagsfromstringflags
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collect !== 'function') return;
  let settled = 0;
  let before = 0;
  const timer = setInterval(() => {
    const used = getHeapStatistics().used_heap_size;
    // While it still grows fast there is a burst, and its end is the time to collect.
    const isCalm = used - before < worthBytes / 4;
    before = used;
    if (!isCalm || used - settled < worthBytes) return;
    collect();
    settled = getHeapStatistics().used_heap_size;
    before = settled;
  }, lookMs);
  timer.unref();
}
