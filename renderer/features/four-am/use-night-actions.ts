/** What can be done about the alarm on the screen. One list for buttons, keys, palette and help. */
import type { Action } from '../../app/actions/action.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { client } from '../../api/client.ts';
import { openLink } from '../../api/links.ts';
import { navigate } from '../../app/hash-location.ts';
import { toast } from '../../app/toasts.tsx';
import { judgeRunbook, targetOfMatch, targetPlace } from '../../runs/index.ts';
import { incidentFor, type Night } from './use-four-am.ts';
import type { Impact } from './words.ts';

export interface NightActions {
  readonly acknowledge: Action;
  readonly takeBack: Action;
  readonly onIt: Action;
  readonly incident: Action;
  readonly mitigated: Action;
  readonly help: Action;
  readonly openRunbook: Action;
  /** The runbook on the screen is the wrong one: the next takes its place. */
  readonly notThisOne: Action;
  readonly openSource: Action;
  readonly search: Action;
}

export type DialogName = 'help' | 'mitigated';

export function useNightActions(
  night: Night,
  impact: Impact,
  show: (dialog: DialogName) => void,
): NightActions {
  const { detail, match, incidentId, mitigatedAt } = night;
  const { row } = detail;
  const group = '4 AM';
  const isOver = row.status === 'resolved';
  const actions: NightActions = {
    acknowledge: {
      id: 'night.acknowledge',
      label: 'Acknowledge',
      group,
      keys: ['a'],
      when: () => row.status === 'firing' && detail.actions.acknowledge,
      run: async () => {
        const { refused } = await client.alarms.acknowledge({ ids: [row.id], note: '' });
        const [first] = refused;
        if (first !== undefined) toast({ title: 'It was not acknowledged', text: first.why });
      },
    },
    takeBack: {
      id: 'night.takeBack',
      label: 'Take the acknowledgement back',
      group,
      keys: ['Shift+A'],
      when: () => row.status === 'acknowledged' || row.pending?.kind === 'acknowledge',
      run: async () => {
        const { refused } = await client.alarms.unacknowledge({ ids: [row.id] });
        const [first] = refused;
        if (first !== undefined) toast({ title: 'It was not taken back', text: first.why });
      },
    },
    onIt: {
      id: 'night.onIt',
      label: 'I am on it',
      group,
      keys: ['w'],
      when: () => row.status === 'acknowledged',
      run: async () => {
        await client.notifications.onIt({ alarmId: row.id });
      },
    },
    incident: {
      id: 'night.incident',
      label: incidentId === null ? 'Open an incident' : `To incident ${incidentId}`,
      group,
      keys: ['i'],
      run: async () => {
        const id = await incidentFor(night, impact.sentence);
        navigate(`/incidents/${id}`);
      },
    },
    mitigated: {
      id: 'night.mitigated',
      label: 'Mitigated',
      group,
      keys: ['m'],
      when: () => mitigatedAt === null,
      run: () => show('mitigated'),
    },
    help: {
      id: 'night.help',
      label: 'Call for help',
      group,
      keys: ['h'],
      run: () => show('help'),
    },
    openRunbook: {
      id: 'night.runbook',
      label: 'Open the whole runbook',
      group,
      keys: ['r'],
      when: () => match !== null,
      run: () => {
        if (match !== null) navigate(targetPlace(targetOfMatch(match, row.id)));
      },
    },
    notThisOne: {
      id: 'night.notThisOne',
      label: 'Not this runbook',
      group,
      keys: ['Shift+N'],
      when: () => match !== null,
      run: async () => {
        if (match !== null) await judgeRunbook({ alarmId: row.id, match, verdict: 'hidden' });
      },
    },
    openSource: {
      id: 'night.open',
      label: 'Open at the source',
      group,
      keys: ['o'],
      when: () => detail.url !== null,
      run: async () => {
        if (detail.url !== null) await openLink(detail.url);
      },
    },
    search: {
      id: 'night.search',
      label: 'Search the runbooks',
      group,
      keys: ['/'],
      run: () => navigate(`/runbooks?${new URLSearchParams({ alarm: String(row.id) }).toString()}`),
    },
  };
  useActions(isOver ? [actions.incident, actions.help] : Object.values(actions));
  return actions;
}
