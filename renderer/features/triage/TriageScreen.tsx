import type { AlarmId } from '../../../preload/contract/common.ts';

export function TriageScreen({ alarmId }: { readonly alarmId: AlarmId | null }) {
  return <div>{alarmId}</div>;
}
