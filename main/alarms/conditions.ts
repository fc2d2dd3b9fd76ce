/**
 * Which active alarms are one condition, kept up to date with what changed: an alarm that did not change costs nothing.
 *
 * Alarms are joined in pairs, by a rule of `correlation.ts` or by a person; a condition is what hangs together. A rule
 * never puts two alarms of one source into one condition, so of several that a pager's incident may mean, it joins the
 * one that started nearest. What a person decided wins over every rule.
 */
import type { AlarmId, Instant, SourceId } from '../../preload/contract/common.ts';
import { toMs } from '../clock.ts';
import type { KnownAlarm } from './alarm.ts';
import {
  matchOf,
  rulesInOrder,
  signatureOf,
  traitsOf,
  type Match,
  type Traits,
} from './correlation.ts';
import type { JoinDecisions } from './join-decisions.ts';
import { KeyIndex, keyNumber } from './key-index.ts';

/** Why two alarms are one condition. */
export interface Join {
  readonly rule: Match['rule'] | 'you';
  readonly reason: string;
  /** When a person joined them; null for a rule. */
  readonly decidedAt: Instant | null;
}

export interface Condition {
  /** Stands for all of them in the list; stays the same for as long as it is one of them. */
  readonly leadId: AlarmId;
  /** Two or more, the lead first. */
  readonly ids: readonly AlarmId[];
}

/** Found just now, for the history of both. */
export interface NewJoin {
  readonly a: AlarmId;
  readonly b: AlarmId;
  readonly join: Join;
}

export interface Updated {
  readonly made: readonly NewJoin[];
  /** All whose condition is another one than before, those that left one too. */
  readonly touched: ReadonlySet<AlarmId>;
}

interface Entry {
  /** Its traits are made again when they are needed: most alarms are never compared with another one. */
  readonly alarm: KnownAlarm;
  /** Made only while somebody decided something. */
  signature: string | null;
}

interface Candidate {
  readonly id: AlarmId;
  readonly join: Join;
  readonly apartMs: number;
}

/** Of alarms that share a key at one source, so many are looked at: more would not be one condition. */
const mostCandidates = 50;
/** A burst compares the same alarms again and again. */
const mostTraits = 500;

const strength = (join: Join): number =>
  join.rule === 'you' ? -1 : rulesInOrder.indexOf(join.rule);

export class Conditions {
  readonly #decisions: JoinDecisions;
  readonly #alarms = new Map<AlarmId, KnownAlarm>();
  /** Of alarms that say equally much, the one that was there first leads. */
  readonly #arrivals = new Map<AlarmId, number>();
  #arrived = 0;
  /** Of those that left with the last update: whom they were joined with until then. */
  readonly #former = new Map<AlarmId, readonly AlarmId[]>();
  readonly #perSource = new Map<SourceId, number>();
  /** Alarms whose traits are known; the others wait until there is a second source to compare with. */
  readonly #entries = new Map<AlarmId, Entry>();
  readonly #waiting = new Set<AlarmId>();
  readonly #bySource = new Map<SourceId, KeyIndex>();
  readonly #traits = new Map<KnownAlarm, Traits>();
  readonly #joins = new Map<AlarmId, Map<AlarmId, Join>>();
  readonly #conditions = new Map<AlarmId, Condition>();

  constructor(decisions: JoinDecisions) {
    this.#decisions = decisions;
  }

  /** Null: it stands for itself. */
  of(id: AlarmId): Condition | null {
    return this.#conditions.get(id) ?? null;
  }

  /** The others of its condition; of one that just ended, as it was until then. */
  othersOf(id: AlarmId): readonly AlarmId[] {
    const ids = this.of(id)?.ids ?? this.#former.get(id) ?? [];
    return ids.filter((other) => other !== id);
  }

  /** How this one hangs together with the others of its condition: its own joins, nearest first. */
  joinsOf(id: AlarmId): ReadonlyMap<AlarmId, Join> {
    return this.#joins.get(id) ?? new Map<AlarmId, Join>();
  }

  /** From nothing; the same alarms in whatever order come to be in the order of their ids. */
  rebuild(alarms: Iterable<KnownAlarm>): void {
    const all = [this.#alarms, this.#arrivals, this.#perSource, this.#entries, this.#bySource];
    for (const map of [...all, this.#joins, this.#conditions, this.#waiting, this.#traits]) {
      map.clear();
    }
    this.update([...alarms].sort((a, b) => a.id - b.id));
  }

  /** Takes over alarms as they are now; a resolved one leaves. */
  update(alarms: Iterable<KnownAlarm>): Updated {
    const made: NewJoin[] = [];
    this.#former.clear();
    const dirty = new Set<AlarmId>();
    const toJoin = new Set<AlarmId>();
    for (const alarm of alarms) {
      const before = this.#alarms.get(alarm.id);
      if (alarm.status === 'resolved') {
        if (before !== undefined) this.#leave(before, dirty, toJoin);
        continue;
      }
      this.#alarms.set(alarm.id, alarm);
      if (before === undefined) {
        this.#perSource.set(alarm.sourceId, (this.#perSource.get(alarm.sourceId) ?? 0) + 1);
        this.#arrived += 1;
        this.#arrivals.set(alarm.id, this.#arrived);
        this.#waiting.add(alarm.id);
        toJoin.add(alarm.id);
      } else this.#follow(alarm, before, dirty, toJoin);
    }
    if (this.#perSource.size > 1 || this.#decisions.size > 0) {
      for (const id of this.#waiting) this.#enter(id);
      this.#waiting.clear();
      for (const id of [...toJoin].sort((a, b) => a - b)) made.push(...this.#seek(id, dirty));
    }
    return { made, touched: this.#regroup(dirty) };
  }

  forget(sourceId: SourceId): void {
    const dirty = new Set<AlarmId>();
    const toJoin = new Set<AlarmId>();
    for (const alarm of this.#alarms.values()) {
      if (alarm.sourceId === sourceId) this.#leave(alarm, dirty, toJoin);
    }
    for (const id of toJoin) if (this.#entries.has(id)) this.#seek(id, dirty);
    this.#regroup(dirty);
  }

  /** A person decided about these: their joins are found anew. Returns all whose condition may have changed. */
  reconsider(ids: Iterable<AlarmId>): ReadonlySet<AlarmId> {
    const dirty = new Set<AlarmId>();
    const all = new Set([...ids].filter((id) => this.#alarms.has(id)));
    for (const id of all) for (const other of this.of(id)?.ids ?? []) all.add(other);
    for (const id of this.#waiting) this.#enter(id);
    this.#waiting.clear();
    for (const id of all) this.#cut(id, dirty);
    for (const id of [...all].sort((a, b) => a - b)) this.#seek(id, dirty);
    return this.#regroup(dirty);
  }

  // ---- one alarm

  #enter(id: AlarmId): void {
    const alarm = this.#alarms.get(id);
    if (alarm === undefined) return;
    this.#entries.set(id, { alarm, signature: null });
    const index = this.#bySource.get(alarm.sourceId) ?? new KeyIndex();
    this.#bySource.set(alarm.sourceId, index);
    for (const key of this.#traitsOf(alarm).keys) index.add(keyNumber(key), id);
  }

  #traitsOf(alarm: KnownAlarm): Traits {
    const known = this.#traits.get(alarm);
    if (known !== undefined) return known;
    if (this.#traits.size >= mostTraits) this.#traits.clear();
    const traits = traitsOf(alarm);
    this.#traits.set(alarm, traits);
    return traits;
  }

  #exit(id: AlarmId): void {
    const entry = this.#entries.get(id);
    this.#entries.delete(id);
    if (entry === undefined) return;
    const index = this.#bySource.get(entry.alarm.sourceId);
    for (const key of this.#traitsOf(entry.alarm).keys) index?.remove(keyNumber(key), id);
    this.#traits.delete(entry.alarm);
  }

  #leave(alarm: KnownAlarm, dirty: Set<AlarmId>, toJoin: Set<AlarmId>): void {
    const { id, sourceId } = alarm;
    const others = this.othersOf(id);
    if (others.length > 0) this.#former.set(id, others);
    for (const other of others) toJoin.add(other);
    this.#cut(id, dirty);
    this.#exit(id);
    this.#alarms.delete(id);
    this.#arrivals.delete(id);
    this.#waiting.delete(id);
    toJoin.delete(id);
    const left = (this.#perSource.get(sourceId) ?? 1) - 1;
    if (left === 0) this.#perSource.delete(sourceId);
    else this.#perSource.set(sourceId, left);
  }

  /** An active alarm that changed: most changes say nothing about what it is. */
  #follow(alarm: KnownAlarm, before: KnownAlarm, dirty: Set<AlarmId>, toJoin: Set<AlarmId>): void {
    const entry = this.#entries.get(alarm.id);
    if (entry === undefined) return;
    if (isSameThing(alarm, before)) {
      this.#entries.set(alarm.id, { ...entry, alarm });
      return;
    }
    this.#exit(alarm.id);
    this.#enter(alarm.id);
    for (const other of this.of(alarm.id)?.ids ?? []) toJoin.add(other);
    toJoin.add(alarm.id);
    for (const other of this.joinsOf(alarm.id).keys()) {
      const judged = this.#judge(alarm.id, other);
      if (judged === null) this.#unlink(alarm.id, other, dirty);
      else this.#link(alarm.id, other, judged.join, dirty);
    }
  }

  // ---- joins

  #signature(id: AlarmId): string {
    const entry = this.#entries.get(id);
    if (entry === undefined) return '';
    entry.signature ??= signatureOf(entry.alarm);
    return entry.signature;
  }

  #decided(a: AlarmId, b: AlarmId): ReturnType<JoinDecisions['between']> {
    const [first, second] = [this.#alarms.get(a), this.#alarms.get(b)];
    if (this.#decisions.size === 0 || first === undefined || second === undefined) return null;
    return this.#decisions.between(
      { sourceId: first.sourceId, signature: this.#signature(a) },
      { sourceId: second.sourceId, signature: this.#signature(b) },
    );
  }

  /** Null: these two are not joined, or not any more. */
  #judge(a: AlarmId, b: AlarmId): Omit<Candidate, 'id'> | null {
    const [first, second] = [this.#entries.get(a), this.#entries.get(b)];
    if (first === undefined || second === undefined) return null;
    const decided = this.#decided(a, b);
    if (decided?.state === 'separated') return null;
    const match =
      first.alarm.sourceId === second.alarm.sourceId
        ? null
        : matchOf(this.#traitsOf(first.alarm), this.#traitsOf(second.alarm));
    if (match !== null) {
      const { rule, reason, apartMs } = match;
      return { join: { rule, reason, decidedAt: null }, apartMs };
    }
    return decided === null
      ? null
      : {
          join: { rule: 'you', reason: 'You joined them', decidedAt: decided.at },
          apartMs: Math.abs(toMs(first.alarm.startsAt) - toMs(second.alarm.startsAt)),
        };
  }

  #candidates(id: AlarmId, entry: Entry): Candidate[] {
    const found = new Map<AlarmId, Candidate>();
    const look = (other: AlarmId): void => {
      if (other === id || found.has(other)) return;
      const judged = this.#judge(id, other);
      if (judged !== null) found.set(other, { id: other, ...judged });
    };
    for (const key of this.#traitsOf(entry.alarm).seeks) {
      const number = keyNumber(key);
      for (const [sourceId, index] of this.#bySource) {
        if (sourceId === entry.alarm.sourceId) continue;
        let looked = 0;
        for (const other of index.find(number)) {
          look(other);
          looked += 1;
          if (looked >= mostCandidates) break;
        }
      }
    }
    if (this.#decisions.size > 0) {
      const { sourceId } = entry.alarm;
      const partners = this.#decisions.partnersOf({ sourceId, signature: this.#signature(id) });
      // Decided by hand, so there are few of them, and few alarms that have one.
      if (partners.length > 0) {
        for (const [other, { sourceId: otherSource }] of this.#alarms) {
          if (partners.some((partner) => partner.sourceId === otherSource)) look(other);
        }
      }
    }
    return [...found.values()].sort(
      (a, b) => strength(a.join) - strength(b.join) || a.apartMs - b.apartMs || a.id - b.id,
    );
  }

  #seek(id: AlarmId, dirty: Set<AlarmId>): readonly NewJoin[] {
    const entry = this.#entries.get(id);
    const made: NewJoin[] = [];
    if (entry === undefined) return made;
    for (const { id: other, join } of this.#candidates(id, entry)) {
      if (this.joinsOf(id).has(other)) continue;
      const [mine, theirs] = [this.#connected(id), this.#connected(other)];
      if (mine.has(other) || !this.#mayMeet(mine, theirs, join)) continue;
      this.#link(id, other, join, dirty);
      made.push({ a: id, b: other, join });
    }
    return made;
  }

  /** A rule brings no two alarms of one source together, and nobody brings together what a person set apart. */
  #mayMeet(mine: ReadonlySet<AlarmId>, theirs: ReadonlySet<AlarmId>, join: Join): boolean {
    for (const a of mine) {
      for (const b of theirs) {
        if (this.#decided(a, b)?.state === 'separated') return false;
        const isSameSource = this.#alarms.get(a)?.sourceId === this.#alarms.get(b)?.sourceId;
        if (isSameSource && join.rule !== 'you') return false;
      }
    }
    return true;
  }

  #link(a: AlarmId, b: AlarmId, join: Join, dirty: Set<AlarmId>): void {
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const joins = this.#joins.get(one) ?? new Map<AlarmId, Join>();
      this.#joins.set(one, joins);
      joins.set(other, join);
      dirty.add(one);
    }
  }

  #unlink(a: AlarmId, b: AlarmId, dirty: Set<AlarmId>): void {
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const joins = this.#joins.get(one);
      joins?.delete(other);
      if (joins?.size === 0) this.#joins.delete(one);
      dirty.add(one);
    }
  }

  #cut(id: AlarmId, dirty: Set<AlarmId>): void {
    for (const other of this.joinsOf(id).keys()) this.#unlink(id, other, dirty);
    if (this.#conditions.has(id)) dirty.add(id);
  }

  #connected(id: AlarmId): ReadonlySet<AlarmId> {
    const seen = new Set([id]);
    // A set goes on with what is added to it while it is walked.
    for (const one of seen) for (const other of this.joinsOf(one).keys()) seen.add(other);
    return seen;
  }

  // ---- conditions

  /** The one with the most labels: what a runbook is found and filled by. */
  #richest(ids: readonly AlarmId[]): AlarmId | undefined {
    const labels = (id: AlarmId): number => Object.keys(this.#alarms.get(id)?.labels ?? {}).length;
    let [best] = ids;
    for (const id of ids) if (best !== undefined && labels(id) > labels(best)) best = id;
    return best;
  }

  #regroup(dirty: ReadonlySet<AlarmId>): ReadonlySet<AlarmId> {
    const touched = new Set(dirty);
    for (const id of dirty) for (const other of this.of(id)?.ids ?? []) touched.add(other);
    const leads = new Set([...touched].map((id) => this.of(id)?.leadId));
    for (const id of touched) this.#conditions.delete(id);
    for (const id of touched) {
      if (this.#conditions.has(id) || !this.#joins.has(id)) continue;
      const arrival = (one: AlarmId): number => this.#arrivals.get(one) ?? 0;
      const ids = [...this.#connected(id)].sort((a, b) => arrival(a) - arrival(b));
      const leadId = ids.find((one) => leads.has(one)) ?? this.#richest(ids) ?? id;
      const condition = { leadId, ids: [leadId, ...ids.filter((one) => one !== leadId)] };
      for (const one of ids) {
        this.#conditions.set(one, condition);
        touched.add(one);
      }
    }
    return touched;
  }
}

/** Whether nothing changed of what `traitsOf` looks at. */
function isSameThing(a: KnownAlarm, b: KnownAlarm): boolean {
  return (
    a.title === b.title &&
    a.service === b.service &&
    a.startsAt === b.startsAt &&
    (a.labels === b.labels || JSON.stringify(a.labels) === JSON.stringify(b.labels)) &&
    (a.refs === b.refs || JSON.stringify(a.refs['same']) === JSON.stringify(b.refs['same']))
  );
}
