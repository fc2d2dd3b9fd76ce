/** A command while it runs: what it printed so far, what of it is kept already, and who watches. */
import type { ExecutionEvent } from '../../../preload/contract/running.ts';
import { createOutput } from './output.ts';
import type { Running } from './process.ts';

/** Faster than anybody reads. */
const tellEveryMs = 150;

export type Live = ReturnType<typeof createLive>;

export function createLive(input: { readonly key: string; readonly secrets: readonly string[] }) {
  const output = createOutput(input.secrets);
  const waiting = new Set<() => void>();
  let kept = 0;
  let revision = 0;
  let isClosed = false;
  let child: Pick<Running, 'stop' | 'typeLine'> = { stop: () => {} };

  const tell = (): void => {
    for (const wake of waiting) wake();
  };

  /** Resolves at the next change, or when it is over. */
  const change = (signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      const wake = (): void => {
        waiting.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      waiting.add(wake);
      signal?.addEventListener('abort', wake);
      if (signal?.aborted === true) wake();
    });

  const pause = (): Promise<void> =>
    new Promise((resolve) => {
      setTimeout(resolve, tellEveryMs);
    });

  return {
    key: input.key,
    /** Settles when it ended and everything is kept. */
    done: Promise.resolve(),

    take(stream: 'out' | 'err', chunk: Uint8Array): void {
      output.take(stream, chunk);
      revision += 1;
      tell();
    },

    end(): void {
      output.end();
      revision += 1;
      tell();
    },

    close(): void {
      isClosed = true;
      tell();
    },

    setChild(next: typeof child): void {
      child = next;
    },
    stop: (): void => child.stop(),

    takesInput: (): boolean => child.typeLine !== undefined,
    /** Null: there is no more. A secret is hidden in what is printed from now on. */
    typeLine(line: string | null, isSecret: boolean): void {
      if (isSecret && line !== null) output.hide(line);
      child.typeLine?.(line);
    },

    text: (): string => output.head + output.rest(),

    /** Hands over what is new since the last time, of that which does not change any more. It is new again when that throws. */
    keepNew(keep: (text: string) => void): void {
      const end = output.head.length;
      if (end === kept) return;
      keep(output.head.slice(kept));
      kept = end;
    },

    /** The rest, once it has ended. */
    last: (): string => output.head.slice(kept) + output.rest(),

    async *follow(signal?: AbortSignal): AsyncGenerator<ExecutionEvent, void> {
      let seen = -1;
      let sent = 0;
      const isGone = (): boolean => signal?.aborted === true;
      while (!isGone()) {
        if (seen !== revision) {
          seen = revision;
          const { head } = output;
          yield { type: 'output', keep: sent, text: head.slice(sent) + output.rest() };
          sent = head.length;
        }
        if (isClosed) return;
        if (seen === revision) await change(signal);
        if (!isClosed) await pause();
      }
    },
  };
}
