/** What the alarms are called that decisions are about. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Decision } from '../../../preload/contract/notifications.ts';
import { api } from '../../api/client.ts';
import { alarmIdsOf, type Titles } from './decision-words.ts';

export function useTitles(decisions: readonly Decision[]): Titles {
  const ids = useMemo(() => alarmIdsOf(decisions), [decisions]);
  const { data: rows } = useQuery(
    api.alarms.rows.queryOptions({
      input: { ids },
      enabled: ids.length > 0,
      placeholderData: keepPreviousData,
    }),
  );
  return useMemo(() => new Map(rows?.map(({ id, title }) => [id, title])), [rows]);
}
