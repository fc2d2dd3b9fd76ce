/**
 * The one connection of this window. Calls wait a while for a carrier; a call whose carrier is lost fails, because
 * nobody knows whether it was done, and it is never sent a second time by itself.
 */
import { ORPCError, type ClientContext, type ClientLink } from '@orpc/client';
import type { ErrorDetail } from '../../preload/contract/errors.ts';
import type { Carrier } from './carrier.ts';
import { listenForPorts } from './link-port.ts';
import { keepSocketOpen, takeToken } from './link-socket.ts';
import { createWindowState } from '../window-state.ts';

/** `refused`: opened without the token. */
export type Connection = 'connecting' | 'connected' | 'lost' | 'refused';

interface ConnectionStore {
  readonly connection: Connection;
  /** Rises with every new carrier. */
  readonly generation: number;
}

export const useConnection = createWindowState<ConnectionStore>({
  connection: 'connecting',
  generation: 0,
});

const waitMs = 8_000;
let current: Carrier | null = null;
const waiting = new Set<() => void>();

function opened(carrier: Carrier): void {
  const previous = current;
  current = carrier;
  previous?.close();
  useConnection.setState(({ generation }) => ({
    connection: 'connected',
    generation: generation + 1,
  }));
  for (const wake of waiting) wake();
  void noteLoss(carrier);
}

async function noteLoss(carrier: Carrier): Promise<void> {
  await carrier.closed;
  if (current !== carrier) return;
  current = null;
  useConnection.setState({ connection: 'lost' });
}

/** Starts connecting, by whichever carrier this shell has. Call once, before the router reads the address. */
export function connect(): void {
  const listener = {
    opened,
    refused: () => useConnection.setState({ connection: 'refused' }),
  };
  // The Electron shell has a scheme of its own; only the web shell is plain HTTP.
  if (window.location.protocol === 'http:') keepSocketOpen(takeToken(), listener);
  else listenForPorts(listener);
}

function unavailable(message: string): ORPCError<'core.unavailable', ErrorDetail> {
  return new ORPCError('core.unavailable', {
    defined: true,
    message,
    data: {
      next: 'Nightdesk starts its core again by itself. Wait a moment, look at what is shown, and try again.',
      isRetryable: true,
    },
  });
}

async function carrierNow(): Promise<Carrier> {
  if (current !== null) return current;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      window.clearTimeout(timer);
      waiting.delete(done);
      resolve();
    };
    const timer = window.setTimeout(done, waitMs);
    waiting.add(done);
  });
  if (current === null) throw unavailable('The core of Nightdesk does not answer.');
  return current;
}

/** A link that always goes over the newest carrier. */
export const link: ClientLink<ClientContext> = {
  async call(path, input, options) {
    const carrier = await carrierNow();
    try {
      return await carrier.link.call(path, input, options);
    } catch (error) {
      if (current === carrier || error instanceof ORPCError) throw error;
      throw unavailable('The core of Nightdesk was lost before it answered.');
    }
  },
};
