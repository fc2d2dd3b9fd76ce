/** What is said of a command that was run. Pure. */
import type { CommandResult } from '../../../preload/contract/custom-actions.ts';
import { durationText } from '../../ui/time-text.ts';

export function resultText({ exitCode, ended, isCut, tookMs }: CommandResult): string {
  const took = durationText(tookMs);
  const how =
    ended !== null
      ? `It was ${ended}`
      : exitCode === 0
        ? `It succeeded after ${took}`
        : `It ended with ${exitCode} after ${took}`;
  return `${how}.${isCut ? ' It printed more than is kept here.' : ''}`;
}
