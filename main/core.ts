/**
 * Builds the application from its parts. Knows no shell: what only a shell can do comes in as `Powers`.
 */
import type { MessagePort } from 'node:worker_threads';
import { RPCHandler } from '@orpc/server/message-port';
import { Bus } from './bus.ts';
import { systemClock, type Clock } from './clock.ts';
import { Windows } from './desk/windows.ts';
import { createDrill } from './drill/drill-service.ts';
import type { Powers, ShellSignal } from './shells/powers.ts';
import { startHousekeeping } from './store/housekeeping.ts';
import { openStore } from './store/open-store.ts';
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
  const { shell } = await options.powers.describe();
  const store = await openStore({ folder: options.dataFolder, clock, shell });
  const { db } = store;
  const housekeeping = startHousekeeping({
    store,
    clock,
    onNotice: () => windows.changed('notices'),
  });
  const drill =
    options.drill === null
      ? null
      : await createDrill({
          ...options.drill,
          clock,
          db,
          onChanged: () => windows.changed('drill'),
        });

  const system = createSystemService({
    version: options.version,
    dataFolder: options.dataFolder,
    powers: options.powers,
    timeZone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    drill: drill === null ? null : () => drill.state(),
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
      await drill?.stop();
      housekeeping.stop();
      await store.close();
    },
  };
}
