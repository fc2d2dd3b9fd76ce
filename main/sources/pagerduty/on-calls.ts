/** Who is on call for the escalation policies of open incidents. A nicety: failing to read it costs nothing but itself. */
import type { Clock } from '../../clock.ts';
import { SourceError } from '../source-error.ts';
import type { PagerdutyApi } from './api.ts';
import { nameOf } from './parse.ts';

/** It has a rate limit of its own, and changes seldom. */
const everyMs = 300_000;
const mostPolicies = 40;

export function createOnCalls(api: Pick<PagerdutyApi, 'onCalls'>, clock: Clock) {
  let readAt = Number.NEGATIVE_INFINITY;
  let asked: ReadonlySet<string> = new Set();
  let names: ReadonlyMap<string, string> = new Map();

  return {
    of: (policy: string): string => names.get(policy) ?? '',

    /** What went wrong, for people; null: nothing. */
    async read(policies: ReadonlySet<string>, signal: AbortSignal): Promise<string | null> {
      const isNew = [...policies].some((policy) => !asked.has(policy));
      if (policies.size === 0 || (!isNew && clock.monotonic() - readAt < everyMs)) return null;
      readAt = clock.monotonic();
      asked = new Set([...policies].slice(0, mostPolicies));
      try {
        const byPolicy = new Map<string, { level: number; name: string }[]>();
        for (const {
          escalation_policy: policy,
          user,
          escalation_level: level,
        } of await api.onCalls([...asked], signal)) {
          if (policy === undefined || user === undefined) continue;
          const list = byPolicy.get(policy.id) ?? [];
          byPolicy.set(policy.id, list);
          if (!list.some(({ name }) => name === nameOf(user))) {
            list.push({ level, name: nameOf(user) });
          }
        }
        names = new Map(
          [...byPolicy].map(([policy, list]) => [
            policy,
            list
              .toSorted((a, b) => a.level - b.level || a.name.localeCompare(b.name))
              .map(({ level, name }) => `${name} (level ${level})`)
              .join(', '),
          ]),
        );
        return null;
      } catch (error) {
        if (!(error instanceof SourceError)) throw error;
        return `Who is on call could not be read. ${error.message}`;
      }
    },
  };
}
