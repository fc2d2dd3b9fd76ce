/** One incident: read, kept fresh by the desk's events, and changed by acts that answer with the whole of it. */
import { useQuery } from '@tanstack/react-query';
import type { IncidentId } from '../../../preload/contract/common.ts';
import type { Incident } from '../../../preload/contract/incidents.ts';
import { api } from '../../api/client.ts';
import { queryClient } from '../../api/query.ts';

export function useIncident(id: IncidentId) {
  return useQuery(api.incidents.get.queryOptions({ input: { id } }));
}

/** Shows the answer of an act at once. */
export function putIncident(incident: Incident): Incident {
  const { id } = incident.summary;
  queryClient.setQueryData(api.incidents.get.queryKey({ input: { id } }), incident);
  return incident;
}
