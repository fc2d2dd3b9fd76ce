/**
 * Reads the silences of each source: when somebody looks, after something was changed, and now and then, so that there is a
 * last known list when the source goes dark. Never more than one request per source at a time.
 */
import type { SourceId } from '../../preload/contract/common.ts';
import type { SilenceSight } from '../../preload/contract/silences.ts';
import type { SourceHealth } from '../alarms/alarm-rows.ts';
import { since, toInstant, toMs, type Clock } from '../clock.ts';
import { AppError, errorText } from '../errors.ts';
import { createLogger } from '../logging.ts';
import { plainText } from '../outbox/intent.ts';
import type { ConnectorActions } from '../sources/connector.ts';
import { SourceError } from '../sources/source-error.ts';
import { isOver } from './silence-rules.ts';
import type { createSilenceStore, KnownSilences } from './silence-store.ts';

const log = createLogger('silences');

const attemptMs = 20_000;
/** As old as this, it is read again when somebody looks. */
const freshForMs = 15_000;
/** As old as this, it is read again although nobody looks. */
const keptForMs = 300_000;
/** More than anybody reads, and a list that a source could drown us with. */
const mostSilences = 2_000;

interface Attempt {
  readonly at: number;
  /** For people; null: it was read. */
  readonly failure: string | null;
  /** It cannot list at all, which no other attempt will change. */
  readonly isUnlisted: boolean;
  /** It refused our login: one more attempt could lock the account. */
  readonly isLockedOut: boolean;
}

export interface ReaderDeps {
  readonly clock: Clock;
  readonly store: ReturnType<typeof createSilenceStore>;
  readonly sources: {
    healths(): Iterable<readonly [SourceId, SourceHealth]>;
    health(id: SourceId): SourceHealth | undefined;
    connector(id: SourceId): { readonly actions: ConnectorActions | null } | null;
  };
  readonly changed: () => void;
}

export function createSilenceReader({ clock, store, sources, changed }: ReaderDeps) {
  const known = store.all();
  const attempts = new Map<SourceId, Attempt>();
  const running = new Map<SourceId, Promise<void>>();
  const askedAgain = new Set<SourceId>();
  const controller = new AbortController();
  let version = 0;

  const mayAsk = (health: SourceHealth): boolean =>
    health.isEnabled &&
    health.freshness !== 'unauthorized' &&
    health.freshness !== 'misconfigured' &&
    health.freshness !== 'starting';

  async function read(id: SourceId, actions: ConnectorActions): Promise<void> {
    const at = clock.now();
    try {
      const signal = AbortSignal.any([controller.signal, AbortSignal.timeout(attemptMs)]);
      const all = (await actions.silences(signal)).filter(({ state }) => state !== 'expired');
      if (controller.signal.aborted) return;
      const silences = all
        .toSorted((a, b) => toMs(a.endsAt) - toMs(b.endsAt))
        .slice(0, mostSilences);
      const next: KnownSilences = {
        readAt: toInstant(at),
        omitted: all.length - silences.length,
        silences,
      };
      store.keep(id, next);
      known.set(id, next);
      attempts.set(id, { at, failure: null, isUnlisted: false, isLockedOut: false });
    } catch (error) {
      if (controller.signal.aborted) return;
      const isSource = error instanceof SourceError;
      if (!(error instanceof AppError)) log.warn('silences were not read', { source: id, error });
      attempts.set(id, {
        at,
        failure: plainText(errorText(error), 300) || 'It did not answer.',
        isUnlisted: isSource && error.code === 'source.unsupported',
        isLockedOut: isSource && error.code === 'source.unauthorized',
      });
    }
    version += 1;
    changed();
  }

  /** Reads it now, and once more when asked for while a reading was under way. */
  function ask(id: SourceId): Promise<void> {
    const under = running.get(id);
    if (under !== undefined) {
      askedAgain.add(id);
      return under;
    }
    const work = (async (): Promise<void> => {
      do {
        askedAgain.delete(id);
        const health = sources.health(id);
        const actions = sources.connector(id)?.actions ?? null;
        if (health === undefined || actions === null || !mayAsk(health)) return;
        await read(id, actions);
      } while (askedAgain.has(id) && !controller.signal.aborted);
    })().finally(() => running.delete(id));
    running.set(id, work);
    return work;
  }

  const lists = (actions: ConnectorActions): boolean =>
    actions.kinds.has('silence') || actions.kinds.has('unsilence');

  function askOlderThan(ageMs: number): void {
    const now = clock.now();
    for (const [id, health] of sources.healths()) {
      const last = attempts.get(id);
      if (last?.isUnlisted === true || last?.isLockedOut === true || !mayAsk(health)) continue;
      // A clock that was set back must not put it off.
      const isFresh = last !== undefined && last.at <= now && since(last.at, now) < ageMs;
      if (!isFresh) void ask(id);
    }
  }

  return {
    /** Rises with every list that was read, and with every failure. */
    version: (): number => version,

    /** Those that are not over by now, whether they could be read lately or not. */
    silencesOf(id: SourceId): KnownSilences['silences'] {
      const now = clock.now();
      return (known.get(id)?.silences ?? []).filter((silence) => !isOver(silence, now));
    },

    sightOf(
      id: SourceId,
      health: SourceHealth,
    ): { sight: SilenceSight; readAt: string | null; reason: string | null; omitted: number } {
      const list = known.get(id);
      const last = attempts.get(id);
      const { readAt = null, omitted = 0 } = list ?? {};
      const connector = sources.connector(id);
      const actions = connector?.actions ?? null;
      const isUnlisted =
        last?.isUnlisted === true ||
        (connector !== null && actions === null) ||
        (actions !== null && !lists(actions) && (list?.silences.length ?? 0) === 0);
      if (isUnlisted) {
        const reason = last?.isUnlisted === true ? last.failure : `${health.name} does not tell.`;
        return { sight: 'not_listed', readAt: null, reason, omitted: 0 };
      }
      const isBlind = health.freshness !== 'live' || !health.isEnabled;
      const reason = !health.isEnabled
        ? `${health.name} is paused.`
        : (last?.failure ?? (isBlind ? (health.reason ?? 'It was not read yet.') : null));
      if (list === undefined) {
        return { sight: 'unknown', readAt, reason: reason ?? 'It is being read.', omitted };
      }
      const isRead = last !== undefined && last.failure === null && health.isEnabled;
      return isRead && !isBlind
        ? { sight: 'read', readAt, reason: null, omitted }
        : { sight: 'last_known', readAt, reason: reason ?? 'It is being read.', omitted };
    },

    ask,
    /** Somebody looks. */
    look: (): void => askOlderThan(freshForMs),
    /** Nobody may be looking. */
    keepUp: (): void => askOlderThan(keptForMs),

    /** New credentials, or an answer after a refusal: it may be asked again. */
    trust(id: SourceId): void {
      attempts.delete(id);
      void ask(id);
    },

    forget(isConfigured: (id: SourceId) => boolean): void {
      for (const id of known.keys()) if (!isConfigured(id)) known.delete(id);
      for (const id of attempts.keys()) if (!isConfigured(id)) attempts.delete(id);
    },

    async stop(): Promise<void> {
      controller.abort();
      await Promise.allSettled(running.values());
    },
  };
}
