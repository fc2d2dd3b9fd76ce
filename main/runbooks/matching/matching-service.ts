/** Matching as the rest of the program uses it: the rules, what people said, and what helped before. */
import type { AlarmId } from '../../../preload/contract/common.ts';
import type { KnownAlarm } from '../../alarms/alarm.ts';
import type { Bus } from '../../bus.ts';
import type { Clock } from '../../clock.ts';
import type { Windows } from '../../desk/windows.ts';
import type { WritableDb } from '../../store/database.ts';
import type { LibraryStore } from '../library-store.ts';
import { createMatcher } from './matcher.ts';
import { createRunHistory } from './run-history.ts';
import { createVerdictService } from './verdict-service.ts';
import { createVerdictStore } from './verdict-store.ts';

export function createMatching(deps: {
  db: WritableDb;
  clock: Clock;
  bus: Bus;
  windows: Windows;
  alarms: { get(id: AlarmId): KnownAlarm | undefined };
  library: { revision(): number; store: Pick<LibraryStore, 'get'> };
}) {
  const { db, clock, bus, windows, alarms, library } = deps;
  const store = createVerdictStore(db);
  const history = createRunHistory({ db, clock });
  const matcher = createMatcher({ db, revision: library.revision, verdicts: store, history });
  const verdicts = createVerdictService({
    db,
    clock,
    windows,
    store,
    alarms,
    runbooks: library.store,
    idOfFile: matcher.idOfFile,
  });
  const stop = bus.on('step.set', () => db.afterCommit(history.forget));
  return { ...matcher, verdicts, stop };
}
