/** Tables that a person writes a line each: `word = meaning`. Pure. */
import { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { WritingProblem } from './path.ts';

/** `resolved` here: the item is no alarm (any more). */
export type StatusMeaning = ObservedAlarm['status'] | 'resolved';
const meanings: readonly StatusMeaning[] = ['firing', 'acknowledged', 'suppressed', 'resolved'];

const common: Readonly<Record<StatusMeaning, string>> = {
  firing:
    'firing alerting alert alarm active open opened new triggered unacknowledged problem down failed failing failure error critical warning warn unhealthy unreachable nodata unknown degraded',
  acknowledged: 'acknowledged acked ack',
  suppressed: 'suppressed silenced muted snoozed inhibited maintenance downtime paused',
  resolved:
    'resolved ok up closed normal inactive healthy recovered green operational success passing cleared',
};

export const commonStatuses: ReadonlyMap<string, StatusMeaning> = new Map(
  meanings.flatMap((meaning) =>
    common[meaning].split(' ').map((word): [string, StatusMeaning] => [word, meaning]),
  ),
);

/** Splits `left = right` at the first `=` outside of quotes. @throws WritingProblem */
export function splitLine(line: string): { left: string; right: string } {
  const found = /^\s*(?:"([^"]*)"|'([^']*)'|([^=]*?))\s*=\s*(.*?)\s*$/s.exec(line);
  const left = found?.[1] ?? found?.[2] ?? found?.[3] ?? '';
  const right = found?.[4] ?? '';
  if (found === null || left === '' || right === '') {
    throw new WritingProblem(`A line reads like name = value: ${line.slice(0, 60)}`);
  }
  return { left, right };
}

function parseTable<Meaning extends string>(
  lines: readonly string[],
  allowed: readonly Meaning[],
): ReadonlyMap<string, Meaning> {
  return new Map(
    lines.map((line) => {
      const { left, right } = splitLine(line);
      const meaning = allowed.find((one) => one === right.toLowerCase());
      if (meaning === undefined) {
        throw new WritingProblem(`${right.slice(0, 40)} is none of ${allowed.join(', ')}.`);
      }
      return [left.trim().toLowerCase(), meaning];
    }),
  );
}

/** By the word in lower case. @throws WritingProblem */
export const parseStatuses = (lines: readonly string[]): ReadonlyMap<string, StatusMeaning> =>
  parseTable(lines, meanings);

/** By the word in lower case. @throws WritingProblem */
export const parseSeverities = (lines: readonly string[]): ReadonlyMap<string, Severity> =>
  parseTable(lines, Severity.options);
