/**
 * Whether a site that lists no problems is one that looks. Checkmk answers likewise when this user sees no host, and when the
 * core behind it stands still.
 */
import { z } from 'zod';
import type { Clock } from '../../clock.ts';
import { SourceError } from '../source-error.ts';
import type { CheckmkApi } from './api.ts';
import { extensionsOf } from './parse.ts';
import type { CheckmkSettings } from './settings.ts';

/** A good proof serves for so long while nothing vanishes; a bad one is asked for again at every poll. */
const provenMs = 60_000;

const Heartbeat = z.object({ last_check: z.number() });

export interface Proof {
  readonly blind: SourceError | null;
  readonly remark: string | null;
  /** Whether any host has the service that proves life. */
  readonly isHeartbeatSeen: boolean;
}

const minutesOf = (ms: number): string => `${Math.round(ms / 60_000)} minutes`;

export function createProof(
  api: CheckmkApi,
  settings: Pick<CheckmkSettings, 'heartbeat' | 'staleMinutes'>,
  clock: Clock,
) {
  const proven = new Map<string | null, { at: number; proof: Proof }>();

  async function look(
    site: string | null,
    wasHeartbeatSeen: boolean,
    signal: AbortSignal,
  ): Promise<Proof> {
    const where = site === null ? '' : ` of site ${site}`;
    const { rows, clockSkewMs } = await api.rows(
      'service',
      {
        query: { op: '=', left: 'description', right: settings.heartbeat },
        columns: ['host_name', 'last_check'],
        site,
      },
      signal,
    );
    const checks = rows.flatMap((raw) => {
      const parsed = Heartbeat.safeParse(extensionsOf(raw));
      return parsed.success ? [parsed.data.last_check * 1_000] : [];
    });
    if (checks.length === 0) {
      const { rows: hosts } = await api.rows('host', { columns: ['name'], site }, signal);
      if (hosts.length === 0) {
        const blind = new SourceError(
          'source.misconfigured',
          `This user sees no host${where}, so nothing can be wrong for it.`,
          {
            next: 'Check its contact groups and role, the names of the sites, and whether the site runs.',
          },
        );
        return { blind, remark: null, isHeartbeatSeen: false };
      }
      if (wasHeartbeatSeen) {
        const blind = new SourceError(
          'source.unreachable',
          `No host${where} has the service ${settings.heartbeat} any more.`,
          {
            next: 'See whether the site runs. If it was removed on purpose, save this source again.',
          },
        );
        return { blind, remark: null, isHeartbeatSeen: false };
      }
      const remark = `No host${where} has a service ${settings.heartbeat}, so a core that stands still would look quiet.`;
      return { blind: null, remark, isHeartbeatSeen: false };
    }
    const newest = checks.reduce((a, b) => Math.max(a, b), 0);
    const silentMs = clock.now() + (clockSkewMs ?? 0) - newest;
    if (silentMs <= settings.staleMinutes * 60_000) {
      return { blind: null, remark: null, isHeartbeatSeen: true };
    }
    const blind = new SourceError(
      'source.unreachable',
      `Nothing${where} was checked for ${minutesOf(silentMs)}: the monitoring core stands still.`,
      { next: 'Start the site (omd start), and look at its core.' },
    );
    return { blind, remark: null, isHeartbeatSeen: true };
  }

  return async (
    site: string | null,
    about: { readonly wasHeartbeatSeen: boolean; readonly hasVanished: boolean },
    signal: AbortSignal,
  ): Promise<Proof> => {
    const before = proven.get(site);
    const isFresh = before !== undefined && clock.monotonic() - before.at < provenMs;
    if (isFresh && !about.hasVanished) return before.proof;
    const proof = await look(site, about.wasHeartbeatSeen, signal);
    if (proof.blind === null) proven.set(site, { at: clock.monotonic(), proof });
    else proven.delete(site);
    return proof;
  };
}
