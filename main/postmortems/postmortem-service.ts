/** Postmortems: drafted from the incident, then a person's text; and the actions that follow. */
import type { Day, ExportedFile, IncidentId } from '../../preload/contract/common.ts';
import type { IncidentSummary } from '../../preload/contract/incidents.ts';
import type { Action, Postmortem, PostmortemText } from '../../preload/contract/postmortems.ts';
import type { Settings } from '../../preload/contract/settings.ts';
import { toInstant, type Clock } from '../clock.ts';
import type { Windows } from '../desk/windows.ts';
import { AppError, notFound } from '../errors.ts';
import type { IncidentService, IncidentStory } from '../incidents/incident-service.ts';
import { shorten } from '../incidents/reading-order.ts';
import { localDay } from '../local-time.ts';
import type { WritableDb } from '../store/database.ts';
import { compareActions, isOverdue } from './actions.ts';
import { draft } from './draft.ts';
import { exportPostmortem } from './export.ts';
import { lint } from './lint.ts';
import {
  createPostmortemStore,
  type StoredAction,
  type StoredPostmortem,
} from './postmortem-store.ts';
import { spansOf } from './spans.ts';
import { treeProblems } from './whys.ts';

export interface PostmortemDeps {
  readonly db: WritableDb;
  readonly clock: Clock;
  readonly windows: Windows;
  readonly settings: { current(): Pick<Settings, 'timeZone' | 'person'> };
  readonly incidents: Pick<IncidentService, 'story' | 'list'>;
}

export type PostmortemService = ReturnType<typeof createPostmortemService>;

/** The draft that the tool wrote. A person's first save makes it their text, which the tool leaves alone. */
const draftRevision = 1;

export function createPostmortemService(deps: PostmortemDeps) {
  const { db, clock, windows, settings, incidents } = deps;
  const store = createPostmortemStore(db);

  const now = () => toInstant(clock.now());
  const tell = (id: IncidentId): void =>
    db.afterCommit(() => {
      windows.changed('postmortems', [id]);
      windows.changed('incidents', [id]);
    });

  const toAction =
    (today: Day) =>
    (stored: StoredAction): Action => ({
      ...stored,
      isOverdue: isOverdue(stored, today),
    });

  const actions = (): Action[] =>
    store
      .actions()
      .map(toAction(localDay(clock.now(), settings.current().timeZone)))
      .toSorted(compareActions);

  const tellActions = (): void =>
    db.afterCommit(() => {
      windows.changed('postmortems');
      windows.changed('reviews');
    });

  /** While nobody has saved it, the draft follows the incident. */
  const current = (story: IncidentStory): StoredPostmortem => {
    const { id } = story.summary;
    const known = store.get(id);
    if (known !== undefined && known.revision > draftRevision) return known;
    const text = draft(story);
    if (known !== undefined && JSON.stringify(known.text) === JSON.stringify(text)) return known;
    const savedAt = now();
    db.transaction(() => {
      store.put(id, text, draftRevision, savedAt);
      tell(id);
    });
    return { incidentId: id, text, revision: draftRevision, savedAt };
  };

  const whole = (incidentId: IncidentId): Postmortem => {
    const story = incidents.story(incidentId);
    const { text, revision, savedAt } = current(story);
    const { entries } = story;
    const summary = { ...story.summary, hasPostmortem: true };
    const own = actions().filter((action) => action.incidentId === incidentId);
    return {
      incident: summary,
      text,
      spans: spansOf(summary.times),
      timeline: entries,
      actions: own,
      findings: lint({ text, times: summary.times, actions: own }),
      revision,
      savedAt,
    };
  };

  /** For a window: a very long timeline is shortened. */
  const view = (incidentId: IncidentId): Postmortem => {
    const postmortem = whole(incidentId);
    return { ...postmortem, timeline: shorten(postmortem.timeline) };
  };

  const existingAction = (id: number): StoredAction => {
    const action = store.action(id);
    if (action === undefined) throw notFound('This action');
    return action;
  };

  return {
    list(): { incident: IncidentSummary; savedAt: string; findings: number }[] {
      const summaries = new Map(incidents.list().map((incident) => [incident.id, incident]));
      const all = actions();
      return store.list().flatMap(({ incidentId, text, savedAt }) => {
        const incident = summaries.get(incidentId);
        if (incident === undefined) return [];
        const own = all.filter((action) => action.incidentId === incidentId);
        const findings = lint({ text, times: incident.times, actions: own }).length;
        return [{ incident, savedAt, findings }];
      });
    },

    get: view,

    /** Refused as a whole when it began from an older text: what is stored then stays, and the caller still has its own. */
    save(input: { incidentId: IncidentId; revision: number; text: PostmortemText }): Postmortem {
      const { incidentId, revision, text } = input;
      const [problem] = treeProblems(text.whys);
      if (problem !== undefined) {
        throw new AppError('input.invalid', `The whys are no tree. ${problem}`, {
          next: 'Put the why below another one, or remove it.',
        });
      }
      db.transaction(() => {
        const known = store.get(incidentId) ?? current(incidents.story(incidentId));
        if (known.revision !== revision) {
          throw new AppError(
            'conflict',
            'This postmortem was saved from somewhere else meanwhile.',
            {
              next: 'Copy what you wrote, open it again, and put it into the newer text.',
            },
          );
        }
        store.put(incidentId, text, revision + 1, now());
        tell(incidentId);
      });
      return view(incidentId);
    },

    export: (incidentId: IncidentId): ExportedFile =>
      exportPostmortem(whole(incidentId), settings.current().person),

    /** Overdue first. */
    actions,

    saveAction(input: {
      id?: number | undefined;
      incidentId: IncidentId | null;
      title: string;
      owner: string;
      dueOn: Day | null;
      isDone: boolean;
    }): Action {
      const title = input.title.trim();
      if (title === '') {
        throw new AppError('input.invalid', 'An action needs a title.', {
          next: 'Write what will be done.',
        });
      }
      const id = db.transaction(() => {
        const known = input.id === undefined ? undefined : existingAction(input.id);
        if (input.incidentId !== null) incidents.story(input.incidentId);
        const fields = {
          // An edit that does not name the incident does not take the action away from it.
          incidentId: input.incidentId ?? known?.incidentId ?? null,
          title,
          owner: input.owner.trim(),
          dueOn: input.dueOn,
          doneAt: input.isDone ? (known?.doneAt ?? now()) : null,
        };
        tellActions();
        if (known === undefined) return store.addAction(fields, now());
        store.setAction(known.id, fields);
        return known.id;
      });
      return toAction(localDay(clock.now(), settings.current().timeZone))(existingAction(id));
    },

    removeAction(id: number): Record<string, never> {
      return db.transaction(() => {
        if (!store.removeAction(id)) throw notFound('This action');
        tellActions();
        return {};
      });
    },
  };
}
