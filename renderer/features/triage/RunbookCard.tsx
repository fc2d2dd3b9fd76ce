/** The runbook that the alarm leads to: its open step with the command filled in, ready to copy and tick. */
import { BookOpenText } from 'lucide-react';
import type { AlarmDetail, RunbookMatch } from '../../../preload/contract/alarms.ts';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import type { Action } from '../../app/actions/action.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { navigate } from '../../app/hash-location.ts';
import { RunPanel, targetOfMatch, targetPlace, useRun } from '../../runs/index.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { useNow } from '../../ui/clock.ts';
import { daysAgoText } from '../../ui/time-text.ts';
import { Moment } from '../../ui/Time.tsx';
import classes from './runbook-card.module.css';

export function RunbookCard({ detail }: { readonly detail: AlarmDetail }) {
  const [match, ...others] = detail.runbooks;
  if (match === undefined) return <NoRunbook id={detail.row.id} />;
  return (
    <Matched
      key={`${match.runbookId}#${match.anchor}`}
      match={match}
      others={others}
      detail={detail}
    />
  );
}

function NoRunbook({ id }: { readonly id: AlarmId }) {
  return (
    <Card title="Runbook" aside="none found">
      <p className={classes.quiet}>
        No runbook names this alarm and none resembles it. One that says{' '}
        <code>alerts: [its name]</code> in its front matter is found the next time.
      </p>
      <div className={classes.buttons}>
        <Button isSmall onClick={() => navigate(`/runbooks?alarm=${id}`)}>
          <BookOpenText aria-hidden="true" />
          Search the runbooks
        </Button>
      </div>
    </Card>
  );
}

function Matched({
  match,
  others,
  detail,
}: {
  readonly match: RunbookMatch;
  readonly others: readonly RunbookMatch[];
  readonly detail: AlarmDetail;
}) {
  const alarmId = detail.row.id;
  const now = useNow(60_000);
  const target = targetOfMatch(match, alarmId);
  const { runbook } = useRun(target);
  const open: Action = {
    id: 'runbook.open',
    label: 'Open the runbook',
    group: 'Alarm',
    keys: ['r'],
    run: () => navigate(targetPlace(target)),
  };
  useActions([open]);
  const title = (
    <>
      <span>
        Runbook · <ForeignText text={match.title} isOneLine max={80} />
      </span>
      <Badge tone={match.isCertain ? 'plain' : 'warning'}>
        {match.isCertain ? match.reason : `suggestion, ${match.reason}`}
      </Badge>
    </>
  );
  return (
    <Card
      title={title}
      aside={
        runbook !== undefined && (
          <>
            offline copy from <Moment at={runbook.summary.copiedAt} />
            {runbook.summary.reviewedOn !== null &&
              `, reviewed ${daysAgoText(runbook.summary.reviewedOn, now) ?? runbook.summary.reviewedOn}`}
          </>
        )
      }
      isFlush
    >
      <RunPanel target={target} isCompact />
      {runbook !== undefined && (
        <div className={classes.footer}>
          <ActionButton action={open} isSmall label="Run runbook" />
        </div>
      )}
      {others.length > 0 && (
        <p className={classes.others}>
          Also:{' '}
          {others.slice(0, 3).map((other, index) => (
            <span key={`${other.runbookId}#${other.anchor}`}>
              {index > 0 && ', '}
              <button
                type="button"
                onClick={() => navigate(targetPlace(targetOfMatch(other, alarmId)))}
              >
                <ForeignText text={other.title} isOneLine max={60} />
              </button>
              {!other.isCertain && ' (suggestion)'}
            </span>
          ))}
        </p>
      )}
    </Card>
  );
}
