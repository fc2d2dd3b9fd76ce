/**
 * Times in which nobody looked, from three clocks and what the shell says. Pure.
 *
 * The wall clock may be set, the monotonic one may stand still in sleep, and the uptime of the machine goes on in sleep and
 * cannot be set. A tick that comes late by the latter two was asleep; one that is off by the wall clock alone means that
 * somebody set the clock.
 */

export interface Reading {
  readonly wall: number;
  readonly monotonic: number;
  /** Since the machine was started, its sleep included. */
  readonly uptime: number;
}

export interface Gap {
  readonly fromMs: number;
  readonly at: number;
  readonly reason: 'sleep' | 'network' | 'clock';
  /** How far the wall clock was set, forwards or back; 0 unless the reason is the clock. */
  readonly jumpMs: number;
}

/** A busy core is late by a second or two; a poll of 50,000 alarms takes less than this. */
const lateMs = 20_000;
const jumpLimitMs = 5_000;
/** A machine that goes on ticking for this long after it said that it would sleep did not. */
const awakeMs = 60_000;

export function judgeTick(before: Reading, now: Reading): Gap | null {
  const passed = Math.max(now.monotonic - before.monotonic, now.uptime - before.uptime, 0);
  const at = now.wall;
  if (passed > lateMs) return { fromMs: at - passed, at, reason: 'sleep', jumpMs: 0 };
  const jumpMs = now.wall - before.wall - passed;
  return Math.abs(jumpMs) > jumpLimitMs ? { fromMs: at, at, reason: 'clock', jumpMs } : null;
}

/** Turns ticks and signals into gaps: each gap once, whoever notices it first. */
export class GapWatch {
  #last: Reading;
  #suspended: Reading | null = null;

  constructor(now: Reading) {
    this.#last = now;
  }

  /** The machine says that it is about to sleep. */
  suspended(now: Reading): void {
    this.#suspended = now;
  }

  tick(now: Reading): Gap | null {
    const gap = judgeTick(this.#last, now);
    this.#last = now;
    const suspended = this.#suspended;
    if (suspended === null) return gap;
    if (gap?.reason === 'sleep') {
      this.#suspended = null;
      return { ...gap, fromMs: Math.min(suspended.wall, gap.fromMs) };
    }
    // It stayed awake after all; a later sleep must not seem to begin here.
    if (gap === null && now.monotonic - suspended.monotonic > awakeMs) this.#suspended = null;
    return gap;
  }

  /** The machine says that it woke up. Null when a tick has said so already. */
  resumed(now: Reading): Gap | null {
    const suspended = this.#suspended;
    const gap = this.tick(now);
    this.#suspended = null;
    if (gap !== null || suspended === null) return gap;
    return { fromMs: Math.min(suspended.wall, now.wall), at: now.wall, reason: 'sleep', jumpMs: 0 };
  }
}

/** Shorter ones are polled after, but not worth a notice. */
export const leastToldMs = 60_000;

const duration = (ms: number): string => {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  const days = Math.floor(minutes / 1_440);
  if (days > 0) return `${days} d ${Math.floor((minutes % 1_440) / 60)} h`;
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/** `01:10-06:42`, with days when they differ. An unknown zone is that of the system. */
export function spanText(fromMs: number, toMs: number, timeZone: string): string {
  const zone = timeZone === '' ? {} : { timeZone };
  const time = new Intl.DateTimeFormat('en-GB', { ...zone, hour: '2-digit', minute: '2-digit' });
  const day = new Intl.DateTimeFormat('en-GB', { ...zone, day: 'numeric', month: 'short' });
  const [fromDay, toDay] = [day.format(fromMs), day.format(toMs)];
  return fromDay === toDay
    ? `${time.format(fromMs)}-${time.format(toMs)}`
    : `${fromDay} ${time.format(fromMs)} - ${toDay} ${time.format(toMs)}`;
}

/** A source that is read again, and what it could tell of the time in between. */
export interface CaughtUp {
  readonly name: string;
  readonly atMs: number;
  /** What fired and cleared meanwhile. */
  readonly passed: number;
  readonly tells: 'all' | 'part' | 'nothing';
  /** Why not all. */
  readonly reason: string | null;
}

/** A source that was not looked at, and is again. */
export interface Outage extends CaughtUp {
  readonly fromMs: number;
  readonly fired: number;
  readonly cleared: number;
}

export interface GapResult {
  readonly fired: number;
  readonly cleared: number;
  readonly stillFiring: number;
  /** Names of sources that could not be read since. */
  readonly blind: readonly string[];
  readonly caughtUp: readonly CaughtUp[];
}

const shownNames = 6;

const named = (names: readonly string[]): string =>
  names.slice(0, shownNames).join(', ') +
  (names.length > shownNames ? `, ${names.length - shownNames} more` : '');

/** What is known of the time in between, and where nobody can know. */
function accountOf(caughtUp: readonly CaughtUp[], timeZone: string): string {
  const zone = timeZone === '' ? {} : { timeZone };
  const time = new Intl.DateTimeFormat('en-GB', { ...zone, timeStyle: 'medium' });
  const inOrder = [...caughtUp].sort((a, b) => a.atMs - b.atMs);
  const parts: string[] = [];
  if (inOrder.length > 0) {
    parts.push(
      `Read again: ${named(inOrder.map((one) => `${one.name} ${time.format(one.atMs)}`))}.`,
    );
  }
  const passed = inOrder.filter((one) => one.passed > 0);
  if (passed.length > 0) {
    const counts = passed.map((one) => `${one.passed} at ${one.name}`);
    parts.push(`Fired and cleared in between, and kept as unseen: ${named(counts)}.`);
  }
  const silent = inOrder.filter(({ tells }) => tells === 'nothing');
  if (silent.length > 0) {
    const reasons = silent.map((one) => one.reason ?? one.name);
    parts.push(`Nobody can tell what fired and cleared again in between where ${named(reasons)}.`);
  }
  const partly = inOrder.filter(({ tells }) => tells === 'part');
  for (const { name, reason } of partly.slice(0, shownNames)) {
    parts.push(`${name} told a part: ${reason ?? 'its history is not whole'}.`);
  }
  return parts.join(' ');
}

const counted = (result: Pick<GapResult, 'fired' | 'cleared' | 'caughtUp'>): string => {
  const passed = result.caughtUp.reduce((sum, one) => sum + one.passed, 0);
  return `${result.fired + passed} fired, ${result.cleared + passed} cleared`;
};

export function sleepNotice(
  gap: Pick<Gap, 'fromMs' | 'at'>,
  result: GapResult,
  timeZone: string,
): { title: string; text: string } {
  const { stillFiring, blind, caughtUp } = result;
  const title = `Asleep ${spanText(gap.fromMs, gap.at, timeZone)}: ${counted(result)}, ${stillFiring} still firing`;
  const account = accountOf(caughtUp, timeZone);
  return {
    title: blind.length === 0 ? title : `${title}, ${blind.length} still blind`,
    text:
      blind.length === 0
        ? `Every source was read again. ${account}`.trim()
        : `Still blind: ${named(blind)}. What happened there is not in these numbers. ${account}`.trim(),
  };
}

/** `outages` are never empty. */
export function outageNotice(
  outages: readonly Outage[],
  stillFiring: number,
  timeZone: string,
): { title: string; text: string } {
  const from = Math.min(...outages.map(({ fromMs }) => fromMs));
  const until = Math.max(...outages.map(({ atMs }) => atMs));
  const fired = outages.reduce((sum, one) => sum + one.fired, 0);
  const cleared = outages.reduce((sum, one) => sum + one.cleared, 0);
  const who = outages.length === 1 ? (outages[0]?.name ?? '') : `${outages.length} sources`;
  const were = outages.length === 1 ? 'was' : 'were';
  return {
    title: `${who} ${were} not looked at ${spanText(from, until, timeZone)}: ${counted({ fired, cleared, caughtUp: outages })}, ${stillFiring} firing now`,
    text: accountOf(outages, timeZone),
  };
}

export function clockNotice(gap: Gap): { title: string; text: string } {
  const direction = gap.jumpMs > 0 ? 'forwards' : 'back';
  return {
    title: `The clock of this computer was set ${direction} by ${duration(gap.jumpMs)}`,
    text: 'Ages and times of what happened before may look wrong. Every source was asked again.',
  };
}
