/**
 * The desk state in words. Pure. "Quiet" is only said with clear sight: every source looked at, and this window hearing
 * the core.
 */
import type { Severity } from '../../preload/contract/common.ts';
import type { DeskState } from '../../preload/contract/desk.ts';
import { ageText } from '../ui/time-text.ts';
import { clipText, visibleText } from '../ui/visible-text.ts';
import { countText } from '../ui/count-text.ts';

export interface DeskView {
  readonly state: DeskState | null;
  readonly heardAt: number | null;
  readonly isSilent: boolean;
  readonly isConnected: boolean;
}

export interface DeskWords {
  /** `starting`: the window has not heard the core yet; nothing is claimed. */
  readonly sight: 'clear' | 'blind' | 'starting';
  /** The worst known alarm; `quiet` only with clear sight, `unknown` when nothing is known to fire but nobody can say. */
  readonly worst: Severity | 'quiet' | 'unknown';
  readonly worstText: string;
  /** Null with clear sight. */
  readonly blindText: string | null;
  /** Why, for a tooltip: one line for each source. */
  readonly blindReasons: readonly string[];
  /** "7 firing · 3 acknowledged · 12 suppressed"; empty when unknown. */
  readonly countsText: string;
  readonly title: string;
}

const oneLine = (text: string, length: number): string => {
  const { text: part, isClipped } = clipText(visibleText(text, true), length);
  return isClipped ? `${part}…` : part;
};

function countsText({ firing, acknowledged, suppressed, unreadable }: DeskState['counts']): string {
  const parts = [
    `${countText(firing)} firing`,
    `${countText(acknowledged)} acknowledged`,
    `${countText(suppressed)} suppressed`,
  ];
  if (unreadable > 0) parts.push(`${countText(unreadable)} unreadable`);
  return parts.join(' · ');
}

function sightOf(
  view: DeskView,
  now: number,
): Pick<DeskWords, 'sight' | 'blindText' | 'blindReasons'> {
  const { state, heardAt } = view;
  if (view.isSilent || (!view.isConnected && heardAt !== null)) {
    const since = heardAt === null ? '' : `, ${ageText(now - heardAt)}`;
    return {
      sight: 'blind',
      blindText: `blind: this window hears nothing${since}`,
      blindReasons: ['Nightdesk itself does not answer. Nothing is being watched from here.'],
    };
  }
  if (state === null) return { sight: 'starting', blindText: null, blindReasons: [] };
  if (state.enabledSources === 0) {
    return {
      sight: 'blind',
      blindText: 'blind: no source is switched on',
      blindReasons: ['Connect a source, or switch one on.'],
    };
  }
  const [first] = state.blind;
  if (first === undefined) return { sight: 'clear', blindText: null, blindReasons: [] };
  const since = Math.min(...state.blind.map((source) => Date.parse(source.since)));
  const where =
    state.blind.length === 1 ? oneLine(first.name, 40) : `${state.blind.length} sources`;
  return {
    sight: 'blind',
    blindText: state.blind.every(({ freshness }) => freshness === 'starting')
      ? `blind on ${where}, first look under way`
      : `blind on ${where}, ${ageText(now - since)}`,
    blindReasons: state.blind
      .slice(0, 8)
      .map(({ name, reason, next }) => `${oneLine(name, 60)}: ${oneLine(reason, 200)}. ${next}`),
  };
}

export function deskWords(view: DeskView, now: number): DeskWords {
  const { state } = view;
  const sight = sightOf(view, now);
  const isClear = sight.sight === 'clear';
  const worst = state?.worst?.severity ?? (isClear ? 'quiet' : 'unknown');
  const worstText =
    sight.sight === 'starting'
      ? 'Connecting…'
      : state?.worst
        ? `${countText(state.worst.count)} ${state.worst.severity}`
        : isClear
          ? 'Quiet'
          : 'nothing known to fire';
  const title = [sight.blindText === null ? '' : '?', worstText, sight.blindText ?? '']
    .filter((part) => part !== '')
    .join(' ');
  return {
    ...sight,
    worst,
    worstText,
    countsText: state === null ? '' : countsText(state.counts),
    title: sight.sight === 'starting' ? '? Nightdesk' : `${title} · Nightdesk`,
  };
}
