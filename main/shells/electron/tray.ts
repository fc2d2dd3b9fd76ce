/** The tray: worst alarm and sight as an icon, in words on hover, and first in its menu. */
import { Menu, Tray } from 'electron';
import type { DeskWords } from './desk-words.ts';
import { deskImage } from './icons.ts';

export interface DeskTray {
  show(words: DeskWords): void;
  destroy(): void;
}

export interface TrayActions {
  open(): void;
  quit(): void;
}

const pixels = process.platform === 'darwin' ? 18 : 22;

export function createTray(first: DeskWords, actions: TrayActions): DeskTray {
  const isTemplate = process.platform === 'darwin';
  const tray = new Tray(deskImage(first, pixels, isTemplate));
  let shownIcon = iconKey(first);
  let shownText = '';

  const show = (words: DeskWords): void => {
    if (tray.isDestroyed()) return;
    if (iconKey(words) !== shownIcon) {
      shownIcon = iconKey(words);
      tray.setImage(deskImage(words, pixels, isTemplate));
    }
    const text = `${words.tooltip}\n${words.sign}`;
    if (text === shownText) return;
    shownText = text;
    tray.setToolTip(words.tooltip);
    if (process.platform === 'darwin') tray.setTitle(words.sign);
    tray.setContextMenu(
      Menu.buildFromTemplate([
        { label: words.line, enabled: false },
        { type: 'separator' },
        { label: 'Open Nightdesk', click: actions.open },
        { label: 'Quit and stop watching', click: actions.quit },
      ]),
    );
  };
  tray.on('click', actions.open);
  show(first);
  return { show, destroy: () => tray.destroy() };
}

const iconKey = (words: DeskWords): string => `${words.severity ?? 'none'} ${words.isBlind}`;
