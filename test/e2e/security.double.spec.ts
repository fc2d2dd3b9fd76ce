/** Attacks on the Electron shell from its own page, as text from an alarm would attempt them. */
import { expect, test, type Page } from '@playwright/test';
import { startDouble, type DoubleApp } from '../support/double-app.ts';

let app: DoubleApp;
let desk: Page;

test.beforeAll(async () => {
  app = startDouble();
  desk = await app.page();
});

test.afterAll(async () => {
  await app.dispose();
});

const ours = 'https://nightdesk.invalid/index.html';

for (const target of [
  'https://evil.example/',
  'http://127.0.0.1:9/',
  'file:///etc/passwd',
  'javascript:document.title="owned"',
  'data:text/html,<h1>owned</h1>',
  'https://nightdesk.invalid/other.html',
  'https://nightdesk.invalid.evil.example/',
]) {
  test(`the page cannot go to ${target}`, async () => {
    await desk.evaluate((url) => {
      const link = document.createElement('a');
      link.href = url;
      document.body.append(link);
      link.click();
      link.remove();
    }, target);
    await desk.waitForTimeout(300);
    await desk.evaluate((url) => {
      try {
        window.location.assign(url);
      } catch {
        // Refused at once is refused as well.
      }
    }, target);
    await desk.waitForTimeout(300);
    expect(desk.url().replace(/#.*/, '')).toBe(ours);
    expect(await desk.title()).not.toBe('owned');
  });
}

test('a new window is refused, and only a web link leaves for the browser', async () => {
  const before = (await app.look()).openedLinks.length;
  for (const url of [
    'https://grafana.example/d/1',
    'about:blank',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'smb://evil.example/share',
  ]) {
    await desk.evaluate((target) => {
      const link = document.createElement('a');
      link.href = target;
      link.target = '_blank';
      document.body.append(link);
      link.click();
      link.remove();
    }, url);
    await desk.waitForTimeout(600);
  }
  const { openedLinks, windows } = await app.look();
  expect(openedLinks.slice(before)).toEqual(['https://grafana.example/d/1']);
  expect(windows).toHaveLength(1);
  expect(desk.context().pages()).toHaveLength(1);
});

test('a frame of another origin gets neither content nor a port', async () => {
  await desk.evaluate(() => {
    for (const source of ['https://evil.example/', 'about:blank', 'data:text/html,hello']) {
      const frame = document.createElement('iframe');
      frame.src = source;
      document.body.append(frame);
    }
  });
  await desk.waitForTimeout(500);
  for (const frame of desk.frames().slice(1)) {
    const text = await frame.evaluate(() => document.body?.innerText ?? '').catch(() => '');
    expect(text).not.toContain('hello');
    expect(frame.url()).toMatch(/^(about:blank|chrome-error:.*|)$/);
  }
  await desk.evaluate(() => {
    for (const frame of document.querySelectorAll('iframe')) frame.remove();
  });
  expect((await app.look()).windows[0]?.isDestroyed).toBe(false);
});

test('every permission is refused but the copying of text that the page shows', async () => {
  const answers = await desk.evaluate(async () => {
    const outcome = (attempt: Promise<unknown>): Promise<string> =>
      attempt.then(String, (error: unknown) => (error as Error).name);
    return {
      notifications: await outcome(Notification.requestPermission()),
      media: await outcome(navigator.mediaDevices.getUserMedia({ audio: true })),
      read: await outcome(navigator.clipboard.readText()),
      copy: await outcome(navigator.clipboard.writeText('kubectl get pods')),
    };
  });
  expect(answers).toEqual({
    notifications: 'denied',
    media: 'NotAllowedError',
    read: 'NotAllowedError',
    copy: 'undefined',
  });
  const world = await app.look();
  expect(world.clipboard).toBe('kubectl get pods');
  expect(world.permissions.filter((permission) => permission.isAllowed)).toEqual([
    { name: 'clipboard-sanitized-write', isAllowed: true },
  ]);
});

test('the page makes no request of its own, whatever it tries', async () => {
  const outcomes = await desk.evaluate(async () => {
    const outcome = (attempt: Promise<unknown>): Promise<string> =>
      attempt.then(
        () => 'it went out',
        () => 'refused',
      );
    const image = new Promise((resolve, reject) => {
      const element = new Image();
      element.addEventListener('load', resolve);
      element.addEventListener('error', reject);
      element.src = 'https://evil.example/pixel.png';
    });
    const socket = new Promise((resolve, reject) => {
      try {
        const attempt = new WebSocket('wss://evil.example/');
        attempt.addEventListener('open', resolve);
        attempt.addEventListener('error', reject);
      } catch (error) {
        reject(error);
      }
    });
    return {
      fetch: await outcome(fetch('https://evil.example/')),
      own: await outcome(fetch('/index.html')),
      image: await outcome(image),
      socket: await outcome(socket),
    };
  });
  expect(outcomes).toEqual({
    fetch: 'refused',
    own: 'refused',
    image: 'refused',
    socket: 'refused',
  });
  expect((await app.look()).windows).toHaveLength(1);
});

test('script and style that were not built do not run', async () => {
  const result = await desk.evaluate(() => {
    const marks: string[] = [];
    Reflect.set(window, 'owned', () => marks.push('owned'));
    const script = document.createElement('script');
    script.textContent = 'window.owned()';
    document.body.append(script);
    const image = document.createElement('div');
    image.innerHTML =
      '<img src="x" onerror="window.owned()"><a href="javascript:window.owned()">x</a>';
    document.body.append(image);
    image.querySelector('a')?.click();
    // Later, when the test's own right to evaluate is no longer on the stack.
    setTimeout(() => (Reflect.get(window, 'eval') as (text: string) => void)('window.owned()'));
    const style = document.createElement('style');
    style.textContent = 'body { --owned: 1 }';
    document.body.append(style);
    const painted = getComputedStyle(document.body).getPropertyValue('--owned');
    for (const element of [script, image, style]) element.remove();
    return new Promise<{ marks: string[]; painted: string }>((resolve) => {
      setTimeout(() => resolve({ marks, painted }), 200);
    });
  });
  expect(result).toEqual({ marks: [], painted: '' });
});

test('files outside the build are not served, by any spelling', async () => {
  const statuses = await desk.evaluate(async () => {
    const urls = [
      '/../package.json',
      '/..%2f..%2fpackage.json',
      '/%2e%2e/main/electron.js',
      '/%00',
    ];
    return Promise.all(
      urls.map(
        (url) =>
          new Promise<string>((resolve) => {
            const script = document.createElement('script');
            script.src = url;
            script.addEventListener('load', () => resolve('served'));
            script.addEventListener('error', () => resolve('not served'));
            document.body.append(script);
          }),
      ),
    );
  });
  expect(new Set(statuses)).toEqual(new Set(['not served']));
});
