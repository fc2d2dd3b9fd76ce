/** What the person's settings say about notifications, compiled. Pure. */
import type { Settings } from '../../preload/contract/settings.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import { clip } from './plain-text.ts';

/** A class, or `none`: recorded, not sent. */
export type Route = Settings['classBySeverity'][keyof Settings['classBySeverity']];

interface Rule {
  readonly route: Route;
  /** For people: `rule 2 (team=data)`. */
  readonly words: string;
  matches(alarm: KnownAlarm): boolean;
}

export interface Policy extends Pick<
  Settings,
  'classBySeverity' | 'quietHours' | 'timeZone' | 'repeatPageEveryMs' | 'repeatPageAtMost'
> {
  readonly rules: readonly Rule[];
}

export function compilePolicy(
  settings: Settings,
  compileQuery: (text: string) => {
    matches(alarm: KnownAlarm): boolean;
    readonly problems: readonly unknown[];
  },
): Policy {
  const { classBySeverity, quietHours, timeZone, repeatPageEveryMs, repeatPageAtMost } = settings;
  return {
    classBySeverity,
    quietHours,
    timeZone,
    repeatPageEveryMs,
    repeatPageAtMost,
    rules: settings.rules.flatMap(({ query, class: route }, index) => {
      const compiled = compileQuery(query);
      // What cannot be understood does not filter, and nothing filters nothing: a rule half written would silence all.
      if (compiled.problems.length > 0 || query.trim() === '') return [];
      const words = `rule ${index + 1} (${clip(query.trim(), 60)})`;
      return [{ route, words, matches: (alarm: KnownAlarm) => compiled.matches(alarm) }];
    }),
  };
}

/** The first rule that matches decides; without one the severity does. */
export function routeOf(
  alarm: KnownAlarm,
  policy: Policy,
): { readonly route: Route; readonly words: string } {
  const rule = policy.rules.find((one) => one.matches(alarm));
  if (rule !== undefined) return { route: rule.route, words: `${alarm.severity}, ${rule.words}` };
  return { route: policy.classBySeverity[alarm.severity], words: alarm.severity };
}
