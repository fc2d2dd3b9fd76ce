/**
 * Gives each window its one port to the core, after looking at who asks. Frames pass untouched: the core validates
 * them, and the renderer cannot tell this carrier from a WebSocket.
 */
import type { MessagePort } from 'node:worker_threads';
import {
  ipcMain,
  MessageChannelMain,
  type IpcMainEvent,
  type MessagePortMain,
  type WebContents,
  type WebFrameMain,
} from 'electron';
import { createLogger } from '../../logging.ts';
import { isOurUrl } from './origin.ts';

const log = createLogger('ports');

/** The window asks for its port on the first, and gets it on the second. */
export const connectChannel = 'nightdesk:connect';
export const portChannel = 'nightdesk:port';

export interface Ports {
  /** A window whose page may have a port. */
  admit(contents: WebContents): void;
  /** New ports for all windows, after the core was started again. */
  renew(): void;
}

/** The main frame of an admitted window that shows our page; anything else gets nothing. */
function senderOf(event: IpcMainEvent, admitted: ReadonlySet<WebContents>): WebFrameMain | null {
  const frame = event.senderFrame;
  if (frame === null || frame.parent !== null) return null;
  return admitted.has(event.sender) && isOurUrl(frame.url) ? frame : null;
}

export function servePorts(connect: () => MessagePort): Ports {
  const admitted = new Set<WebContents>();
  const open = new Map<WebContents, () => void>();

  const give = (contents: WebContents, frame: WebFrameMain): void => {
    open.get(contents)?.();
    const { port1, port2 } = new MessageChannelMain();
    open.set(contents, relay(connect(), port1));
    frame.postMessage(portChannel, null, [port2]);
  };

  ipcMain.on(connectChannel, (event) => {
    const frame = senderOf(event, admitted);
    if (frame === null) {
      log.warn('a port was refused', { url: event.senderFrame?.url ?? 'gone' });
      return;
    }
    give(event.sender, frame);
  });

  return {
    admit(contents) {
      admitted.add(contents);
      contents.once('destroyed', () => {
        admitted.delete(contents);
        open.get(contents)?.();
        open.delete(contents);
      });
    },
    renew() {
      for (const contents of admitted) {
        // A page that is just loading asks by itself when it is there.
        if (!contents.isLoading() && isOurUrl(contents.mainFrame.url)) {
          give(contents, contents.mainFrame);
        }
      }
    },
  };
}

/** @returns what ends it. When either side closes, the other is closed too. */
function relay(core: MessagePort, page: MessagePortMain): () => void {
  let isOpen = true;
  const end = (): void => {
    if (!isOpen) return;
    isOpen = false;
    core.close();
    page.close();
  };
  page.on('message', ({ data }: { data: unknown }) => {
    if (typeof data === 'string' || data instanceof Uint8Array) core.postMessage(data, []);
    else log.warn('a frame of the page was no frame', { kind: typeof data });
  });
  page.on('close', end);
  core.on('message', (frame: string | Uint8Array) => {
    if (isOpen) page.postMessage(frame, []);
  });
  core.on('close', end);
  page.start();
  return end;
}
