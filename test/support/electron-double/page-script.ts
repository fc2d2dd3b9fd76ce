/** Runs in the page before its own scripts: the preload with a fake `electron`, and the permissions of the session. */

/** What goes from the page to the process. */
export type FromPage =
  | { readonly type: 'send'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly type: 'frame'; readonly port: number; readonly frame: Frame }
  | { readonly type: 'closed'; readonly port: number }
  | { readonly type: 'permission'; readonly name: string }
  | { readonly type: 'clipboard'; readonly text: string };

/** What goes from the process to the page. */
export type ToPage =
  | {
      readonly type: 'message';
      readonly channel: string;
      readonly args: readonly unknown[];
      readonly ports: readonly number[];
    }
  | { readonly type: 'frame'; readonly port: number; readonly frame: Frame }
  | { readonly type: 'close'; readonly port: number };

/** Text as it is; bytes as numbers, since the way between the two carries JSON only. */
export type Frame = string | { readonly bytes: readonly number[] } | { readonly other: unknown };

export const bindingName = '__electronDouble';
export const inboxName = '__electronDoubleInbox';

/* The function below is sent to the page as text: it may use nothing from outside itself. */
function installDouble(
  runPreload: (require: unknown, module: unknown, exports: unknown, process: unknown) => void,
  binding: string,
  inbox: string,
): void {
  if (window.top !== window) return;
  const globals = window as unknown as Record<string, unknown>;
  const call = globals[binding] as (message: unknown) => Promise<unknown>;
  // The page must see what it would see in Electron: nothing of ours.
  delete globals[binding];

  const listeners = new Map<string, ((event: unknown, ...args: unknown[]) => void)[]>();
  const ports = new Map<number, MessagePort>();
  const encode = (data: unknown): unknown => {
    if (typeof data === 'string') return data;
    return data instanceof Uint8Array ? { bytes: [...data] } : { other: data };
  };
  const decode = (frame: unknown): unknown => {
    if (typeof frame === 'string') return frame;
    const { bytes, other } = frame as { bytes?: number[]; other?: unknown };
    return bytes === undefined ? other : new Uint8Array(bytes);
  };
  const openPort = (id: number): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    ports.set(id, port1);
    lent.set(port2, id);
    port1.addEventListener('message', (event) => {
      void call({ type: 'frame', port: id, frame: encode(event.data) });
    });
    port1.start();
    return port2;
  };
  // Electron tells a port that its other end closed; the web does not. A port that is posted on arrives as another
  // object, so the one that the page ends up with is found when it arrives.
  const lent = new Map<unknown, number>();
  const held = new Map<number, MessagePort>();
  const onTheWay: number[][] = [];
  const postMessage = window.postMessage.bind(window);
  window.postMessage = (message: unknown, target?: unknown, transfer: unknown[] = []) => {
    if (transfer.length > 0) onTheWay.push(transfer.map((port) => lent.get(port) ?? -1));
    postMessage(message, target as string, transfer as Transferable[]);
  };
  window.addEventListener('message', (event) => {
    if (event.ports.length === 0) return;
    const ids = onTheWay.shift() ?? [];
    for (const [index, port] of event.ports.entries()) {
      const id = ids[index] ?? -1;
      const close = port.close.bind(port);
      held.set(id, port);
      port.close = () => {
        close();
        void call({ type: 'closed', port: id });
      };
    }
  });

  Object.defineProperty(globals, inbox, {
    enumerable: false,
    value: (messages: ToPage[]) => {
      for (const message of messages) {
        if (message.type === 'frame') {
          ports.get(message.port)?.postMessage(decode(message.frame), []);
        } else if (message.type === 'close') {
          ports.get(message.port)?.close();
          ports.delete(message.port);
          held.get(message.port)?.dispatchEvent(new Event('close'));
          held.delete(message.port);
        } else {
          const event = { ports: message.ports.map(openPort) };
          for (const listener of listeners.get(message.channel) ?? []) {
            listener(event, ...message.args);
          }
        }
      }
    },
  });

  const refuse = (owner: string) => ({
    get(target: object, name: string | symbol): unknown {
      if (name in target) return Reflect.get(target, name);
      throw new Error(`${owner}.${String(name)} is not in the double of the preload`);
    },
  });
  const ipcRenderer = new Proxy(
    {
      on(channel: string, listener: (event: unknown, ...args: unknown[]) => void) {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      },
      send(channel: string, ...args: unknown[]) {
        void call({ type: 'send', channel, args });
      },
    },
    refuse('ipcRenderer'),
  );
  const electron = new Proxy({ ipcRenderer }, refuse('electron'));
  const require = (name: string): unknown => {
    if (name === 'electron') return electron;
    throw new Error(`a sandboxed preload cannot load ${name}`);
  };

  const ask = async (name: string): Promise<void> => {
    if ((await call({ type: 'permission', name })) !== true) {
      throw new DOMException(`${name} was refused`, 'NotAllowedError');
    }
  };
  Object.defineProperty(navigator, 'clipboard', {
    value: {
      async writeText(text: string) {
        await ask('clipboard-sanitized-write');
        await call({ type: 'clipboard', text });
      },
      readText: () => ask('clipboard-read'),
    },
  });
  Object.defineProperty(navigator, 'mediaDevices', { value: { getUserMedia: () => ask('media') } });
  Object.defineProperty(globals, 'Notification', {
    value: {
      permission: 'default',
      requestPermission: () =>
        ask('notifications').then(
          () => 'granted',
          () => 'denied',
        ),
    },
  });

  const module = { exports: {} };
  runPreload(require, module, module.exports, { type: 'renderer', sandboxed: true });
}

/** The preload is one CommonJS file: it gets what Electron would give it, in a scope of its own. */
export function pageScript(preloadText: string): string {
  const preload = `function (require, module, exports, process) {\n${preloadText}\n}`;
  const names = [bindingName, inboxName].map((name) => JSON.stringify(name)).join(', ');
  return `(${installDouble.toString()})(${preload}, ${names})`;
}
