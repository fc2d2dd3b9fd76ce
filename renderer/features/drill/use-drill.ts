import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client.ts';

/** The drill that this program plays; its data is null where none is played. */
export const useDrill = () => useQuery(api.system.drill.queryOptions({ input: {} }));
