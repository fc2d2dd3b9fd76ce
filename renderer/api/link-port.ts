/**
 * The carrier of the Electron shell: the bridge posts a port to this page, and a new one when the core was started
 * again. Nothing else may hand us a port, so the message must come from our own window and origin.
 */
import { RPCLink } from '@orpc/client/message-port';
import type { Carrier, CarrierListener } from './carrier.ts';

export function listenForPorts(listener: CarrierListener): void {
  window.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.origin !== window.location.origin || event.source !== window) return;
    if (!isPortMessage(event.data)) return;
    const [port] = event.ports;
    if (port !== undefined) listener.opened(carry(port));
  });
}

const isPortMessage = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && 'type' in data && data.type === 'nightdesk:port';

function carry(port: MessagePort): Carrier {
  let finish: () => void = () => {};
  const closed = new Promise<void>((resolve) => {
    finish = resolve;
  });
  port.addEventListener('close', finish);
  const link = new RPCLink({ port });
  port.start();
  return {
    link,
    closed,
    close() {
      // A port that is closed from this side is not told so.
      port.dispatchEvent(new Event('close'));
      port.close();
    },
  };
}
