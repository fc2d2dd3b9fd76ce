/** What it is, how bad people say it is, who leads, and the three acts. */
import { Menu } from '@mantine/core';
import { ChevronDown } from 'lucide-react';
import { useQuery } from '@tanstack/react-query';
import type { Incident, IncidentSeverity } from '../../../preload/contract/incidents.ts';
import { api, client } from '../../api/client.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import { attempt } from '../../app/attempt.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { EditableText } from '../../ui/EditableText.tsx';
import { IncidentMark } from '../../ui/IncidentMark.tsx';
import { incidentSeverityWords, incidentState } from '../../ui/incident-words.ts';
import type { IncidentActions } from './use-incident-actions.ts';
import { putIncident } from './use-incident.ts';
import classes from './incident.module.css';

interface IncidentHeaderProps {
  readonly incident: Incident;
  readonly actions: IncidentActions;
}

type Change = Omit<Parameters<typeof client.incidents.update>[0], 'id'>;

export function IncidentHeader({ incident, actions }: IncidentHeaderProps) {
  const { id, title, severity, impact } = incident.summary;
  const { data } = useQuery(api.settings.get.queryOptions({ input: {} }));
  const me = data?.settings.person.trim() || 'you';
  const change = (what: string, input: Change): Promise<boolean> =>
    attempt(`Changing the ${what}`, async () => {
      putIncident(await client.incidents.update({ id, ...input }));
    });
  useActions([
    {
      id: 'incident.command',
      label: 'Take command of the incident',
      group: 'Incident',
      when: () => incident.commander !== me,
      run: async () => {
        await change('commander', { commander: me });
      },
    },
  ]);
  return (
    <header className={classes.header}>
      <div className={classes.facts}>
        <SeverityMenu
          severity={severity}
          onChoose={(chosen) => void change('severity', { severity: chosen })}
        />
        <span>Incident {id}</span>
        <span aria-hidden="true">·</span>
        <span className={classes.commander}>
          Commander{' '}
          <b>
            <EditableText
              value={incident.commander}
              label="Commander"
              emptyText="nobody yet"
              draftKey={`incident.${id}.commander`}
              max={200}
              canBeEmpty
              onSave={(text) => change('commander', { commander: text })}
            />
          </b>
        </span>
      </div>
      <Buttons incident={incident} actions={actions} />
      <h1 className={classes.title}>
        <EditableText
          size="title"
          value={title}
          label="Title"
          emptyText="No title"
          draftKey={`incident.${id}.title`}
          max={500}
          onSave={(text) => change('title', { title: text })}
        />
      </h1>
      <div className={classes.impact}>
        <EditableText
          value={impact}
          label="Impact"
          emptyText="Add the impact in one sentence: who cannot do what?"
          draftKey={`incident.${id}.impact`}
          max={2_000}
          canBeEmpty
          onSave={(text) => change('impact', { impact: text })}
        />
      </div>
    </header>
  );
}

/** The next act is the green one. */
function Buttons({ incident, actions }: IncidentHeaderProps) {
  const state = incidentState(incident.summary.times);
  return (
    <div className={classes.buttons}>
      {state !== 'open' && <ActionButton kind="quiet" action={actions.takeBack} />}
      <ActionButton action={actions.statusUpdate} />
      {state === 'open' && <ActionButton kind="done" action={actions.mitigated} />}
      {(state === 'open' || state === 'mitigated') && (
        <ActionButton kind={state === 'mitigated' ? 'done' : 'plain'} action={actions.resolved} />
      )}
      {(state === 'mitigated' || state === 'understood') && (
        <ActionButton action={actions.postmortem} label="Postmortem" />
      )}
      {state === 'resolved' && (
        <>
          <ActionButton kind="primary" action={actions.postmortem} label="Postmortem" />
          <ActionButton action={actions.understood} />
        </>
      )}
    </div>
  );
}

const severities: readonly IncidentSeverity[] = ['critical', 'major', 'minor', 'unknown'];
const meanings: Readonly<Record<IncidentSeverity, string>> = {
  critical: 'most customers cannot use it',
  major: 'an important part is broken',
  minor: 'some notice, with a way around',
  unknown: 'not looked at yet',
};

function SeverityMenu(props: {
  readonly severity: IncidentSeverity;
  readonly onChoose: (severity: IncidentSeverity) => void;
}) {
  return (
    <Menu position="bottom-start" width={300}>
      <Menu.Target>
        <button type="button" className={classes.severity} title="Change the severity">
          <IncidentMark severity={props.severity} />
          <ChevronDown aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {severities.map((severity) => (
          <Menu.Item
            key={severity}
            disabled={severity === props.severity}
            onClick={() => props.onChoose(severity)}
          >
            <b>{incidentSeverityWords[severity]}</b>, {meanings[severity]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
