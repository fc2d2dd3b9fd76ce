/** What a person decides about conditions that several sources see: set one apart, put two together, and back. */
import type { AlarmId, AlarmStatus } from '../../preload/contract/common.ts';
import { toInstant, type Clock } from '../clock.ts';
import { AppError } from '../errors.ts';
import type { WritableDb } from '../store/database.ts';
import type { KnownAlarm } from './alarm.ts';
import type { AlarmIndex } from './alarm-index.ts';
import type { AlarmStore } from './alarm-store.ts';
import { signatureOf } from './correlation.ts';
import type { Decided, JoinDecisions } from './join-decisions.ts';
import { clip } from './text.ts';

export interface JoinDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly store: AlarmStore;
  readonly index: AlarmIndex;
  readonly decisions: JoinDecisions;
  readonly existing: (id: AlarmId) => KnownAlarm;
  /** Once it is on disk. */
  readonly committed: (ids: readonly AlarmId[]) => void;
}

const decidedAs = (alarm: KnownAlarm): Decided => ({
  sourceId: alarm.sourceId,
  signature: signatureOf(alarm),
});

export function createJoins(deps: JoinDeps) {
  const { db, clock, store, index, decisions } = deps;

  /** Stores a decision and finds the joins anew; when the store refuses, nothing has changed. */
  function decide(ids: readonly AlarmId[], work: (at: string) => void): void {
    try {
      db.transaction(() => {
        work(toInstant(clock.now()));
        const touched = index.conditions.reconsider(ids);
        index.touch();
        db.afterCommit(() => deps.committed([...new Set([...ids, ...touched])]));
      });
    } catch (error) {
      index.reload();
      throw error;
    }
  }

  const note = (alarm: KnownAlarm, kind: string, text: string, at: string): void =>
    void store.addEvent({
      alarmId: alarm.id,
      episodeId: alarm.episodeId,
      sourceId: alarm.sourceId,
      kind,
      origin: 'you',
      text,
      at,
    });

  const named = (alarms: readonly KnownAlarm[]): string =>
    alarms.map(({ title }) => `"${clip(title, 120)}"`).join(', ');

  const active = (id: AlarmId): KnownAlarm => {
    const alarm = deps.existing(id);
    if (alarm.status !== 'resolved') return alarm;
    throw new AppError('conflict', 'It has cleared, so there is nothing to join.', {
      next: 'Join the two when both are there again.',
    });
  };

  return {
    /** Those that an action on these is about: of a condition all in this status; else the alarm itself. */
    withJoined(ids: readonly AlarmId[], wanted: AlarmStatus): AlarmId[] {
      const all = new Set<AlarmId>();
      for (const id of ids) {
        // Most stand alone.
        const alarm = index.conditions.of(id) === null ? undefined : index.get(id);
        if (alarm === undefined) {
          all.add(id);
          continue;
        }
        const meant = index.membersOf(alarm).filter(({ status }) => status === wanted);
        if (meant.length === 0) all.add(id);
        else for (const one of meant) all.add(one.id);
      }
      return [...all];
    },

    /** @throws AppError when it stands alone. */
    separate(id: AlarmId): readonly AlarmId[] {
      const [alarm, ...others] = index.membersOf(deps.existing(id));
      if (others.length === 0) {
        throw new AppError('conflict', 'It is not joined with another alarm (any more).', {
          next: 'Look at the list again.',
        });
      }
      const ids = others.map((other) => other.id);
      decide([id, ...ids], (at) => {
        for (const other of others) {
          decisions.decide(decidedAs(alarm), decidedAs(other), { state: 'separated', at });
          note(other, 'separated', `Set apart from ${named([alarm])}`, at);
        }
        note(alarm, 'separated', `Set apart from ${named(others)}`, at);
      });
      return ids;
    },

    /** @throws AppError when one of them is over, or nothing tells them apart. */
    join(ids: readonly AlarmId[]): void {
      const wanted = [...new Set(ids)].map(active);
      const [first, ...rest] = wanted;
      if (first === undefined || rest.length === 0) {
        throw new AppError('input.invalid', 'It takes two different alarms to join.', {
          next: 'Mark both and join them again.',
        });
      }
      const groups = wanted.map((alarm) => index.membersOf(alarm));
      const all = [...new Set(groups.flat())];
      const [firstName, ...names] = wanted.map(decidedAs);
      if (firstName === undefined) return;
      for (const name of names) {
        if (name.sourceId === firstName.sourceId && name.signature === firstName.signature) {
          throw new AppError(
            'conflict',
            'Their source calls them the same, so no later alarm could be told from the other.',
            {
              next: 'Acknowledge both instead.',
            },
          );
        }
      }
      decide(
        all.map(({ id }) => id),
        (at) => {
          // What was set apart meets again; by a rule, if one says so.
          for (const [count, a] of all.entries()) {
            for (const b of all.slice(count + 1)) {
              if (decisions.between(decidedAs(a), decidedAs(b))?.state === 'separated') {
                decisions.decide(decidedAs(a), decidedAs(b), null);
              }
            }
          }
          index.conditions.reconsider(all.map(({ id }) => id));
          for (const other of rest) {
            const together = index.conditions.of(first.id)?.ids ?? [];
            if (!together.includes(other.id)) {
              decisions.decide(decidedAs(first), decidedAs(other), { state: 'joined', at });
              index.conditions.reconsider([first.id, other.id]);
            }
            note(other, 'joined', `Joined with ${named([first])} by you`, at);
          }
          note(first, 'joined', `Joined with ${named(rest)} by you`, at);
        },
      );
    },
  };
}
