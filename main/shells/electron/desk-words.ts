/** The desk state in the few words and signs that fit beside a clock. "Quiet" is only said with clear sight. */
import type { DeskState } from '../../../preload/contract/desk.ts';
import type { Severity } from '../../../preload/contract/common.ts';

export interface DeskWords {
  /** One line: worst alarm and sight, always both. */
  readonly line: string;
  /** The line, and what is blind and why. At most a few lines; tooltips are cut off. */
  readonly tooltip: string;
  /** Beside the icon: the count of the worst, and `?` while blind. */
  readonly sign: string;
  /** What the icon shows. */
  readonly severity: Severity | null;
  readonly isBlind: boolean;
}

const cut = (text: string, length: number): string =>
  text.length > length ? `${text.slice(0, length - 1)}…` : text;

/** Text of a source may hold line breaks or controls; a tooltip and a menu get one clean line. */
const clean = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();

function sightText(state: DeskState): string {
  const [first] = state.blind;
  if (first === undefined) return 'sight clear';
  if (state.blind.length === 1) return `blind: ${cut(clean(first.name), 40)}`;
  return `blind on ${state.blind.length} sources`;
}

export function deskWords(state: DeskState): DeskWords {
  const isWatching = state.enabledSources > 0;
  const isBlind = state.blind.length > 0 || !isWatching;
  const severity = state.worst?.severity ?? null;
  const known =
    state.worst === null ? 'nothing known to fire' : `${state.worst.count} ${state.worst.severity}`;
  let line: string;
  if (!isWatching) line = 'Blind: no source is switched on';
  else if (state.blind.length > 0) line = `${capital(sightText(state))}; ${known}`;
  else line = state.worst === null ? 'Quiet, sight clear' : `${known}, sight clear`;
  const reasons = state.blind
    .slice(0, 2)
    .map((source) => cut(`${clean(source.name)}: ${clean(source.reason)}`, 120));
  return {
    line,
    tooltip: ['Nightdesk', line, ...reasons].join('\n'),
    sign: `${state.worst?.count ?? ''}${isBlind ? '?' : ''}`,
    severity,
    isBlind,
  };
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
