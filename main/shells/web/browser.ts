/** Opens the printed address in the person's browser, without the token ever being on a command line. */
import { spawn } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The program that opens files here; null where there is no desktop to open a browser on. */
export function browserOpener(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): { command: string; args: readonly string[] } | null {
  switch (platform) {
    case 'darwin':
      return { command: 'open', args: [] };
    case 'win32':
      return { command: 'explorer.exe', args: [] };
    default:
      return env.DISPLAY || env.WAYLAND_DISPLAY ? { command: 'xdg-open', args: [] } : null;
  }
}

/** A page that only leads on. Command lines are visible to every user of the machine, this file is not. */
export const leadingPage = (url: string): string =>
  `<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${url}">` +
  `<title>Nightdesk</title><a href="${url}">Open Nightdesk</a>\n`;

const pageLifeMs = 30_000;

/** @returns whether an opener was started. Its failure is not ours: the address is printed as well. */
export function openInBrowser(url: string, dataFolder: string): boolean {
  const opener = browserOpener(process.platform, process.env);
  if (opener === null) return false;
  const page = join(dataFolder, 'open-nightdesk.html');
  rmSync(page, { force: true });
  writeFileSync(page, leadingPage(url), { mode: 0o600 });
  setTimeout(() => rmSync(page, { force: true }), pageLifeMs).unref();
  process.once('exit', () => rmSync(page, { force: true }));
  const child = spawn(opener.command, [...opener.args, pathToFileURL(page).href], {
    detached: true,
    stdio: 'ignore',
  });
  child.on('error', () => {});
  child.unref();
  return true;
}
