/**
 * The carrier of the web shell: a WebSocket on loopback whose first frame is the token.
 *
 * The token comes once in the fragment of the address. It is taken out of the address before anything else runs, and
 * is kept for this tab only, so that a reload works and a bookmark or a shared address does not carry it.
 */
import { RPCLink } from '@orpc/client/websocket';
import type { CarrierListener } from './carrier.ts';

const storageKey = 'nightdesk.token';
/** As in main/shells/web/server.ts. */
const badToken = 4401;
const firstDelayMs = 250;
const longestDelayMs = 5_000;

/** Call before the router reads the address. */
export function takeToken(): string | null {
  const match = /^#token=([\w-]+)$/.exec(window.location.hash);
  const token = match?.[1];
  if (token === undefined) return window.sessionStorage.getItem(storageKey);
  window.sessionStorage.setItem(storageKey, token);
  window.history.replaceState(null, '', `${window.location.pathname}#/`);
  return token;
}

/** Grows with each failure, up to a few seconds: a core that starts again is back soon. */
export function reconnectDelayMs(failures: number): number {
  return Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(failures, 10));
}

export function keepSocketOpen(token: string | null, listener: CarrierListener): void {
  if (token === null) {
    listener.refused();
    return;
  }
  let failures = 0;
  const connect = (): void => {
    const socket = new WebSocket(`ws://${window.location.host}/rpc`);
    let finish: () => void = () => {};
    const closed = new Promise<void>((resolve) => {
      finish = resolve;
    });
    socket.addEventListener('open', () => socket.send(token));
    socket.addEventListener(
      'message',
      (event) => {
        if (event.data !== 'ready') return;
        failures = 0;
        listener.opened({
          link: new RPCLink({ websocket: socket }),
          closed,
          close: () => socket.close(),
        });
      },
      { once: true },
    );
    socket.addEventListener('close', ({ code }) => {
      finish();
      if (code === badToken) {
        window.sessionStorage.removeItem(storageKey);
        listener.refused();
        return;
      }
      window.setTimeout(connect, reconnectDelayMs(failures));
      failures += 1;
    });
  };
  connect();
}
