/** What can be done to an incident: the three acts, taking the latest back, and writing on its timeline. */
import type { Incident } from '../../../preload/contract/incidents.ts';
import { client } from '../../api/client.ts';
import type { Action } from '../../app/actions/action.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { navigate } from '../../app/hash-location.ts';
import { toast } from '../../app/toasts.tsx';
import { incidentState } from '../../ui/incident-words.ts';
import { putIncident } from './use-incident.ts';

export interface IncidentActions {
  readonly note: Action;
  readonly statusUpdate: Action;
  readonly mitigated: Action;
  readonly resolved: Action;
  readonly understood: Action;
  readonly takeBack: Action;
  readonly addAlarms: Action;
  readonly postmortem: Action;
}

interface Callbacks {
  readonly write: (kind: 'note' | 'status_update') => void;
  readonly askMitigation: () => void;
  readonly chooseAlarms: () => void;
}

const group = 'Incident';

/** Takes back the latest of mitigated, resolved, understood. */
async function takeBack(incident: Incident): Promise<void> {
  putIncident(await client.incidents.reopen({ id: incident.summary.id }));
}

export function tellAct(title: string, incident: Incident, text?: string): void {
  const act = incidentState(incident.summary.times);
  toast({
    title,
    ...(text === undefined ? {} : { text }),
    async undo() {
      const now = await client.incidents.get({ id: incident.summary.id });
      // Only the latest act can be taken back, and it may be another one by now.
      if (incidentState(now.summary.times) === act) return takeBack(now);
      toast({
        title: `${title} is not the latest act any more`,
        text: 'Look at the incident, and take back what came after it first.',
      });
    },
  });
}

function firingText({ summary: { firingCount } }: Incident): string | undefined {
  if (firingCount === 0) return undefined;
  return firingCount === 1
    ? 'One of its alarms is still firing.'
    : `${firingCount} of its alarms are still firing.`;
}

export function useIncidentActions(incident: Incident, callbacks: Callbacks): IncidentActions {
  const { id, times } = incident.summary;
  const state = incidentState(times);
  const actions: IncidentActions = {
    note: {
      id: 'incident.note',
      label: 'Write a note',
      group,
      keys: ['n'],
      run: () => callbacks.write('note'),
    },
    statusUpdate: {
      id: 'incident.status',
      label: 'Status update',
      group,
      keys: ['u'],
      run: () => callbacks.write('status_update'),
    },
    mitigated: {
      id: 'incident.mitigate',
      label: 'Mitigated',
      group,
      keys: ['m'],
      when: () => state === 'open',
      run: callbacks.askMitigation,
    },
    resolved: {
      id: 'incident.resolve',
      label: 'Resolved',
      group,
      keys: ['v'],
      when: () => times.resolvedAt === null,
      async run() {
        const after = putIncident(await client.incidents.resolve({ id }));
        tellAct('Resolved', after, firingText(after));
      },
    },
    understood: {
      id: 'incident.understand',
      label: 'Understood',
      group,
      keys: ['w'],
      when: () => state === 'resolved',
      async run() {
        tellAct('Understood', putIncident(await client.incidents.understand({ id })));
      },
    },
    takeBack: {
      id: 'incident.reopen',
      label: `Take back ${state === 'open' ? 'the latest act' : state}`,
      group,
      keys: ['z'],
      when: () => state !== 'open',
      run: () => takeBack(incident),
    },
    addAlarms: {
      id: 'incident.alarms',
      label: 'Add alarms',
      group,
      keys: ['a'],
      run: callbacks.chooseAlarms,
    },
    postmortem: {
      id: 'incident.postmortem',
      label: 'Open the postmortem',
      group,
      keys: ['p'],
      when: () => state !== 'open',
      run: () => navigate(`/postmortems/${id}`),
    },
  };
  useActions(Object.values(actions));
  return actions;
}
