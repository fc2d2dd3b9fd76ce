/** Runs in SQLite. A run keeps what it showed, so that it reads the same when its document is gone. */
import type {
  AlarmId,
  EpisodeId,
  IncidentId,
  RunbookId,
  RunId,
} from '../../preload/contract/common.ts';
import type { RunbookSummary, StepState } from '../../preload/contract/runbooks.ts';
import type { WritableDb } from '../store/database.ts';
import type { ParsedStep } from './model.ts';
import type { Values } from './parameters.ts';

export interface StoredRun {
  readonly id: RunId;
  readonly runbookId: RunbookId;
  readonly folder: string;
  readonly path: string;
  readonly title: string;
  readonly summary: RunbookSummary;
  readonly steps: readonly ParsedStep[];
  readonly context: Pick<Values, 'labels' | 'annotations'>;
  readonly anchor: string | null;
  readonly alarmId: AlarmId | null;
  readonly episodeId: EpisodeId | null;
  readonly incidentId: IncidentId | null;
  readonly answers: Readonly<Record<string, string>>;
  readonly startedAt: string;
}

export interface StoredStep {
  readonly stepId: string;
  readonly state: StepState;
  readonly text: string;
  readonly number: number;
  readonly at: string;
}

type Row = Omit<StoredRun, 'summary' | 'steps' | 'context' | 'answers'> & {
  summary: string;
  steps: string;
  context: string;
  answers: string;
};

const columns = `id, runbook_id AS runbookId, folder, path, title, summary, steps, context, anchor, alarm_id AS alarmId,
  episode_id AS episodeId, incident_id AS incidentId, answers, started_at AS startedAt`;

const fromRow = (row: Row): StoredRun => ({
  ...row,
  summary: JSON.parse(row.summary) as RunbookSummary,
  steps: JSON.parse(row.steps) as ParsedStep[],
  context: JSON.parse(row.context) as StoredRun['context'],
  answers: JSON.parse(row.answers) as Record<string, string>,
});

export function createRunStore(db: WritableDb) {
  const one = db.read<Row, { id: number }>(`SELECT ${columns} FROM run WHERE id = @id`);
  const ofAlarm = db.read<
    Row,
    { alarmId: number; runbookId: number; anchor: string | null; episodeId: number | null }
  >(
    // A resolved alarm has no open episode: its latest run is the one to look at.
    `SELECT ${columns} FROM run
     WHERE alarm_id = @alarmId AND runbook_id = @runbookId AND anchor IS @anchor
       AND (@episodeId IS NULL OR episode_id = @episodeId)
     ORDER BY id DESC LIMIT 1`,
  );
  const ofIncident = db.read<Row, { incidentId: number; runbookId: number; anchor: string | null }>(
    `SELECT ${columns} FROM run
     WHERE incident_id = @incidentId AND runbook_id = @runbookId AND anchor IS @anchor ORDER BY id DESC LIMIT 1`,
  );
  const alone = db.read<Row, { runbookId: number; anchor: string | null; since: string }>(
    `SELECT ${columns} FROM run
     WHERE runbook_id = @runbookId AND alarm_id IS NULL AND incident_id IS NULL AND anchor IS @anchor
       AND started_at >= @since
     ORDER BY id DESC LIMIT 1`,
  );
  const idsOfIncident = db.read<{ id: RunId }, { incidentId: number }>(
    'SELECT id FROM run WHERE incident_id = @incidentId ORDER BY id',
  );
  const idsOfAlarm = db.read<{ id: RunId }, { alarmId: number; since: string }>(
    'SELECT id FROM run WHERE alarm_id = @alarmId AND started_at >= @since ORDER BY id',
  );
  const answered = db.read<
    { title: string; answers: string },
    { id: number; alarmId: number | null; incidentId: number | null; since: string }
  >(
    `SELECT title, answers FROM run
     WHERE id <> @id AND answers <> '{}' AND started_at >= @since
       AND (alarm_id = @alarmId OR incident_id = @incidentId)
     ORDER BY id DESC LIMIT 20`,
  );
  const add = db.write(
    `INSERT INTO run (runbook_id, folder, path, title, summary, steps, context, anchor, alarm_id, episode_id, incident_id, started_at)
     VALUES (@runbookId, @folder, @path, @title, @summary, @steps, @context, @anchor, @alarmId, @episodeId, @incidentId, @startedAt)`,
  );
  const join = db.write<{ id: number; incidentId: number }>(
    'UPDATE run SET incident_id = @incidentId WHERE id = @id AND incident_id IS NULL',
  );
  const keep = db.write<{ id: number; runbookId: number; summary: string; steps: string }>(
    'UPDATE run SET runbook_id = @runbookId, summary = @summary, steps = @steps WHERE id = @id',
  );
  const setAnswers = db.write<{ id: number; answers: string }>(
    'UPDATE run SET answers = @answers WHERE id = @id',
  );
  const stepsOf = db.read<StoredStep, { runId: number }>(
    'SELECT step_id AS stepId, state, text, number, at FROM run_step WHERE run_id = @runId ORDER BY number, at',
  );
  const setStep = db.write(
    `INSERT INTO run_step (run_id, step_id, state, text, number, at) VALUES (@runId, @stepId, @state, @text, @number, @at)
     ON CONFLICT (run_id, step_id) DO UPDATE SET state = excluded.state, text = excluded.text, number = excluded.number, at = excluded.at`,
  );
  const moveStep = db.write<{ runId: number; from: string; to: string }>(
    'UPDATE OR IGNORE run_step SET step_id = @to WHERE run_id = @runId AND step_id = @from',
  );
  const sameFile = db.read<{ id: RunbookId }, { folder: string; path: string }>(
    'SELECT id FROM runbook WHERE folder = @folder AND path = @path',
  );

  const map = (row: Row | undefined): StoredRun | undefined =>
    row === undefined ? undefined : fromRow(row);

  return {
    get: (id: RunId) => map(one.get({ id })),
    ofAlarm: (input: {
      alarmId: number;
      runbookId: number;
      anchor: string | null;
      episodeId: number | null;
    }) => map(ofAlarm.get(input)),
    ofIncident: (input: { incidentId: number; runbookId: number; anchor: string | null }) =>
      map(ofIncident.get(input)),
    alone: (input: { runbookId: number; anchor: string | null; since: string }) =>
      map(alone.get(input)),
    idsOfIncident: (incidentId: IncidentId): RunId[] =>
      idsOfIncident.all({ incidentId }).map((row) => row.id),
    idsOfAlarm: (alarmId: AlarmId, since: string): RunId[] =>
      idsOfAlarm.all({ alarmId, since }).map((row) => row.id),
    /** Other runs about the same alarm or incident in which something was typed, the newest first. */
    answered: ({
      id,
      alarmId,
      incidentId,
      since,
    }: Pick<StoredRun, 'id' | 'alarmId' | 'incidentId'> & { since: string }) =>
      answered.all({ id, alarmId, incidentId, since }).map(({ title, answers }) => ({
        title,
        answers: JSON.parse(answers) as Record<string, string>,
      })),
    add(run: Omit<StoredRun, 'id' | 'answers'>): RunId {
      const { lastId } = add.run({
        runbookId: run.runbookId,
        folder: run.folder,
        path: run.path,
        title: run.title,
        summary: JSON.stringify(run.summary),
        steps: JSON.stringify(run.steps),
        context: JSON.stringify(run.context),
        anchor: run.anchor,
        alarmId: run.alarmId,
        episodeId: run.episodeId,
        incidentId: run.incidentId,
        startedAt: run.startedAt,
      });
      return lastId as RunId;
    },
    join: (id: RunId, incidentId: IncidentId): void => void join.run({ id, incidentId }),
    /** The words of a step were edited, and with them what it is known by. */
    moveStep: (runId: RunId, from: string, to: string): void =>
      void moveStep.run({ runId, from, to }),
    /** Remembers the document as it is now. */
    keep: (
      id: RunId,
      runbookId: RunbookId,
      summary: RunbookSummary,
      steps: readonly ParsedStep[],
    ): void =>
      void keep.run({
        id,
        runbookId,
        summary: JSON.stringify(summary),
        steps: JSON.stringify(steps),
      }),
    setAnswers: (id: RunId, answers: Readonly<Record<string, string>>): void =>
      void setAnswers.run({ id, answers: JSON.stringify(answers) }),
    steps: (runId: RunId): StoredStep[] => stepsOf.all({ runId }),
    setStep: (runId: RunId, step: StoredStep): void => void setStep.run({ runId, ...step }),
    /** A file that was away and came back is a new document of the same name. */
    idOfFile: (folder: string, path: string): RunbookId | undefined =>
      sameFile.get({ folder, path })?.id,
  };
}
