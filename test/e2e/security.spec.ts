/** Attacks on the web shell from the browser that it runs in: other pages can reach a loopback port too. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@playwright/test';
import { startWebApp, type WebApp } from '../support/web-app.ts';

let app: WebApp;
let foreign: Server;
let foreignOrigin: string;

test.beforeAll(async () => {
  app = await startWebApp();
  foreign = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<!doctype html><title>foreign</title><body></body>');
  });
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  foreignOrigin = `http://127.0.0.1:${(foreign.address() as AddressInfo).port}`;
});

test.afterAll(async () => {
  foreign.close();
  await app.dispose();
});

test('the page runs without one violation of its policy, and asks nobody but us', async ({
  page,
}) => {
  const problems: string[] = [];
  const asked = new Set<string>();
  page.on('console', (message) => {
    if (/content security policy|refused to/i.test(message.text())) problems.push(message.text());
  });
  page.on('request', (request) => asked.add(new URL(request.url()).origin));
  await page.goto(app.url);
  await page.waitForTimeout(2_000);
  expect(problems).toEqual([]);
  const allowed = [new URL(app.url).origin, 'null'];
  expect([...asked].filter((origin) => !allowed.includes(origin))).toEqual([]);
});

test('the token leaves the address as soon as it was read', async ({ page }) => {
  await page.goto(app.url);
  await expect.poll(() => page.url()).not.toContain('token');
  expect(await page.context().cookies()).toEqual([]);
});

test('a foreign page cannot open the socket, even with the token', async ({ page }) => {
  await page.goto(foreignOrigin);
  const { host, hash } = new URL(app.url);
  const outcome = await page.evaluate(
    ({ target, token }) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(`ws://${target}/rpc`);
        socket.addEventListener('open', () => socket.send(token));
        socket.addEventListener('message', (event) => resolve(`heard ${String(event.data)}`));
        socket.addEventListener('close', () => resolve('closed'));
      }),
    { target: host, token: hash.replace('#token=', '') },
  );
  expect(outcome).toBe('closed');
});

test('a foreign page can neither read, embed nor keep a handle on ours', async ({ page }) => {
  await page.goto(foreignOrigin);
  const { origin } = new URL(app.url);
  const seen = await page.evaluate(async (target) => {
    const read = await fetch(`${target}/`).then(
      (response) => response.text(),
      () => 'refused',
    );
    const frame = document.createElement('iframe');
    frame.src = `${target}/`;
    document.body.append(frame);
    await new Promise((resolve) => frame.addEventListener('load', resolve));
    const script = document.createElement('script');
    script.src = `${target}/index.html`;
    const ran = new Promise<string>((resolve) => {
      script.addEventListener('load', () => resolve('ran'));
      script.addEventListener('error', () => resolve('refused'));
    });
    document.body.append(script);
    return { read, script: await ran };
  }, origin);
  expect(seen).toEqual({ read: 'refused', script: 'refused' });
  const embedded = page.frames()[1];
  expect(embedded?.url() ?? '').not.toContain(`${origin}/`);
  const handle = await page.evaluate((target) => {
    const other = window.self.open(`${target}/`);
    return new Promise<boolean>((resolve) => {
      setTimeout(() => resolve(other === null || other.closed), 1_000);
    });
  }, origin);
  expect(handle).toBe(true);
});

test('without the token the page shows that it may not, and no data', async ({ page }) => {
  const frames: string[] = [];
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => frames.push(String(payload)));
  });
  await page.goto(`${new URL(app.url).origin}/`);
  await page.waitForTimeout(1_500);
  await page.goto(`${new URL(app.url).origin}/#token=wrong`);
  await page.waitForTimeout(1_500);
  expect(frames).toEqual([]);
});

test('a second start on the same data says who holds it', async () => {
  const second = startWebApp({ dataFolder: app.dataFolder });
  await expect(second).rejects.toThrow(new RegExp(`process ${app.process.pid}`));
});

test('it ends in order when it is asked to', async () => {
  const other = await startWebApp();
  await other.stop();
  expect(other.process.exitCode).toBe(0);
  await other.dispose();
});
