/** What the Electron shell can do for the core. */
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { app, dialog, session, type BrowserWindow } from 'electron';
import type { Powers } from '../powers.ts';
import { openExternalLink } from './links.ts';
import type { Carrier } from './notifications.ts';

export interface ElectronPowersParts {
  readonly carrier: Carrier;
  readonly secrets: Powers['secrets'];
  readonly showDeskState: Powers['showDeskState'];
  window(): BrowserWindow | null;
}

export function createElectronPowers(parts: ElectronPowersParts): Powers {
  const { carrier, secrets, showDeskState } = parts;
  return {
    notify: (notification) => carrier.notify(notification),
    withdraw: (key) => carrier.withdraw(key),
    showDeskState,
    secrets,
    openLink: openExternalLink,
    findProxy: (url) => session.defaultSession.resolveProxy(url),
    async saveFile({ fileName, text }) {
      const options = { defaultPath: join(app.getPath('documents'), basename(fileName)) };
      const window = parts.window();
      const { canceled, filePath } = await (window === null
        ? dialog.showSaveDialog(options)
        : dialog.showSaveDialog(window, options));
      if (canceled || filePath === '') return { path: null };
      await writeFile(filePath, text);
      return { path: filePath };
    },
    async describe() {
      return {
        shell: 'electron',
        canOpenLinks: true,
        canSaveFiles: true,
        hasTray: true,
        notifier: carrier.name,
      };
    },
  };
}
