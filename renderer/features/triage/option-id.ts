import type { AlarmId } from '../../../preload/contract/common.ts';

/** The element of an alarm in the list, which the list names as the one under the cursor. */
export const optionId = (id: AlarmId): string => `alarm-${id}`;
