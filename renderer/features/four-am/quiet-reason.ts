/** Why there is no page to show. Pure. "Nothing needs you" is only said with clear sight. */
import type { DeskState } from '../../../preload/contract/desk.ts';
import type { DeskWords } from '../../app/desk-words.ts';

export type QuietReason =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'blind'; readonly title: string }
  | { readonly kind: 'quiet'; readonly text: string };

export function quietReason(
  sight: DeskWords['sight'],
  state: Pick<DeskState, 'blind' | 'enabledSources' | 'counts'> | null,
): QuietReason {
  if (sight === 'starting' || (state === null && sight === 'clear')) return { kind: 'unknown' };
  if (sight === 'blind' || state === null) return { kind: 'blind', title: blindTitle(state) };
  const sources =
    state.enabledSources === 1
      ? 'The one source answered'
      : `All ${state.enabledSources} sources answered`;
  const { firing } = state.counts;
  const rest =
    firing === 0
      ? 'nothing is firing'
      : firing === 1
        ? '1 alarm of lesser severity can wait until morning'
        : `${firing} alarms of lesser severity can wait until morning`;
  return { kind: 'quiet', text: `${sources}: ${rest}.` };
}

function blindTitle(state: Pick<DeskState, 'blind' | 'enabledSources'> | null): string {
  if (state === null) return 'Cannot see anything';
  if (state.enabledSources === 0) return 'No source is switched on';
  const count = state.blind.length;
  if (count === 0) return 'Cannot see anything';
  return count === 1 ? 'Cannot see 1 source' : `Cannot see ${count} sources`;
}
