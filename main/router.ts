/** Where handlers meet the contract, and where thrown failures become typed answers. */
import { randomUUID } from 'node:crypto';
import { implement, ORPCError } from '@orpc/server';
import { contract } from '../preload/contract/index.ts';
import { AppError } from './errors.ts';
import { createLogger } from './logging.ts';

const log = createLogger('router');

/** Implements a procedure of the contract: `os.alarms.list.handler(({ input }) => …)`. */
export const os = implement(contract).use(async ({ next, path }) => {
  try {
    return await next();
  } catch (error) {
    if (error instanceof ORPCError) throw error;
    if (error instanceof AppError) {
      throw new ORPCError(error.code, {
        message: error.message,
        defined: true,
        data: { next: error.next, isRetryable: error.isRetryable },
      });
    }
    const ref = randomUUID().slice(0, 8);
    log.error('request failed unexpectedly', { ref, method: path.join('.'), error });
    throw new ORPCError('internal', {
      message: 'Something in Nightdesk itself went wrong. Nothing you did is lost.',
      defined: true,
      data: {
        next: `Try again. If it stays, report it with reference ${ref}.`,
        isRetryable: true,
        ref,
      },
    });
  }
});
