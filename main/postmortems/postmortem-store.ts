/** Postmortems and actions in SQL. */
import type { Day, IncidentId, Instant } from '../../preload/contract/common.ts';
import type { PostmortemText } from '../../preload/contract/postmortems.ts';
import type { WritableDb } from '../store/database.ts';

export interface StoredPostmortem {
  readonly incidentId: IncidentId;
  readonly text: PostmortemText;
  readonly revision: number;
  readonly savedAt: Instant;
}

export interface StoredAction {
  readonly id: number;
  readonly incidentId: IncidentId | null;
  readonly incidentTitle: string | null;
  readonly title: string;
  readonly owner: string;
  readonly dueOn: Day | null;
  readonly doneAt: Instant | null;
}

type Row = Omit<StoredPostmortem, 'text'> & { text: string };

const columns = 'incident_id AS incidentId, text, revision, saved_at AS savedAt';
const actionColumns = `a.id, a.incident_id AS incidentId, i.title AS incidentTitle, a.title, a.owner,
  a.due_on AS dueOn, a.done_at AS doneAt`;
const withIncident = 'action a LEFT JOIN incident i ON i.id = a.incident_id';

const toStored = (row: Row): StoredPostmortem => ({
  ...row,
  text: JSON.parse(row.text) as PostmortemText,
});

export function createPostmortemStore(db: WritableDb) {
  const one = db.read<Row>(`SELECT ${columns} FROM postmortem WHERE incident_id = @id`);
  const all = db.read<Row>(
    `SELECT ${columns} FROM postmortem ORDER BY saved_at DESC, incident_id DESC`,
  );
  const put = db.write(
    `INSERT INTO postmortem (incident_id, text, revision, saved_at) VALUES (@id, @text, @revision, @at)
     ON CONFLICT (incident_id) DO UPDATE SET text = excluded.text, revision = excluded.revision, saved_at = excluded.saved_at`,
  );
  const actions = db.read<StoredAction>(`SELECT ${actionColumns} FROM ${withIncident}`);
  const action = db.read<StoredAction>(
    `SELECT ${actionColumns} FROM ${withIncident} WHERE a.id = @id`,
  );
  const addAction = db.write(
    `INSERT INTO action (incident_id, title, owner, due_on, done_at, created_at)
     VALUES (@incidentId, @title, @owner, @dueOn, @doneAt, @at)`,
  );
  const setAction = db.write(
    `UPDATE action SET incident_id = @incidentId, title = @title, owner = @owner, due_on = @dueOn, done_at = @doneAt
      WHERE id = @id`,
  );
  const dropAction = db.write('DELETE FROM action WHERE id = @id');

  return {
    get(id: IncidentId): StoredPostmortem | undefined {
      const row = one.get({ id });
      return row && toStored(row);
    },
    list: (): StoredPostmortem[] => all.all({}).map(toStored),
    put: (id: IncidentId, text: PostmortemText, revision: number, at: Instant): void =>
      void put.run({ id, text: JSON.stringify(text), revision, at }),
    /** In no order. */
    actions: (): StoredAction[] => actions.all({}),
    action: (id: number): StoredAction | undefined => action.get({ id }),
    addAction: (input: Omit<StoredAction, 'id' | 'incidentTitle'>, at: Instant): number =>
      addAction.run({ ...input, at }).lastId,
    setAction: (id: number, input: Omit<StoredAction, 'id' | 'incidentTitle'>): void =>
      void setAction.run({ ...input, id }),
    removeAction: (id: number): boolean => dropAction.run({ id }).changes > 0,
  };
}
