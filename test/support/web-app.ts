/**
 * Starts the built web shell as a person would, in a throwaway data folder, and stops it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface WebApp {
  /** With the token in the fragment. */
  readonly url: string;
  readonly dataFolder: string;
  readonly process: ChildProcess;
  /** All that it printed so far. */
  output(): string;
  /** Ends it and waits; `kill` ends it as a power cut would. */
  stop(how?: 'kill'): Promise<void>;
  /** Removes the data folder too. */
  dispose(): Promise<void>;
}

export interface WebAppOptions {
  readonly flags?: readonly string[];
  /** Written as the configuration file before the start. */
  readonly config?: unknown;
  /** An existing data folder, to start again on what is there. */
  readonly dataFolder?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** @throws when no address was printed within 30 s; the error carries what was printed instead. */
export async function startWebApp(options: WebAppOptions = {}): Promise<WebApp> {
  const dataFolder = options.dataFolder ?? mkdtempSync(join(tmpdir(), 'nightdesk-'));
  if (options.config !== undefined) {
    writeFileSync(join(dataFolder, 'nightdesk.json'), JSON.stringify(options.config, null, 2));
  }
  const child = spawn(
    process.execPath,
    ['dist/main/web.js', '--no-open', '--data', dataFolder, ...(options.flags ?? [])],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...options.env } },
  );
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no address within 30 s: ${output}`)), 30_000);
    const collect = (chunk: Buffer): void => {
      output = (output + chunk.toString()).slice(-200_000);
      const match = /http:\/\/127\.0\.0\.1:\d+\/#token=\S+/.exec(output);
      if (match === null) return;
      clearTimeout(timer);
      resolve(match[0]);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`ended with ${code} before it printed an address: ${output}`));
    });
  }).catch((error: unknown) => {
    child.kill('SIGKILL');
    throw error;
  });

  const stop = async (how?: 'kill'): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => {
      child.once('exit', resolve);
    });
    child.kill(how === 'kill' ? 'SIGKILL' : 'SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(timer);
  };
  return {
    url,
    dataFolder,
    process: child,
    output: () => output,
    stop,
    async dispose() {
      await stop();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
