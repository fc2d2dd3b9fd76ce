/** The alarm that the runbook is for, in one line, with the way back to it. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { api } from '../../api/client.ts';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { SeverityMark } from '../../ui/SeverityMark.tsx';
import { Age } from '../../ui/Time.tsx';
import classes from './runbooks.module.css';

export interface AlarmLineProps {
  readonly id: AlarmId;
  /** "For", "Looking for". */
  readonly purpose: string;
}

export function AlarmLine({ id, purpose }: AlarmLineProps) {
  const { data, error } = useQuery(api.alarms.get.queryOptions({ input: { id } }));
  const row = data?.row;
  return (
    <p className={classes.alarm} role="note">
      {purpose}{' '}
      {row === undefined ? (
        error === null ? (
          `alarm ${id}`
        ) : (
          `alarm ${id}, which is not known any more`
        )
      ) : (
        <>
          <SeverityMark severity={row.severity} isMapped={row.isSeverityMapped} />
          <Link href={`/alarm/${id}`}>
            <ForeignText text={row.title} isOneLine max={120} />
          </Link>
          <span>
            {row.status === 'resolved' ? (
              <>
                cleared <Age since={row.statusSince} /> ago
              </>
            ) : (
              <>
                {row.status}, began <Age since={row.startsAt} /> ago
              </>
            )}
            {row.freshness !== 'live' && row.status !== 'resolved' && ' when last seen'}
          </span>
        </>
      )}
    </p>
  );
}
