/** Why a source cannot be seen, from what was thrown or configured, in words for people. */
import { randomUUID } from 'node:crypto';
import type { SourceId } from '../../preload/contract/common.ts';
import { AppError } from '../errors.ts';
import { createLogger } from '../logging.ts';
import type { ConfiguredSource } from './configured-source.ts';
import type { ConnectorKind } from './connector.ts';
import { settingsProblem } from './form.ts';
import { problemOf, type Problem } from './health.ts';
import type { Strayed } from './moved-address.ts';
import { SourceError } from './source-error.ts';

const log = createLogger('sources');

/** Of a failed poll. What nobody expected goes into the log. */
export function problemFrom(error: unknown, source: SourceId): Problem {
  if (error instanceof SourceError) return problemOf(error);
  if (error instanceof AppError) {
    return {
      freshness: error.code === 'secret.unavailable' ? 'unauthorized' : 'unreachable',
      message: error.message,
      next: error.next,
    };
  }
  const ref = randomUUID().slice(0, 8);
  log.error('poll failed unexpectedly', { source, ref, error });
  return {
    freshness: 'unreachable',
    message: 'Nightdesk failed to understand its answer. That is a fault of Nightdesk.',
    next: `Report it with reference ${ref}.`,
  };
}

/** The answer came, but not into the store. */
export function notStored(error: unknown, source: SourceId): Problem {
  const { message, next } = problemFrom(error, source);
  return {
    freshness: 'stale',
    message: `Its answer could not be stored, so its alarms are out of date. ${message}`,
    next,
  };
}

export const tookTooLong: Problem = {
  freshness: 'unreachable',
  message: 'It did not answer completely in time, so the attempt was ended.',
  next: 'Nightdesk keeps trying. Check the server and the way to it.',
};

export const hung: Problem = {
  freshness: 'unreachable',
  message: 'An attempt to poll it hung and was given up.',
  next: 'Nightdesk begins anew with it. If this repeats, start Nightdesk again.',
};

export const stopped = (problem: Problem, refusals: number): Problem => ({
  ...problem,
  message: `${problem.message} After ${refusals} refusals Nightdesk stopped trying, so that the account does not get locked.`,
  next: 'Enter the login again, or poll it once more by hand.',
});

/** A login page in front refused nobody; only a refused password or token may lock an account. */
export const isLoginRefused = (error: unknown): boolean =>
  error instanceof SourceError && error.code === 'source.unauthorized' && !error.isRetryable;

/** Whether a configured source can be polled at all. Its kind is known even where its settings are not valid. */
export function judgeConfigured(
  kinds: readonly ConnectorKind[],
  config: ConfiguredSource,
): { kind: ConnectorKind | null; problem: Problem | null } {
  const kind = kinds.find((other) => other.kind === config.kind);
  if (kind === undefined) {
    const known = kinds.map((other) => other.kind).join(', ');
    return {
      kind: null,
      problem: {
        freshness: 'misconfigured',
        message: `There is no kind of source named ${JSON.stringify(config.kind)}.`,
        next: `Correct its kind in the configuration file (there are: ${known}), or remove it.`,
      },
    };
  }
  const what = settingsProblem(kind, config.settings);
  const problem: Problem | null =
    what === null
      ? null
      : {
          freshness: 'misconfigured',
          message: `Its settings are not valid: ${what}`,
          next: 'Edit the source, or correct it in the configuration file.',
        };
  return { kind, problem };
}

/** A stored secret would go where nobody entered it for. */
export function anotherAddress({ field, why }: Strayed): AppError {
  const label = field.label.toLowerCase();
  const message = `${why} than the ${label} was entered for.`;
  return new AppError('input.invalid', `${message.charAt(0).toUpperCase()}${message.slice(1)}`, {
    next: `Enter the ${label} again, so that it is not sent there by mistake.`,
  });
}
