/** How the end of a command is told to people. Pure. */
import type { Execution } from '../../../preload/contract/running.ts';
import { since, toMs } from '../../clock.ts';
import type { StoredExecution } from './execution-store.ts';

/** `3 s`, `2 min 5 s`, `1 h 10 min`. */
export function tookWords(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (ms < 1_000) return 'less than 1 s';
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

const afterWords = ({ startedAt, endedAt }: StoredExecution): string =>
  endedAt === null ? '' : ` after ${tookWords(since(toMs(startedAt), toMs(endedAt)))}`;

function ending(execution: StoredExecution): string {
  const { state, exitCode, pid } = execution;
  switch (state) {
    case 'running':
      return 'running';
    case 'ended':
      return `${exitCode === null ? 'ended' : `ended with ${exitCode}`}${afterWords(execution)}`;
    case 'stopped':
      return `stopped${afterWords(execution)}`;
    case 'timed_out':
      return `did not end in time, and was ended${afterWords(execution)}`;
    case 'not_started':
      return 'could not be started';
    case 'unknown': {
      const where = pid === null ? '' : `; look for process group ${pid} if it may still run`;
      return `ended unknown: Nightdesk itself ended while it ran${where}`;
    }
  }
}

export function endWords(execution: StoredExecution): string {
  const text = ending(execution);
  return execution.note === '' ? text : `${text}. ${execution.note}`;
}

/** `takesInput`: it runs, in a terminal. */
export function viewOf(stored: StoredExecution, takesInput = false): Execution {
  const { pid: _pid, note: _note, ...execution } = stored;
  return { ...execution, takesInput, summary: endWords(stored) };
}
