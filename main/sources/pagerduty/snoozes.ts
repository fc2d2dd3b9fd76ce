/**
 * Which acknowledged incidents are snoozed. Only their log says so: in the list a snooze looks like an acknowledgement that
 * ends by itself.
 */
import type { WireIncident } from './parse.ts';
import { endsByItself } from './to-alarm.ts';

/** Whatever changes the state that a snooze would be in. */
const telling = new Set([
  'snooze_log_entry',
  'acknowledge_log_entry',
  'unacknowledge_log_entry',
  'trigger_log_entry',
  'resolve_log_entry',
  'reopen_log_entry',
]);

/** Newest first. */
export const isSnoozedBy = (log: readonly { readonly type: string }[]): boolean =>
  log.find(({ type }) => telling.has(type))?.type === 'snooze_log_entry';

/** Only these can be. */
export const maySnooze = (incident: WireIncident): boolean =>
  incident.status === 'acknowledged' && endsByItself(incident) !== null;

/** Per poll. Others are looked at in the next ones, and are shown as acknowledged until then. */
const mostLooks = 12;

interface SnoozeReader {
  log(id: string, signal: AbortSignal): Promise<readonly { readonly type: string }[]>;
}

export function createSnoozes(api: SnoozeReader) {
  /** By incident: what its state was when we looked, and what we found. */
  let known: ReadonlyMap<string, { readonly state: string; readonly isSnoozed: boolean }> =
    new Map();
  const stateOf = (incident: WireIncident): string =>
    `${incident.last_status_change_at} ${endsByItself(incident)}`;

  return {
    isSnoozed: (id: string): boolean => known.get(id)?.isSnoozed === true,

    /** @throws SourceError */
    async look(incidents: readonly WireIncident[], signal: AbortSignal): Promise<void> {
      const next = new Map<string, { state: string; isSnoozed: boolean }>();
      let looks = 0;
      for (const incident of incidents) {
        if (!maySnooze(incident)) continue;
        const { id } = incident;
        const state = stateOf(incident);
        const before = known.get(id);
        if (before?.state === state) next.set(id, before);
        else if (looks < mostLooks) {
          looks += 1;
          next.set(id, { state, isSnoozed: isSnoozedBy(await api.log(id, signal)) });
        }
      }
      known = next;
    },
  };
}
