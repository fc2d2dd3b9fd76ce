/** The alerts of the last answers with what became of them, so that an unchanged one costs one comparison. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { firstIssue } from '../observed.ts';
import { identityOf, isSameAlert, WireAlert, type WireSilence } from './parse.ts';
import { isLateHeartbeat, type SeenHeartbeat } from './proof.ts';
import { digestOf, timesOf } from './same-answer.ts';
import type { AlertmanagerSettings } from './settings.ts';
import { toAlarm, unreadableAlert } from './to-alarm.ts';

interface Held {
  readonly alert: WireAlert;
  /** How the covering silences read when it was mapped. */
  readonly silences: string;
  /** Null for heartbeats and helpers, which are no alarms. */
  readonly alarm: ObservedAlarm | null;
}

/** By fingerprint, when a heartbeat was sent last, and until when it lives. */
export type HeartbeatTimes = ReadonlyMap<string, ReturnType<typeof timesOf>>;

/** The alerts that one member listed: unchecked, or the same as last time but for the times of heartbeats. */
export type Listed =
  | { readonly kind: 'items'; readonly items: readonly unknown[] }
  | { readonly kind: 'same'; readonly times: HeartbeatTimes };

export interface TakenAlerts {
  readonly alarms: readonly ObservedAlarm[];
  readonly heartbeats: ReadonlyMap<string, SeenHeartbeat>;
  /** Items without identity. */
  readonly nameless: number;
}

const hasSilences = (raw: unknown): boolean => {
  const status = (raw as { status?: { silencedBy?: unknown } | null } | null)?.status;
  return Array.isArray(status?.silencedBy) && status.silencedBy.length > 0;
};

export function createAlertBook(options: {
  readonly settings: Pick<AlertmanagerSettings, 'heartbeats' | 'hidden' | 'serviceLabels'>;
  readonly severityMap: Readonly<Record<string, Severity>>;
  readonly now: () => number;
}) {
  const { settings, severityMap, now } = options;
  const heartbeatNames = new Set(settings.heartbeats);
  const hiddenNames = new Set(settings.hidden);
  let held: ReadonlyMap<string, Held> = new Map();
  let unreadable: ReadonlyMap<string, ObservedAlarm> = new Map();
  let last: readonly ObservedAlarm[] = [];
  let silences: ReadonlyMap<string, WireSilence> = new Map();
  /** Of the last answer that was taken as a whole; null when it must be parsed again anyway. */
  let digest: string | null = null;
  let offered: string | null = null;

  const silencesText = (ids: readonly string[]): string =>
    ids.length === 0
      ? ''
      : ids
          .map((id) => {
            const found = silences.get(id);
            return found === undefined ? '?' : `${found.createdBy}\n${found.comment}`;
          })
          .join('\0');

  const mapping = {
    serviceLabels: settings.serviceLabels,
    severityMap,
    silence: (id: string) => silences.get(id),
  };

  function hold(alert: WireAlert): Held {
    const name = alert.labels['alertname'] ?? '';
    const isAlarm = !heartbeatNames.has(name) && !hiddenNames.has(name);
    return {
      alert,
      silences: silencesText(alert.status.silencedBy),
      alarm: isAlarm ? toAlarm(alert, mapping) : null,
    };
  }

  /** The held item again, or anew where its silences read otherwise by now. */
  const again = (item: Held): Held =>
    item.silences === silencesText(item.alert.status.silencedBy) ? item : hold(item.alert);

  const isHeartbeat = ({ labels }: WireAlert): boolean =>
    heartbeatNames.has(labels['alertname'] ?? '');

  /** One member may have heard what another has not. */
  function hear(
    heartbeats: Map<string, SeenHeartbeat>,
    alert: WireAlert,
    times: unknown,
    upstreamNow: number,
  ): void {
    if (!isHeartbeat(alert)) return;
    const { fingerprint, labels } = alert;
    const about = [labels['cluster'], labels['prometheus'], labels['region']];
    const isLate =
      isLateHeartbeat(times, upstreamNow) && heartbeats.get(fingerprint)?.isLate !== false;
    const name = labels['alertname'] ?? '';
    heartbeats.set(fingerprint, { name, about: about.filter(Boolean).join(', '), isLate });
  }

  function keep(alarms: readonly ObservedAlarm[]): readonly ObservedAlarm[] {
    const isSame =
      alarms.length === last.length && alarms.every((alarm, index) => alarm === last[index]);
    if (!isSame) last = alarms;
    return last;
  }

  /** The answer says what the last one said; only silences and the times of heartbeats may be others. */
  function takeAgain(times: HeartbeatTimes, upstreamNow: number): TakenAlerts {
    const heartbeats = new Map<string, SeenHeartbeat>();
    const alarms: ObservedAlarm[] = [];
    const heldNow = new Map<string, Held>();
    for (const [fingerprint, before] of held) {
      const item = again(before);
      heldNow.set(fingerprint, item);
      if (item.alarm !== null) alarms.push(item.alarm);
      else if (isHeartbeat(item.alert)) {
        hear(heartbeats, item.alert, times.get(fingerprint) ?? {}, upstreamNow);
      }
    }
    alarms.push(...unreadable.values());
    held = heldNow;
    return { alarms: keep(alarms), heartbeats, nameless: 0 };
  }

  function takeItems(
    answers: readonly { readonly items: readonly unknown[]; readonly upstreamNow: number }[],
  ): TakenAlerts {
    const heldNow = new Map<string, Held>();
    const unreadableNow = new Map<string, ObservedAlarm>();
    const heartbeats = new Map<string, SeenHeartbeat>();
    const alarms: ObservedAlarm[] = [];
    let nameless = 0;
    for (const { items, upstreamNow } of answers) {
      for (const raw of items) {
        const fingerprint = identityOf(raw);
        if (fingerprint === null) {
          nameless += 1;
          continue;
        }
        const heard = heldNow.get(fingerprint);
        if (heard !== undefined) {
          if (heard.alarm === null) hear(heartbeats, heard.alert, raw, upstreamNow);
          continue;
        }
        const before = held.get(fingerprint);
        let item: Held;
        if (before !== undefined && isSameAlert(before.alert, raw)) item = again(before);
        else {
          const parsed = WireAlert.safeParse(raw);
          if (!parsed.success) {
            if (!unreadableNow.has(fingerprint)) {
              unreadableNow.set(
                fingerprint,
                unreadableAs(fingerprint, raw, firstIssue(parsed.error)),
              );
            }
            continue;
          }
          item = hold(parsed.data);
        }
        heldNow.set(fingerprint, item);
        if (item.alarm !== null) alarms.push(item.alarm);
        else hear(heartbeats, item.alert, raw, upstreamNow);
      }
    }
    // Another member of the cluster may have sent it whole.
    for (const fingerprint of heldNow.keys()) unreadableNow.delete(fingerprint);
    alarms.push(...unreadableNow.values());
    held = heldNow;
    unreadable = unreadableNow;
    return { alarms: keep(alarms), heartbeats, nameless };
  }

  function unreadableAs(fingerprint: string, raw: unknown, reason: string): ObservedAlarm {
    const before = unreadable.get(fingerprint);
    if (before?.unreadableReason === reason) return before;
    const seenAt = before === undefined ? now() : Date.parse(before.startsAt);
    return unreadableAlert(fingerprint, raw, reason, seenAt);
  }

  const heartbeatTimes = (bytes: Buffer): HeartbeatTimes =>
    new Map(
      [...held]
        .filter(([, { alert, alarm }]) => alarm === null && isHeartbeat(alert))
        .map(([fingerprint]) => [fingerprint, timesOf(bytes, fingerprint)]),
    );

  return {
    /** Set when the bytes say what the last answer said, so that they need not be parsed. They are changed. */
    recognise(bytes: Buffer): HeartbeatTimes | null {
      const times = heartbeatTimes(bytes);
      offered = digestOf(bytes);
      // A heartbeat's times must be readable here, or the answer has to be parsed for them.
      return offered === digest && [...times.values()].every((one) => one !== null) ? times : null;
    },

    /** Whether these answers need the silences. */
    needsSilences: (answers: readonly Listed[]): boolean =>
      answers.some((answer) =>
        answer.kind === 'items'
          ? answer.items.some(hasSilences)
          : [...held.values()].some(({ alert }) => alert.status.silencedBy.length > 0),
      ),

    useSilences(next: readonly WireSilence[]): void {
      silences = new Map(next.map((silence) => [silence.id, silence]));
    },

    silencedBy: (fingerprint: string): readonly string[] | null =>
      held.get(fingerprint)?.alert.status.silencedBy ?? null,

    /** Everything the answers say, with the objects of last time for what did not change. */
    take(
      answers: readonly { readonly listed: Listed; readonly upstreamNow: number }[],
    ): TakenAlerts {
      const [only] = answers;
      if (only?.listed.kind === 'same') return takeAgain(only.listed.times, only.upstreamNow);
      const taken = takeItems(
        answers.map(({ listed, upstreamNow }) => ({
          items: listed.kind === 'items' ? listed.items : [],
          upstreamNow,
        })),
      );
      digest = answers.length === 1 && taken.nameless === 0 ? offered : null;
      return taken;
    },
  };
}
