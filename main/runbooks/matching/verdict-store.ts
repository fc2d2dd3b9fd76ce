/** What people said about runbooks and alarms. Few rows, asked for every alarm: kept in memory as well. */
import type { VerdictId } from '../../../preload/contract/runbook-verdicts.ts';
import type { WritableDb } from '../../store/database.ts';
import { foldName } from '../names.ts';

export interface Verdict {
  readonly id: VerdictId;
  readonly alarmName: string;
  /** Empty: alarms of any service. */
  readonly service: string;
  readonly folder: string;
  readonly path: string;
  /** Empty: the whole document. */
  readonly anchor: string;
  readonly title: string;
  readonly verdict: 'bound' | 'hidden';
  readonly at: string;
}

export const verdictKey = (alarmName: string): string =>
  foldName(alarmName) || alarmName.toLowerCase();

export function createVerdictStore(db: WritableDb) {
  const all = db.read<Verdict>(
    `SELECT id, alarm_name AS alarmName, service, folder, path, anchor, title, verdict, at
     FROM runbook_verdict ORDER BY id`,
  );
  const add = db.write(
    `INSERT INTO runbook_verdict (alarm_name, name_key, service, folder, path, anchor, title, verdict, at)
     VALUES (@alarmName, @nameKey, @service, @folder, @path, @anchor, @title, @verdict, @at)
     ON CONFLICT (name_key, service, folder, path, anchor) DO UPDATE SET
       alarm_name = excluded.alarm_name, title = excluded.title, verdict = excluded.verdict, at = excluded.at`,
  );
  const one = db.read<{ id: VerdictId }>(
    `SELECT id FROM runbook_verdict
     WHERE name_key = @nameKey AND service = @service AND folder = @folder AND path = @path AND anchor = @anchor`,
  );
  const remove = db.write<{ id: number }>('DELETE FROM runbook_verdict WHERE id = @id');

  let byName: ReadonlyMap<string, readonly Verdict[]> | null = null;
  let revision = 0;
  const changed = (): void => {
    byName = null;
    revision++;
  };
  const read = (): ReadonlyMap<string, readonly Verdict[]> => {
    byName ??= Map.groupBy(all.all({}), ({ alarmName }) => verdictKey(alarmName));
    return byName;
  };

  return {
    /** Rises with every verdict given or taken back. */
    revision: (): number => revision,
    all: (): Verdict[] => all.all({}),
    /** Those about alarms of this name and service, the newest first. */
    about: (alarmName: string, service: string): Verdict[] =>
      (read().get(verdictKey(alarmName)) ?? [])
        .filter((verdict) => verdict.service === '' || verdict.service === service)
        .toReversed(),
    /** The later word about the same thing replaces the earlier one. */
    add(verdict: Omit<Verdict, 'id'>): VerdictId {
      return db.transaction(() => {
        const { alarmName, service, folder, path, anchor } = verdict;
        const nameKey = verdictKey(alarmName);
        add.run({ ...verdict, nameKey });
        const found = one.get({ nameKey, service, folder, path, anchor });
        if (found === undefined) throw new Error('the verdict was not stored');
        changed();
        db.afterCommit(changed);
        return found.id;
      });
    },
    remove(id: VerdictId): boolean {
      const { changes } = remove.run({ id });
      changed();
      db.afterCommit(changed);
      return changes > 0;
    },
  };
}

export type VerdictStore = ReturnType<typeof createVerdictStore>;
