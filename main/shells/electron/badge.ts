/** The badge on the dock or the taskbar: how many share the worst severity, and `?` while blind. */
import { app, type BrowserWindow } from 'electron';
import type { DeskWords } from './desk-words.ts';
import { deskImage } from './icons.ts';

export function showBadge(words: DeskWords, count: number, window: BrowserWindow | null): void {
  switch (process.platform) {
    case 'darwin':
      app.dock?.setBadge(words.sign);
      break;
    case 'win32': {
      // Nothing is drawn only for a desk that sees clearly and knows of nothing.
      const isPlain = words.severity === null && !words.isBlind;
      window?.setOverlayIcon(isPlain ? null : deskImage(words, 16, false), words.line);
      break;
    }
    default:
      // Numbers are all that Linux docks can show; the tray carries the question mark.
      app.setBadgeCount(count);
  }
}
