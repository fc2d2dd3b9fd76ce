/**
 * The query cache. The core is on this machine and says what changed, so nothing goes stale by time, nothing is asked
 * again because a window got the focus, and nothing pauses when the machine is offline.
 */
import { QueryClient } from '@tanstack/react-query';
import { describeError } from './errors.ts';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: (failures, error) => failures < 2 && describeError(error).isRetryable,
      retryDelay: 500,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
