/** Groups of processes that commands run in: signalled as a whole, and never left behind by Nightdesk itself. */
import { spawn } from 'node:child_process';

const followed = new Set<number>();
let isWatchingExit = false;

/** False: nothing of the group was left, or nobody can tell. */
export function signalGroup(pid: number | null, signal: NodeJS.Signals): boolean {
  if (pid === null) return false;
  try {
    if (process.platform === 'win32') {
      spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
      return false;
    }
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** From now on it ends with Nightdesk. */
export function followGroup(pid: number): void {
  followed.add(pid);
  if (isWatchingExit) return;
  isWatchingExit = true;
  process.on('exit', () => {
    for (const one of followed) signalGroup(one, 'SIGKILL');
  });
}

/** Its command has ended: whatever is still in the group ends, too, and its number may belong to others soon. */
export function leaveGroup(pid: number): void {
  if (followed.delete(pid)) signalGroup(pid, 'SIGKILL');
}
