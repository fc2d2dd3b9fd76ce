/**
 * Maintenance windows: while one lasts, PagerDuty raises nothing for its services. They are shown, moved and ended among the
 * silences; made they are in PagerDuty, since they hide what does not fire yet.
 */
import { toInstant, toMs, type Clock } from '../../clock.ts';
import type { UpstreamSilence } from '../connector.ts';
import { SourceError } from '../source-error.ts';
import { steadySkewMs } from '../steady-skew.ts';
import type { PagerdutyApi } from './api.ts';
import { nameOf, type WireWindow } from './parse.ts';

const toleranceMs = 60_000;
/** Ended by us a moment ago, by a clock that may be ahead by a little. */
const aboutNowMs = 5_000;
const start = 'window:';

export const isWindowRef = (ref: string): boolean => ref.startsWith(start);
const idOfRef = (ref: string): string => ref.slice(start.length);

export function createWindows(
  api: Pick<PagerdutyApi, 'windows' | 'window' | 'moveWindow' | 'endWindow' | 'clockSkewMs'>,
  clock: Clock,
) {
  /** By our own clock. */
  const ours = (time: string): number => toMs(time) - steadySkewMs(api.clockSkewMs());
  const isOver = ({ end_time: end }: WireWindow): boolean => ours(end) <= clock.now() + aboutNowMs;

  const toSilence = (known: WireWindow): UpstreamSilence => {
    const names = known.services.map(nameOf);
    return {
      id: `${start}${known.id}`,
      matchers:
        known.services.length === 1
          ? known.services.map(({ id: value }) => ({
              name: 'service_id',
              value,
              isRegex: false,
              isEqual: true,
            }))
          : [],
      createdBy: nameOf(known.created_by),
      comment: known.description,
      startsAt: toInstant(ours(known.start_time)),
      endsAt: toInstant(ours(known.end_time)),
      state: ours(known.start_time) > clock.now() ? 'pending' : 'active',
      scope: `maintenance window of ${names.join(', ') || 'no service'}: nothing new is raised for it`,
    };
  };

  return {
    /** A key that may not read them has none to show. */
    async list(signal: AbortSignal): Promise<readonly UpstreamSilence[]> {
      try {
        return (await api.windows(signal)).filter((known) => !isOver(known)).map(toSilence);
      } catch (error) {
        if (error instanceof SourceError && error.code === 'source.unauthorized') return [];
        throw error;
      }
    },

    async move(ref: string, endsAt: string, signal: AbortSignal): Promise<void> {
      const known = await api.window(idOfRef(ref), signal);
      if (known === null || isOver(known)) {
        throw new SourceError('source.rejected', 'This maintenance window is over already.', {
          next: 'Make a new one in PagerDuty.',
        });
      }
      if (Math.abs(ours(known.end_time) - toMs(endsAt)) < toleranceMs) return;
      await api.moveWindow(
        known,
        toInstant(toMs(endsAt) + steadySkewMs(api.clockSkewMs())),
        signal,
      );
    },

    async endsAt(ref: string, endsAt: string, signal: AbortSignal): Promise<boolean> {
      const known = await api.window(idOfRef(ref), signal);
      return known !== null && Math.abs(ours(known.end_time) - toMs(endsAt)) < toleranceMs;
    },

    end: (ref: string, signal: AbortSignal): Promise<void> => api.endWindow(idOfRef(ref), signal),

    async hasEnded(ref: string, signal: AbortSignal): Promise<boolean> {
      const known = await api.window(idOfRef(ref), signal);
      return known === null || isOver(known);
    },
  };
}
