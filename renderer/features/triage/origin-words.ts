/** What a row says of a condition that several sources see. Pure. */
import type { AlarmOrigin, AlarmRow } from '../../../preload/contract/alarms.ts';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { visibleText } from '../../ui/visible-text.ts';

/** `Alertmanager prod + PagerDuty`; of a lone alarm its source. */
export function originNames(row: Pick<AlarmRow, 'sourceName' | 'origins'>): string {
  const names = row.origins.map(({ sourceName }) => sourceName);
  return names.length === 0 ? row.sourceName : [...new Set(names)].join(' + ');
}

const statusWords: Readonly<Record<AlarmOrigin['status'], string>> = {
  firing: 'firing',
  acknowledged: 'acknowledged',
  suppressed: 'suppressed',
  resolved: 'cleared',
};

/** What one source says: `acknowledged by Bo`. */
export function originStatus(origin: Pick<AlarmOrigin, 'status' | 'ackedBy'>): string {
  const words = statusWords[origin.status];
  return origin.status === 'acknowledged' && origin.ackedBy !== null
    ? `${words} by ${origin.ackedBy}`
    : words;
}

/** Where it is not as the row says: `acknowledged at PagerDuty`. Empty when all say the same. */
export function differingText(row: Pick<AlarmRow, 'status' | 'origins'>): string {
  return row.origins
    .filter(({ status }) => status !== row.status)
    .map(({ status, sourceName }) => `${statusWords[status]} at ${sourceName}`)
    .join(', ');
}

/** The row under which an alarm stands in the list, when it is not one itself; null: it is, or it is not there. */
export function leadInList(
  row: Pick<AlarmRow, 'id' | 'origins'> | undefined,
  ids: readonly AlarmId[],
): AlarmId | null {
  if (row === undefined || row.origins.length === 0 || ids.includes(row.id)) return null;
  return row.origins.find(({ alarmId }) => ids.includes(alarmId))?.alarmId ?? null;
}

/** Beside the button: where an acknowledgement goes. Empty when there is no choice. */
export function acknowledgesAt(row: Pick<AlarmRow, 'origins'>): string {
  const names = row.origins
    .filter(({ status }) => status === 'firing')
    .map(({ sourceName }) => visibleText(sourceName, true));
  return names.length < 2 ? '' : `Goes to ${names.join(' and ')}.`;
}
