/** What a change looks like in the history of an alarm. Pure. */
import type { AlarmChange, KnownAlarm } from './alarm.ts';

/** One line of history: `kind` for code, `text` for people. */
export interface EventText {
  readonly kind: string;
  readonly text: string;
}

const by = (alarm: KnownAlarm): string => (alarm.ackedBy === null ? '' : ` by ${alarm.ackedBy}`);

function fired(alarm: KnownAlarm): EventText {
  if (alarm.status === 'acknowledged') {
    return { kind: 'fired', text: `Fired, ${alarm.severity}, already acknowledged${by(alarm)}` };
  }
  return alarm.status === 'suppressed'
    ? { kind: 'fired', text: `Fired, ${alarm.severity}, suppressed` }
    : { kind: 'fired', text: `Fired, ${alarm.severity}` };
}

function statusChanged(alarm: KnownAlarm, before: KnownAlarm): EventText {
  switch (alarm.status) {
    case 'acknowledged':
      return { kind: 'acknowledged', text: `Acknowledged${by(alarm)}` };
    case 'suppressed':
      return { kind: 'suppressed', text: 'Suppressed: silenced, in downtime or inhibited' };
    case 'firing':
      return before.status === 'suppressed'
        ? { kind: 'unsuppressed', text: 'No longer suppressed, firing' }
        : { kind: 'unacknowledged', text: 'Acknowledgement ended, firing' };
    case 'resolved':
      return { kind: 'resolved', text: 'Cleared' };
  }
}

/** A new summary or label is no event: values in texts move at every poll. */
export function eventsOf(change: AlarmChange): readonly EventText[] {
  const { alarm } = change;
  if (change.kind === 'fired') return [fired(alarm)];
  if (change.kind === 'resolved') return [{ kind: 'resolved', text: 'Cleared' }];
  const { before } = change;
  const events: EventText[] = [];
  if (alarm.status !== before.status) events.push(statusChanged(alarm, before));
  if (alarm.severity !== before.severity) {
    events.push({
      kind: 'severity_changed',
      text: `Severity went from ${before.severity} to ${alarm.severity}`,
    });
  }
  if (alarm.unreadableReason !== null && before.unreadableReason === null) {
    events.push({ kind: 'unreadable', text: `Could not be read: ${alarm.unreadableReason}` });
  }
  if (alarm.unreadableReason === null && before.unreadableReason !== null) {
    events.push({ kind: 'readable', text: 'Can be read again' });
  }
  return events;
}
