/** How alarms come to an incident: chosen by hand or by a rule, each with the past that it brings to the timeline. */
import type { AlarmId, IncidentId, Instant, SourceId } from '../../preload/contract/common.ts';
import type { IncidentTimes } from '../../preload/contract/incidents.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import { nightdesk, you } from './entries.ts';
import { chosen, entry, type StoredIncident } from './incident.ts';
import type { IncidentStore } from './incident-store.ts';
import { maxJoinedByRule, type Join } from './joins.ts';
import type { Past } from './past.ts';
import { oneLine } from './words.ts';

export interface MembershipDeps {
  readonly store: IncidentStore;
  readonly past: Past;
  /** @throws when there is no such incident */
  readonly stored: (id: IncidentId) => StoredIncident;
  readonly sourceName: (id: SourceId) => string;
  readonly tell: (ids: readonly IncidentId[]) => void;
  readonly tellAlarms: (ids: readonly AlarmId[]) => void;
}

/** Call inside the transaction that changes the incident. */
export function createMembership(deps: MembershipDeps) {
  const { store, past, stored, sourceName, tell, tellAlarms } = deps;

  /** Copies what the alarms went through before: their latest episode, and the sight of their sources meanwhile. */
  const copyPast = (id: IncidentId, added: readonly KnownAlarm[]): void => {
    const from = new Map<SourceId, Instant>();
    for (const alarm of added) {
      for (const told of past.entries(alarm, sourceName(alarm.sourceId))) {
        store.addEntryOnce(id, told);
      }
      const start = past.episode(alarm.id)?.startedAt;
      const known = from.get(alarm.sourceId);
      if (start !== undefined && (known === undefined || start < known)) {
        from.set(alarm.sourceId, start);
      }
    }
    for (const [sourceId, start] of from) {
      for (const told of past.sight(sourceId, sourceName(sourceId), start)) {
        store.addEntryOnce(id, told);
      }
    }
  };

  /** The earliest times of these alarms; an episode's start may be in the upstream's future, which we do not follow. */
  const timesOf = (
    added: readonly KnownAlarm[],
    at: Instant,
  ): Pick<IncidentTimes, 'impactBeganAt' | 'detectedAt' | 'acknowledgedAt'> => {
    const episodes = added.flatMap(({ id }) => past.episode(id) ?? []);
    const earliest = (times: readonly Instant[]): Instant | null => {
      const first = times.toSorted()[0] ?? null;
      return first !== null && first > at ? at : first;
    };
    return {
      impactBeganAt: earliest(episodes.map(({ startedAt }) => startedAt)),
      detectedAt: earliest(episodes.map(({ seenAt }) => seenAt)),
      acknowledgedAt: earliest(added.flatMap(({ id }) => past.acknowledgedAt(id) ?? [])),
    };
  };

  const addChosen = (id: IncidentId, added: readonly KnownAlarm[], at: Instant): void => {
    const incident = stored(id);
    const { fired } = store.bounds(id);
    const isNew = added.filter((alarm) =>
      store.addMember({ incidentId: id, alarmId: alarm.id, reason: chosen }, at),
    );
    if (isNew.length === 0) return;
    copyPast(id, isNew);
    const found = timesOf(isNew, at);
    const { times } = incident;
    // A time that a person corrected is theirs; one that came from the alarms moves with them.
    const isDerived = times.impactBeganAt === null || times.impactBeganAt === fired;
    const first = [times.impactBeganAt, found.impactBeganAt]
      .filter((time) => time !== null)
      .toSorted()[0];
    const impactBeganAt = isDerived ? (first ?? null) : times.impactBeganAt;
    store.update(id, { ...incident, times: { ...times, impactBeganAt } });
    if (found.acknowledgedAt !== null) store.acknowledge(id, found.acknowledgedAt);
    tellAlarms(isNew.map((alarm) => alarm.id));
    tell([id]);
    const names = isNew.slice(0, 5).map((alarm) => oneLine(alarm.title, 100));
    const more = isNew.length - names.length;
    const who = more === 0 ? names.join(', ') : `${names.join(', ')} and ${more} more`;
    store.addEntry(id, entry(at, 'alarm_joined', you, `${who}: added by hand`));
  };

  /** Into one incident, by its rule. */
  const joinByRule = (
    id: IncidentId,
    joins: readonly (Join & { readonly alarm: KnownAlarm })[],
    at: Instant,
  ): void => {
    const isNew = joins.filter(({ alarm, reason }) =>
      store.addMember({ incidentId: id, alarmId: alarm.id, reason }, at),
    );
    copyPast(
      id,
      isNew.map(({ alarm }) => alarm),
    );
    for (const { alarm, reason } of isNew) {
      const text = `${oneLine(alarm.title, 120)} ${reason}`;
      store.addEntry(id, entry(at, 'alarm_joined', nightdesk, text));
      const acked = past.acknowledgedAt(alarm.id);
      if (acked !== null) store.acknowledge(id, acked);
    }
    if (isNew.length > 0 && store.joinedCount(id) >= maxJoinedByRule) {
      const text = `${maxJoinedByRule} alarms joined by rule. Further ones have to be added by hand.`;
      store.addEntry(id, entry(at, 'alarm_joined', nightdesk, text));
    }
  };

  return { copyPast, timesOf, addChosen, joinByRule };
}
