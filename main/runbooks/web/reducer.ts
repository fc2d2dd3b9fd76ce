/** Where pages are reduced: in a worker thread that is ended when it takes too long, and let go when nothing is to do. */
import { Worker } from 'node:worker_threads';
import { reducePage, type ReducedPage } from './reduce.ts';

export interface ReduceQuestion {
  readonly html: string;
  readonly address: string;
}

export type ReduceAnswer = { readonly page: ReducedPage } | { readonly problem: string };

export interface Reducer {
  /** One at a time. Null: it cannot be read. */
  reduce(question: ReduceQuestion): Promise<ReducedPage | null>;
  stop(): Promise<void>;
}

const longestMs = 30_000;
const idleMs = 20_000;
const mostMegabytes = 300;

/** `workerFile`: the built worker; null: here, for tests and small pages. */
export function createReducer(workerFile: string | URL | null): Reducer {
  let worker: Worker | null = null;
  let idle: NodeJS.Timeout | null = null;
  let before: Promise<unknown> = Promise.resolve();
  /** Takes the answer that is waited for. */
  let take: (answer: ReduceAnswer | null) => void = () => undefined;

  const end = async (): Promise<void> => {
    const ending = worker;
    worker = null;
    if (idle !== null) clearTimeout(idle);
    idle = null;
    take(null);
    await ending?.terminate();
  };

  const begin = (file: string | URL): Worker => {
    const begun = new Worker(file, {
      resourceLimits: { maxOldGenerationSizeMb: mostMegabytes },
      // It is given pages of strangers: nothing of ours comes along.
      env: {},
    });
    const gone = (): void => {
      if (worker === begun) void end();
    };
    begun.on('message', (answer: ReduceAnswer) => take(answer));
    begun.on('error', gone);
    begun.on('exit', gone);
    begun.unref();
    return begun;
  };

  const ask = (file: string | URL, question: ReduceQuestion): Promise<ReducedPage | null> =>
    new Promise((resolve) => {
      if (idle !== null) clearTimeout(idle);
      worker ??= begin(file);
      const timer = setTimeout(() => void end(), longestMs);
      take = (answer) => {
        take = () => undefined;
        clearTimeout(timer);
        if (answer !== null) {
          idle = setTimeout(() => void end(), idleMs);
          idle.unref();
        }
        resolve(answer !== null && 'page' in answer ? answer.page : null);
      };
      worker.postMessage(question, []);
    });

  const here = (question: ReduceQuestion): ReducedPage | null => {
    try {
      return reducePage(question.html, question.address);
    } catch {
      return null;
    }
  };

  return {
    reduce(question) {
      const next = before.then(() =>
        workerFile === null ? here(question) : ask(workerFile, question),
      );
      before = next.catch(() => undefined);
      return next;
    },
    stop: end,
  };
}
