/**
 * Records when a source went out of sight and when it came back, as events of the source: the review says how long
 * nobody could see, and an incident that is opened later copies it to its timeline.
 */
import type { SourceId } from '../../preload/contract/common.ts';
import type { Bus } from '../bus.ts';
import { toInstant, toMs } from '../clock.ts';
import type { WritableDb } from '../store/database.ts';
import type { SightRecord } from './sight.ts';

interface SightRow {
  readonly at: string;
  readonly kind: SightRecord['kind'];
}

const kinds = `('source_blind', 'source_live', 'source_unwatched')`;

export const sightQueries = {
  last: `SELECT at, kind FROM event WHERE source_id = @sourceId AND kind IN ${kinds} AND at < @before
    ORDER BY at DESC, id DESC LIMIT 1`,
  within: `SELECT at, kind FROM event WHERE source_id = @sourceId AND kind IN ${kinds} AND at >= @from AND at < @to
    ORDER BY at, id`,
} as const;

/** After every instant. */
const never = '9999';

/** `isWatched`: false for a source that is paused or was removed; not to look is not to be blind. */
export function createSightLog(
  db: WritableDb,
  bus: Bus,
  isWatched: (sourceId: SourceId) => boolean,
) {
  const last = db.read<SightRow>(sightQueries.last);
  const within = db.read<SightRow>(sightQueries.within);
  const exists = db.read<{ id: string }>('SELECT id FROM source WHERE id = @sourceId');
  const sources = db.read<{ id: SourceId; name: string; lastAttemptAt: string | null }>(
    'SELECT id, name, last_attempt_at AS lastAttemptAt FROM source ORDER BY name, id',
  );
  const add = db.write(
    `INSERT INTO event (at, alarm_id, episode_id, source_id, kind, origin, text)
     VALUES (@at, NULL, NULL, @sourceId, @kind, @origin, @text)`,
  );

  const isBlind = (sourceId: SourceId): boolean =>
    last.get({ sourceId, before: never })?.kind === 'source_blind';

  // What was blind when the program stopped was not looked at since: that is not blindness of the source.
  db.transaction(() => {
    for (const { id, lastAttemptAt } of sources.all({})) {
      const known = last.get({ sourceId: id, before: never });
      if (known?.kind !== 'source_blind') continue;
      const at = lastAttemptAt !== null && lastAttemptAt > known.at ? lastAttemptAt : known.at;
      add.run({ at, sourceId: id, kind: 'source_unwatched', origin: 'Nightdesk', text: '' });
    }
  });

  const stop = bus.on('source.changed', ({ sourceId, sourceName, after, reason, at }) => {
    const isLooking = isWatched(sourceId);
    if (after === 'starting' && isLooking) return;
    const isNowBlind = after !== 'live' && isLooking;
    if (isNowBlind === isBlind(sourceId) || exists.get({ sourceId }) === undefined) return;
    add.run({
      at: toInstant(at),
      sourceId,
      kind: isNowBlind ? 'source_blind' : isLooking ? 'source_live' : 'source_unwatched',
      origin: sourceName,
      text: isNowBlind ? (reason ?? '') : '',
    });
  });

  return {
    sources: (): { id: SourceId; name: string }[] => sources.all({}),
    /** What was recorded in this time, begun with what was so before. */
    records(sourceId: SourceId, fromMs: number, toMsExclusive: number): SightRecord[] {
      const from = toInstant(fromMs);
      const before = last.get({ sourceId, before: from });
      const rows = within.all({ sourceId, from, to: toInstant(toMsExclusive) });
      return [...(before === undefined ? [] : [before]), ...rows].map(({ at, kind }) => ({
        atMs: toMs(at),
        kind,
      }));
    },
    stop,
  };
}
