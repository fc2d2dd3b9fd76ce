/** The program itself: what its shell can do, files and links, the drill's state. */
import type { DrillState, SystemInfo } from '../../preload/contract/system.ts';
import { AppError } from '../errors.ts';
import type { Powers } from '../shells/powers.ts';

export interface SystemService {
  info(): Promise<SystemInfo>;
  openLink(url: string): Promise<{ isOpened: boolean }>;
  saveFile(file: {
    fileName: string;
    mediaType: string;
    text: string;
  }): Promise<{ isHandled: boolean; path: string | null }>;
  drill(): DrillState | null;
}

export function createSystemService(deps: {
  version: string;
  dataFolder: string;
  powers: Powers;
  timeZone(): string;
  drill: (() => DrillState) | null;
}): SystemService {
  const { powers } = deps;
  return {
    async info() {
      const [shell, keychain] = await Promise.all([powers.describe(), powers.secrets.describe()]);
      return {
        version: deps.version,
        shell: shell.shell,
        dataFolder: deps.dataFolder,
        isDrill: deps.drill !== null,
        timeZone: deps.timeZone(),
        powers: {
          keychain: keychain.keychain,
          keychainText: keychain.text,
          canOpenLinks: shell.canOpenLinks,
          canSaveFiles: shell.canSaveFiles,
          hasTray: shell.hasTray,
          notifier: shell.notifier,
        },
      };
    },

    async openLink(url) {
      const { protocol } = new URL(url);
      if (protocol !== 'https:' && protocol !== 'http:') {
        throw new AppError('input.invalid', 'Only http and https links are opened.', {
          next: 'Copy the address if you trust it.',
        });
      }
      return { isOpened: await powers.openLink(url) };
    },

    async saveFile(file) {
      const saved = await powers.saveFile(file);
      return saved === null
        ? { isHandled: false, path: null }
        : { isHandled: true, path: saved.path };
    },

    drill: () => deps.drill?.() ?? null,
  };
}
