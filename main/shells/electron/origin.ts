/** The address of the window's page. A scheme of our own: `file:` would give the page the whole disk as its origin. */
export const appScheme = 'app';
export const appHost = 'nightdesk';
export const startUrl = `${appScheme}://${appHost}/index.html`;

export function isOurUrl(text: string): boolean {
  try {
    const url = new URL(text);
    return url.protocol === `${appScheme}:` && url.host === appHost;
  } catch {
    return false;
  }
}
