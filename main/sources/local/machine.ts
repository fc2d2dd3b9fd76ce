/** Memory and load of this computer. */
import { readFile } from 'node:fs/promises';
import { availableParallelism, freemem, loadavg, totalmem } from 'node:os';
import { errorText } from '../../errors.ts';
import type { CheckResult, Finding } from './finding.ts';
import { levelOf, type Level } from './levels.ts';
import type { LocalSettings } from './settings.ts';

const about = (check: 'LocalMemory' | 'LocalLoad', title: string) =>
  ({ check, title, target: 'this', service: '', labels: {} }) as const;

export interface MemoryReading {
  readonly availableBytes: number;
  readonly totalBytes: number;
  /** Share of the last minute in which every program waited for memory, in percent; null where nobody counts it. */
  readonly stalledPercent: number | null;
  /** The system counts memory that it could free as used, so the value says little. */
  readonly isEstimate: boolean;
}

/** @throws when the text is not what Linux writes. */
export function parseMeminfo(text: string): { availableBytes: number; totalBytes: number } {
  const read = (name: string): number => {
    const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
    if (found === undefined) throw new Error(`/proc/meminfo has no ${name}`);
    return Number(found) * 1_024;
  };
  return { availableBytes: read('MemAvailable'), totalBytes: read('MemTotal') };
}

/** From `/proc/pressure/memory`; null when it says nothing. */
export function parsePressure(text: string): number | null {
  const found = /^full .*\bavg60=(\d+(?:\.\d+)?)/m.exec(text)?.[1];
  return found === undefined ? null : Number(found);
}

export async function readMemory(): Promise<MemoryReading> {
  if (process.platform !== 'linux') {
    const [availableBytes, totalBytes] = [freemem(), totalmem()];
    return {
      availableBytes,
      totalBytes,
      stalledPercent: null,
      // Windows counts caches as available, macOS does not.
      isEstimate: process.platform !== 'win32',
    };
  }
  let stalledPercent: number | null = null;
  try {
    stalledPercent = parsePressure(await readFile('/proc/pressure/memory', 'utf8'));
  } catch {
    // Older kernels, and containers, do not count it.
  }
  const numbers = parseMeminfo(await readFile('/proc/meminfo', 'utf8'));
  return { ...numbers, stalledPercent, isEstimate: false };
}

const stalls = { warning: 10, critical: 40, margin: 5 };
const percentMargin = 2;

/** The worse of the two: little is left, or everything waits for memory. */
export function memoryLevel(
  reading: MemoryReading,
  settings: Pick<LocalSettings, 'memoryWarningPercent' | 'memoryCriticalPercent'>,
  before: Level | null,
): Level | null {
  const available = (100 * reading.availableBytes) / Math.max(1, reading.totalBytes);
  const byShare = levelOf(
    100 - available,
    {
      warning: 100 - settings.memoryWarningPercent,
      critical: 100 - settings.memoryCriticalPercent,
      margin: percentMargin,
    },
    before,
  );
  const byStalls =
    reading.stalledPercent === null ? null : levelOf(reading.stalledPercent, stalls, before);
  if (byShare === 'critical' || byStalls === 'critical') return 'critical';
  return byShare ?? byStalls;
}

export async function checkMemory(
  settings: LocalSettings,
  read: () => Promise<MemoryReading> = readMemory,
): Promise<CheckResult> {
  let reading: MemoryReading;
  try {
    reading = await read();
  } catch (error) {
    const result = { kind: 'failed', reason: errorText(error) } as const;
    return { findings: [{ ...about('LocalMemory', 'Memory'), result }], remarks: [] };
  }
  const { availableBytes, totalBytes, stalledPercent, isEstimate } = reading;
  const percent = Math.floor((100 * availableBytes) / Math.max(1, totalBytes));
  const stalled =
    stalledPercent === null || stalledPercent < 1
      ? ''
      : `; programs waited for memory ${Math.round(stalledPercent)} % of the last minute`;
  const word = isEstimate ? 'free (caches not included)' : 'available';
  const total = `${Math.round(totalBytes / 2 ** 30)} GiB`;
  const finding: Finding = {
    ...about('LocalMemory', `Memory is short: ${percent} % ${word}`),
    result: {
      kind: 'value',
      level: (before) => memoryLevel(reading, settings, before),
      severities: isEstimate
        ? { warning: 'info', critical: 'info' }
        : { warning: 'warning', critical: 'high' },
      needed: 2,
      summary: `${percent} % of ${total} ${word}${stalled}`,
    },
  };
  const remarks = isEstimate
    ? [
        'This system does not say how much memory programs could get, only how much is unused, so a shortage is shown as info.',
      ]
    : [];
  return { findings: [finding], remarks };
}

export function checkLoad(
  settings: Pick<LocalSettings, 'loadWarning' | 'loadCritical'>,
  read: { load: () => readonly number[]; processors: () => number; platform: string } = {
    load: loadavg,
    processors: availableParallelism,
    platform: process.platform,
  },
): CheckResult {
  if (read.platform === 'win32') {
    return { findings: [], remarks: ['Windows does not count load, so it is not checked.'] };
  }
  const processors = Math.max(1, read.processors());
  const load = read.load()[1] ?? 0;
  const each = load / processors;
  const { loadWarning, loadCritical } = settings;
  const limits = { warning: loadWarning, critical: loadCritical, margin: 0.2 * loadWarning };
  const finding: Finding = {
    ...about('LocalLoad', `This computer is overloaded: ${each.toFixed(1)} per processor`),
    result: {
      kind: 'value',
      level: (before) => levelOf(each, limits, before),
      severities: { warning: 'warning', critical: 'high' },
      needed: 1,
      summary: `Load ${load.toFixed(0)} over five minutes on ${processors} processors`,
    },
  };
  return { findings: [finding], remarks: [] };
}
