/** Runs: ticking the steps of a runbook for an alarm or an incident. Progress survives restarts and edits. */
import type { AlarmId, IncidentId, RunbookId, RunId } from '../../preload/contract/common.ts';
import type { Run, StepState } from '../../preload/contract/runbooks.ts';
import type { KnownAlarm } from '../alarms/alarm.ts';
import type { Bus } from '../bus.ts';
import { switchNameOf } from '../../preload/running-switch.ts';
import { toInstant, type Clock } from '../clock.ts';
import type { Windows } from '../desk/windows.ts';
import { AppError, notFound } from '../errors.ts';
import type { ReadableDb, WritableDb } from '../store/database.ts';
import type { LibraryStore, StoredRunbook } from './library-store.ts';
import { headingName, isAlarmLike } from './names.ts';
import { createRunStore, type StoredRun } from './run-store.ts';
import type { RunCommand, WhichCommand } from './running/running-service.ts';
import { maskText, secretsOfParts } from './running/secrets.ts';
import { movedSteps, rememberSteps } from './step-history.ts';
import { withoutNumbersHere } from './step-parts.ts';
import { stepsUnder, viewSteps } from './step-view.ts';
import type { EarlierAnswer } from './values.ts';

export interface AlarmLookup {
  get(id: AlarmId): KnownAlarm | undefined;
}

/** What a run is for. */
export interface RunOf {
  readonly runbookId: RunbookId;
  readonly anchor: string | null;
  readonly alarmId: AlarmId | null;
  readonly incidentId: IncidentId | null;
}

/** What was typed for the same thing is right for so long. */
const earlierForMs = 24 * 3_600_000;

/** A run without an alarm belongs to the night it was started in. */
const aloneForMs = 12 * 3_600_000;

export function headingOf(db: ReadableDb) {
  const found = db.read<{ heading: string }, { id: number; anchor: string }>(
    `SELECT heading FROM runbook_section
     WHERE runbook_id = @id
       AND (anchor = @anchor OR EXISTS (SELECT 1 FROM json_each(aliases) WHERE value = @anchor)) LIMIT 1`,
  );
  return (id: RunbookId, anchor: string | null): string | null =>
    anchor === null ? null : (found.get({ id, anchor })?.heading ?? null);
}

/** Anchors of the sections that are called like alarms. None where it is only one: then all of the document is about it. */
export function alarmSectionsOf(db: ReadableDb) {
  const headings = db.read<{ anchor: string; heading: string }, { id: number }>(
    `SELECT anchor, heading FROM runbook_section WHERE runbook_id = @id AND anchor <> '' ORDER BY position`,
  );
  return (id: RunbookId): string[] => {
    const anchors = headings
      .all({ id })
      .flatMap(({ anchor, heading }) => (isAlarmLike(headingName(heading)) ? [anchor] : []));
    return anchors.length < 2 ? [] : anchors;
  };
}

export function createRunService(deps: {
  db: WritableDb;
  clock: Clock;
  bus: Bus;
  windows: Windows;
  library: LibraryStore;
  alarms: AlarmLookup;
  /** What placeholders are where nothing else says it. */
  defaults?: (() => Readonly<Record<string, string>>) | undefined;
}) {
  const { db, clock, bus, windows, library, alarms } = deps;
  const store = createRunStore(db);
  const heading = headingOf(db);

  const stored = (id: RunId): StoredRun => {
    const run = store.get(id);
    if (run === undefined) throw notFound('This run');
    return run;
  };

  /** The document as it is now, or as it last was. */
  const documentOf = (
    run: StoredRun,
  ): Pick<StoredRunbook, 'summary' | 'steps'> & { id: RunbookId } => {
    const current = library.get(run.runbookId);
    if (current !== undefined) return { ...current, id: run.runbookId };
    const again = store.idOfFile(run.folder, run.path);
    const found = again === undefined ? undefined : library.get(again);
    return found === undefined || again === undefined
      ? { summary: run.summary, steps: run.steps, id: run.runbookId }
      : { ...found, id: again };
  };

  /** Of runs about the same alarm or incident, the newest answer for each name. */
  const earlierAnswers = (run: StoredRun): Record<string, EarlierAnswer> => {
    const since = toInstant(clock.now() - earlierForMs);
    const found = new Map<string, EarlierAnswer>();
    for (const other of store.answered({ ...run, since })) {
      for (const [name, value] of Object.entries(other.answers)) {
        if (!found.has(name)) found.set(name, { value, from: `your answer in “${other.title}”` });
      }
    }
    return Object.fromEntries(found);
  };

  const view = (run: StoredRun): Run => {
    const document = documentOf(run);
    const live = run.alarmId === null ? undefined : alarms.get(run.alarmId);
    const { steps, missing } = viewSteps({
      document: document.steps,
      steps: stepsUnder(document.steps, run.anchor, heading(document.id, run.anchor)),
      values: {
        labels: live?.labels ?? run.context.labels,
        annotations: live?.annotations ?? run.context.annotations,
        answers: run.answers,
        earlier: earlierAnswers(run),
        defaults: deps.defaults?.() ?? {},
      },
      ticked: store.steps(run.id),
      known: run.steps,
    });
    return {
      id: run.id,
      runbook: document.summary,
      anchor: run.anchor,
      alarmId: run.alarmId,
      incidentId: run.incidentId,
      startedAt: run.startedAt,
      steps,
      missing,
      answers: { ...run.answers },
      doneCount: steps.filter((step) => step.state !== 'open').length,
    };
  };

  const stepOf = (run: StoredRun, stepId: string) => {
    const step = view(run).steps.find((candidate) => candidate.id === stepId);
    if (step === undefined) throw notFound('This step');
    return step;
  };

  /** Each change keeps the document as it was when the person acted, and its ticks at the steps that they are about. */
  const keepDocument = (run: StoredRun, acted: string): void => {
    const document = documentOf(run);
    for (const [from, to] of movedSteps(run.steps, document.steps))
      store.moveStep(run.id, from, to);
    const ticked = store
      .steps(run.id)
      .flatMap(({ stepId, state }) => (state === 'open' ? [] : stepId));
    const steps = rememberSteps({
      known: run.steps,
      now: document.steps,
      ticked: new Set(ticked),
      acted,
    });
    store.keep(run.id, document.id, document.summary, steps);
  };

  const existing = (input: RunOf, episodeId: KnownAlarm['episodeId']): StoredRun | undefined => {
    const { runbookId, anchor, alarmId, incidentId } = input;
    if (alarmId !== null) return store.ofAlarm({ alarmId, runbookId, anchor, episodeId });
    if (incidentId !== null) return store.ofIncident({ incidentId, runbookId, anchor });
    return store.alone({ runbookId, anchor, since: toInstant(clock.now() - aloneForMs) });
  };

  return {
    /** Looking at a runbook starts nothing; this says whether someone did. */
    findRun(input: RunOf): Run | null {
      const alarm = input.alarmId === null ? undefined : alarms.get(input.alarmId);
      const known = existing(input, alarm?.episodeId ?? null);
      return known === undefined ? null : view(known);
    },

    startRun(input: RunOf): Run {
      const { runbookId, anchor, alarmId, incidentId } = input;
      return db.transaction(() => {
        const document = library.get(runbookId);
        const alarm = alarmId === null ? undefined : alarms.get(alarmId);
        if (alarmId !== null && alarm === undefined) throw notFound('This alarm');
        const episodeId = alarm?.episodeId ?? null;
        const known = existing(input, episodeId);
        if (known !== undefined) {
          if (incidentId !== null && known.incidentId === null) store.join(known.id, incidentId);
          return view(stored(known.id));
        }
        if (document === undefined) throw notFound('This runbook');
        const { summary } = document;
        const id = store.add({
          runbookId,
          folder: summary.folder,
          path: summary.path,
          title: summary.title,
          summary,
          steps: document.steps,
          context: { labels: alarm?.labels ?? {}, annotations: alarm?.annotations ?? {} },
          anchor,
          alarmId,
          episodeId,
          incidentId,
          startedAt: toInstant(clock.now()),
        });
        db.afterCommit(() => windows.changed('runs', [id]));
        return view(stored(id));
      });
    },

    getRun: (id: RunId): Run => view(stored(id)),

    /** Runs that belong to an incident: its own, and those of its alarms since then. */
    runsOf(incidentId: IncidentId, alarmIds: readonly AlarmId[], since: string): Run[] {
      const ids = new Set([
        ...store.idsOfIncident(incidentId),
        ...alarmIds.flatMap((alarmId) => store.idsOfAlarm(alarmId, since)),
      ]);
      return [...ids].toSorted((a, b) => a - b).map((id) => view(stored(id)));
    },

    setStep(input: { runId: RunId; stepId: string; state: StepState }): Run {
      return db.transaction(() => {
        const run = stored(input.runId);
        const step = stepOf(run, input.stepId);
        if (step.state === input.state) return view(run);
        const at = clock.now();
        keepDocument(run, step.id);
        store.setStep(run.id, {
          stepId: step.id,
          state: input.state,
          // Where it led was a number of that moment.
          text: withoutNumbersHere(step.plainText.replace(/ \(no longer in the runbook\)$/, '')),
          number: step.number,
          at: toInstant(at),
        });
        bus.emit('step.set', {
          runId: run.id,
          alarmId: run.alarmId,
          incidentId: run.incidentId,
          runbookTitle: run.title,
          number: step.number,
          text: withoutNumbersHere(step.plainText),
          state: input.state,
          at,
        });
        db.afterCommit(() => windows.changed('runs', [run.id]));
        return view(stored(run.id));
      });
    },

    answer(input: { runId: RunId; answers: Readonly<Record<string, string>> }): Run {
      return db.transaction(() => {
        const run = stored(input.runId);
        const answers = new Map(Object.entries(run.answers));
        for (const [name, value] of Object.entries(input.answers)) {
          if (value.includes('\u0000')) {
            throw new AppError('input.invalid', 'The value holds a NUL character.', {
              next: 'Type it again, or paste it as plain text.',
            });
          }
          if (value === '') answers.delete(name);
          else answers.set(name, value);
        }
        store.setAnswers(run.id, Object.fromEntries(answers));
        db.afterCommit(() => windows.changed('runs', [run.id]));
        return view(stored(run.id));
      });
    },

    /** A command of a step as it would be copied now. */
    commandOf({ runId, stepId, command: index }: WhichCommand): RunCommand {
      const run = stored(runId);
      const step = stepOf(run, stepId);
      const command = step.commands[index];
      const parsed = documentOf(run).steps.find(({ id }) => id === stepId)?.commands[index];
      if (command === undefined || parsed === undefined) throw notFound('This command');
      return {
        alarmId: run.alarmId,
        incidentId: run.incidentId,
        runbookTitle: run.title,
        switchName: switchNameOf(documentOf(run).summary),
        stepNumber: step.number,
        quoting: parsed.quoting,
        language: parsed.language,
        parts: command.parts,
        text: command.copyText,
        expected: step.expected,
      };
    },

    noteCopied(input: { runId: RunId; stepId: string; command: number }): Record<string, never> {
      return db.transaction(() => {
        const run = stored(input.runId);
        const step = stepOf(run, input.stepId);
        const command = step.commands[input.command];
        if (command === undefined) throw notFound('This command');
        bus.emit('command.copied', {
          runId: run.id,
          alarmId: run.alarmId,
          incidentId: run.incidentId,
          number: step.number,
          command: maskText(command.copyText, secretsOfParts(command.parts)),
          at: clock.now(),
        });
        return {};
      });
    },
  };
}
