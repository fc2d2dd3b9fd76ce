/** BrowserWindow and WebContents over a page of Chromium. */
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { app, isReady, userDataFolder } from './app.ts';
import { launch, openPage, toApp, toHttps, type BrowserEvents } from './chromium.ts';
import { Guarded, guardClass, PreventableEvent } from './guarded.ts';
import { ipcMain } from './ipc.ts';
import { inboxName, pageScript, type Frame, type FromPage, type ToPage } from './page-script.ts';
import { dropPort, receiveFromPage, transferPort, type MessagePortMain } from './ports.ts';
import { allowRequest, askPermission, serve } from './session.ts';
import { checkOptions } from './typings.ts';
import { world, type WindowRecord } from './world.ts';

const withoutFragment = (url: string): string => url.replace(/#.*$/, '');

const encode = (data: unknown): Frame => {
  if (typeof data === 'string') return data;
  return data instanceof Uint8Array ? { bytes: [...data] } : { other: data };
};
const decode = (frame: Frame): unknown => {
  if (typeof frame === 'string') return frame;
  return 'bytes' in frame ? new Uint8Array(frame.bytes) : frame.other;
};

const byPage = new Map<Page, WebContents>();
let lastPort = 0;

/** What the double does with a window's contents, beside what Electron lets the product do. */
interface Inside {
  load(url: string): Promise<void>;
  fromPage(frameUrl: string, isMainFrame: boolean, message: FromPage): Promise<unknown>;
  navigates(url: string, isMainFrame: boolean): boolean;
  popup(url: string): void;
  destroy(): void;
}
const insides = new WeakMap<WebContents, Inside>();

class WebFrameMain extends Guarded {
  readonly parent: WebFrameMain | null;
  readonly url: string;
  readonly #post: (channel: string, args: unknown[], ports: MessagePortMain[]) => void;

  constructor(
    url: string,
    isMainFrame: boolean,
    post: (channel: string, args: unknown[], ports: MessagePortMain[]) => void,
  ) {
    super('WebFrameMain');
    this.url = url;
    this.parent = isMainFrame ? null : new WebFrameMain(url, true, post);
    this.#post = post;
  }

  postMessage(channel: string, message: unknown, transfer: MessagePortMain[] = []): void {
    this.#post(channel, [message], transfer);
  }
}

class WebContents extends Guarded {
  #page: Page | null = null;
  #isLoading = true;
  #outbox: ToPage[] = [];
  #isSending = false;
  readonly #expected = new Set<string>();
  readonly #ports = new Map<number, MessagePortMain>();
  readonly #preload: string;
  #openHandler: ((details: { url: string }) => { action: string }) | null = null;

  constructor(preload: string) {
    super('WebContents');
    this.#preload = preload;
    insides.set(this, {
      load: (url) => this.#load(url),
      fromPage: (frameUrl, isMainFrame, message) => this.#take(frameUrl, isMainFrame, message),
      navigates: (url, isMainFrame) => this.#navigates(url, isMainFrame),
      popup: (url) => {
        if (this.#openHandler === null) throw new Error(`nobody decides about the window ${url}`);
        const { action } = this.#openHandler({ url });
        if (action !== 'deny') throw new Error(`a window was allowed for ${url}`);
      },
      destroy: () => this.#destroy(),
    });
  }

  get mainFrame(): WebFrameMain {
    return this.#frame(this.getURL(), true);
  }

  getURL(): string {
    return this.#page === null ? '' : toApp(this.#page.url());
  }

  isLoading(): boolean {
    return this.#isLoading;
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.#openHandler = handler;
  }

  async #load(url: string): Promise<void> {
    const page = await this.#open();
    this.#isLoading = true;
    this.#expected.add(url);
    await page.goto(toHttps(url), { waitUntil: 'load' });
    this.#isLoading = false;
  }

  async #open(): Promise<Page> {
    if (this.#page !== null) return this.#page;
    const page = await openPage(await launch(userDataFolder(), events));
    await page.addInitScript(pageScript(this.#preload));
    // Another document: the ports of the one before are gone with it.
    page.on('domcontentloaded', () => this.#flush());
    let address = '';
    page.on('framenavigated', (frame) => {
      if (frame.parentFrame() !== null) return;
      const before = address;
      address = frame.url();
      // Another fragment is another screen of the same document; a reload has the same address.
      const isSame = before !== address && withoutFragment(before) === withoutFragment(address);
      if (!isSame) this.#dropPorts();
    });
    page.on('crash', () => {
      this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
    });
    byPage.set(page, this);
    this.#page = page;
    return page;
  }

  #frame(url: string, isMainFrame: boolean): WebFrameMain {
    return new WebFrameMain(url, isMainFrame, (channel, args, ports) => {
      const ids = ports.map((port) => this.#lend(port));
      this.#send({ type: 'message', channel, args, ports: ids });
    });
  }

  /** The page gets one end; messages for it travel through the outbox. */
  #lend(port: MessagePortMain): number {
    lastPort += 1;
    const id = lastPort;
    this.#ports.set(id, port);
    // The message that carries the port goes first.
    setImmediate(() => {
      transferPort(port, {
        post: (data) => this.#send({ type: 'frame', port: id, frame: encode(data) }),
        close: () => {
          this.#ports.delete(id);
          this.#send({ type: 'close', port: id });
        },
      });
    });
    return id;
  }

  #send(message: ToPage): void {
    this.#outbox.push(message);
    void this.#flush();
  }

  /** In order, as many at a time as there are. */
  async #flush(): Promise<void> {
    if (this.#isSending || this.#page === null) return;
    this.#isSending = true;
    while (this.#outbox.length > 0) {
      const batch = this.#outbox.splice(0);
      try {
        await this.#page.evaluate(
          ([name, messages]) =>
            (window as unknown as Record<string, (batch: unknown) => void>)[name]?.(messages),
          [inboxName, batch] as const,
        );
      } catch {
        // The document went away under it; so did its ports.
      }
    }
    this.#isSending = false;
  }

  #dropPorts(): void {
    for (const port of this.#ports.values()) dropPort(port);
    this.#ports.clear();
  }

  async #take(frameUrl: string, isMainFrame: boolean, message: FromPage): Promise<unknown> {
    switch (message.type) {
      case 'send':
        ipcMain.emit(
          message.channel,
          { sender: this, senderFrame: this.#frame(frameUrl, isMainFrame), ports: [] },
          ...message.args,
        );
        return null;
      case 'frame': {
        const port = this.#ports.get(message.port);
        if (port !== undefined) receiveFromPage(port, decode(message.frame));
        return null;
      }
      case 'closed': {
        const port = this.#ports.get(message.port);
        this.#ports.delete(message.port);
        if (port !== undefined) dropPort(port);
        return null;
      }
      case 'permission':
        return askPermission(this, message.name, frameUrl);
      case 'clipboard':
        world.clipboard = message.text;
        return null;
    }
  }

  #navigates(url: string, isMainFrame: boolean): boolean {
    if (isMainFrame && this.#expected.delete(url)) return true;
    const details = { url, isMainFrame, isSameDocument: false };
    const each = new PreventableEvent(details);
    this.emit('will-frame-navigate', each);
    if (each.isPrevented) return false;
    if (!isMainFrame) return true;
    const main = new PreventableEvent(details);
    this.emit('will-navigate', main, url);
    return !main.isPrevented;
  }

  #destroy(): void {
    this.#dropPorts();
    const page = this.#page;
    this.#page = null;
    if (page !== null) {
      byPage.delete(page);
      page.close().catch(() => {});
    }
    this.emit('destroyed');
  }
}

const events: BrowserEvents = {
  async fromPage(page, frameUrl, isMainFrame, message) {
    const contents = byPage.get(page);
    return contents === undefined
      ? null
      : insides.get(contents)?.fromPage(frameUrl, isMainFrame, message);
  },
  onNavigate(page, url, isMainFrame) {
    const contents = byPage.get(page);
    return contents !== undefined && insides.get(contents)?.navigates(url, isMainFrame) === true;
  },
  onRequest: allowRequest,
  serve,
  onPopup(opener, url) {
    const contents = byPage.get(opener);
    if (contents !== undefined) insides.get(contents)?.popup(url);
  },
};

interface Options {
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly show?: boolean;
  readonly webPreferences?: { readonly preload?: string };
}

export const openWindows: BrowserWindowDouble[] = [];
/** A person or the system closes it. */
let closeOf: (window: BrowserWindowDouble) => boolean;
export const requestClose = (window: BrowserWindowDouble): boolean => closeOf(window);

class BrowserWindowDouble extends Guarded {
  readonly webContents: WebContents;
  readonly #record: WindowRecord;
  #isMaximized = false;
  #isMinimized = false;

  static {
    closeOf = (window) => {
      const event = new PreventableEvent();
      window.emit('close', event);
      if (!event.isPrevented) window.#destroy();
      return !event.isPrevented;
    };
  }

  constructor(options: Options = {}) {
    super('BrowserWindow');
    if (!isReady()) throw new Error('a window was made before the app was ready');
    checkOptions('BrowserWindowConstructorOptions', options);
    checkOptions('WebPreferences', options.webPreferences);
    const { x = 0, y = 0, width = 800, height = 600, show = true } = options;
    this.#record = {
      isVisible: show,
      isFocused: false,
      isDestroyed: false,
      bounds: { x, y, width, height },
      webPreferences: { ...options.webPreferences },
    };
    world.windows.push(this.#record);
    openWindows.push(this);
    const preload = options.webPreferences?.preload;
    this.webContents = new WebContents(preload === undefined ? '' : readFileSync(preload, 'utf8'));
    app.emit('web-contents-created', {}, this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    const inside = insides.get(this.webContents);
    await inside?.load(url);
    this.emit('ready-to-show');
  }

  show(): void {
    this.#record.isVisible = true;
    this.emit('show');
  }

  hide(): void {
    this.#record.isVisible = false;
    this.emit('hide');
  }

  focus(): void {
    this.#record.isFocused = true;
  }

  maximize(): void {
    this.#isMaximized = true;
  }

  restore(): void {
    this.#isMinimized = false;
  }

  isMaximized(): boolean {
    return this.#isMaximized;
  }

  isMinimized(): boolean {
    return this.#isMinimized;
  }

  isDestroyed(): boolean {
    return this.#record.isDestroyed;
  }

  getNormalBounds(): WindowRecord['bounds'] {
    return { ...this.#record.bounds };
  }

  #destroy(): void {
    this.#record.isDestroyed = true;
    this.#record.isVisible = false;
    openWindows.splice(openWindows.indexOf(this), 1);
    insides.get(this.webContents)?.destroy();
    this.emit('closed');
    if (openWindows.length === 0) app.emit('window-all-closed');
  }
}

export const BrowserWindow = guardClass(BrowserWindowDouble, 'BrowserWindow');
