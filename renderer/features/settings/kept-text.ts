/** Where a secret goes that is about to be typed, in the words of this shell. Pure. */
import type { SystemInfo } from '../../../preload/contract/system.ts';

export const keptText = (info: Pick<SystemInfo, 'powers'> | undefined): string =>
  info?.powers.keychain === 'none' ? info.powers.keychainText : 'Kept in the keychain.';
