/** The real Electron, where its runtime is installed. Elsewhere these are skipped by name: the double is not Electron. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, expect, test, type ElectronApplication, type Page } from '@playwright/test';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where Electron's own package puts its runtime; null when it is not there. */
function findRuntime(): string | null {
  const folder = join(root, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron';
  const file = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), name);
  return existsSync(file) ? file : null;
}

const runtime = findRuntime();
test.skip(runtime === null, 'the Electron runtime is not installed');

let app: ElectronApplication;
let page: Page;
let dataFolder: string;

test.beforeEach(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'nightdesk-electron-'));
  app = await _electron.launch({
    executablePath: runtime ?? '',
    args: [root, '--data', dataFolder],
  });
  page = await app.firstWindow();
});

test.afterEach(async () => {
  await app?.close();
  rmSync(dataFolder, { recursive: true, force: true });
});

test('the window is a guest, on our own scheme, and sees nothing of the bridge', async () => {
  expect(page.url()).toMatch(/^app:\/\//);
  const seen = await page.evaluate(() =>
    ['require', 'process', 'module', 'electron', 'ipcRenderer'].filter((name) => name in window),
  );
  expect(seen).toEqual([]);
});

test('the policy holds: nothing inline runs, and no address but ours is asked', async () => {
  const outcome = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'Reflect.set(window, "hasRun", true)';
    document.body.append(script);
    const asked = await fetch('https://example.org/').then(
      () => 'answered',
      () => 'refused',
    );
    return { hasRun: Reflect.has(window, 'hasRun'), asked };
  });
  expect(outcome).toEqual({ hasRun: false, asked: 'refused' });
});

test('the core answers the window: the desk says what it sees', async () => {
  await expect(page.locator('main')).toBeVisible();
  await expect.poll(() => page.title()).toContain('Nightdesk');
});
