/** The triage screen's own part of the address: filter and grouping. Pure. */
import type { AlarmId } from '../../../preload/contract/common.ts';

export interface TriagePlace {
  readonly query: string;
  readonly groupBy: string;
  readonly alarmId: AlarmId | null;
}

export const defaultGroupBy = 'service';

export function readPlace(alarmId: AlarmId | null, search: string): TriagePlace {
  const parameters = new URLSearchParams(search);
  return {
    alarmId,
    query: (parameters.get('query') ?? '').slice(0, 2_000),
    groupBy: (parameters.get('group') ?? defaultGroupBy).slice(0, 200) || defaultGroupBy,
  };
}

export function writePlace({ alarmId, query, groupBy }: TriagePlace): string {
  const parameters = new URLSearchParams();
  if (query !== '') parameters.set('query', query);
  if (groupBy !== defaultGroupBy) parameters.set('group', groupBy);
  const search = parameters.toString();
  const path = alarmId === null ? '/' : `/alarm/${alarmId}`;
  return search === '' ? path : `${path}?${search}`;
}
