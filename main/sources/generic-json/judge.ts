/** Turns what was read into the result of a poll: what is believed, what is kept, and why a list may prove nothing. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { Clock } from '../../clock.ts';
import type { PollResult } from '../connector.ts';
import { createKept } from '../kept-actions.ts';
import { createRemembered } from '../remembered.ts';
import { SourceError } from '../source-error.ts';
import { createMapping, requireProof, staleness } from './mapping.ts';
import { createMovedPages } from './moved-pages.ts';
import type { ReadPages } from './pages.ts';
import type { Rules } from './rules.ts';

export type Read = Omit<ReadPages, 'clockSkewMs'> & { readonly clockSkewMs?: number | null };

export function createJudge(options: {
  readonly rules: Rules;
  readonly kind: string;
  readonly title: string;
  readonly sourceName: string;
  readonly severityMap: Readonly<Record<string, Severity>>;
  readonly clock: Clock;
  readonly memory: Readonly<Record<string, unknown>>;
}) {
  const { rules, clock } = options;
  const mapping = createMapping({ ...options, seen: options.memory['seen'] });
  const kept = createKept(options);
  const moved = createMovedPages();
  const remember = createRemembered();

  function emptiness(read: Read, from: string): SourceError | null {
    if (read.rows.length > 0 || read.missing > 0 || rules.isEmptyQuiet) return null;
    return new SourceError(
      'source.misconfigured',
      `${from} answered with an empty list, and nothing says that this means quiet.`,
      {
        next: 'If it is empty because nothing is wrong, switch on "An empty list means quiet" for this source.',
      },
    );
  }

  return {
    actions: kept.actions,

    /** `from`: what answered, for people. @throws SourceError when the answer is not to be believed at all */
    judge(read: Read, from: string): PollResult {
      const now = clock.now() + (read.clockSkewMs ?? 0);
      for (const root of read.roots) requireProof(rules, root, from, now);
      const before =
        read.incompleteReason === null
          ? null
          : new SourceError('source.unreachable', read.incompleteReason, {
              next: 'Compare the fields about pages with what the address answers.',
            });
      const distrust =
        before ?? emptiness(read, from) ?? staleness(rules, read.roots[0], from, now);
      const taken = mapping.take(read.rows, {
        missing: read.missing,
        isComplete: distrust === null,
      });
      const blind = distrust ?? taken.blind;
      const steady = moved.keep(taken.alarms, taken.named, read.filledPages);
      const { alarms, acts } = kept.apply(steady, blind === null);
      return {
        snapshot: { alarms, isComplete: blind === null, incompleteReason: blind?.message ?? null },
        version: null,
        clockSkewMs: read.clockSkewMs ?? null,
        remarks: taken.remarks,
        blind,
        memory: remember({ kept: acts, seen: taken.seen }),
      };
    },
  };
}
export type Judge = ReturnType<typeof createJudge>;
