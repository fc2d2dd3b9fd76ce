/** The real Chromium behind the double: one per process, its pages are the windows. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  chromium,
  type BrowserContext,
  type Page,
  type Request,
  type Route,
} from '@playwright/test';
import { bindingName, type FromPage } from './page-script.ts';
import { world } from './world.ts';

/** The page's origin in the double: Playwright can answer for https, not for schemes of our own. */
const httpsOrigin = 'https://nightdesk.invalid';
export const appOrigin = 'app://nightdesk';

export const toHttps = (url: string): string =>
  url.replace(/^app:\/\/nightdesk(?=\/|$)/, httpsOrigin);
export const toApp = (url: string): string =>
  url.startsWith(`${httpsOrigin}/`) ? appOrigin + url.slice(httpsOrigin.length) : url;

/** What the windows and the session do with what happens in the browser. */
export interface BrowserEvents {
  fromPage(page: Page, frameUrl: string, isMainFrame: boolean, message: FromPage): Promise<unknown>;
  /** Whether the page may go there; false stops it. */
  onNavigate(page: Page, url: string, isMainFrame: boolean): boolean;
  /** Whether the request may leave. */
  onRequest(url: string, resourceType: string): Promise<boolean>;
  /** The answer of the protocol handler of `app:`. */
  serve(method: string, url: string): Promise<Response>;
  onPopup(opener: Page, url: string): void;
}

let context: Promise<BrowserContext> | null = null;
let firstPage: Page | null = null;
const known = new Set<Page>();

export function launch(userData: string, events: BrowserEvents): Promise<BrowserContext> {
  context ??= start(userData, events);
  return context;
}

export async function openPage(browser: BrowserContext): Promise<Page> {
  const page = firstPage ?? (await newKnownPage(browser));
  firstPage = null;
  known.add(page);
  return page;
}

let isOpening = false;
async function newKnownPage(browser: BrowserContext): Promise<Page> {
  isOpening = true;
  const page = await browser.newPage();
  isOpening = false;
  return page;
}

export async function closeBrowser(): Promise<void> {
  if (context !== null) await (await context).close();
}

async function start(userData: string, events: BrowserEvents): Promise<BrowserContext> {
  const folder = join(userData, 'double-chromium');
  mkdirSync(folder, { recursive: true });
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
    existsSync(path),
  );
  const browser = await chromium.launchPersistentContext(folder, {
    executablePath,
    headless: true,
    viewport: { width: 1_280, height: 800 },
    locale: 'en-GB',
    serviceWorkers: 'block',
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      '--no-sandbox',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      '--autoplay-policy=no-user-gesture-required',
      '--remote-debugging-port=0',
    ],
  });
  await browser.exposeBinding(bindingName, ({ page, frame }, message: FromPage) =>
    events.fromPage(page, toApp(frame.url()), frame.parentFrame() === null, message),
  );
  await browser.route('**/*', (route, request) => decide(route, request, events));
  [firstPage = null] = browser.pages();
  browser.on('page', (page) => {
    if (!isOpening) void refusePopup(page, events);
  });
  const [port] = readFileSync(join(folder, 'DevToolsActivePort'), 'utf8').split('\n');
  world.cdpUrl = `http://127.0.0.1:${port}`;
  return browser;
}

/** Addresses that popups asked for; their pages are not known yet when the request comes. */
const popupUrls: string[] = [];

async function refusePopup(page: Page, events: BrowserEvents): Promise<void> {
  if (known.has(page)) return;
  const opener = await page.opener();
  await page.waitForTimeout(200).catch(() => {});
  const url = popupUrls.shift() ?? page.url();
  if (opener !== null) events.onPopup(opener, toApp(url));
  await page.close();
}

async function decide(route: Route, request: Request, events: BrowserEvents): Promise<void> {
  const url = toApp(request.url());
  const page = pageOf(request);
  if (page === null || !known.has(page)) {
    popupUrls.push(request.url());
    return route.abort('blockedbyclient');
  }
  if (request.isNavigationRequest()) {
    const isMainFrame = request.frame().parentFrame() === null;
    if (!events.onNavigate(page, url, isMainFrame)) return route.abort('aborted');
  }
  if (!(await events.onRequest(url, request.resourceType()))) {
    world.refusedRequests.push(url);
    return route.abort('blockedbyclient');
  }
  if (!url.startsWith(`${appOrigin}/`)) return route.abort('namenotresolved');
  const response = await events.serve(request.method(), url);
  await route.fulfill({
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: Buffer.from(await response.arrayBuffer()),
  });
}

function pageOf(request: Request): Page | null {
  try {
    return request.frame().page();
  } catch {
    return null;
  }
}
