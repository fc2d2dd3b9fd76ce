/** What both shells need to start: the flags, the folders, the settings of the core and the log. */
import { existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AppError } from '../errors.ts';
import type { CoreSettings } from './core-protocol.ts';

export interface LaunchFlags {
  readonly data: string | null;
  readonly config: string | null;
  readonly port: number;
  readonly isDrill: boolean;
  readonly drillFactor: number;
  readonly canOpenBrowser: boolean;
}

const usage = 'Flags: --data DIR, --config FILE, --port N, --drill, --drill-factor N, --no-open.';
const badFlag = (message: string): AppError =>
  new AppError('input.invalid', message, { next: usage });

/** @throws AppError on a flag that makes no sense. `isLenient`: pass over what the runtime or the system added. */
export function parseFlags(args: readonly string[], isLenient = false): LaunchFlags {
  let values;
  try {
    ({ values } = parseArgs({
      args: [...args],
      strict: !isLenient,
      allowPositionals: isLenient,
      options: {
        data: { type: 'string' },
        config: { type: 'string' },
        port: { type: 'string' },
        drill: { type: 'boolean' },
        'drill-factor': { type: 'string' },
        'no-open': { type: 'boolean' },
      },
    }));
  } catch (error) {
    throw badFlag(error instanceof Error ? error.message : String(error));
  }
  const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  const port = Number(text(values.port) ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw badFlag(`--port takes a number from 0 to 65535, not "${String(values.port)}".`);
  }
  const drillFactor = Number(text(values['drill-factor']) ?? 1);
  if (!(drillFactor > 0) || !Number.isFinite(drillFactor)) {
    throw badFlag(
      `--drill-factor takes a number above 0, not "${String(values['drill-factor'])}".`,
    );
  }
  return {
    data: text(values.data),
    config: text(values.config),
    port,
    isDrill: values.drill === true,
    drillFactor,
    canOpenBrowser: values['no-open'] !== true,
  };
}

/** Where this system keeps a program's data. */
export function usualDataFolder(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  switch (platform) {
    case 'darwin':
      return join(home, 'Library', 'Application Support', 'Nightdesk');
    case 'win32':
      return join(env.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Nightdesk');
    default:
      return join(env.XDG_DATA_HOME ?? join(home, '.local', 'share'), 'nightdesk');
  }
}

export interface Launch {
  readonly flags: LaunchFlags;
  readonly settings: CoreSettings;
  readonly logFile: string;
}

/** `builtFolder`: where the built files are, beside which the runbooks that ship with the program lie. */
export function prepareLaunch(flags: LaunchFlags, builtFolder: string, version: string): Launch {
  const base = resolve(flags.data ?? usualDataFolder(process.platform, process.env, homedir()));
  // A drill never touches what the person really works with.
  const dataFolder = flags.isDrill ? join(base, 'drill') : base;
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  return {
    flags,
    logFile: prepareLogFile(dataFolder),
    settings: {
      version,
      dataFolder,
      configFile: resolve(flags.config ?? join(dataFolder, 'nightdesk.json')),
      starterRunbooks: join(builtFolder, 'starter-runbooks'),
      pageWorker: join(builtFolder, 'page-worker.js'),
      drill: flags.isDrill
        ? { factor: flags.drillFactor, runbooks: join(builtFolder, 'drill-runbooks') }
        : null,
    },
  };
}

const logLimitBytes = 10_000_000;

/** Starts the log anew when it has grown; one older log is kept. */
function prepareLogFile(dataFolder: string): string {
  const file = join(dataFolder, 'nightdesk.log');
  if (existsSync(file) && statSync(file).size > logLimitBytes) renameSync(file, `${file}.old`);
  return file;
}
