/** The application menu. What Nightdesk itself does lives in the window's own action registry. */
import type { MenuItemConstructorOptions } from 'electron';

export interface MenuActions {
  quit(): void;
  openProject(): void;
}

export function menuTemplate(
  platform: NodeJS.Platform,
  isPackaged: boolean,
  actions: MenuActions,
): MenuItemConstructorOptions[] {
  const isMac = platform === 'darwin';
  const quit: MenuItemConstructorOptions = {
    id: 'quit',
    label: 'Quit and Stop Watching',
    accelerator: 'CmdOrCtrl+Q',
    click: actions.quit,
  };
  const application: MenuItemConstructorOptions = {
    label: 'Nightdesk',
    submenu: [
      { role: 'about' },
      { type: 'separator' },
      { role: 'services' },
      { type: 'separator' },
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      { type: 'separator' },
      quit,
    ],
  };
  const file: MenuItemConstructorOptions = {
    label: '&File',
    submenu: [{ role: 'close', label: 'Close to Tray' }, quit],
  };
  const view: MenuItemConstructorOptions = {
    label: '&View',
    submenu: [
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { type: 'separator' },
      { role: 'togglefullscreen' },
      // A page that anyone can reload or inspect is for those who build it.
      ...(isPackaged
        ? []
        : ([
            { type: 'separator' },
            { role: 'reload' },
            { role: 'toggleDevTools' },
          ] satisfies MenuItemConstructorOptions[])),
    ],
  };
  return [
    ...(isMac ? [application] : [file]),
    { role: 'editMenu' },
    view,
    { role: 'windowMenu' },
    {
      role: 'help',
      submenu: [{ id: 'project', label: 'Nightdesk on the Web', click: actions.openProject }],
    },
  ];
}
