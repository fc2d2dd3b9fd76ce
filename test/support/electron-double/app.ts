/** The app: its life, its folders, and that there is only one of it. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeBrowser } from './chromium.ts';
import { Guarded, PreventableEvent } from './guarded.ts';
import { world } from './world.ts';

let hasStarted = false;
let lockFile: string | null = null;
let summonTimer: NodeJS.Timeout | null = null;

/** Set by the windows, which know how they are closed. */
let closeWindows: () => boolean = () => true;
export const onQuit = (close: () => boolean): void => {
  closeWindows = close;
};

class App extends Guarded {
  readonly isPackaged = false;
  readonly #paths = new Map<string, string>([
    ['userData', join(tmpdir(), 'electron-double')],
    ['documents', tmpdir()],
  ]);
  readonly #ready: Promise<void>;
  #isQuitting = false;

  constructor() {
    super('App');
    this.#ready = new Promise((resolve) => {
      // Electron becomes ready some time after the main module has run.
      setTimeout(() => {
        hasStarted = true;
        this.emit('ready');
        resolve();
      }, 20);
    });
  }

  whenReady(): Promise<void> {
    return this.#ready;
  }

  getVersion(): string {
    return (JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }).version;
  }

  setPath(name: string, path: string): void {
    if (hasStarted && name === 'userData') throw new Error('userData was set too late');
    mkdirSync(path, { recursive: true });
    this.#paths.set(name, path);
  }

  getPath(name: string): string {
    const path = this.#paths.get(name);
    if (path === undefined) throw new Error(`the double has no folder ${name}`);
    return path;
  }

  setAppUserModelId(): void {}

  enableSandbox(): void {
    if (hasStarted) throw new Error('the sandbox was switched on too late');
    world.isSandboxEnabled = true;
  }

  setBadgeCount(count = 0): boolean {
    world.badgeCount = count;
    return true;
  }

  requestSingleInstanceLock(): boolean {
    const key = createHash('sha256').update(this.getPath('userData')).digest('hex').slice(0, 24);
    const file = join(tmpdir(), `electron-double-${key}`);
    const summons = `${file}.summons`;
    if (existsSync(file) && isAlive(Number(readFileSync(file, 'utf8')))) {
      writeFileSync(summons, '');
      return false;
    }
    writeFileSync(file, String(process.pid));
    lockFile = file;
    summonTimer = setInterval(() => {
      if (!existsSync(summons)) return;
      rmSync(summons);
      this.emit('second-instance', {}, [], '', null);
    }, 50);
    return true;
  }

  quit(): void {
    if (this.#isQuitting) return;
    const before = new PreventableEvent();
    this.emit('before-quit', before);
    if (before.isPrevented || !closeWindows()) return;
    this.#isQuitting = true;
    this.emit('will-quit', new PreventableEvent());
    this.emit('quit', {}, 0);
    this.exit(0);
  }

  exit(code = 0): void {
    if (lockFile !== null) rmSync(lockFile, { force: true });
    if (summonTimer !== null) clearInterval(summonTimer);
    void closeBrowser()
      .catch(() => {})
      .then(() => process.exit(code));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

export const app = new App();
export const isReady = (): boolean => hasStarted;
export const userDataFolder = (): string => app.getPath('userData');

// Electron quits in order on these, and so does the double.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => app.quit());
