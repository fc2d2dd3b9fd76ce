/** Silences of all sources in one list: what each hides, what it would have hidden, and what was asked of it. */
import type { Instant, SourceId } from '../../preload/contract/common.ts';
import type { Intent } from '../../preload/contract/outbox.ts';
import type { Settings } from '../../preload/contract/settings.ts';
import type { Silence, SilenceSource } from '../../preload/contract/silences.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import type { SourceHealth } from '../alarms/alarm-rows.ts';
import type { AlarmService } from '../alarms/alarm-service.ts';
import { compareAlarms } from '../alarms/order.ts';
import type { Bus } from '../bus.ts';
import { toInstant, toMs, type Clock } from '../clock.ts';
import type { Windows } from '../desk/windows.ts';
import { notFound } from '../errors.ts';
import { isWithinHours } from '../local-time.ts';
import { plainLines, plainText, type StoredIntent } from '../outbox/intent.ts';
import type { OutboxService } from '../outbox/outbox.ts';
import type { ListedSilence } from '../outbox/silence-requests.ts';
import { describeMatchers } from '../outbox/silence-rules.ts';
import type { ConnectorActions, UpstreamSilence } from '../sources/connector.ts';
import type { WritableDb } from '../store/database.ts';
import { byTitle, countCovered, coveredBy, episodesIn } from './coverage.ts';
import { createPastEpisodes } from './past-episodes.ts';
import { createSilenceReader, type ReaderDeps } from './silence-reader.ts';
import { isAcknowledgementComment, whyForgotten } from './silence-rules.ts';
import { createSilenceStore } from './silence-store.ts';

export interface SilenceDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly bus: Bus;
  readonly windows: Windows;
  readonly settings: { current(): Pick<Settings, 'sleepHours' | 'timeZone'> };
  readonly alarms: Pick<AlarmService, 'active' | 'get' | 'rows' | 'revision'>;
  readonly sources: ReaderDeps['sources'];
  readonly outbox: Pick<
    OutboxService,
    'pendingSilences' | 'newSilences' | 'isHeld' | 'extendSilence' | 'endSilence' | 'undoEnd'
  >;
}

interface Ref {
  readonly sourceId: SourceId;
  readonly id: string;
}

/** By the id of the silence: alarms of now, and past episodes. */
interface Coverage {
  readonly alarms: ReadonlyMap<string, number>;
  readonly past: ReadonlyMap<string, number>;
}

const keepUpEveryMs = 60_000;
const mostRows = 100;
const mostTitles = 50;
const nothing: Coverage = { alarms: new Map(), past: new Map() };

export type SilenceService = ReturnType<typeof createSilenceService>;

export function createSilenceService(deps: SilenceDeps) {
  const { db, clock, bus, windows, settings, alarms, sources, outbox } = deps;
  const changed = (): void => windows.changed('silences');
  const reader = createSilenceReader({ clock, sources, changed, store: createSilenceStore(db) });
  const pastOf = createPastEpisodes(db, clock);
  /** The last one of each source, while nothing that it is made from has changed. */
  const coverages = new Map<SourceId, { key: string; coverage: Promise<Coverage> }>();
  const untell: (() => void)[] = [];
  let timer: NodeJS.Timeout | null = null;

  const actionsOf = (id: SourceId): ConnectorActions | null =>
    sources.connector(id)?.actions ?? null;

  /** What the upstream lists, and what it will list soon. */
  function ofSource(id: SourceId): { listed: readonly UpstreamSilence[]; asked: StoredIntent[] } {
    const listed = reader.silencesOf(id);
    const shown = new Set(listed.map((silence) => silence.id));
    const asked = outbox
      .newSilences(id)
      .filter(({ upstreamRef }) => upstreamRef === null || !shown.has(upstreamRef));
    return { listed, asked };
  }

  function toCover(id: SourceId): Pick<UpstreamSilence, 'id' | 'matchers'>[] {
    const { listed, asked } = ofSource(id);
    return [
      ...listed,
      ...asked.flatMap(({ id: intentId, order }) =>
        order.kind === 'silence' ? [{ id: intentId, matchers: order.matchers }] : [],
      ),
    ];
  }

  const ownAlarms = (id: SourceId): KnownAlarm[] =>
    [...alarms.active()].filter(({ sourceId }) => sourceId === id);

  function coverageOf(id: SourceId): Promise<Coverage> {
    const actions = actionsOf(id);
    if (actions === null) return Promise.resolve(nothing);
    const silences = toCover(id);
    const asked = outbox.newSilences(id).map((intent) => intent.id);
    const key = [alarms.revision(), reader.version(), pastOf.version(id), ...asked].join(' ');
    const last = coverages.get(id);
    if (last?.key === key) return last.coverage;
    const coverage = (async (): Promise<Coverage> => ({
      alarms: await countCovered(silences, ownAlarms(id), actions, () => 1),
      past: await countCovered(silences, pastOf.episodes(id), actions, ({ count }) => count),
    }))();
    coverages.set(id, { key, coverage });
    return coverage;
  }

  async function silencesOf(id: SourceId, health: SourceHealth): Promise<Silence[]> {
    const { listed, asked } = ofSource(id);
    if (listed.length === 0 && asked.length === 0) return [];
    const coverage = await coverageOf(id);
    const actions = actionsOf(id);
    const pending = outbox.pendingSilences(id);
    const { sleepHours, timeZone } = settings.current();
    const isSeen = health.isEnabled && health.freshness === 'live' && actions !== null;
    const now = clock.now();

    const view = (
      silence: UpstreamSilence,
      state: Silence['state'],
      intent: StoredIntent | undefined,
    ): Silence => {
      const comment = plainLines(silence.comment, 2_000);
      const hidesCount = coverage.alarms.get(silence.id) ?? 0;
      const isAcknowledgement = isAcknowledgementComment(comment) || outbox.isHeld(id, silence.id);
      const isListed = state !== 'asked' && !isAcknowledgement && health.isEnabled;
      return {
        sourceId: id,
        sourceName: health.name,
        id: silence.id,
        scope: plainText(silence.scope ?? describeMatchers(silence.matchers), 1_000),
        matchers: silence.matchers.map((matcher) => ({ ...matcher })),
        createdBy: plainText(silence.createdBy, 200),
        comment,
        startsAt: silence.startsAt,
        endsAt: silence.endsAt,
        state,
        isEndInSleepHours: isWithinHours(sleepHours, timeZone, toMs(silence.endsAt)),
        isAcknowledgement,
        hidesCount,
        last7DaysCount: coverage.past.get(silence.id) ?? 0,
        forgotten: isListed ? whyForgotten(silence, isSeen ? hidesCount : null, now) : null,
        canExtend: isListed && actions?.kinds.has('extend_silence') === true,
        canEnd: isListed && actions?.kinds.has('unsilence') === true,
        pending:
          intent === undefined
            ? null
            : {
                intentId: intent.id,
                kind: intent.order.kind,
                state: intent.state,
                endsAt: intent.order.kind === 'extend_silence' ? intent.order.endsAt : null,
              },
      };
    };

    return [
      ...listed.map((silence) =>
        view(
          silence,
          silence.state === 'pending' && toMs(silence.startsAt) > now ? 'pending' : 'active',
          pending.get(silence.id),
        ),
      ),
      ...asked.flatMap((intent) => {
        const { order } = intent;
        if (order.kind !== 'silence') return [];
        const silence: UpstreamSilence = {
          id: intent.id,
          matchers: order.matchers,
          createdBy: order.by,
          comment: order.note,
          startsAt: toInstant(intent.createdAt),
          endsAt: order.endsAt,
          state: 'pending',
        };
        return [view(silence, 'asked', intent)];
      }),
    ];
  }

  function listedSilence({ sourceId, id }: Ref): ListedSilence {
    const found = reader.silencesOf(sourceId).find((silence) => silence.id === id);
    const actions = actionsOf(sourceId);
    if (found === undefined) throw notFound('This silence');
    const hidden = actions === null ? [] : coveredBy(found.matchers, ownAlarms(sourceId), actions);
    const { matchers, comment, endsAt, scope } = found;
    const words = scope ?? describeMatchers(matchers);
    return {
      sourceId,
      upstreamRef: id,
      words,
      matchers,
      comment,
      endsAt,
      hidden: hidden.map((alarm) => alarm.id),
    };
  }

  return {
    async list(): Promise<{ sources: SilenceSource[]; silences: Silence[] }> {
      reader.look();
      const shown: SilenceSource[] = [];
      const found: Silence[] = [];
      for (const [sourceId, health] of sources.healths()) {
        shown.push({ sourceId, name: health.name, ...reader.sightOf(sourceId, health) });
        found.push(...(await silencesOf(sourceId, health)));
      }
      found.sort((a, b) => toMs(a.endsAt) - toMs(b.endsAt) || (a.id < b.id ? -1 : 1));
      return { sources: shown, silences: found };
    },

    get({ sourceId, id }: Ref) {
      const silence = toCover(sourceId).find((one) => one.id === id);
      const actions = actionsOf(sourceId);
      if (silence === undefined || actions === null) throw notFound('This silence');
      const { matchers } = silence;
      const hides = coveredBy(matchers, ownAlarms(sourceId), actions).sort(compareAlarms);
      const past = coveredBy(matchers, pastOf.episodes(sourceId), actions);
      return {
        hides: alarms.rows(hides.slice(0, mostRows).map((alarm) => alarm.id)),
        hidesCount: hides.length,
        last7Days: byTitle(past).slice(0, mostTitles),
        last7DaysCount: episodesIn(past),
      };
    },

    extend: ({ endsAt, ...ref }: Ref & { readonly endsAt: Instant }): Intent =>
      outbox.extendSilence(listedSilence(ref), endsAt),
    end: (ref: Ref): Intent => outbox.endSilence(listedSilence(ref)),
    undoEnd: (intentId: string): Intent => outbox.undoEnd(intentId),

    start(): void {
      untell.push(
        bus.on('intents.changed', ({ intents }) => {
          for (const { kind, state, sourceId } of intents) {
            if (kind !== 'silence' && kind !== 'extend_silence' && kind !== 'unsilence') continue;
            // Once confirmed, the list that shows it is told instead: in between it would be neither.
            db.afterCommit(() => (state === 'confirmed' ? void reader.ask(sourceId) : changed()));
          }
        }),
        bus.on('source.changed', ({ sourceId, after }) =>
          db.afterCommit(() => {
            if (after === 'live') reader.trust(sourceId);
            changed();
          }),
        ),
        bus.on('sources.configured', () =>
          db.afterCommit(() => {
            setImmediate(() => {
              reader.forget((id) => sources.health(id) !== undefined);
              changed();
            });
          }),
        ),
      );
      timer = setInterval(() => reader.keepUp(), keepUpEveryMs);
      timer.unref();
    },

    /** Reads a source's silences now. The service does it by itself, too. */
    read: (id: SourceId): Promise<void> => reader.ask(id),

    async stop(): Promise<void> {
      for (const end of untell.splice(0)) end();
      if (timer !== null) clearInterval(timer);
      timer = null;
      await reader.stop();
    },
  };
}
