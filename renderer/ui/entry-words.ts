/** What each kind of timeline entry is called, for people and for filters. Pure. */
import type { EntryKind } from '../../preload/contract/incidents.ts';

export const entryWords: Readonly<Record<EntryKind, string>> = {
  alarm_fired: 'Alarm fired',
  alarm_resolved: 'Alarm cleared',
  alarm_joined: 'Alarm joined',
  acknowledged: 'Acknowledged',
  silenced: 'Silenced',
  notified: 'Notification',
  step: 'Runbook step',
  command: 'Command',
  note: 'Note',
  decision: 'Decision',
  status_update: 'Status update',
  mitigated: 'Mitigated',
  resolved: 'Resolved',
  understood: 'Understood',
  reopened: 'Reopened',
  severity: 'Severity',
  source_blind: 'Source blind',
  source_live: 'Source live again',
};

export type EntryTone = 'plain' | 'alarm' | 'person' | 'good' | 'blind';

/** How an entry is drawn among the others. */
export function entryTone(kind: EntryKind): EntryTone {
  switch (kind) {
    case 'alarm_fired':
      return 'alarm';
    case 'note':
    case 'decision':
    case 'status_update':
      return 'person';
    case 'mitigated':
    case 'resolved':
    case 'understood':
    case 'alarm_resolved':
      return 'good';
    case 'source_blind':
      return 'blind';
    case 'alarm_joined':
    case 'acknowledged':
    case 'silenced':
    case 'notified':
    case 'step':
    case 'command':
    case 'reopened':
    case 'severity':
    case 'source_live':
      return 'plain';
  }
}
