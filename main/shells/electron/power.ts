/** Tells the core when the machine slept and woke, and when its network changed. */
import { powerMonitor } from 'electron';
import { watchNetwork } from '../network-watch.ts';
import type { ShellSignal } from '../powers.ts';

/** Call when the app is ready. */
export function watchPower(signal: (signal: ShellSignal) => void): void {
  powerMonitor.on('suspend', () => signal({ type: 'suspended' }));
  powerMonitor.on('resume', () => signal({ type: 'resumed' }));
  watchNetwork(() => signal({ type: 'network_changed' }));
}
