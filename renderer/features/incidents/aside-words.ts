/** Words of the right column. Pure. */
import type { AlarmRow } from '../../../preload/contract/alarms.ts';
import type { Run, Step } from '../../../preload/contract/runbooks.ts';
import { ageText, momentText } from '../../ui/time-text.ts';

/** `2 firing`, `1 firing, 1 acknowledged`, `none firing`. */
export function alarmsAside(alarms: readonly Pick<AlarmRow, 'status'>[]): string {
  if (alarms.length === 0) return 'none';
  const count = (status: AlarmRow['status']): number =>
    alarms.filter((alarm) => alarm.status === status).length;
  const parts = (['firing', 'acknowledged', 'suppressed'] as const)
    .filter((status) => count(status) > 0)
    .map((status) => `${count(status)} ${status}`);
  return parts.length === 0 ? 'all cleared' : parts.join(', ');
}

export interface AlarmAside {
  readonly text: string;
  /** Its source cannot be read: this is the last known. */
  readonly isBlind: boolean;
  readonly isOver: boolean;
}

/** `6 min`, `acknowledged`, `cleared 04:12`, `? last known 04:03`. */
export function alarmAside(alarm: AlarmRow, now: number, zone: string): AlarmAside {
  const isOver = alarm.status === 'resolved';
  if (!isOver && alarm.freshness !== 'live' && alarm.freshness !== 'starting') {
    const seen =
      alarm.lastSeenAt === null ? '' : ` last known ${momentText(alarm.lastSeenAt, now, zone)}`;
    return { text: `?${seen}`, isBlind: true, isOver };
  }
  switch (alarm.status) {
    case 'firing':
      return { text: ageText(now - Date.parse(alarm.startsAt)), isBlind: false, isOver };
    case 'resolved':
      return {
        text: `cleared ${momentText(alarm.statusSince, now, zone)}`,
        isBlind: false,
        isOver,
      };
    case 'acknowledged':
    case 'suppressed':
      return { text: alarm.status, isBlind: false, isOver };
  }
}

/** Where this run goes on. */
export function runHref(run: Run): string {
  const search = new URLSearchParams();
  if (run.alarmId !== null) search.set('alarm', String(run.alarmId));
  if (run.incidentId !== null) search.set('incident', String(run.incidentId));
  if (run.anchor !== null) search.set('anchor', run.anchor);
  const text = search.toString();
  return `/runbooks/${run.runbook.id}${text === '' ? '' : `?${text}`}`;
}

const stepsShown = 7;

/** A long list shows the steps around the one that is next. */
export function stepsInSight(steps: readonly Step[]): {
  readonly before: number;
  readonly steps: readonly Step[];
  readonly after: number;
} {
  if (steps.length <= stepsShown) return { before: 0, steps, after: 0 };
  const next = steps.findIndex(({ state }) => state === 'open');
  const wanted = (next === -1 ? steps.length : next) - 3;
  const before = Math.max(0, Math.min(wanted, steps.length - stepsShown));
  return {
    before,
    steps: steps.slice(before, before + stepsShown),
    after: steps.length - before - stepsShown,
  };
}
