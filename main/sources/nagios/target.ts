/** The one host or service that a command is about. Pure. */
import type { Matcher } from '../../../preload/contract/alarms.ts';
import { SourceError } from '../source-error.ts';
import type { CommandTarget } from './commands.ts';
import type { WireDowntime } from './parse.ts';

const valueOf = (matchers: readonly Matcher[], name: string): string | null =>
  matchers.find((matcher) => matcher.name === name)?.value ?? null;

/** The object that these matchers name; null when they name none, or more than one. */
export function targetOf(matchers: readonly Matcher[]): CommandTarget | null {
  const isPlain = matchers.every(
    ({ name, value, isEqual, isRegex }) =>
      isEqual && !isRegex && value !== '' && (name === 'host' || name === 'service'),
  );
  const host = valueOf(matchers, 'host');
  const service = valueOf(matchers, 'service');
  if (!isPlain || host === null) return null;
  return matchers.length === (service === null ? 1 : 2) ? { host, service } : null;
}

export function aboutOf(refs: Readonly<Record<string, unknown>>): CommandTarget {
  const { host, service } = refs;
  if (
    typeof host !== 'string' ||
    host === '' ||
    !(service === null || typeof service === 'string')
  ) {
    throw new SourceError(
      'source.rejected',
      'It is not known which host or service this is about.',
      {
        next: 'Do it in Nagios itself.',
        isRetryable: false,
      },
    );
  }
  return { host, service };
}

export const targetOfDowntime = (downtime: WireDowntime): CommandTarget => ({
  host: downtime.host_name,
  service: downtime.service_description ?? null,
});

export const isSameTarget = (a: CommandTarget, b: CommandTarget): boolean =>
  a.host === b.host && a.service === b.service;
