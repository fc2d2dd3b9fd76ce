/**
 * Whether a command may run on this computer. Pure.
 *
 * The settings travel in a file that a team shares, so a switch among them proves nothing about the person at this screen.
 * The code does: it follows from the exact command, is shown only beside it, and is kept in the keychain. Another command has
 * another code.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { SourceError } from '../source-error.ts';
import type { CommandSettings } from './settings.ts';

/** Without letters that look like digits. */
const alphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

type Runs = Pick<
  CommandSettings,
  'command' | 'folder' | 'environment' | 'passes' | 'tokenVariable'
>;

/** Sixty bits, so that nobody finds a second command with the code of a first one. */
export function codeOf(settings: Runs): string {
  const { command, folder, environment, passes, tokenVariable } = settings;
  const what = JSON.stringify([
    command,
    folder,
    environment,
    passes === 'token' ? tokenVariable : null,
  ]);
  const digest = createHash('sha256').update(what).digest();
  const letters = [...digest.subarray(0, 12)].map((byte) => alphabet[byte % 32] ?? '');
  return [letters.slice(0, 4), letters.slice(4, 8), letters.slice(8)]
    .map((four) => four.join(''))
    .join('-');
}

const normal = (code: string): Buffer =>
  createHash('sha256')
    .update(code.toUpperCase().replace(/[^0-9A-Z]/g, ''))
    .digest();

export const isAllowed = (settings: CommandSettings, code: string | undefined): boolean =>
  settings.isAllowed && timingSafeEqual(normal(code ?? ''), normal(codeOf(settings)));

/** What cannot be seen, made visible: the person decides by what is on the screen. */
function shown(argument: string): string {
  const visible = argument.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\u00a0\u2000-\u200a\u202f\u3000]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
  return /^[\w@%+=:,./-]+$/.test(visible)
    ? visible
    : `'${visible.replaceAll("'", String.raw`'\''`)}'`;
}

/** Exactly what would run, for people. */
export function commandText(settings: Runs): string {
  const variables = [
    ...settings.environment,
    ...(settings.passes === 'token' ? [`${settings.tokenVariable}=(the token)`] : []),
  ];
  const line = [...variables.map(shown), ...settings.command.map(shown)].join(' ');
  return settings.folder === '' ? line : `${line}   (in ${shown(settings.folder)})`;
}

const howToAllow = (code: string): string =>
  `If this is what shall run on this computer at every poll, switch "Run this program" on and enter the code ${code}.`;

/** For a poll: `code` is told only when another one, or none, was entered. @throws SourceError */
export function requirePermission(settings: CommandSettings, code: string | undefined): void {
  if (isAllowed(settings, code)) return;
  const text = commandText(settings);
  if (!settings.isAllowed) {
    throw new SourceError(
      'source.misconfigured',
      `Not allowed to run anything yet. It would run: ${text}`,
      {
        next: howToAllow(codeOf(settings)),
      },
    );
  }
  throw new SourceError(
    'source.unauthorized',
    `The code that was entered is not the one of this command, so it was not run: ${text}`,
    { next: howToAllow(codeOf(settings)), isRetryable: false },
  );
}
