/** Why the list is empty. Pure. "Nothing is firing" is only said with clear sight. */
import type { DeskState } from '../../../preload/contract/desk.ts';

export type EmptyReason =
  /** No source is configured or switched on. */
  | 'no_sources'
  /** Some source cannot be looked at, or this window hears nothing. */
  | 'cannot_look'
  /** There are alarms; a saved view leaves them out. */
  | 'hidden_by_view'
  | 'nothing_matches'
  | 'nothing_firing'
  | 'unknown';

export interface EmptyInput {
  readonly state: DeskState | null;
  readonly isWindowBlind: boolean;
  readonly query: string;
  readonly hiddenCount: number;
  /** The query is exactly that of a saved view. */
  readonly isView: boolean;
}

export function emptyReason(input: EmptyInput): EmptyReason {
  const { state } = input;
  if (input.isWindowBlind) return 'cannot_look';
  if (state === null) return 'unknown';
  if (state.enabledSources === 0) return 'no_sources';
  if (input.hiddenCount > 0) return input.isView ? 'hidden_by_view' : 'nothing_matches';
  if (state.blind.length > 0) return 'cannot_look';
  return input.query.trim() === '' ? 'nothing_firing' : 'nothing_matches';
}
