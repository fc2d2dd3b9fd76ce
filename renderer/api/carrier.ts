/** What carries the contract to the core: a port from the Electron shell, or a socket of the web shell. */
import type { ClientContext, ClientLink } from '@orpc/client';

export interface Carrier {
  readonly link: ClientLink<ClientContext>;
  /** Resolves when the other side is gone, for whatever reason. */
  readonly closed: Promise<void>;
  close(): void;
}

/** Takes each new carrier; the newest one is used. */
export interface CarrierListener {
  opened(carrier: Carrier): void;
  /** The shell refuses this window, and trying again will not help. */
  refused(): void;
}
