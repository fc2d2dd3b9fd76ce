import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** Debian's Chromium where there is one; elsewhere the browser that Playwright itself installed. */
const systemChromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) =>
  existsSync(path),
);

/**
 * Three projects, reported apart. `web` runs the product in the web shell, `double` runs the built Electron shell on a
 * test double of the `electron` module, `electron` runs the real runtime and is skipped where there is none.
 */
export default defineConfig({
  testDir: 'test/e2e',
  outputDir: 'test-results',
  fullyParallel: false,
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [
    ['list'],
    ['json', { outputFile: process.env['NIGHTDESK_E2E_REPORT'] ?? 'test-results/e2e.json' }],
  ],
  use: {
    launchOptions: {
      ...(systemChromium === undefined ? {} : { executablePath: systemChromium }),
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
  },
  projects: [
    { name: 'web', testMatch: /.*(?<!\.double|\.electron)\.spec\.ts/ },
    { name: 'double', testMatch: /.*(\.double|\.shell)\.spec\.ts/ },
    { name: 'electron', testMatch: /.*(\.electron|\.shell)\.spec\.ts/ },
  ],
});
