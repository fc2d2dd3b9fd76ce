/** The one window: sandboxed, without Node, where it was last time, and hidden instead of closed. */
import { app, BrowserWindow, screen, type BrowserWindowConstructorOptions } from 'electron';
import { createLogger } from '../../logging.ts';
import { startUrl } from './origin.ts';
import { minSize, placeWindow, readWindowState, writeWindowState } from './window-state.ts';

const log = createLogger('window');

export interface MainWindow {
  readonly browserWindow: BrowserWindow;
  /** Shows it in front, from wherever it is. */
  reveal(): void;
  /** From now on closing really closes. */
  letGo(): void;
}

export interface WindowOptions {
  readonly preloadFile: string;
  readonly stateFile: string;
  /** Called the first time that closing only hid the window. */
  onFirstHide(): void;
}

/** Each of these is a wall between the page and the machine; they are the defaults too, but defaults change. */
function guestPreferences(
  preloadFile: string,
): NonNullable<BrowserWindowConstructorOptions['webPreferences']> {
  return {
    preload: preloadFile,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webviewTag: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    navigateOnDragDrop: false,
    // Its dictionaries would be fetched from the network.
    spellcheck: false,
    devTools: !app.isPackaged,
    // A page must sound before anyone clicked, and while the window is in the tray.
    autoplayPolicy: 'no-user-gesture-required',
    backgroundThrottling: false,
  };
}

const reloadsBeforeGivingUp = 3;

export function createMainWindow(options: WindowOptions): MainWindow {
  let state = readWindowState(options.stateFile);
  const window = new BrowserWindow({
    ...placeWindow(
      state.bounds,
      screen.getAllDisplays().map((display) => display.workArea),
    ),
    minWidth: minSize.width,
    minHeight: minSize.height,
    show: false,
    title: 'Nightdesk',
    backgroundColor: '#101014',
    autoHideMenuBar: true,
    webPreferences: guestPreferences(options.preloadFile),
  });
  if (state.isMaximized) window.maximize();

  let isGoing = false;
  const remember = (): void => {
    state = {
      ...state,
      bounds: window.getNormalBounds(),
      isMaximized: window.isMaximized(),
    };
    try {
      writeWindowState(options.stateFile, state);
    } catch (error) {
      log.warn('the place of the window could not be kept', { error });
    }
  };

  window.once('ready-to-show', () => window.show());
  window.on('close', (event) => {
    remember();
    if (isGoing) return;
    event.preventDefault();
    window.hide();
    if (state.hasSeenTrayHint) return;
    state = { ...state, hasSeenTrayHint: true };
    remember();
    options.onFirstHide();
  });

  let reloads = 0;
  window.webContents.on('render-process-gone', (_event, details) => {
    log.error('the page was lost', { reason: details.reason, exitCode: details.exitCode });
    if (isGoing || details.reason === 'clean-exit' || reloads >= reloadsBeforeGivingUp) return;
    reloads += 1;
    load();
  });
  const load = (): void => {
    window.loadURL(startUrl).catch((error: unknown) => {
      log.error('the page did not load', { error });
    });
  };
  load();

  return {
    browserWindow: window,
    reveal() {
      if (window.isDestroyed()) return;
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    letGo() {
      isGoing = true;
    },
  };
}
