/** The page is a guest: everything it could ask of the browser around it is refused, for every web contents. */
import { app, type Session, type WebContents } from 'electron';
import { createLogger } from '../../logging.ts';
import { openExternalLink } from './links.ts';
import { isOurUrl } from './origin.ts';

const log = createLogger('security');

/**
 * The only permission a page of ours needs: to put text that it shows on the clipboard when a person asks for a copy.
 * It cannot read the clipboard.
 */
const isOwnCopy = (permission: string, url: string): boolean =>
  permission === 'clipboard-sanitized-write' && isOurUrl(url);

export function lockSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, callback, details) => {
    const isAllowed = details.isMainFrame && isOwnCopy(permission, contents.getURL());
    if (!isAllowed) log.warn('a permission was refused', { permission });
    callback(isAllowed);
  });
  session.setPermissionCheckHandler(
    (contents, permission) => contents !== null && isOwnCopy(permission, contents.getURL()),
  );
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', (event) => event.preventDefault());
  // The content security policy already forbids it; this holds even if a page got around the policy.
  session.webRequest.onBeforeRequest((details, callback) => {
    const isLocal = isOurUrl(details.url) || /^(data|blob|devtools):/.test(details.url);
    if (!isLocal) log.warn('a network request of the page was refused', { url: details.url });
    callback({ cancel: !isLocal });
  });
}

function lockContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => {
    if (isOurUrl(event.url) && new URL(event.url).pathname === '/index.html') return;
    event.preventDefault();
    log.warn('a navigation was refused', { url: event.url });
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    void openExternalLink(url);
    return { action: 'deny' };
  });
}

export function lockAllContents(): void {
  app.on('web-contents-created', (_event, contents) => lockContents(contents));
}
