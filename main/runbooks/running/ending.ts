/** How a running command is made to end: asked first, forced after two seconds, and no later than its time. */
import type { Ended } from './process.ts';
import { signalGroup } from './process-group.ts';

/** After a polite request. */
const killAfterMs = 2_000;
/** Timers know no more. */
const longestMs = 2_147_483_647;

export interface Ending {
  stop(): void;
  /** It has ended: no timer is left. */
  over(): void;
  /** How it ended, in words where the number does not say it. */
  tell(how: {
    readonly code: number | null;
    /** What ended it instead of a number. */
    readonly signal: string | null;
    /** Something that it started was still there. */
    readonly isLeft: boolean;
  }): Ended;
}

export function createEnding(input: {
  readonly timeoutMs: number;
  readonly pid: number | null;
  /** By force, also of what holds its output open. */
  readonly letGo: () => void;
}): Ending {
  let cause: 'stopped' | 'timed_out' | null = null;
  let killTimer: NodeJS.Timeout | null = null;
  const end = (why: 'stopped' | 'timed_out'): void => {
    if (cause !== null) return;
    cause = why;
    signalGroup(input.pid, 'SIGTERM');
    killTimer = setTimeout(input.letGo, killAfterMs);
  };
  const timer = setTimeout(() => end('timed_out'), Math.min(input.timeoutMs, longestMs));
  return {
    stop: () => end('stopped'),
    over() {
      clearTimeout(timer);
      if (killTimer !== null) clearTimeout(killTimer);
    },
    tell({ code, signal, isLeft }) {
      if (cause !== null) return { state: cause, exitCode: null, note: '' };
      const by = signal === null ? '' : `Ended by the signal ${signal}.`;
      const left = isLeft ? 'What it left in the background was ended with it.' : '';
      return {
        state: 'ended',
        exitCode: code,
        note: [by, left].filter((text) => text !== '').join(' '),
      };
    },
  };
}
