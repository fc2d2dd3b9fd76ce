/** Commands that were run, and what they printed, in SQLite. */
import type { RunId } from '../../../preload/contract/common.ts';
import type { ExecutionId, ExecutionState } from '../../../preload/contract/running.ts';
import type { WritableDb } from '../../store/database.ts';

export interface StoredExecution {
  readonly id: ExecutionId;
  readonly runId: RunId;
  readonly stepId: string;
  readonly command: number;
  readonly stepNumber: number;
  readonly text: string;
  readonly shell: string;
  readonly folder: string;
  readonly state: ExecutionState;
  readonly exitCode: number | null;
  readonly pid: number | null;
  readonly note: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

const columns = `id, run_id AS runId, step_id AS stepId, command, step_number AS stepNumber, text, shell, folder, state,
  exit_code AS exitCode, pid, note, started_at AS startedAt, ended_at AS endedAt`;

export function createExecutionStore(db: WritableDb) {
  const one = db.read<StoredExecution, { id: number }>(
    `SELECT ${columns} FROM execution WHERE id = @id`,
  );
  const ofRun = db.read<StoredExecution, { runId: number }>(
    `SELECT ${columns} FROM execution WHERE run_id = @runId ORDER BY id`,
  );
  const open = db.read<StoredExecution>(
    `SELECT ${columns} FROM execution WHERE state = 'running' ORDER BY id`,
  );
  const add = db.write(
    `INSERT INTO execution (run_id, step_id, command, step_number, text, shell, folder, state, started_at)
     VALUES (@runId, @stepId, @command, @stepNumber, @text, @shell, @folder, 'running', @startedAt)`,
  );
  const setPid = db.write<{ id: number; pid: number | null }>(
    'UPDATE execution SET pid = @pid WHERE id = @id',
  );
  const end = db.write(
    `UPDATE execution SET state = @state, exit_code = @exitCode, note = @note, ended_at = @endedAt WHERE id = @id`,
  );
  const pieces = db.read<{ text: string }, { id: number }>(
    'SELECT text FROM execution_output WHERE execution_id = @id ORDER BY position',
  );
  const addPiece = db.write<{ id: number; text: string }>(
    `INSERT INTO execution_output (execution_id, position, text)
     SELECT @id, 1 + coalesce(max(position), 0), @text FROM execution_output WHERE execution_id = @id`,
  );
  const switches = db.read<{ name: string }, { prefix: string }>(
    'SELECT name FROM local_switch WHERE substr(name, 1, length(@prefix)) = @prefix ORDER BY name',
  );
  const switchOn = db.write(
    'INSERT OR IGNORE INTO local_switch (name, switched_at) VALUES (@name, @at)',
  );
  const switchOff = db.write('DELETE FROM local_switch WHERE name = @name');

  return {
    get: (id: ExecutionId) => one.get({ id }),
    ofRun: (runId: RunId) => ofRun.all({ runId }),
    open: () => open.all({}),
    add(
      execution: Pick<
        StoredExecution,
        'runId' | 'stepId' | 'command' | 'stepNumber' | 'text' | 'shell' | 'folder' | 'startedAt'
      >,
    ): ExecutionId {
      return add.run(execution).lastId as ExecutionId;
    },
    setPid: (id: ExecutionId, pid: number | null): void => void setPid.run({ id, pid }),
    end: (
      id: ExecutionId,
      how: Pick<StoredExecution, 'state' | 'exitCode' | 'note' | 'endedAt'>,
    ): void => void end.run({ id, ...how }),
    addOutput: (id: ExecutionId, text: string): void => void addPiece.run({ id, text }),
    output: (id: ExecutionId): string =>
      pieces
        .all({ id })
        .map(({ text }) => text)
        .join(''),
    /** Names of switches that begin so, without that beginning. */
    switches: (prefix: string): string[] =>
      switches.all({ prefix }).map(({ name }) => name.slice(prefix.length)),
    setSwitch(name: string, isOn: boolean, at: string): void {
      if (isOn) switchOn.run({ name, at });
      else switchOff.run({ name });
    },
  };
}
