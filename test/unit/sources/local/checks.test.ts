import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDiskCheck, diskLevel, hoursLeft } from '../../../../main/sources/local/disks.ts';
import {
  follow,
  followFailure,
  levelOf,
  type Level,
  type Track,
} from '../../../../main/sources/local/levels.ts';
import {
  checkLoad,
  memoryLevel,
  parseMeminfo,
  parsePressure,
  readMemory,
} from '../../../../main/sources/local/machine.ts';
import { listMounts, parseMounts } from '../../../../main/sources/local/mounts.ts';
import { certificateLevel } from '../../../../main/sources/local/probes.ts';
import { LocalSettings } from '../../../../main/sources/local/settings.ts';
import { parseTarget } from '../../../../main/sources/local/targets.ts';

const settings = LocalSettings.parse({});
const limits = { warning: 90, critical: 97, margin: 2 };

describe('levels', () => {
  it.each<[number, Level | null, Level | null]>([
    [89.9, null, null],
    [90, null, 'warning'],
    [89, 'warning', 'warning'],
    [87.9, 'warning', null],
    [97, 'warning', 'critical'],
    [95.5, 'critical', 'critical'],
    [94.9, 'critical', 'warning'],
    [1, 'critical', null],
  ])('%f after %s is %s', (value, before, level) => {
    expect(levelOf(value, limits, before)).toBe(level);
  });

  it('do not flap while a value trembles by less than the margin', () => {
    const tremble = fc.array(fc.double({ min: -0.99, max: 0.99, noNaN: true }), { minLength: 2 });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 100, noNaN: true }), tremble, (centre, steps) => {
        let level: Level | null = null;
        let changes = 0;
        for (const step of steps) {
          const next = levelOf(centre + step, limits, level);
          if (next !== level) changes += 1;
          level = next;
        }
        // Up to warning, and up to critical: never down again.
        expect(changes).toBeLessThanOrEqual(2);
      }),
    );
  });

  it('believe a change after as many polls as it takes, and the first result at once', () => {
    const at = (second: number) => `2026-11-24T04:00:0${second}.000Z`;
    let track: Track = follow(undefined, null, 2, at(0));
    track = follow(track, 'critical', 2, at(1));
    expect(track.level).toBeNull();
    track = follow(track, null, 2, at(2));
    expect(track).toMatchObject({ level: null, otherwise: 0 });
    track = follow(follow(track, 'critical', 2, at(3)), 'critical', 2, at(4));
    expect(track).toMatchObject({ level: 'critical', startsAt: at(4) });
    track = follow(track, null, 2, at(5));
    expect(track).toMatchObject({ level: 'critical', startsAt: at(4) });
    expect(follow(undefined, 'warning', 2, at(6)).level).toBe('warning');
  });

  it('keep what fired when a check cannot be run, and the object when nothing changed', () => {
    const fired = follow(undefined, 'critical', 1, '2026-11-24T04:00:00.000Z');
    const failed = followFailure(fired, '2026-11-24T04:00:05.000Z');
    expect(failed.level).toBe('critical');
    expect(followFailure(failed, '2026-11-24T04:00:09.000Z')).toBe(failed);
    expect(follow(fired, 'critical', 1, '2026-11-24T04:00:05.000Z')).toBe(fired);
    expect(follow(failed, 'critical', 1, '2026-11-24T04:00:05.000Z').failedSince).toBeNull();
  });
});

describe('addresses to probe', () => {
  it.each([
    [
      'https://Shop.Example.org/health?x=1#y',
      'https',
      'shop.example.org',
      443,
      'https://shop.example.org/health?x=1',
    ],
    ['http://127.0.0.1:8080', 'http', '127.0.0.1', 8080, 'http://127.0.0.1:8080/'],
    ['tcp://DB.internal:5432', 'tcp', 'db.internal', 5432, 'tcp://db.internal:5432'],
    ['tls://mail.example.org', 'tls', 'mail.example.org', 443, 'tls://mail.example.org:443'],
    [' tcp://[::1]:22 ', 'tcp', '::1', 22, 'tcp://[::1]:22'],
  ])('%s', (text, kind, host, port, shown) => {
    expect(parseTarget(text)).toMatchObject({ kind, host, port, text: shown });
  });

  it.each([
    'shop.example.org',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://user:secret@shop.example.org',
    'tcp://host',
    'tcp://host:1/path',
    'tcp://-oProxyCommand=x:1',
    'tcp://a b:1',
    'tcp://\u202Ehost:1',
    'https://',
    '\0',
    'x'.repeat(100_000),
  ])('%j is refused in words that tell no secret', (text) => {
    const problem = parseTarget(text);
    expect(problem).toEqual(expect.any(String));
    expect(problem).not.toContain('secret@');
    expect(LocalSettings.safeParse({ targets: [text] }).success).toBe(false);
  });

  it('are either a target or words, whatever somebody writes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl()), (text) => {
        expect(['string', 'object']).toContain(typeof parseTarget(text));
      }),
    );
  });
});

describe('disks', () => {
  const mounts = `proc /proc proc rw 0 0
/dev/sda1 / ext4 rw,relatime 0 0
/dev/sda1 /var/lib/docker ext4 rw 0 0
/dev/sda2 /home\\040of\\040all xfs rw 0 0
/dev/loop1 /snap/core/1 squashfs ro 0 0
/dev/sdb1 /mnt/cd ext4 ro,relatime 0 0
nas:/data /mnt/nas nfs4 rw 0 0
//win/share /mnt/win cifs rw 0 0
tmpfs /tmp tmpfs rw 0 0
me@host: /mnt/ssh fuse.sshfs rw 0 0
/dev/sdc1 /ignored vfat rw 0 0
broken
`;

  it('are the real, writable ones, each once; network file systems are not asked', () => {
    expect(parseMounts(mounts, ['/ignored']).map(({ mountpoint }) => mountpoint)).toEqual([
      '/',
      '/home of all',
    ]);
  });

  it('of this computer can be listed and read', async () => {
    expect(Array.isArray(await listMounts([]))).toBe(true);
    const { findings } = await createDiskCheck({ settings, monotonic: () => 0 })();
    expect(findings.every(({ result }) => result.kind === 'value')).toBe(true);
  });

  const gb = 1e9;
  const space = (used: number, free: number, usedInodes = 1, freeInodes = 99) => ({
    usedBytes: used * gb,
    freeBytes: free * gb,
    usedInodes,
    freeInodes,
  });

  it.each<[string, ReturnType<typeof space>, Level | null]>([
    ['half full', space(50, 50), null],
    ['nearly full', space(92, 8), 'warning'],
    ['full', space(98, 2), 'critical'],
    ['large, with a few percent that are plenty', space(3_900, 100), null],
    ['out of inodes with space left', space(10, 90, 98, 2), 'critical'],
    ['without inodes of its own, as btrfs', space(50, 50, 0, 0), null],
    ['of no size', space(0, 0, 0, 0), null],
  ])('%s', (_name, read, level) => {
    expect(diskLevel(read, settings, null)).toBe(level);
  });

  it('do not flap where enough becomes too little', () => {
    expect(diskLevel(space(950, 49.9), settings, null)).toBe('warning');
    expect(diskLevel(space(950, 50.1), settings, 'warning')).toBe('warning');
    expect(diskLevel(space(950, 56), settings, 'warning')).toBeNull();
  });

  it('say when they will be full, if that can be said', () => {
    const minutes = (count: number, free: number) => ({ at: count * 60_000, free });
    expect(hoursLeft([minutes(0, 10), minutes(30, 8)])).toBeCloseTo(2);
    expect(hoursLeft([minutes(0, 10), minutes(5, 2)])).toBeNull();
    expect(hoursLeft([minutes(0, 10), minutes(30, 11)])).toBeNull();
    expect(hoursLeft([minutes(0, 1e6), minutes(30, 1e6 - 1)])).toBeNull();
    expect(hoursLeft([])).toBeNull();
  });
});

describe('memory and load', () => {
  const reading = (available: number, stalledPercent: number | null = 0) => ({
    availableBytes: available,
    totalBytes: 100,
    stalledPercent,
    isEstimate: false,
  });

  it.each<[string, ReturnType<typeof reading>, Level | null, Level | null]>([
    ['plenty', reading(50), null, null],
    ['little', reading(9), null, 'warning'],
    ['almost none', reading(3), null, 'critical'],
    ['little more than the limit, while it fires', reading(11), 'warning', 'warning'],
    ['plenty, but everything waits', reading(50, 45), null, 'critical'],
    ['no word on waiting', reading(50, null), null, null],
  ])('%s', (_name, read, before, level) => {
    expect(memoryLevel(read, settings, before)).toBe(level);
  });

  it('reads what Linux writes, and refuses anything else', async () => {
    expect(parseMeminfo('MemTotal:   8 kB\nMemFree: 1 kB\nMemAvailable:  2 kB\n')).toEqual({
      totalBytes: 8_192,
      availableBytes: 2_048,
    });
    expect(() => parseMeminfo('')).toThrow(/MemAvailable/);
    expect(
      parsePressure('some avg10=1 avg60=2.00 total=1\nfull avg10=0.5 avg60=12.50 total=9\n'),
    ).toBe(12.5);
    expect(parsePressure('nonsense')).toBeNull();
    expect((await readMemory()).totalBytes).toBeGreaterThan(0);
  });

  it('compares the load of five minutes with the processors', () => {
    const load = (five: number, platform = 'linux') =>
      checkLoad(settings, { load: () => [99, five, 0], processors: () => 4, platform });
    const levels = [8, 12, 32].map((five) => {
      const [finding] = load(five).findings;
      return finding?.result.kind === 'value' ? finding.result.level(null) : undefined;
    });
    expect(levels).toEqual([null, 'warning', 'critical']);
    expect(load(99, 'win32')).toMatchObject({ findings: [], remarks: [expect.any(String)] });
  });
});

describe('certificates', () => {
  const day = 86_400_000;
  it.each<[number, Level | null, Level | null]>([
    [60, null, null],
    [21, null, 'warning'],
    [21.3, 'warning', 'warning'],
    [22, 'warning', null],
    [5, 'warning', 'critical'],
    [-1, null, 'critical'],
  ])('that end in %f days after %s are %s', (days, before, level) => {
    expect(certificateLevel(days * day, 0, settings, before)).toBe(level);
  });
});
