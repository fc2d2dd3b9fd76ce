/** What somebody began to write and has not saved: found again after a crash or a night. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { DraftSummary } from '../../../preload/contract/editing.ts';
import { api } from '../../api/client.ts';
import { Card } from '../../ui/Card.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Moment } from '../../ui/Time.tsx';
import classes from './writing.module.css';

const placeOf = ({ key, runbookId }: DraftSummary): string =>
  runbookId === null ? `/runbooks/new/${key ?? ''}` : `/runbooks/${runbookId}/edit`;

export function DraftsCard() {
  const { data } = useQuery(api.editing.drafts.queryOptions({ input: {} }));
  if (data === undefined || data.length === 0) return null;
  return (
    <Card title="Not saved yet" aside="kept on this computer" isFlush>
      <ul className={classes.drafts}>
        {data.map((draft) => (
          <li key={placeOf(draft)}>
            <Link href={placeOf(draft)} className={classes.draft} data-list-line>
              <span>
                <ForeignText text={draft.title} isOneLine max={120} />
              </span>
              <span className={classes.draftMore}>
                {draft.runbookId === null ? (
                  'new'
                ) : (
                  <ForeignText text={draft.path} isOneLine max={120} />
                )}
              </span>
              <span className={classes.draftMore}>
                <Moment at={draft.keptAt} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </Card>
  );
}
