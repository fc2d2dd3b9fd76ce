/** What notifications say. Pure. Alarm texts are hostile: they are made plain here, and again by the carrier. */
import type { AlarmId, Severity, SourceId } from '../../preload/contract/common.ts';
import type { Decision, NotificationClass } from '../../preload/contract/notifications.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import { severityRank } from '../alarms/order.ts';
import type { OutgoingNotification } from '../shells/powers.ts';
import type { Blind } from './blindness.ts';
import { plainLine } from './plain-text.ts';

export const keyOf = (alarmId: AlarmId): string => `alarm-${alarmId}`;
/** Of what is said about one source, and of a page about several. */
export const blindKeyOf = (sourceId: SourceId): string => `blind-${sourceId}`;
export const blindKey = 'blind';

export const titleOf = (alarm: Pick<KnownAlarm, 'title'>): string =>
  plainLine(alarm.title, 120) || 'an alarm without a title';

const heads: Readonly<
  Record<'fired' | 'worsened' | 'reminder' | 'recovered', (severity: string) => string>
> = {
  fired: (severity) => severity,
  worsened: (severity) => `Now ${severity}`,
  reminder: (severity) => `Still ${severity}`,
  recovered: () => 'Cleared',
};

export function alarmText(
  about: {
    readonly occasion: keyof typeof heads;
    readonly class: NotificationClass;
    readonly alarm: KnownAlarm;
    readonly reason: string;
  },
  sourceName: string,
): OutgoingNotification {
  const { alarm, occasion, reason } = about;
  const where = [plainLine(alarm.service, 60), plainLine(sourceName, 60)].filter(Boolean);
  const lines = [plainLine(alarm.summary, 300), where.join(' · ')];
  if (occasion === 'reminder' || occasion === 'worsened') lines.unshift(reason);
  return {
    key: keyOf(alarm.id),
    class: about.class,
    title: `${heads[occasion](alarm.severity.toUpperCase())} · ${titleOf(alarm)}`,
    body: lines.filter(Boolean).join('\n'),
    alarmId: alarm.id,
  };
}

/** One of those that a summary counts. */
export interface Counted {
  readonly occasion: Decision['occasion'];
  readonly severity: Severity | null;
  readonly alarmId: AlarmId | null;
  /** Made when it is named, which is seldom. */
  title(): string;
}

/** "3 critical, 9 warning, 2 cleared". */
export function countWords(items: readonly Counted[]): string {
  const counts = new Map<string, number>();
  const add = (word: string): unknown => counts.set(word, (counts.get(word) ?? 0) + 1);
  const ranked = [...items].sort(
    (a, b) =>
      Number(a.occasion === 'recovered') - Number(b.occasion === 'recovered') ||
      severityRank[a.severity ?? 'info'] - severityRank[b.severity ?? 'info'],
  );
  for (const { occasion, severity } of ranked) {
    if (occasion === 'recovered') add('cleared');
    else add(severity ?? occasion);
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ');
}

/** `items` worst first. `isGap`: all of it happened while nobody looked. */
export function summaryText(
  items: readonly Counted[],
  about: { class: NotificationClass; isGap: boolean; settledCount: number },
): OutgoingNotification {
  const named = items.slice(0, 3).map((item) => item.title());
  const rest = items.length - named.length;
  const settled =
    about.settledCount === 0 ? '' : `\n${about.settledCount} of them need nobody any more.`;
  const worst = `Worst: ${named.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
  return {
    key: 'summary',
    class: about.class,
    title: about.isGap
      ? `While nobody looked: ${countWords(items)}`
      : `${items.length} more: ${countWords(items)}`,
    body: `${worst}${settled}`,
    alarmId: items[0]?.alarmId ?? null,
  };
}

/** One reminder for more alarms than would be heard one by one. */
export function manyRemindersText(alarms: readonly KnownAlarm[]): OutgoingNotification {
  const named = alarms.slice(0, 3).map(titleOf);
  const rest = alarms.length - named.length;
  return {
    key: 'reminder',
    class: 'page',
    title: `Still firing: ${alarms.length} pages that nobody acknowledged`,
    body: `Worst: ${named.join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`,
    alarmId: alarms[0]?.id ?? null,
  };
}

export function blindText(
  key: string,
  blinds: readonly Blind[],
  notificationClass: NotificationClass,
): OutgoingNotification {
  const [first] = blinds;
  const name = plainLine(first?.name ?? '', 80);
  const isOne = blinds.length === 1;
  return {
    key,
    class: notificationClass,
    title: isOne ? `BLIND · ${name}` : `BLIND · ${blinds.length} sources`,
    body: isOne
      ? `Its alarms cannot be seen. ${plainLine(first?.reason ?? '', 300)}`.trim()
      : `Their alarms cannot be seen: ${blinds.map((blind) => plainLine(blind.name, 60)).join(', ')}`,
    alarmId: null,
  };
}

export const sightedText = (key: string, name: string): OutgoingNotification => ({
  key,
  class: 'notice',
  title: `Sees again · ${plainLine(name, 80)}`,
  body: 'Its alarms are up to date.',
  alarmId: null,
});

export const testText = (notificationClass: NotificationClass): OutgoingNotification => ({
  key: 'test',
  class: notificationClass,
  title: `Test · this is what a ${notificationClass} looks like`,
  body: 'You asked Nightdesk for it. Nothing is wrong.',
  alarmId: null,
});
