/** Outages that began and ended between two instants, from the flips of every check. */
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { toInstant, toMs } from '../../clock.ts';
import type { Passed, PassedEpisode } from '../connector.ts';
import type { HealthchecksApi } from './api.ts';
import { keyOf, WireCheck, type WireFlip } from './parse.ts';

/** One request each, of which the service takes 100 a minute. */
const mostAsked = 50;

/** Down and up again, both within. Pure. */
export function outagesOf(
  flips: readonly WireFlip[],
  fromMs: number,
  untilMs: number,
): { startedMs: number; endedMs: number }[] {
  const sorted = flips
    .map(({ timestamp, up }) => ({ at: Date.parse(timestamp), up }))
    .filter(({ at }) => at >= fromMs && at <= untilMs)
    .toSorted((a, b) => a.at - b.at);
  const outages: { startedMs: number; endedMs: number }[] = [];
  let startedMs: number | null = null;
  for (const { at, up } of sorted) {
    if (up === 0) startedMs ??= at;
    else if (startedMs !== null) {
      outages.push({ startedMs, endedMs: at });
      startedMs = null;
    }
  }
  return outages;
}

export async function passedOutages(options: {
  api: HealthchecksApi;
  from: string;
  until: string;
  /** The alarm of a check that is down, as it was then. */
  alarmOf(check: WireCheck, key: string, startsAt: string): ObservedAlarm | null;
  signal: AbortSignal;
}): Promise<Passed> {
  const { api, signal } = options;
  const [fromMs, untilMs] = [toMs(options.from), toMs(options.until)];
  const { checks } = await api.checks(signal);
  const named = checks.flatMap((raw) => {
    const check = WireCheck.safeParse(raw);
    const key = keyOf(raw);
    return check.success && key !== null ? [{ check: check.data, key }] : [];
  });
  // A check without any ping never came up, so it did not come up again either.
  const asked = named.filter(({ check }) => check.status !== 'new');
  const episodes: PassedEpisode[] = [];
  for (const { check, key } of asked.slice(0, mostAsked)) {
    const range = { start: fromMs / 1_000, end: untilMs / 1_000 + 1 };
    const flips = await api.flips(key, range, signal);
    for (const { startedMs, endedMs } of outagesOf(flips, fromMs, untilMs)) {
      const alarm = alarmOf(options, check, key, startedMs);
      if (alarm !== null) episodes.push({ alarm, endedAt: toInstant(endedMs) });
    }
  }
  const reasons = [
    asked.length > mostAsked
      ? `Only ${mostAsked} of ${asked.length} checks were asked for their history, since the service limits requests.`
      : '',
    named.length < checks.length ? `${checks.length - named.length} checks could not be read.` : '',
  ].filter(Boolean);
  return { episodes, incompleteReason: reasons.length === 0 ? null : reasons.join(' ') };
}

const alarmOf = (
  options: Pick<Parameters<typeof passedOutages>[0], 'alarmOf'>,
  check: WireCheck,
  key: string,
  startedMs: number,
): ObservedAlarm | null => options.alarmOf({ ...check, status: 'down' }, key, toInstant(startedMs));
