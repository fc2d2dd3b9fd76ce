/** A failed call in words: what failed, and what to do next. */
import { ORPCError } from '@orpc/client';
import type { ErrorCode, ErrorDetail } from '../../preload/contract/errors.ts';

export interface FailureWords {
  readonly code: ErrorCode;
  readonly message: string;
  readonly next: string;
  readonly isRetryable: boolean;
  /** Where the log holds the stack; only for what nobody expected. */
  readonly ref: string | null;
}

const isDetail = (data: unknown): data is ErrorDetail =>
  typeof data === 'object' && data !== null && 'next' in data && typeof data.next === 'string';

/** Understands whatever was thrown; a bug of the window reads as `internal`. */
export function describeError(error: unknown): FailureWords {
  if (error instanceof ORPCError && isDetail(error.data)) {
    const { next, isRetryable, ref } = error.data;
    return {
      code: error.code as ErrorCode,
      message: error.message,
      next,
      isRetryable,
      ref: ref ?? null,
    };
  }
  if (error instanceof ORPCError && error.code === 'BAD_REQUEST') {
    return {
      code: 'input.invalid',
      message: 'The core did not accept what was sent.',
      next: 'Look at what you entered. If it looks right, this is a fault of Nightdesk: please report it.',
      isRetryable: false,
      ref: null,
    };
  }
  return {
    code: 'internal',
    message: error instanceof Error && error.message !== '' ? error.message : 'Something failed.',
    next: 'Try again. If it happens again, look into nightdesk.log in the data folder.',
    isRetryable: false,
    ref: null,
  };
}
