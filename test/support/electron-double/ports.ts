/** MessagePortMain and MessageChannelMain: ports between the main process and the page. */
import { Guarded } from './guarded.ts';

/** Where a port's messages go once it was handed to a page. */
export interface PageSide {
  post(data: unknown): void;
  close(): void;
}

/** Friends of the class: what the double itself may do with a port. */
let transferOf: (port: MessagePortMain, side: PageSide) => void;
let receiveOf: (port: MessagePortMain, data: unknown) => void;
let dropOf: (port: MessagePortMain) => void;
let entangleOf: (one: MessagePortMain, other: MessagePortMain) => void;

export class MessagePortMain extends Guarded {
  #peer: MessagePortMain | null = null;
  #page: PageSide | null = null;
  #isStarted = false;
  #isClosed = false;
  #waiting: unknown[] = [];

  constructor() {
    super('MessagePortMain');
  }

  static {
    entangleOf = (one, other) => {
      one.#peer = other;
      other.#peer = one;
    };
    transferOf = (port, side) => {
      port.#page = side;
      for (const data of port.#waiting.splice(0)) side.post(data);
    };
    receiveOf = (port, data) => {
      if (port.#peer !== null) port.#peer.#take(data);
    };
    dropOf = (port) => port.#drop();
  }

  postMessage(data: unknown): void {
    if (this.#isClosed) return;
    const peer = this.#peer;
    if (peer !== null) setImmediate(() => peer.#take(structuredClone(data)));
  }

  start(): void {
    this.#isStarted = true;
    for (const data of this.#waiting.splice(0)) this.emit('message', { data, ports: [] });
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#peer !== null) this.#peer.#drop();
  }

  #take(data: unknown): void {
    if (this.#isClosed) return;
    if (this.#page !== null) this.#page.post(data);
    else if (this.#isStarted) this.emit('message', { data, ports: [] });
    else this.#waiting.push(data);
  }

  /** The other side went away. */
  #drop(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#page?.close();
    this.emit('close');
    if (this.#peer !== null) this.#peer.#drop();
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain();
  readonly port2 = new MessagePortMain();

  constructor() {
    entangleOf(this.port1, this.port2);
  }
}

/** Hands a port to a page: what its peer posts goes to `side`. */
export const transferPort = (port: MessagePortMain, side: PageSide): void => transferOf(port, side);
/** The page posted something on its end. */
export const receiveFromPage = (port: MessagePortMain, data: unknown): void =>
  receiveOf(port, data);
/** The page closed its end, or is gone. */
export const dropPort = (port: MessagePortMain): void => dropOf(port);
