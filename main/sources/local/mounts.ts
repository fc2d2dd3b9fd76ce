/** Which file systems of this computer can fill up. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { parse } from 'node:path';

export interface Mount {
  readonly mountpoint: string;
  readonly device: string;
  readonly type: string;
}

/** Kept on a disk of this computer. Network file systems are others' disks, and hang when the others do. */
const realTypes = new Set([
  'apfs',
  'bcachefs',
  'btrfs',
  'exfat',
  'ext2',
  'ext3',
  'ext4',
  'f2fs',
  'hfs',
  'jfs',
  'nilfs2',
  'ntfs',
  'ntfs3',
  'fuseblk',
  'reiserfs',
  'ufs',
  'vfat',
  'xfs',
  'zfs',
]);

const unescape = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );

/** From `/proc/self/mounts`: real, writable ones, each device once by its shortest mount point. Pure. */
export function parseMounts(text: string, ignored: readonly string[]): Mount[] {
  const byDevice = new Map<string, Mount>();
  for (const line of text.split('\n')) {
    const [device, mountpoint, type, options] = line.split(' ').map(unescape);
    if (device === undefined || mountpoint === undefined || type === undefined) continue;
    // The root of a container is an overlay on a real disk.
    const isReal = realTypes.has(type) || (type === 'overlay' && mountpoint === '/');
    if (!isReal || options?.split(',').includes('ro')) continue;
    if (!mountpoint.startsWith('/') || ignored.includes(mountpoint)) continue;
    const key = type === 'zfs' ? `${device} ${mountpoint}` : device;
    const known = byDevice.get(key);
    if (known === undefined || mountpoint.length < known.mountpoint.length) {
      byDevice.set(key, { mountpoint, device, type });
    }
  }
  return [...byDevice.values()].slice(0, 100);
}

/** @throws when the system does not say. */
export async function listMounts(ignored: readonly string[]): Promise<Mount[]> {
  if (process.platform === 'linux') {
    return parseMounts(await readFile('/proc/self/mounts', 'utf8'), ignored);
  }
  const paths =
    process.platform === 'win32'
      ? [`${process.env['SystemDrive'] ?? 'C:'}\\`, parse(homedir()).root]
      : [existsSync('/System/Volumes/Data') ? '/System/Volumes/Data' : '/'];
  return [...new Set(paths)]
    .filter((path) => path !== '' && !ignored.includes(path))
    .map((mountpoint) => ({ mountpoint, device: mountpoint, type: 'disk' }));
}
