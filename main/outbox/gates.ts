/**
 * A source that failed is left alone for a while: the rest of the queue would fail likewise, one timeout after the other.
 * What a person asks for after the failure gets its first attempt at once.
 */
import type { SourceId } from '../../preload/contract/common.ts';
import type { Clock } from '../clock.ts';
import type { StoredIntent } from './intent.ts';

type Asked = Pick<StoredIntent, 'sourceId' | 'createdAt' | 'attempts'>;

export function createGates(clock: Pick<Clock, 'now'>) {
  const shut = new Map<SourceId, { readonly at: number; readonly until: number }>();

  const opensAt = (intent: Asked): number => {
    const gate = shut.get(intent.sourceId);
    if (gate === undefined) return 0;
    // A clock that was set back must not keep it shut for longer.
    if (clock.now() < gate.at) return 0;
    return intent.attempts === 0 && intent.createdAt > gate.at ? 0 : gate.until;
  };

  return {
    opensAt,

    shut(sourceId: SourceId, until: number): void {
      shut.set(sourceId, { at: clock.now(), until });
    },

    open(sourceId: SourceId): void {
      shut.delete(sourceId);
    },

    /** Intents of one source that go out together. */
    lets: (intents: readonly Asked[]): boolean =>
      intents.some((intent) => opensAt(intent) <= clock.now()),
  };
}
