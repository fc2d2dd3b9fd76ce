/**
 * Whether this key sees anything at all: an account restricts keys and users to teams, and an id that is mistyped selects nothing.
 * Either would look quiet.
 */
import type { Clock } from '../../clock.ts';
import { SourceError } from '../source-error.ts';
import type { PagerdutyApi } from './api.ts';
import type { PagerdutySettings } from './settings.ts';

const lastsMs = 600_000;

export interface ScopeProof {
  readonly blind: SourceError | null;
  readonly remarks: readonly string[];
}

export function createScope(
  api: Pick<PagerdutyApi, 'services' | 'service' | 'host'>,
  settings: PagerdutySettings,
  clock: Clock,
) {
  let proven: { readonly at: number; readonly proof: ScopeProof } | null = null;

  const blind = (message: string, next: string): ScopeProof => ({
    blind: new SourceError('source.misconfigured', message, { next }),
    remarks: [],
  });

  async function look(signal: AbortSignal): Promise<ScopeProof> {
    for (const id of settings.services) {
      if (await api.service(id, signal)) continue;
      return blind(
        `PagerDuty does not know the service ${id}, or this key may not see it.`,
        'Correct the ids in "Only these services".',
      );
    }
    const services = await api.services(signal);
    if (services.length === 0) {
      return blind(
        settings.teams.length === 0
          ? 'This key sees no service, so an empty list proves nothing.'
          : 'The chosen teams have no service that this key sees, so an empty list proves nothing.',
        settings.teams.length === 0
          ? 'Use a key that sees the services of your teams.'
          : 'Correct the ids in "Only these teams", or use a key that sees them.',
      );
    }
    const ours = services.filter(
      ({ id }) => settings.services.length === 0 || settings.services.includes(id),
    );
    const off = ours.filter(({ status }) => status === 'disabled' || status === 'maintenance');
    const named = off.slice(0, 5).map(({ name, status }) => `${name} (${status})`);
    const rest = off.length > named.length ? ` and ${off.length - named.length} more` : '';
    return {
      blind: null,
      remarks:
        off.length === 0
          ? []
          : [`PagerDuty raises nothing for these services at present: ${named.join(', ')}${rest}.`],
    };
  }

  return {
    /** `isQuiet`: then only a proof of this moment counts. @throws SourceError */
    async prove(isQuiet: boolean, signal: AbortSignal): Promise<ScopeProof> {
      if (!isQuiet && proven !== null && clock.monotonic() - proven.at < lastsMs) {
        return proven.proof;
      }
      try {
        const proof = await look(signal);
        proven = proof.blind === null ? { at: clock.monotonic(), proof } : null;
        return proof;
      } catch (error) {
        // Incidents were read a moment ago, so it is not the login that is refused.
        if (!(error instanceof SourceError) || error.code !== 'source.unauthorized') throw error;
        return blind(
          'This key may read incidents but no services, so an empty list proves nothing.',
          'Give it the scope services.read, too.',
        );
      }
    },
  };
}
