/** What the double remembers for tests, and how it behaves. Plain data: it is sent to the test as it is. */
export interface DoubleBehaviour {
  /** What safeStorage finds on this machine. */
  readonly keychain: 'gnome_libsecret' | 'basic_text';
  readonly notifications: 'shown' | 'unsupported' | 'failed';
}

export interface ShownNotification {
  readonly title: string;
  readonly body: string;
  readonly urgency: string;
  readonly isSilent: boolean;
  isOpen: boolean;
}

export interface MenuEntry {
  readonly label: string;
  readonly role: string;
  readonly isEnabled: boolean;
  readonly submenu: readonly MenuEntry[];
}

export interface WindowRecord {
  isVisible: boolean;
  isFocused: boolean;
  isDestroyed: boolean;
  bounds: { x: number; y: number; width: number; height: number };
  readonly webPreferences: Readonly<Record<string, unknown>>;
}

export interface World {
  cdpUrl: string | null;
  isSandboxEnabled: boolean;
  readonly privileges: Record<string, unknown>;
  readonly windows: WindowRecord[];
  readonly tray: { toolTip: string; title: string; icon: string; menu: readonly MenuEntry[] };
  badgeCount: number;
  readonly notifications: ShownNotification[];
  applicationMenu: readonly MenuEntry[];
  readonly errorBoxes: { title: string; text: string }[];
  readonly openedLinks: string[];
  readonly permissions: { name: string; isAllowed: boolean }[];
  readonly refusedRequests: string[];
  clipboard: string;
  /** What the next save dialog answers; null: the person cancels. */
  savePath: string | null;
}

export const behaviour: DoubleBehaviour = {
  keychain: 'gnome_libsecret',
  notifications: 'shown',
  ...(JSON.parse(process.env.ELECTRON_DOUBLE ?? '{}') as Partial<DoubleBehaviour>),
};

export const world: World = {
  cdpUrl: null,
  isSandboxEnabled: false,
  privileges: {},
  windows: [],
  tray: { toolTip: '', title: '', icon: '', menu: [] },
  badgeCount: 0,
  notifications: [],
  applicationMenu: [],
  errorBoxes: [],
  openedLinks: [],
  permissions: [],
  refusedRequests: [],
  clipboard: '',
  savePath: null,
};
