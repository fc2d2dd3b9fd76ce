/**
 * Builds the application from its parts. Knows no shell: what only a shell can do comes in as `Powers`.
 */
import type { MessagePort } from 'node:worker_threads';
import { RPCHandler } from '@orpc/server/message-port';
import { Bus } from './bus.ts';
import { systemClock, type Clock } from './clock.ts';
import { Windows } from './desk/windows.ts';
import type { Powers, ShellSignal } from './shells/powers.ts';
import { systemHandlers } from './system/system-handlers.ts';
import { createSystemService } from './system/system-service.ts';

export interface CoreOptions {
  readonly version: string;
  readonly dataFolder: string;
  readonly configFile: string;
  readonly powers: Powers;
  /** Folder of the starter runbooks that ship with the program. */
  readonly starterRunbooks: string;
  /** Set when this process plays a drill. */
  readonly drill: { readonly factor: number; readonly runbooks: string } | null;
  readonly clock?: Clock;
}

export interface Core {
  /** Serves the contract on this port until it closes. */
  connect(port: MessagePort): void;
  signal(signal: ShellSignal): void;
  stop(): Promise<void>;
}

export async function createCore(options: CoreOptions): Promise<Core> {
  const clock = options.clock ?? systemClock;
  const bus = new Bus();
  const windows = new Windows();

  const system = createSystemService({
    version: options.version,
    dataFolder: options.dataFolder,
    powers: options.powers,
    timeZone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    drill: null,
  });

  const handler = new RPCHandler({ system: systemHandlers(system, clock) });

  return {
    connect(port) {
      handler.upgrade(port);
      port.start();
    },
    signal(signal) {
      if (signal.type === 'notification_clicked') {
        windows.send({ type: 'show', alarmId: signal.alarmId as never });
      }
    },
    async stop() {
      await Promise.resolve(bus);
    },
  };
}
