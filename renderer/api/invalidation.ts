/** Which queries a change makes old. */
import type { Query } from '@tanstack/react-query';
import type { Topic } from '../../preload/contract/desk.ts';
import { api } from './client.ts';
import { queryClient } from './query.ts';

type Ids = readonly number[] | null;

/** Queries under this path of the contract, e.g. `['alarms', 'get']`. */
function mark(path: readonly string[], isAffected: (query: Query) => boolean = () => true): void {
  void queryClient.invalidateQueries({
    predicate: (query) => {
      const [own] = query.queryKey as readonly [string[]?];
      if (!Array.isArray(own)) return false;
      return path.every((part, at) => own[at] === part) && isAffected(query);
    },
  });
}

interface KeyOptions {
  readonly input?: Readonly<Record<string, unknown>>;
}

/** The input names one of the ids under this field; without ids everything is affected. */
const names =
  (field: string, ids: Ids) =>
  (query: Query): boolean => {
    if (ids === null) return true;
    const value = (query.queryKey[1] as KeyOptions | undefined)?.input?.[field];
    if (Array.isArray(value)) return value.some((one) => ids.includes(one as number));
    return typeof value !== 'number' || ids.includes(value);
  };

/** `ids`: null when they are too many to name, or when every row is affected. */
export function invalidateTopic(topic: Topic, ids: Ids): void {
  switch (topic) {
    case 'alarms':
      mark(['alarms', 'list']);
      mark(['alarms', 'rows'], names('ids', ids));
      mark(['alarms', 'get'], names('id', ids));
      mark(['customActions', 'list'], names('alarmId', ids));
      mark(['settings', 'views']);
      mark(['incidents']);
      break;
    case 'sources':
      mark(['sources']);
      break;
    case 'outbox':
      mark(['outbox']);
      break;
    case 'silences':
      mark(['silences']);
      break;
    case 'notifications':
      mark(['notifications']);
      mark(['alarms', 'get']);
      break;
    case 'runbooks':
      mark(['runbooks']);
      mark(['alarms', 'get']);
      mark(['editing', 'source']);
      mark(['editing', 'places']);
      mark(['editing', 'unpushed']);
      break;
    case 'edits':
      mark(['editing', 'drafts']);
      mark(['editing', 'unpushed']);
      break;
    case 'runs':
      mark(['runbooks', 'get']);
      mark(['runbooks', 'getRun'], names('id', ids));
      mark(['running'], names('runId', ids));
      mark(['incidents', 'get']);
      break;
    case 'incidents':
      mark(['incidents', 'list']);
      mark(['incidents', 'get'], names('id', ids));
      // They show its title, its times and its timeline.
      mark(['postmortems', 'list']);
      mark(['postmortems', 'get'], names('incidentId', ids));
      mark(['postmortems', 'actions']);
      mark(['reviews']);
      break;
    case 'postmortems':
      mark(['postmortems', 'list']);
      mark(['postmortems', 'get'], names('incidentId', ids));
      mark(['postmortems', 'actions']);
      mark(['reviews']);
      break;
    case 'reviews':
      mark(['reviews']);
      break;
    case 'settings':
      mark(['settings']);
      mark(['customActions']);
      mark(['running', 'sources']);
      mark(['sources', 'list']);
      break;
    case 'notices':
      mark(['desk', 'notices']);
      break;
    case 'drill':
      mark(['system', 'drill']);
      break;
  }
}

/** After the core was away: everything is asked again. */
export function invalidateAll(): void {
  void queryClient.invalidateQueries({ queryKey: api.key() });
}
