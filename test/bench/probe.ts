/**
 * `--import` this into the real shell to measure it from inside: it answers over the process channel, and writes down
 * when the shell began and which programs it started (a notification is one). The product itself has no such door.
 */
import childProcess from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

export interface ProbeAnswers {
  /** When this module ran: the runtime is up, nothing of the product is loaded. */
  readonly beganAt: string;
  /** Of all threads, in microseconds. */
  readonly cpu: number;
  /** Of all threads, in bytes. */
  readonly memory: number;
  /** In nanoseconds, since the last time this was asked (the first time begins it); of the main thread. */
  readonly delays: { readonly p50: number; readonly p99: number; readonly max: number };
  /** When each program was started. */
  readonly programs: readonly string[];
}

/** The same clock for every process of this machine. */
const now = (): string => String(process.hrtime.bigint());

function answerQuestions(): void {
  const beganAt = now();
  const programs: string[] = [];
  for (const name of ['exec', 'execFile', 'spawn'] as const) {
    const real = childProcess[name] as (...args: unknown[]) => unknown;
    const watched = (...args: unknown[]): unknown => {
      programs.push(now());
      return real(...args);
    };
    Object.assign(childProcess, { [name]: watched });
  }
  const resolution = 1;
  // It wakes the process every millisecond, so it runs only for who asks.
  const histogram = monitorEventLoopDelay({ resolution });
  const questions: { [Name in keyof ProbeAnswers]: () => ProbeAnswers[Name] } = {
    beganAt: () => beganAt,
    cpu: () => {
      const { user, system } = process.cpuUsage();
      return user + system;
    },
    memory: () => process.memoryUsage.rss(),
    delays: () => {
      // The histogram holds the time between its own ticks, which is the delay and the tick.
      const tick = resolution * 1e6;
      const found = {
        p50: histogram.percentile(50) - tick,
        p99: histogram.percentile(99) - tick,
        max: histogram.max - tick,
      };
      histogram.reset();
      histogram.enable();
      return found;
    },
    programs: () => programs,
  };
  process.on('message', ({ id, question }: { id: number; question: keyof ProbeAnswers }) => {
    process.send?.({ id, answer: questions[question]() });
  });
}

if (isMainThread) answerQuestions();
