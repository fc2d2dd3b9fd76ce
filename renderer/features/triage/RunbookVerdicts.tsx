/** What was said about runbooks and alarms of this name, each with the way back. */
import { useQuery } from '@tanstack/react-query';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { api, client } from '../../api/client.ts';
import { attempt } from '../../app/attempt.ts';
import { verdictWords } from '../../runs/index.ts';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Moment } from '../../ui/Time.tsx';
import classes from './runbook-card.module.css';

export function RunbookVerdicts({ alarmId }: { readonly alarmId: AlarmId }) {
  const { data } = useQuery(api.runbooks.verdicts.queryOptions({ input: { alarmId } }));
  if (data === undefined || data.length === 0) return null;
  return (
    <ul className={classes.verdicts} aria-label="What was said about runbooks">
      {data.map((verdict) => (
        <li key={verdict.id}>
          <ForeignText text={`${verdict.title} (${verdict.path})`} isOneLine max={120} />:{' '}
          {verdictWords(verdict)}, <Moment at={verdict.at} />
          {verdict.runbookId === null && '; it is not in the library now'}{' '}
          <button
            type="button"
            onClick={() =>
              void attempt('Taking it back', () =>
                client.runbooks.takeBackVerdict({ id: verdict.id }),
              )
            }
          >
            take back
          </button>
        </li>
      ))}
    </ul>
  );
}
