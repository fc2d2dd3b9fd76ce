/**
 * What one account has in one region: everything that is not OK, with the proof that it was looked for in the right place.
 *
 * CloudWatch lists by state, in several requests. An alarm that changes between two of them may be in neither, so whatever
 * vanished since the last time is asked for by its name before it counts as gone.
 */
import { SourceError } from '../source-error.ts';
import { targetName, type CloudWatchApi, type Target } from './api.ts';
import { createMuteReader } from './mutes.ts';
import { arnOf, nameOf } from './parse.ts';
import type { CloudWatchSettings } from './settings.ts';

/** As many names as one request may have. */
const mostNames = 100;

export interface TargetAnswer {
  readonly items: readonly unknown[];
  /** Set when an empty list proves nothing. */
  readonly distrust: SourceError | null;
  /** `region:account:name` of muted alarms. */
  readonly muted: ReadonlySet<string>;
  readonly remarks: readonly string[];
}

export function createTargetReader(
  target: Target,
  api: CloudWatchApi,
  settings: CloudWatchSettings,
) {
  /** Names by ARN of what was listed last time. */
  let listed: ReadonlyMap<string, string> = new Map();
  const mutes = createMuteReader(target, api);

  async function vanished(items: readonly unknown[], signal: AbortSignal): Promise<unknown[]> {
    const present = new Set(items.map(arnOf));
    const names = [...listed].filter(([arn]) => !present.has(arn)).map(([, name]) => name);
    const found: unknown[] = [];
    for (let at = 0; at < names.length; at += mostNames) {
      found.push(...(await api.alarms(target, { names: names.slice(at, at + mostNames) }, signal)));
    }
    return found;
  }

  return {
    target,

    async read(signal: AbortSignal): Promise<TargetAnswer> {
      const items = [...(await api.alarms(target, { state: 'ALARM' }, signal))];
      if (settings.insufficientData !== 'ignore') {
        items.push(...(await api.alarms(target, { state: 'INSUFFICIENT_DATA' }, signal)));
      }
      items.push(...(await vanished(items, signal)));
      listed = new Map(
        items.flatMap((raw): [string, string][] => {
          const arn = arnOf(raw);
          const name = nameOf(raw);
          const isOk = (raw as { StateValue?: unknown } | null)?.StateValue === 'OK';
          return arn === null || name === null || isOk ? [] : [[arn, name]];
        }),
      );
      const isProven =
        items.length > 0 || settings.isEmptyQuiet || (await api.knowsAny(target, signal));
      const { muted, remarks } = await mutes.read(items.length > 0, signal);
      return {
        items,
        muted,
        remarks,
        distrust: isProven
          ? null
          : new SourceError(
              'source.misconfigured',
              `${targetName(target)} knows no alarm at all, not even a quiet one, so its empty list proves nothing.`,
              {
                next: 'Check region and account; take the region out, or switch on "A region without any alarm is quiet".',
              },
            ),
      };
    },
  };
}
