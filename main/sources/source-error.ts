/** Why a source could not be read or written, and which freshness follows from it. */
import type { Freshness } from '../../preload/contract/common.ts';
import { AppError } from '../errors.ts';

type SourceErrorCode =
  | 'source.unreachable'
  | 'source.unauthorized'
  | 'source.misconfigured'
  | 'source.rejected'
  | 'source.unsupported';

export class SourceError extends AppError {
  declare readonly code: SourceErrorCode;
  /** Wait at least this long before the next attempt (Retry-After); null when the upstream did not say. */
  readonly retryAfterMs: number | null;

  constructor(
    code: SourceErrorCode,
    message: string,
    detail: { next: string; retryAfterMs?: number | null; isRetryable?: boolean; cause?: unknown },
  ) {
    super(code, message, { isRetryable: code === 'source.unreachable', ...detail });
    this.name = 'SourceError';
    this.retryAfterMs = detail.retryAfterMs ?? null;
  }

  get freshness(): Freshness {
    switch (this.code) {
      case 'source.unauthorized':
        return 'unauthorized';
      case 'source.misconfigured':
      case 'source.unsupported':
        return 'misconfigured';
      case 'source.unreachable':
      case 'source.rejected':
        return 'unreachable';
    }
  }
}

/** For an action that this kind of source does not take. It is never offered; a stored one may come from another version. */
export const unsupported = (title: string, action: string): SourceError =>
  new SourceError('source.unsupported', `${title} takes no ${action.replace('_', ' ')}.`, {
    next: 'Do it in the system itself.',
    isRetryable: false,
  });
