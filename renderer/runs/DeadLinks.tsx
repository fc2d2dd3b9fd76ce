/** The alarm's own links that lead to no runbook here: why, what to do, and the way to the page itself. */
import { useQuery } from '@tanstack/react-query';
import type { AlarmId } from '../../preload/contract/common.ts';
import { api } from '../api/client.ts';
import { openLink } from '../api/links.ts';
import { ForeignText } from '../ui/ForeignText.tsx';
import classes from './dead-links.module.css';

export function DeadLinks({ alarmId }: { readonly alarmId: AlarmId }) {
  const { data } = useQuery(api.runbooks.deadLinks.queryOptions({ input: { alarmId } }));
  if (data === undefined || data.length === 0) return null;
  return (
    <ul className={classes.links} aria-label="Links of the alarm without a runbook">
      {data.map(({ link, isWeb, problem, next }) => (
        <li key={link}>
          Its link{' '}
          {isWeb ? (
            <button type="button" onClick={() => void openLink(link)}>
              <ForeignText text={link} isOneLine max={120} />
            </button>
          ) : (
            <code>
              <ForeignText text={link} isOneLine max={120} />
            </code>
          )}{' '}
          opens no runbook: <ForeignText text={`${problem} ${next}`} max={400} />
        </li>
      ))}
    </ul>
  );
}
