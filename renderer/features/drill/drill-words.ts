/** What the window says of a drill, while it runs and after it. Pure. */
import type { DrillState } from '../../../preload/contract/system.ts';
import { durationText } from '../../ui/time-text.ts';

export const drillCommand = 'npm start -- --drill';

/** `Drill: Checkout is down at 04:00 · minute 7`. */
export function barText({
  title,
  isFinished,
  minute,
}: Pick<DrillState, 'title' | 'isFinished' | 'minute'>): string {
  return isFinished
    ? `The drill is over: ${title}`
    : `Drill: ${title} · minute ${Math.max(0, Math.floor(minute))}`;
}

/** `20 times faster than real`; null at the real speed. */
export function paceText(factor: number): string | null {
  if (factor === 1) return null;
  return factor > 1
    ? `${rounded(factor)} times faster than real`
    : `${rounded(1 / factor)} times slower than real`;
}

const rounded = (count: number): string => String(Math.round(count * 10) / 10);

type Debrief = NonNullable<DrillState['debrief']>;

export interface DebriefTime {
  readonly label: string;
  readonly text: string;
  /** It happened; otherwise the text says what did not. */
  readonly isReached: boolean;
}

/** The three times of the debrief, counted from the page. */
export function debriefTimes({
  toAcknowledgeMs,
  toMitigateMs,
  toResolveMs,
}: Debrief): readonly DebriefTime[] {
  const time = (label: string, ms: number | null, otherwise: string): DebriefTime => ({
    label,
    text: ms === null ? otherwise : durationText(ms),
    isReached: ms !== null,
  });
  return [
    time('To acknowledge', toAcknowledgeMs, 'nobody did'),
    time('To mitigate', toMitigateMs, 'not marked'),
    time('To resolve', toResolveMs, 'still open'),
  ];
}

export const stepsText = (count: number): string =>
  count === 0 ? 'none' : count === 1 ? '1 step' : `${count} steps`;

/** `acknowledged after 42 s, mitigated after 3 min`; empty when neither happened. */
export function resultText({ toAcknowledgeMs, toMitigateMs }: Debrief): string {
  const after = (word: string, ms: number | null): string[] =>
    ms === null ? [] : [`${word} after ${durationText(ms)}`];
  return [...after('acknowledged', toAcknowledgeMs), ...after('mitigated', toMitigateMs)].join(
    ', ',
  );
}

/** The debrief as a file to keep, to compare with the next one. */
export function debriefMarkdown({
  title,
  startedAt,
  debrief,
}: Pick<DrillState, 'title' | 'startedAt'> & { readonly debrief: Debrief }): string {
  return [
    `# Debrief of the drill: ${title}`,
    ...(startedAt === null ? [] : [`Began ${startedAt}.`]),
    [
      ...debriefTimes(debrief).map(({ label, text }) => `- ${label}: ${text}`),
      `- Runbook steps done: ${stepsText(debrief.stepsDone)}`,
    ].join('\n'),
    ...(debrief.remarks.length === 0
      ? []
      : ['## Remarks', debrief.remarks.map((remark) => `- ${remark}`).join('\n')]),
  ]
    .join('\n\n')
    .concat('\n');
}

/** `drill-2026-11-24.md`. */
export const debriefFileName = (startedAt: string | null): string =>
  startedAt === null ? 'drill.md' : `drill-${startedAt.slice(0, 10)}.md`;
