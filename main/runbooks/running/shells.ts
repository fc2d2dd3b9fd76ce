/** Which program reads a command on this computer, and what of the environment it is given. Pure. */
import { posix } from 'node:path';
import type { Language } from '../model.ts';
import { isSecretName } from './secrets.ts';

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether this file can be run. */
  readonly canRun: (path: string) => boolean;
}

export interface Shell {
  readonly file: string;
  /** With the command as their last. */
  readonly args: (text: string) => readonly string[];
  /** For people: program and options, without the command. */
  readonly shown: string;
}

/** Shells that read quotes as values are quoted here. In others (fish, nu, tcsh) a quoted value would be another one. */
const posixShells = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'ksh93', 'mksh', 'ash', 'yash']);

function userShell({ environment, canRun }: Machine): string {
  const own = environment['SHELL'] ?? '';
  const isUsable = posix.isAbsolute(own) && posixShells.has(posix.basename(own)) && canRun(own);
  return isUsable ? own : '/bin/sh';
}

const found = ({ environment, canRun }: Machine, name: string): string | null =>
  (environment['PATH'] ?? '')
    .split(':')
    .filter((folder) => posix.isAbsolute(folder))
    .map((folder) => posix.join(folder, name))
    .find(canRun) ?? null;

const shellOf = (file: string, options: readonly string[]): Shell => ({
  file,
  args: (text) => [...options, text],
  shown: [file, ...options].join(' '),
});

const powershellOptions = ['-NoProfile', '-NonInteractive', '-Command'];
const isCmd = (language: string): boolean => /^(cmd|bat|batch)$/i.test(language);

export type Choice = { readonly shell: Shell } | { readonly why: string; readonly next: string };

/** `language`: as the fence names it. */
export function chooseShell(quoting: Language, language: string, machine: Machine): Choice {
  const isWindows = machine.platform === 'win32';
  if (quoting === 'sh') {
    if (!isWindows) return { shell: shellOf(userShell(machine), ['-c']) };
    return {
      why: 'This is a command for a Unix shell, and this computer runs Windows.',
      next: 'Copy it, and run it where there is such a shell.',
    };
  }
  if (quoting === 'powershell') {
    if (isWindows) return { shell: shellOf('powershell.exe', powershellOptions) };
    const pwsh = found(machine, 'pwsh');
    if (pwsh !== null) return { shell: shellOf(pwsh, powershellOptions) };
    return {
      why: 'This is a command for PowerShell, which is not on this computer.',
      next: 'Copy it, and run it where PowerShell is.',
    };
  }
  if (isWindows && isCmd(language)) return { shell: shellOf('cmd.exe', ['/d', '/s', '/c']) };
  const what = language === '' ? 'This' : `This is ${language}, which`;
  return {
    why: `${what} is not run here: no shell of this computer reads it.`,
    next: 'Copy it, and run it where it belongs.',
  };
}

/** What belongs to Nightdesk and its runtime, and would change how other programs behave. */
const notPassed =
  /^(ELECTRON_|NIGHTDESK_|VITE|VITEST|PLAYWRIGHT_|npm_|NODE_(OPTIONS|ENV|CHANNEL_FD|UNIQUE_ID|PATH)$|INIT_CWD$|CHROME_DESKTOP$|_$|SHLVL$|GIT_(DIR|WORK_TREE|INDEX_FILE|ASKPASS)$)/;

/** Nobody turns pages here: a pager would wait for a key until the command's time is over. */
const noPagers = {
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  MANPAGER: 'cat',
  SYSTEMD_PAGER: 'cat',
  AWS_PAGER: '',
};

/** The person's own environment, as their terminal would have it. */
export function environmentFor(machine: Machine, hasTerminal: boolean): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(machine.environment)) {
    if (value !== undefined && !notPassed.test(name)) passed[name] = value;
  }
  // There is nothing to draw on, and without a terminal nobody to answer.
  passed['TERM'] = 'dumb';
  if (hasTerminal) Object.assign(passed, noPagers);
  else passed['GIT_TERMINAL_PROMPT'] = '0';
  return passed;
}

/** Values that must not be shown when a command prints them. */
export const secretsOfEnvironment = (environment: Readonly<Record<string, string>>): string[] =>
  Object.entries(environment).flatMap(([name, value]) => (isSecretName(name) ? [value] : []));
