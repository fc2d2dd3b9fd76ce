/** Space and inodes of each file system, and when it will be full if it goes on like this. */
import { statfs } from 'node:fs/promises';
import { errorText } from '../../errors.ts';
import type { CheckResult, Finding } from './finding.ts';
import { levelOf, type Level } from './levels.ts';
import { listMounts, type Mount } from './mounts.ts';
import type { LocalSettings } from './settings.ts';

export interface Space {
  readonly usedBytes: number;
  readonly freeBytes: number;
  readonly usedInodes: number;
  readonly freeInodes: number;
}

/** As `df` counts: what only root may use is neither used nor free. */
async function readSpace(mountpoint: string): Promise<Space> {
  const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(mountpoint);
  return {
    usedBytes: Math.max(0, blocks - bfree) * bsize,
    freeBytes: Math.max(0, bavail) * bsize,
    usedInodes: Math.max(0, files - ffree),
    freeInodes: Math.max(0, ffree),
  };
}

const gb = 1_000_000_000;
/** In percent: how far it must come back before the alarm clears. */
const margin = 2;
const sizeText = (bytes: number): string =>
  bytes >= 10 * gb
    ? `${Math.round(bytes / gb)} GB`
    : bytes >= gb
      ? `${(bytes / gb).toFixed(1)} GB`
      : `${Math.round(bytes / 1_000_000)} MB`;

const share = (used: number, free: number): number =>
  used + free <= 0 ? 0 : (100 * used) / (used + free);

type DiskLimits = Pick<
  LocalSettings,
  'diskWarningPercent' | 'diskCriticalPercent' | 'diskEnoughGb'
>;

/** The worse of space and inodes. Enough free space is no alarm, whatever the percentage. */
export function diskLevel(space: Space, settings: DiskLimits, before: Level | null): Level | null {
  const limits = {
    warning: settings.diskWarningPercent,
    critical: settings.diskCriticalPercent,
    margin,
  };
  const enough = settings.diskEnoughGb * gb * (before === null ? 1 : 1.1);
  const bySpace =
    space.freeBytes >= enough
      ? null
      : levelOf(share(space.usedBytes, space.freeBytes), limits, before);
  const byInodes = levelOf(share(space.usedInodes, space.freeInodes), limits, before);
  if (bySpace === 'critical' || byInodes === 'critical') return 'critical';
  return bySpace ?? byInodes;
}

function fullText({ usedBytes, freeBytes, usedInodes, freeInodes }: Space): string {
  const bySpace = share(usedBytes, freeBytes);
  const byInodes = share(usedInodes, freeInodes);
  return byInodes > bySpace
    ? `has ${Math.floor(byInodes)} % of its inodes used`
    : `is ${Math.floor(bySpace)} % full`;
}

interface Sample {
  readonly at: number;
  readonly free: number;
}

const leastSpanMs = 10 * 60_000;
const longestSpanMs = 60 * 60_000;
const mostSamples = 300;
const farHours = 48;

/** Hours until it is full at the rate of the last hour; null when that cannot be said or is far away. */
export function hoursLeft(samples: readonly Sample[]): number | null {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return null;
  const span = last.at - first.at;
  const eaten = first.free - last.free;
  if (span < leastSpanMs || eaten <= 0) return null;
  const hours = last.free / eaten / (3_600_000 / span);
  return hours > farHours ? null : hours;
}

/** Coarse, so that it does not change with every poll. */
const hoursText = (hours: number): string =>
  hours < 1
    ? 'less than an hour'
    : `about ${hours < 10 ? Math.round(hours) : Math.round(hours / 5) * 5} h`;

const patienceMs = 5_000;

export interface DiskDeps {
  readonly settings: LocalSettings;
  readonly monotonic: () => number;
  readonly list?: (ignored: readonly string[]) => Promise<readonly Mount[]>;
  readonly read?: (mountpoint: string) => Promise<Space>;
  readonly patienceMs?: number;
}

export function createDiskCheck(deps: DiskDeps) {
  const { settings, monotonic } = deps;
  const list = deps.list ?? listMounts;
  const read = deps.read ?? readSpace;
  const history = new Map<string, Sample[]>();
  /** A disk that hangs keeps a thread; a second question would take another. */
  const hanging = new Set<string>();
  let lastMounts: readonly Mount[] = [];

  async function readInTime(mountpoint: string): Promise<Space> {
    if (hanging.has(mountpoint)) throw new Error('the disk has not answered an earlier question');
    hanging.add(mountpoint);
    const answer = read(mountpoint).finally(() => hanging.delete(mountpoint));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(
        () => reject(new Error('the disk did not answer in time')),
        deps.patienceMs ?? patienceMs,
      );
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
      answer.catch(() => undefined);
    }
  }

  function remember(mountpoint: string, free: number): readonly Sample[] {
    const at = monotonic();
    const samples = (history.get(mountpoint) ?? []).filter(
      (sample) => at - sample.at <= longestSpanMs,
    );
    samples.push({ at, free });
    if (samples.length > mostSamples) samples.splice(1, 1);
    history.set(mountpoint, samples);
    return samples;
  }

  async function checkOne(mount: Mount): Promise<Finding> {
    const { mountpoint, device, type } = mount;
    const about = {
      check: 'LocalDiskSpace',
      target: mountpoint,
      service: '',
      labels: { mountpoint, device, fstype: type },
    } as const;
    const title = `Disk ${mountpoint}`;
    try {
      const space = await readInTime(mountpoint);
      const left = hoursLeft(remember(mountpoint, space.freeBytes));
      const total = sizeText(space.usedBytes + space.freeBytes);
      const soon = left === null ? '' : `, full in ${hoursText(left)} at the rate of the last hour`;
      return {
        ...about,
        title: `${title} ${fullText(space)}`,
        result: {
          kind: 'value',
          level: (before) => diskLevel(space, settings, before),
          severities: { warning: 'warning', critical: 'critical' },
          needed: 1,
          summary: `${sizeText(space.freeBytes)} of ${total} free${soon}`,
        },
      };
    } catch (error) {
      return { ...about, title, result: { kind: 'failed', reason: errorText(error) } };
    }
  }

  return async (): Promise<CheckResult> => {
    let unlisted: string | null = null;
    try {
      lastMounts = await list(settings.ignoredMounts);
    } catch (error) {
      unlisted = errorText(error);
    }
    const findings = await Promise.all(lastMounts.map(checkOne));
    const incompleteReason =
      unlisted === null ? null : `The list of disks could not be read: ${unlisted}`;
    if (incompleteReason !== null) {
      findings.push({
        check: 'LocalDiskSpace',
        target: '*',
        title: 'Disks of this computer',
        service: '',
        labels: {},
        result: { kind: 'failed', reason: incompleteReason },
      });
    }
    const remarks =
      lastMounts.length === 0 && unlisted === null
        ? ['No disk that could fill up was found, so disk space is not checked.']
        : [];
    return { findings, remarks, incompleteReason };
  };
}
