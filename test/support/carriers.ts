/** The two carriers of the contract, as clients a test can call. */
import type { MessagePort } from 'node:worker_threads';
import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { Contract } from '../../preload/contract/index.ts';
import type { WebServer } from '../../main/shells/web/server.ts';

export type Client = ContractRouterClient<Contract>;

export interface Connection {
  readonly client: Client;
  /** Sends a frame as it is. */
  sendRaw(frame: string | Uint8Array): void;
  /** Resolves when the other side closed. */
  readonly closed: Promise<void>;
  close(): void;
}

export function connectPort(port: MessagePort): Connection {
  const closed = new Promise<void>((resolve) => {
    port.once('close', resolve);
  });
  const client: Client = createORPCClient(new PortLink({ port }));
  port.start();
  return {
    client,
    closed,
    sendRaw: (frame) => port.postMessage(frame),
    close: () => port.close(),
  };
}

/** Opens the socket as the window does: token first, then it waits for `ready`. */
export async function openSocket(
  server: Pick<WebServer, 'origin'>,
  token: string,
  headers: Record<string, string> = {},
): Promise<WebSocket> {
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/rpc`, {
    headers: { origin: server.origin, ...headers },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('close', (code) => reject(new Error(`closed with ${code}`)));
    socket.once('open', () => socket.send(token));
    socket.once('message', (data: Buffer) => {
      if (data.toString() === 'ready') resolve();
      else reject(new Error(`answered ${data.toString()}`));
    });
  });
  return socket;
}

export async function connectSocket(server: WebServer): Promise<Connection> {
  const socket = await openSocket(server, server.token);
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  const client: Client = createORPCClient(new SocketLink({ websocket: socket }));
  return { client, closed, sendRaw: (frame) => socket.send(frame), close: () => socket.close() };
}
