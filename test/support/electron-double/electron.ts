/** The names that the product imports from `electron`, doubled. */
import { Guarded, guardClass } from './guarded.ts';
import { app, isReady, onQuit } from './app.ts';
import { serveControl } from './control.ts';
import { defaultSession } from './session.ts';
import { checkOptions, guard } from './typings.ts';
import { behaviour, world, type MenuEntry, type ShownNotification } from './world.ts';
import { openWindows, requestClose } from './window.ts';

export { app } from './app.ts';
export { ipcMain } from './ipc.ts';
export { MessageChannelMain } from './ports.ts';
export { BrowserWindow } from './window.ts';

const needReady = (what: string): void => {
  if (!isReady()) throw new Error(`${what} was used before the app was ready`);
};

onQuit(() => [...openWindows].every((window) => requestClose(window)));

export const protocol = guard(
  {
    registerSchemesAsPrivileged(schemes: { scheme: string; privileges: object }[]) {
      if (isReady()) throw new Error('schemes were registered too late');
      for (const { scheme, privileges } of schemes) {
        checkOptions('Privileges', privileges);
        world.privileges[scheme] = privileges;
      }
    },
  },
  'Protocol',
);

export const session = guard(
  {
    get defaultSession() {
      needReady('session');
      return defaultSession;
    },
  },
  'Session',
  'statics',
);

export const shell = guard(
  {
    async openExternal(url: string) {
      world.openedLinks.push(url);
    },
  },
  'Shell',
);

export const screen = guard(
  {
    getAllDisplays() {
      needReady('screen');
      return [{ workArea: { x: 0, y: 0, width: 1_920, height: 1_050 } }];
    },
  },
  'Screen',
);

export const dialog = guard(
  {
    showErrorBox(title: string, text: string) {
      world.errorBoxes.push({ title, text });
      process.stderr.write(`${title}\n${text}\n`);
    },
    async showSaveDialog(...args: { defaultPath?: string }[]) {
      checkOptions('SaveDialogOptions', args.at(-1));
      return { canceled: world.savePath === null, filePath: world.savePath ?? '' };
    },
  },
  'Dialog',
);

const sealed = 'sealed by the double: ';
const reversed = (text: string): string => Array.from(text).toReversed().join('');
export const safeStorage = guard(
  {
    getSelectedStorageBackend: () => (isReady() ? behaviour.keychain : 'unknown'),
    async isAsyncEncryptionAvailable() {
      needReady('safeStorage');
      return true;
    },
    async encryptStringAsync(text: string) {
      return Buffer.from(sealed + reversed(text));
    },
    async decryptStringAsync(encrypted: Buffer) {
      const text = encrypted.toString();
      if (!text.startsWith(sealed)) throw new Error('not sealed here');
      return { result: reversed(text.slice(sealed.length)), shouldReEncrypt: false };
    },
  },
  'SafeStorage',
);

class PowerMonitor extends Guarded {
  constructor() {
    super('PowerMonitor');
  }
}
export const powerMonitor = new PowerMonitor();

interface ImageDouble {
  addRepresentation(options: { buffer?: Buffer; scaleFactor?: number }): void;
  setTemplateImage(isTemplate: boolean): void;
  toPNG(): Buffer;
}

export const nativeImage = guard(
  {
    createFromBuffer(png: Buffer, options: { scaleFactor?: number } = {}) {
      checkOptions('CreateFromBufferOptions', options);
      const image: ImageDouble = {
        addRepresentation: (other) => checkOptions('AddRepresentationOptions', other),
        setTemplateImage() {},
        toPNG: () => png,
      };
      return guard(image, 'NativeImage');
    },
  },
  'NativeImage',
  'statics',
);

interface MenuItemOptions {
  readonly label?: string;
  readonly role?: string;
  readonly type?: string;
  readonly enabled?: boolean;
  readonly click?: () => void;
  readonly submenu?: readonly MenuItemOptions[];
}

const menuItems = new WeakMap<object, readonly MenuItemOptions[]>();
class MenuDouble extends Guarded {
  constructor() {
    super('Menu');
  }

  static buildFromTemplate(template: readonly MenuItemOptions[]): MenuDouble {
    const menu = new MenuDouble();
    menuItems.set(menu, template);
    return menu;
  }

  static setApplicationMenu(menu: MenuDouble | null): void {
    applicationMenu = menu;
    world.applicationMenu = entries(menu);
  }
}
export const Menu = guardClass(MenuDouble, 'Menu');
let applicationMenu: MenuDouble | null = null;
let trayMenu: MenuDouble | null = null;

function toEntries(items: readonly MenuItemOptions[]): MenuEntry[] {
  return items.map((item) => {
    checkOptions('MenuItemConstructorOptions', item);
    return {
      label: item.label ?? item.role ?? item.type ?? '',
      role: item.role ?? '',
      isEnabled: item.enabled !== false,
      submenu: toEntries(item.submenu ?? []),
    };
  });
}
const entries = (menu: MenuDouble | null): MenuEntry[] =>
  menu === null ? [] : toEntries(menuItems.get(menu) ?? []);

function clickItem(items: readonly MenuItemOptions[], label: string): boolean {
  return items.some((item) => {
    if (item.label === label && item.click !== undefined) {
      item.click();
      return true;
    }
    return clickItem(item.submenu ?? [], label);
  });
}

const trays: TrayDouble[] = [];
class TrayDouble extends Guarded {
  #isDestroyed = false;

  constructor(image: ImageDouble) {
    super('Tray');
    needReady('Tray');
    trays.push(this);
    this.setImage(image);
  }

  setImage(image: ImageDouble): void {
    world.tray.icon = image.toPNG().toString('base64');
  }

  setToolTip(text: string): void {
    world.tray.toolTip = text;
  }

  setTitle(text: string): void {
    world.tray.title = text;
  }

  setContextMenu(menu: MenuDouble | null): void {
    trayMenu = menu;
    world.tray.menu = entries(menu);
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  destroy(): void {
    this.#isDestroyed = true;
  }
}
export const Tray = guardClass(TrayDouble, 'Tray');

const notifications: NotificationDouble[] = [];
class NotificationDouble extends Guarded {
  readonly #shown: ShownNotification;

  constructor(options: { title?: string; body?: string; urgency?: string; silent?: boolean } = {}) {
    super('Notification');
    checkOptions('NotificationConstructorOptions', options);
    const { title = '', body = '', urgency = 'normal', silent = false } = options;
    this.#shown = { title, body, urgency, isSilent: silent, isOpen: false };
  }

  static isSupported(): boolean {
    return behaviour.notifications !== 'unsupported';
  }

  show(): void {
    setImmediate(() => {
      if (behaviour.notifications === 'failed') {
        this.emit('failed', {}, 'the system refused it');
        return;
      }
      this.#shown.isOpen = true;
      world.notifications.push(this.#shown);
      notifications.push(this);
      this.emit('show', {});
    });
  }

  close(): void {
    this.#shown.isOpen = false;
    this.emit('close', {});
  }
}
export const Notification = guardClass(NotificationDouble, 'Notification');

serveControl({
  clickTray: () => trays.at(-1)?.emit('click', {}),
  clickTrayMenu: (label) => clickItem(trayMenu === null ? [] : menuItems.get(trayMenu)!, label),
  clickMenu: (label) =>
    clickItem(applicationMenu === null ? [] : menuItems.get(applicationMenu)!, label),
  clickNotification: (index) => notifications[Number(index)]?.emit('click', {}),
  power: (event) => powerMonitor.emit(event, {}),
  closeWindow: () => openWindows[0] !== undefined && requestClose(openWindows[0]),
  setSavePath: (path) => void (world.savePath = path === '' ? null : path),
  quit: () => app.quit(),
});
