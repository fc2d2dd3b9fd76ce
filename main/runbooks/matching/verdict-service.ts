/** Thumbs up and thumbs down: what a person said about a runbook and the alarms of one name. */
import type { AlarmId, ExportedFile, RunbookId } from '../../../preload/contract/common.ts';
import type { RunbookVerdict, VerdictId } from '../../../preload/contract/runbook-verdicts.ts';
import type { KnownAlarm } from '../../alarms/alarm.ts';
import { toInstant, type Clock } from '../../clock.ts';
import { csvText } from '../../csv.ts';
import type { Windows } from '../../desk/windows.ts';
import { notFound } from '../../errors.ts';
import type { WritableDb } from '../../store/database.ts';
import { nameOf } from './alarm-facts.ts';
import type { Verdict, VerdictStore } from './verdict-store.ts';

export interface VerdictDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly windows: Windows;
  readonly store: VerdictStore;
  readonly alarms: { get(id: AlarmId): KnownAlarm | undefined };
  readonly runbooks: {
    get(id: RunbookId):
      | {
          readonly summary: {
            readonly folder: string;
            readonly path: string;
            readonly title: string;
          };
        }
      | undefined;
  };
  readonly idOfFile: (folder: string, path: string) => RunbookId | null;
}

export function createVerdictService(deps: VerdictDeps) {
  const { db, clock, windows, store, alarms, runbooks, idOfFile } = deps;

  const view = (verdict: Verdict): RunbookVerdict => ({
    id: verdict.id,
    verdict: verdict.verdict,
    alarmName: verdict.alarmName,
    service: verdict.service === '' ? null : verdict.service,
    runbookId: idOfFile(verdict.folder, verdict.path),
    title: verdict.title,
    path: verdict.path,
    anchor: verdict.anchor === '' ? null : verdict.anchor,
    at: verdict.at,
  });

  const tell = (): void =>
    db.afterCommit(() => {
      windows.changed('runbooks');
      windows.changed('alarms');
    });

  const alarmOf = (id: AlarmId): KnownAlarm => {
    const alarm = alarms.get(id);
    if (alarm === undefined) throw notFound('This alarm');
    return alarm;
  };

  return {
    judge(input: {
      alarmId: AlarmId;
      runbookId: RunbookId;
      anchor: string | null;
      verdict: 'bound' | 'hidden';
      isOnlyService: boolean;
    }): RunbookVerdict {
      return db.transaction(() => {
        const alarm = alarmOf(input.alarmId);
        const runbook = runbooks.get(input.runbookId)?.summary;
        if (runbook === undefined) throw notFound('This runbook');
        const { folder, path, title } = runbook;
        const service = input.isOnlyService ? alarm.service : '';
        const alarmName = nameOf(alarm);
        // The later word counts, whichever section of the document the earlier one was about.
        for (const earlier of store.about(alarmName, alarm.service)) {
          const isSame = idOfFile(earlier.folder, earlier.path) === input.runbookId;
          if (isSame && earlier.verdict !== input.verdict && earlier.service === service)
            store.remove(earlier.id);
        }
        const word: Omit<Verdict, 'id'> = {
          alarmName,
          service,
          folder,
          path,
          // What is hidden is the document: its other sections fit no better.
          anchor: input.verdict === 'bound' ? (input.anchor ?? '') : '',
          title,
          verdict: input.verdict,
          at: toInstant(clock.now()),
        };
        const id = store.add(word);
        tell();
        return view({ ...word, id });
      });
    },

    takeBack(id: VerdictId): Record<string, never> {
      return db.transaction(() => {
        if (store.remove(id)) tell();
        return {};
      });
    },

    list(alarmId: AlarmId | undefined): RunbookVerdict[] {
      if (alarmId === undefined) return store.all().map(view);
      const alarm = alarmOf(alarmId);
      return store.about(nameOf(alarm), alarm.service).map(view);
    },

    export(): ExportedFile {
      const header = ['verdict', 'alarm', 'service', 'folder', 'path', 'section', 'title', 'at'];
      const lines = store
        .all()
        .map((one) => [
          one.verdict,
          one.alarmName,
          one.service,
          one.folder,
          one.path,
          one.anchor,
          one.title,
          one.at,
        ]);
      return {
        fileName: 'runbook-verdicts.csv',
        mediaType: 'text/csv',
        text: csvText([header, ...lines]),
      };
    },
  };
}
