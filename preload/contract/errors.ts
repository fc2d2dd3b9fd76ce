/**
 * Every error that may cross the contract.
 *
 * `code` is closed and is switched over; `message` is for people and is never parsed; `next` says what to do.
 */
import { z } from 'zod';

export const ErrorDetail = z.object({
  /** One action the person can take now. */
  next: z.string(),
  isRetryable: z.boolean(),
  /** For `internal`: the reference under which the log holds the stack. */
  ref: z.string().optional(),
});
export type ErrorDetail = z.infer<typeof ErrorDetail>;

export const errorCodes = [
  'input.invalid',
  'not_found',
  'conflict',
  'source.unreachable',
  'source.unauthorized',
  'source.misconfigured',
  'source.rejected',
  'source.unsupported',
  'store.unavailable',
  'store.full',
  'config.unreadable',
  'secret.unavailable',
  'incident.wrong_order',
  'runbook.unreadable',
  'runbook.unwritable',
  'shell.unsupported',
  'core.unavailable',
  'internal',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** The error map that every method of the contract may answer with. */
export const apiErrors = Object.fromEntries(
  errorCodes.map((code) => [code, { data: ErrorDetail }]),
) as Record<ErrorCode, { data: typeof ErrorDetail }>;
