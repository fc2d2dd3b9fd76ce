/**
 * Acknowledging, silencing and ending entries of a feed: all of it kept here, since a feed takes nothing. A person may end an
 * entry because a feed may never say that it is over.
 */
import type { ConnectorActions } from '../connector.ts';
import { SourceError } from '../source-error.ts';
import type { FeedMemory } from './open-entries.ts';

export interface EndingDeps {
  /** As it is now, with what was just asked for. */
  current(): FeedMemory;
  change(next: FeedMemory): void;
  /** As the last poll handed it on. */
  handed(): FeedMemory;
}

export function withEnding(kept: ConnectorActions, deps: EndingDeps): ConnectorActions {
  const isOpen = (memory: FeedMemory, externalId: string): boolean =>
    Object.hasOwn(memory.open, externalId);
  return {
    ...kept,
    kinds: new Set([...kept.kinds, 'resolve']),

    acknowledgeEffect:
      'A feed takes no acknowledgement: Nightdesk itself remembers it, on this computer, until the entry is over. Nobody else sees it.',

    async send(action, key, signal) {
      if (action.kind === 'comment') {
        throw new SourceError('source.unsupported', 'A status feed takes no comment.', {
          next: 'The note stays here, on the alarm.',
          isRetryable: false,
        });
      }
      if (action.kind !== 'resolve') return kept.send(action, key, signal);
      const { externalId } = action;
      const { open, dismissed } = deps.current();
      const entry = isOpen(deps.current(), externalId) ? open[externalId] : undefined;
      if (entry !== undefined) {
        const { [externalId]: _, ...others } = open;
        deps.change({ open: others, dismissed: { ...dismissed, [externalId]: entry.saidAt } });
      }
      return { upstreamRef: externalId, expiresAt: null };
    },

    async confirm(action, receipt, signal) {
      if (action.kind !== 'resolve') return kept.confirm(action, receipt, signal);
      const { externalId } = action;
      return !isOpen(deps.current(), externalId) && !isOpen(deps.handed(), externalId);
    },
  };
}
