/** Names of new files: made from a title, and checked so that they stay in their folder on every system. Pure. */
import { isAlarmLike } from '../names.ts';

/** Windows keeps these for devices, with any extension. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const longestName = 120;
const extension = '.md';

/** `disk-fills-up.md`; the name of an alarm stays as it is, because it is found by it. */
export function suggestPath(title: string): string {
  const plain = title.normalize('NFC').trim();
  const name =
    isAlarmLike(plain) && /^[\w.-]+$/.test(plain)
      ? plain.replace(/^\.+|\.+$/g, '')
      : plain
          .toLowerCase()
          .replace(/['’]/g, '')
          .replace(/[^\p{L}\p{N}]+/gu, '-')
          .replace(/^-+|-+$/g, '');
  const short = Array.from(name).slice(0, 80).join('').replace(/-+$/, '');
  if (short === '') return `runbook${extension}`;
  return `${devices.test(short) ? `runbook-${short}` : short}${extension}`;
}

/** Why a new file cannot be called this; null: it can. */
export function pathProblem(path: string): string | null {
  if (path.trim() === '') return 'The file has no name yet.';
  if (path.length > 500) return 'The name is too long.';
  if (path.includes('\\')) return 'Folders are parted by / in the name.';
  if (path.startsWith('/') || /^[a-z]:/i.test(path))
    return 'The name begins in the folder, not with / or a drive.';
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (/[<>:"|?*\u0000-\u001f\u007f]/.test(path) || !path.isWellFormed()) {
    return 'The name has a character that not every system takes: < > : " | ? * or an invisible one.';
  }
  for (const part of path.split('/')) {
    if (part === '' || part === '.' || part === '..')
      return 'A part of the name is empty or only dots.';
    if (part.startsWith('.')) return 'A part of the name begins with a dot; such files are hidden.';
    if (/[. ]$/.test(part) || part.startsWith(' '))
      return 'A part of the name begins or ends with a space, or ends with a dot.';
    if (part.toLowerCase() === 'node_modules') return 'Runbooks in node_modules are not read.';
    if (devices.test(part)) return `Windows keeps the name ${part.slice(0, 20)} for itself.`;
    if (Buffer.byteLength(part) > longestName * 2) return 'A part of the name is too long.';
  }
  if (!/\.(md|markdown)$/i.test(path))
    return 'The name must end in .md, or it is not read as a runbook.';
  return null;
}
