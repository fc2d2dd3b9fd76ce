/** What the desktop shell does for the core: links, files, notifications, secrets. Asked over a port of its own page. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { startDouble, type DoubleApp } from '../support/double-app.ts';

let app: DoubleApp;
let page: Page;

/** The page's next port goes to the test instead of to the page's own scripts. */
async function takePort(desk: Page): Promise<void> {
  await desk.addInitScript(() => {
    window.addEventListener(
      'message',
      (event) => {
        if ((event.data as { type?: string }).type !== 'nightdesk:port') return;
        event.stopImmediatePropagation();
        const [port] = event.ports;
        Reflect.set(window, 'testPort', port);
        port?.start();
      },
      true,
    );
  });
  await desk.reload({ waitUntil: 'load' });
  await desk.waitForFunction(() => Reflect.has(window, 'testPort'));
}

let lastId = 0;
/** One request in the frames of the contract's carrier. */
async function ask(path: string, input: unknown): Promise<{ status: number; body: unknown }> {
  lastId += 1;
  const frame = JSON.stringify({ i: `t${lastId}`, p: { u: `/${path}`, b: { json: input } } });
  const answer = await page.evaluate(
    ([id, text]) =>
      new Promise<string>((resolve) => {
        const port = Reflect.get(window, 'testPort') as MessagePort;
        const listen = (event: MessageEvent): void => {
          if ((JSON.parse(String(event.data)) as { i: string }).i !== id) return;
          port.removeEventListener('message', listen);
          resolve(String(event.data));
        };
        port.addEventListener('message', listen);
        port.postMessage(text, []);
      }),
    [`t${lastId}`, frame] as const,
  );
  const { p } = JSON.parse(answer) as { p: { s?: number; b: { json: unknown } } };
  return { status: p.s ?? 200, body: p.b.json };
}

test.beforeAll(async () => {
  app = startDouble();
  page = await app.page();
  await takePort(page);
});
test.afterAll(async () => {
  await app.dispose();
});

test('the shell says what it can do', async () => {
  expect((await ask('system/info', {})).body).toMatchObject({
    shell: 'electron',
    powers: { keychain: 'real', canOpenLinks: true, canSaveFiles: true, hasTray: true },
  });
});

test('a web link opens outside, anything else opens nothing', async () => {
  const before = (await app.look()).openedLinks.length;
  expect((await ask('system/openLink', { url: 'https://wiki.example/a' })).body).toEqual({
    isOpened: true,
  });
  for (const url of ['file:///etc/passwd', 'javascript:alert(1)', 'https://a@evil.example/']) {
    const { status, body } = await ask('system/openLink', { url });
    expect(status >= 400 || (body as { isOpened?: boolean }).isOpened === false).toBe(true);
  }
  expect((await app.look()).openedLinks.slice(before)).toEqual(['https://wiki.example/a']);
});

test('a file is written where the person said, and nowhere when they cancel', async () => {
  const path = join(app.dataFolder, 'postmortem.md');
  const file = {
    fileName: '../../escape.md',
    mediaType: 'text/markdown',
    text: '# What happened\n',
  };
  await app.act('setSavePath', '');
  expect((await ask('system/saveFile', file)).body).toEqual({ isHandled: true, path: null });
  await app.act('setSavePath', path);
  expect((await ask('system/saveFile', file)).body).toEqual({ isHandled: true, path });
  expect(readFileSync(path, 'utf8')).toBe('# What happened\n');
  expect(existsSync(join(app.dataFolder, '..', '..', 'escape.md'))).toBe(false);
});

test('a test notification goes the real way, without the sound of the system', async () => {
  expect((await ask('notifications/test', { class: 'page' })).status).toBe(200);
  await expect.poll(async () => (await app.look()).notifications.length).toBeGreaterThan(0);
  const { notifications } = await app.look();
  expect(notifications.at(-1)).toMatchObject({ isSilent: true, urgency: 'critical' });
});

test('a click on a notification brings the window back', async () => {
  await app.act('closeWindow');
  expect((await app.look()).windows[0]?.isVisible).toBe(false);
  await app.act('clickNotification', '0');
  await expect.poll(async () => (await app.look()).windows[0]?.isVisible).toBe(true);
});

test('a keychain that is none is called none', async () => {
  const other = startDouble({ behaviour: { keychain: 'basic_text' } });
  try {
    const first = page;
    page = await other.page();
    await takePort(page);
    expect((await ask('system/info', {})).body).toMatchObject({ powers: { keychain: 'none' } });
    page = first;
  } finally {
    await other.dispose();
  }
});
