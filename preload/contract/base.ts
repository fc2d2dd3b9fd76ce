import { oc } from '@orpc/contract';
import { apiErrors } from './errors.ts';

/** Every method starts here, so that every method may answer with the same typed errors. */
export const method = oc.errors(apiErrors);
