/**
 * Expected failures. Anything else that is thrown is a bug: its caller gets `internal` and a reference,
 * and the log gets the stack under that reference.
 */
import type { ErrorCode } from '../preload/contract/errors.ts';

export class AppError extends Error {
  readonly code: ErrorCode;
  /** One action the person can take now. */
  readonly next: string;
  readonly isRetryable: boolean;

  constructor(
    code: ErrorCode,
    message: string,
    detail: { next: string; isRetryable?: boolean; cause?: unknown },
  ) {
    super(message, { cause: detail.cause });
    this.name = 'AppError';
    this.code = code;
    this.next = detail.next;
    this.isRetryable = detail.isRetryable ?? false;
  }
}

export const notFound = (what: string): AppError =>
  new AppError('not_found', `${what} does not exist (any more).`, { next: 'Go back to the list.' });

/** For exhaustive switches. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
