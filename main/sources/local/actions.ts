/**
 * Acknowledging and silencing alarms of this computer. Nobody else sees it; it is confirmed once a poll has handed it to the
 * store, so that it is still there after a crash.
 */
import { toInstant, toMs, type Clock } from '../../clock.ts';
import type { ConnectorActions, UpstreamAction, UpstreamSilence } from '../connector.ts';
import { matchesAll, proposeMatchers } from '../matchers.ts';
import { SourceError, unsupported } from '../source-error.ts';
import type { Ledger, Silence } from './ledger.ts';

export interface ActionDeps {
  readonly clock: Clock;
  /** As it is now, with what was just asked for. */
  current(): Ledger;
  change(next: Ledger): void;
  /** As the last poll handed it on. */
  kept(): Ledger;
  isActive(externalId: string): boolean;
}

const isOver = (silence: Silence, now: number): boolean => toMs(silence.endsAt) <= now;

export function createActions(deps: ActionDeps): ConnectorActions {
  const { clock } = deps;

  function isTrueIn(ledger: Ledger, action: UpstreamAction, ref: string | null): boolean {
    switch (action.kind) {
      case 'acknowledge':
        return Object.hasOwn(ledger.acknowledged, action.externalId);
      case 'unacknowledge':
        return !Object.hasOwn(ledger.acknowledged, action.externalId);
      case 'silence':
        return ledger.silences.some(({ id }) => id === ref);
      case 'extend_silence':
        return ledger.silences.some(
          ({ id, endsAt }) => id === action.upstreamRef && endsAt === action.endsAt,
        );
      case 'unsilence':
        return !ledger.silences.some(({ id }) => id === action.upstreamRef);
      case 'comment':
      case 'resolve':
        return false;
    }
  }

  return {
    kinds: new Set(['acknowledge', 'unacknowledge', 'silence', 'extend_silence', 'unsilence']),

    acknowledgeEffect:
      'Nightdesk itself remembers it, on this computer, until the alarm clears. Nobody else sees it.',

    propose: ({ labels }) => proposeMatchers(labels),

    matches: matchesAll,

    async send(action, key) {
      const ledger = deps.current();
      const { acknowledged, silences } = ledger;
      const now = clock.now();
      switch (action.kind) {
        case 'acknowledge': {
          const { externalId, by } = action;
          if (!deps.isActive(externalId)) {
            throw new SourceError('source.rejected', 'This alarm has cleared.', {
              next: 'There is nothing left to do.',
            });
          }
          if (!Object.hasOwn(acknowledged, externalId)) {
            const entry = { by, at: toInstant(now) };
            deps.change({ ...ledger, acknowledged: { ...acknowledged, [externalId]: entry } });
          }
          return { upstreamRef: externalId, expiresAt: null };
        }
        case 'unacknowledge': {
          const { [action.externalId]: _, ...others } = acknowledged;
          deps.change({ ...ledger, acknowledged: others });
          return { upstreamRef: action.externalId, expiresAt: null };
        }
        case 'silence': {
          if (action.matchers.length === 0) {
            throw new SourceError(
              'source.rejected',
              'A silence without labels would silence everything.',
              { next: 'Choose at least one label.' },
            );
          }
          if (!silences.some(({ id }) => id === key)) {
            const { by, note, endsAt } = action;
            const matchers = action.matchers.map((matcher) => ({ ...matcher }));
            const silence = { id: key, matchers, by, note, startsAt: toInstant(now), endsAt };
            deps.change({ ...ledger, silences: [...silences, silence] });
          }
          return { upstreamRef: key, expiresAt: null };
        }
        case 'extend_silence': {
          const { upstreamRef, endsAt } = action;
          if (!silences.some(({ id }) => id === upstreamRef)) {
            throw new SourceError('source.rejected', 'This silence is over already.', {
              next: 'Make a new one from the alarm.',
            });
          }
          deps.change({
            ...ledger,
            silences: silences.map((silence) =>
              silence.id === upstreamRef ? { ...silence, endsAt } : silence,
            ),
          });
          return { upstreamRef, expiresAt: null };
        }
        case 'comment':
        case 'resolve':
          throw unsupported('This computer', action.kind);
        case 'unsilence':
          deps.change({
            ...ledger,
            silences: silences.filter(({ id }) => id !== action.upstreamRef),
          });
          return { upstreamRef: action.upstreamRef, expiresAt: null };
      }
    },

    async confirm(action, receipt) {
      const ref = receipt.upstreamRef;
      return isTrueIn(deps.current(), action, ref) && isTrueIn(deps.kept(), action, ref);
    },

    // Nothing here runs out by itself.
    extend: async (_action, receipt) => receipt,

    async silences() {
      const now = clock.now();
      return deps
        .current()
        .silences.filter((silence) => !isOver(silence, now))
        .map(({ by, note, ...silence }): UpstreamSilence => ({
          ...silence,
          createdBy: by,
          comment: note,
          state: 'active',
        }));
    },
  };
}
