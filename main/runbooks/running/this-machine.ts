/** This computer, as far as running commands needs to know it. */
import { accessSync, constants } from 'node:fs';
import type { Machine } from './shells.ts';

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export const thisMachine: Machine = {
  platform: process.platform,
  environment: process.env,
  canRun,
};
