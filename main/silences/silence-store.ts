/** The last list of silences of each source, whole, for the time it cannot be read. */
import { z } from 'zod';
import { Matcher } from '../../preload/contract/alarms.ts';
import { Instant, type SourceId } from '../../preload/contract/common.ts';
import { createLogger } from '../logging.ts';
import type { UpstreamSilence } from '../sources/connector.ts';
import type { WritableDb } from '../store/database.ts';

const log = createLogger('silences');

/** What an earlier version wrote may be another shape: then it was never read. */
const Payload = z.object({
  omitted: z.int().nonnegative(),
  silences: z.array(
    z.object({
      id: z.string(),
      matchers: z.array(Matcher),
      createdBy: z.string(),
      comment: z.string(),
      startsAt: Instant,
      endsAt: Instant,
      state: z.enum(['pending', 'active', 'expired']),
      scope: z.string().optional(),
    }),
  ),
});

export interface KnownSilences {
  readonly readAt: Instant;
  readonly omitted: number;
  readonly silences: readonly UpstreamSilence[];
}

export function createSilenceStore(db: WritableDb) {
  const selectAll = db.read<{ source_id: string; read_at: string; payload: string }>(
    'SELECT source_id, read_at, payload FROM known_silences',
  );
  // A source that was removed meanwhile has no row to refer to.
  const upsert = db.write(
    `INSERT INTO known_silences (source_id, read_at, payload)
     SELECT id, @readAt, @payload FROM source WHERE id = @sourceId
     ON CONFLICT (source_id) DO UPDATE SET read_at = excluded.read_at, payload = excluded.payload`,
  );

  return {
    all(): Map<SourceId, KnownSilences> {
      const known = new Map<SourceId, KnownSilences>();
      for (const row of selectAll.all({})) {
        try {
          const { omitted, silences } = Payload.parse(JSON.parse(row.payload));
          const own = silences.map(({ scope, ...silence }): UpstreamSilence =>
            scope === undefined ? silence : { ...silence, scope },
          );
          known.set(row.source_id as SourceId, { readAt: row.read_at, omitted, silences: own });
        } catch (error) {
          log.warn('stored silences could not be read', { source: row.source_id, error });
        }
      }
      return known;
    },

    keep(sourceId: SourceId, { readAt, omitted, silences }: KnownSilences): void {
      const payload = JSON.stringify({ omitted, silences });
      db.transaction(() => upsert.run({ sourceId, readAt, payload }));
    },
  };
}
