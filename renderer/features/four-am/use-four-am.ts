/** One alarm of the night with everything about it: its place among the pages, its runbook, and its incident. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { AlarmDetail, RunbookMatch } from '../../../preload/contract/alarms.ts';
import type { AlarmId, IncidentId } from '../../../preload/contract/common.ts';
import type { Incident } from '../../../preload/contract/incidents.ts';
import { api, client } from '../../api/client.ts';
import { navigate } from '../../app/hash-location.ts';
import { targetOfMatch, useRun, type RunState } from '../../runs/index.ts';
import { firstOf, queuePlace, queueQuery, unansweredQuery, type QueuePlace } from './queue.ts';

export interface Queue {
  readonly place: QueuePlace;
  readonly isKnown: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
}

const list = (query: string) =>
  api.alarms.list.queryOptions({
    input: { query, groupBy: 'severity' },
    placeholderData: keepPreviousData,
    structuralSharing: false,
    gcTime: 20_000,
  });

/** Which alarm to show. Without one in the address, the first is taken and stays, so that nothing moves under a finger. */
export function useQueue(alarmId: AlarmId | null): Queue {
  const all = useQuery(list(queueQuery));
  const unanswered = useQuery(list(unansweredQuery));
  const first =
    all.data === undefined || unanswered.data === undefined
      ? null
      : firstOf(unanswered.data, all.data);
  useEffect(() => {
    if (alarmId === null && first !== null) navigate(`/four-am/${first}`, { replace: true });
  }, [alarmId, first]);
  return {
    place: queuePlace(all.data ?? { ids: [], groups: [] }, unanswered.data ?? { ids: [] }, alarmId),
    isKnown: all.data !== undefined && unanswered.data !== undefined,
    error:
      all.data === undefined ? all.error : unanswered.data === undefined ? unanswered.error : null,
    retry: () => {
      void all.refetch();
      void unanswered.refetch();
    },
  };
}

export interface Night {
  readonly detail: AlarmDetail;
  readonly match: RunbookMatch | null;
  readonly run: RunState;
  readonly incident: Incident | undefined;
  readonly incidentId: IncidentId | null;
  readonly mitigatedAt: string | null;
  readonly person: string;
}

export function useNight(detail: AlarmDetail): Night {
  const match = detail.runbooks[0] ?? null;
  const run = useRun(match === null ? null : targetOfMatch(match, detail.row.id));
  const { incidentId } = detail.row;
  const { data: incident } = useQuery(
    api.incidents.get.queryOptions({
      input: { id: incidentId ?? (0 as IncidentId) },
      enabled: incidentId !== null,
    }),
  );
  const { data: settings } = useQuery(api.settings.get.queryOptions({ input: {} }));
  const known = incidentId === null ? undefined : incident;
  return {
    detail,
    match,
    run,
    incident: known,
    incidentId,
    mitigatedAt: known?.summary.times.mitigatedAt ?? null,
    person: settings?.settings.person ?? '',
  };
}

/** The incident of this alarm, opened now if there is none. */
export async function incidentFor(
  { detail, incidentId }: Night,
  title: string,
): Promise<IncidentId> {
  if (incidentId !== null) return incidentId;
  const { summary } = await client.incidents.open({
    alarmIds: [detail.row.id],
    ...(title === '' ? {} : { title: title.slice(0, 500) }),
  });
  return summary.id;
}
