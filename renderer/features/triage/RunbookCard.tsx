/** The runbook that the alarm leads to: its open step with the command filled in, ready to copy and tick. */
import { useQuery } from '@tanstack/react-query';
import { BookOpenText, ThumbsDown, ThumbsUp } from 'lucide-react';
import type { AlarmDetail, RunbookMatch } from '../../../preload/contract/alarms.ts';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { api } from '../../api/client.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import type { Action } from '../../app/actions/action.ts';
import { runAction } from '../../app/actions/registry.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { navigate } from '../../app/hash-location.ts';
import {
  DeadLinks,
  judgeRunbook,
  RunPanel,
  targetOfMatch,
  targetPlace,
  useRun,
} from '../../runs/index.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { useNow } from '../../ui/clock.ts';
import { daysAgoText } from '../../ui/time-text.ts';
import { Moment } from '../../ui/Time.tsx';
import { runbookName } from './runbook-names.ts';
import { RunbookVerdicts } from './RunbookVerdicts.tsx';
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
      <DeadLinks alarmId={id} />
      <div className={classes.buttons}>
        <Button isSmall onClick={() => navigate(`/runbooks?alarm=${id}`)}>
          <BookOpenText aria-hidden="true" />
          Search the runbooks
        </Button>
      </div>
      <RunbookVerdicts alarmId={id} />
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
        Runbook · <ForeignText text={runbookName(match, detail.runbooks)} isOneLine max={120} />
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
          <Judge match={match} detail={detail} />
          <ActionButton action={open} isSmall label="Run runbook" />
        </div>
      )}
      {others.length > 0 && (
        <p className={classes.others}>
          Also:{' '}
          {others.slice(0, 4).map((other, index) => (
            <span key={`${other.runbookId}#${other.anchor}`}>
              {index > 0 && ', '}
              <button
                type="button"
                onClick={() => navigate(targetPlace(targetOfMatch(other, alarmId)))}
              >
                <ForeignText text={runbookName(other, detail.runbooks)} isOneLine max={100} />
              </button>{' '}
              <span>
                ({!other.isCertain && 'suggestion, '}
                <ForeignText text={other.reason} isOneLine max={90} />)
              </span>
            </span>
          ))}
        </p>
      )}
      {!match.isCertain && (
        <div className={classes.others}>
          <DeadLinks alarmId={alarmId} />
        </div>
      )}
      <RunbookVerdicts alarmId={alarmId} />
    </Card>
  );
}

/** Thumbs up and thumbs down; for alarms of this service only, where the alarm says of which it is. */
function Judge({ match, detail }: { readonly match: RunbookMatch; readonly detail: AlarmDetail }) {
  const alarmId = detail.row.id;
  const bind: Action = {
    id: 'runbook.bind',
    label: 'This runbook is the right one',
    group: 'Alarm',
    run: () => judgeRunbook({ alarmId, match, verdict: 'bound' }),
  };
  const bindForService: Action = {
    id: 'runbook.bindForService',
    label: 'This runbook is the right one for this service',
    group: 'Alarm',
    when: () => detail.row.service !== '',
    run: () => judgeRunbook({ alarmId, match, verdict: 'bound', isOnlyService: true }),
  };
  const hide: Action = {
    id: 'runbook.hide',
    label: 'Not this runbook',
    group: 'Alarm',
    keys: ['Shift+N'],
    run: () => judgeRunbook({ alarmId, match, verdict: 'hidden' }),
  };
  useActions([bind, bindForService, hide]);
  const { data: verdicts } = useQuery(api.runbooks.verdicts.queryOptions({ input: { alarmId } }));
  const isBound = verdicts?.some(
    ({ verdict, runbookId }) => verdict === 'bound' && runbookId === match.runbookId,
  );
  return (
    <span className={classes.judge}>
      {isBound !== true && (
        <>
          <Button
            kind="quiet"
            isSmall
            title="Bind it to every alarm of this name"
            onClick={() => runAction(bind)}
          >
            <ThumbsUp aria-hidden="true" />
            The right one
          </Button>
          {!match.isCertain && detail.row.service !== '' && (
            <Button
              kind="quiet"
              isSmall
              title="Bind it to alarms of this name and service"
              onClick={() => runAction(bindForService)}
            >
              only for <ForeignText text={detail.row.service} isOneLine max={30} />
            </Button>
          )}
          <Button
            kind="quiet"
            isSmall
            title="Do not show it for alarms of this name"
            onClick={() => runAction(hide)}
          >
            <ThumbsDown aria-hidden="true" />
            Not this one
          </Button>
        </>
      )}
    </span>
  );
}
