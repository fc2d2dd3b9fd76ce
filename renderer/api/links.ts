/** The one way out: a link that came from an alarm, a runbook or a setting. */
import { client } from './client.ts';

/** The address as it will be opened, if it is one of the web; null otherwise. Nothing else ever opens. */
export function webAddress(text: string): string | null {
  if (text.length > 8_000 || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
  // A name before the host is there to look like one.
  return url.username === '' && url.password === '' ? url.href : null;
}

/** Opens a web address outside: the shell does it, or the browser that shows us. False: it is not a web address. */
export async function openLink(text: string): Promise<boolean> {
  const url = webAddress(text);
  if (url === null) return false;
  const { isOpened } = await client.system.openLink({ url });
  if (!isOpened) {
    const anchor = document.createElement('a');
    anchor.href = url;
    anchor.target = '_blank';
    anchor.rel = 'noopener noreferrer';
    anchor.click();
  }
  return true;
}
