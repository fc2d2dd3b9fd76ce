/** Starts the built Electron shell on the test double of `electron`, and looks into it. */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from '@playwright/test';
import type { ControlAnswer } from './electron-double/control.ts';
import type { DoubleBehaviour, World } from './electron-double/world.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export interface DoubleApp {
  readonly dataFolder: string;
  readonly process: ChildProcess;
  /** The exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  output(): string;
  /** What the double remembers now. */
  look(): Promise<World>;
  /** Acts as a person or the system would, and tells what came back. */
  act(
    method:
      | 'clickTray'
      | 'clickTrayMenu'
      | 'clickMenu'
      | 'clickNotification'
      | 'power'
      | 'closeWindow'
      | 'setSavePath'
      | 'quit',
    argument?: string,
  ): Promise<unknown>;
  harmCore(how: 'killCore' | 'hangCore'): void;
  /** The window's page, over the browser's own debugging port. */
  page(): Promise<Page>;
  dispose(): Promise<void>;
}

export interface DoubleOptions {
  readonly flags?: readonly string[];
  readonly config?: unknown;
  readonly dataFolder?: string;
  readonly behaviour?: Partial<DoubleBehaviour>;
}

export function startDouble(options: DoubleOptions = {}): DoubleApp {
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'nightdesk-double-'));
  if (options.config !== undefined) {
    writeFileSync(join(dataFolder, 'nightdesk.json'), JSON.stringify(options.config, null, 2));
  }
  const child = fork('dist/main/electron.js', ['--data', dataFolder, ...(options.flags ?? [])], {
    execArgv: [
      '--import',
      here('electron-double/register.ts'),
      '--import',
      here('core-trouble.ts'),
    ],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...process.env, ELECTRON_DOUBLE: JSON.stringify(options.behaviour ?? {}) },
  });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-100_000);
  };
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
  });

  let lastId = 0;
  const open = new Map<number, (answer: ControlAnswer) => void>();
  child.on('message', (answer: ControlAnswer) => {
    open.get(answer.id)?.(answer);
    open.delete(answer.id);
  });
  const ask = (method: string, argument = ''): Promise<ControlAnswer> => {
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        reject(new Error(`the double did not answer ${method}: ${output}`));
      }, 20_000);
      open.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      child.send({ id, method, argument });
    });
  };

  let browser: Browser | null = null;
  return {
    dataFolder,
    process: child,
    ended,
    output: () => output,
    look: async () => (await ask('look')).world,
    act: async (method, argument) => (await ask(method, argument)).value,
    harmCore(how) {
      child.send({ id: 0, method: how, argument: '' });
    },
    async page() {
      const deadline = Date.now() + 30_000;
      for (;;) {
        const world = await ask('look').then((answer) => answer.world);
        if (world.cdpUrl !== null && world.windows.some((window) => window.isVisible)) {
          browser ??= await chromium.connectOverCDP(world.cdpUrl);
          const pages = browser.contexts().flatMap((context) => context.pages());
          const page = pages.find((candidate) => candidate.url().includes('nightdesk.invalid'));
          if (page !== undefined) return page;
        }
        if (Date.now() > deadline) throw new Error(`no window appeared: ${output}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    async dispose() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
        await ended;
        clearTimeout(timer);
      }
      await browser?.close().catch(() => {});
      if (options.dataFolder === undefined) rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
