/** The Electron shell: the product. One instance, one window, one tray, one core in its own thread. */
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { app, dialog, Menu, safeStorage, session } from 'electron';
import { AppError, errorText } from '../../errors.ts';
import { createLogger, openLog } from '../../logging.ts';
import { createNodeNotifierCarrier } from '../../notifications/node-notifier-carrier.ts';
import { CoreHost } from '../core-host.ts';
import { startingState } from '../core-watch.ts';
import { parseFlags, prepareLaunch, type Launch } from '../launch.ts';
import { showBadge } from './badge.ts';
import { deskWords } from './desk-words.ts';
import { createElectronPowers } from './electron-powers.ts';
import { openKeychain } from './keychain.ts';
import { openExternalLink } from './links.ts';
import { menuTemplate } from './menu.ts';
import { createElectronCarrier, withFallback } from './notifications.ts';
import { servePorts } from './ports.ts';
import { watchPower } from './power.ts';
import { registerScheme, serveRenderer } from './protocol.ts';
import { lockAllContents, lockSession } from './security.ts';
import { createTray, type DeskTray } from './tray.ts';
import { createMainWindow, type MainWindow } from './window.ts';

const log = createLogger('electron');
const projectPage = 'https://github.com/nightdesk/nightdesk';
const builtFolder = dirname(fileURLToPath(import.meta.url));
/** Worker threads cannot read inside the archive; what they need lies unpacked beside it. */
const unpackedFolder = builtFolder.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`);

function explain(error: unknown): void {
  log.error('Nightdesk could not start', { error });
  const next = error instanceof AppError ? `\n\n${error.next}` : '';
  dialog.showErrorBox('Nightdesk could not start', `${errorText(error)}${next}`);
}

/** All that exists once the app is ready, in the order in which it depends on each other. */
async function open({ settings, logFile }: Launch): Promise<void> {
  lockSession(session.defaultSession);
  serveRenderer(session.defaultSession, join(builtFolder, '..', 'renderer'));

  let window: MainWindow | null = null;
  let tray: DeskTray | null = null;
  const reveal = (): void => window?.reveal();

  const carrier = withFallback(
    createElectronCarrier((alarmId) => {
      reveal();
      if (alarmId !== null) host.signal({ type: 'notification_clicked', alarmId });
    }),
    createNodeNotifierCarrier(),
  );
  const powers = createElectronPowers({
    carrier,
    secrets: await openKeychain(safeStorage, join(settings.dataFolder, 'secrets.json')),
    window: () => window?.browserWindow ?? null,
    async showDeskState(state) {
      const words = deskWords(state);
      tray?.show(words);
      showBadge(words, state.worst?.count ?? 0, window?.browserWindow ?? null);
    },
  });
  const host = new CoreHost({
    workerFile: join(unpackedFolder, 'core-worker.js'),
    settings,
    logFile,
    powers,
    onRestart: () => ports.renew(),
  });
  const ports = servePorts(() => host.connect());

  let hasStopped = false;
  const endCore = async (): Promise<void> => {
    await host.stop();
    hasStopped = true;
    tray?.destroy();
    app.quit();
  };
  app.on('before-quit', (event) => {
    window?.letGo();
    if (hasStopped) return;
    event.preventDefault();
    void endCore();
  });
  // Closing the window leaves the watch running; only quitting ends it.
  app.on('window-all-closed', () => {});
  app.on('second-instance', reveal);
  app.on('activate', reveal);

  Menu.setApplicationMenu(
    Menu.buildFromTemplate(
      menuTemplate(process.platform, app.isPackaged, {
        quit: () => app.quit(),
        openProject: () => void openExternalLink(projectPage),
      }),
    ),
  );
  tray = createTray(deskWords(startingState(Date.now())), {
    open: reveal,
    quit: () => app.quit(),
  });
  try {
    await host.start();
  } catch (error) {
    explain(error);
    app.exit(1);
    return;
  }
  window = createMainWindow({
    preloadFile: join(builtFolder, '..', 'preload', 'preload.cjs'),
    stateFile: join(settings.dataFolder, 'window.json'),
    onFirstHide() {
      carrier
        .notify({
          key: 'tray-hint',
          class: 'notice',
          title: 'Nightdesk keeps watching',
          body: 'Its window is closed, its alarms still reach you. Quit it from the tray, or start it again to see the window.',
          alarmId: null,
        })
        .catch((error: unknown) => log.warn('the hint could not be shown', { error }));
    },
  });
  ports.admit(window.browserWindow.webContents);
  watchPower((signal) => host.signal(signal));
}

/** Everything here runs before the app is ready: some of it is refused afterwards. */
function main(): void {
  let launch: Launch;
  try {
    launch = prepareLaunch(
      parseFlags(process.argv.slice(1), true),
      unpackedFolder,
      app.getVersion(),
    );
  } catch (error) {
    explain(error);
    app.exit(1);
    return;
  }
  // The browser's own files, and with them the single instance, belong to the data folder: another folder, another desk.
  app.setPath('userData', join(launch.settings.dataFolder, 'electron'));
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  openLog(launch.logFile);
  app.setAppUserModelId('app.nightdesk.desktop');
  app.enableSandbox();
  registerScheme();
  lockAllContents();
  app
    .whenReady()
    .then(() => open(launch))
    .catch((error: unknown) => {
      explain(error);
      app.exit(1);
    });
}

main();
