import { EventEmitter } from 'node:events';

/** Its events are channels, whose names are the product's own: nothing to check against electron.d.ts. */
export const ipcMain = new EventEmitter();
