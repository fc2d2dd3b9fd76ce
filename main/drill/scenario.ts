/** Which alarms fire when, as a pure function of the script's minute and of what the person did. */
import type { InhibitRule } from './alertmanager.ts';
import type { Labels } from './label-matchers.ts';

export interface ScenarioAlarm {
  readonly labels: Labels;
  readonly annotations: Labels;
  /** The expression that a link to the source would show. */
  readonly expression: string;
  /** Minutes of the script; before it began when negative. `until` null: as long as its cause lasts. */
  readonly spans: readonly { readonly from: number; readonly until: number | null }[];
  /** Minutes after the mitigation until it clears. Null: not part of the outage, so it stays. */
  readonly clearsAfter: number | null;
}

export interface Scenario {
  readonly title: string;
  /** The alarm that pages: times of the debrief count from it. */
  readonly pagingAlarm: string;
  /** Minute at which somebody else rolls back when nobody here did. */
  readonly rescuedAt: number;
  readonly alarms: readonly ScenarioAlarm[];
  readonly inhibitRules: readonly InhibitRule[];
}

export interface ActiveAlarm {
  readonly alarm: ScenarioAlarm;
  /** Minute at which the present span began. */
  readonly from: number;
}

/** Minute at which the outage began to end, by the person's hand or by the script; null while it lasts. */
export function mitigationMinute(
  scenario: Scenario,
  minute: number,
  mitigated: number | null,
): number | null {
  if (mitigated !== null && mitigated <= scenario.rescuedAt) return mitigated;
  return minute >= scenario.rescuedAt ? scenario.rescuedAt : null;
}

/** Whether somebody else had to end it. */
export const isRescued = (scenario: Scenario, minute: number, mitigated: number | null): boolean =>
  minute >= scenario.rescuedAt && (mitigated === null || mitigated > scenario.rescuedAt);

/** What fires at `minute`. `mitigated`: the minute at which the person mitigated the incident; null before. */
export function activeAlarms(
  scenario: Scenario,
  minute: number,
  mitigated: number | null,
): readonly ActiveAlarm[] {
  const turn = mitigationMinute(scenario, minute, mitigated);
  return scenario.alarms.flatMap((alarm) => {
    const span = alarm.spans.find(
      ({ from, until }) => from <= minute && (until === null || minute < until),
    );
    if (span === undefined) return [];
    if (alarm.clearsAfter !== null && turn !== null) {
      // After the turn nothing new breaks, and what is broken mends one after the other.
      if (span.from >= turn || minute >= turn + alarm.clearsAfter) return [];
    }
    return [{ alarm, from: span.from }];
  });
}

/** Alarms of the outage itself, without those that were there before and stay. */
export const outageAlarms = (active: readonly ActiveAlarm[]): readonly ActiveAlarm[] =>
  active.filter(({ alarm }) => alarm.clearsAfter !== null);
