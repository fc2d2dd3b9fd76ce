/** Lines of the library: a runbook, and a place in one that the search found. */
import { Link } from 'wouter';
import type { RunbookHit, RunbookSummary } from '../../../preload/contract/runbooks.ts';
import { listLine } from '../../app/actions/use-list-keys.ts';
import { useNow } from '../../ui/clock.ts';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { visibleText } from '../../ui/visible-text.ts';
import { reviewWords, runbookPlace } from './library.ts';
import classes from './runbooks.module.css';

const hourMs = 3_600_000;

export function RunbookLine({
  runbook,
  alarmId,
}: {
  readonly runbook: RunbookSummary;
  readonly alarmId: string | null;
}) {
  return (
    <Link {...listLine} className={classes.line} href={runbookPlace(runbook.id, null, alarmId)}>
      <span className={classes.lineTitle}>
        <ForeignText text={runbook.title} isOneLine max={160} />
      </span>
      <span className={classes.linePath}>
        <ForeignText text={runbook.path} isOneLine max={160} />
      </span>
      <span className={classes.lineMore}>
        <Reviewed reviewedOn={runbook.reviewedOn} />
        {stepsText(runbook.stepCount)}
      </span>
    </Link>
  );
}

const stepsText = (count: number): string =>
  count === 0 ? 'no steps' : count === 1 ? '1 step' : `${count} steps`;

function Reviewed({ reviewedOn }: { readonly reviewedOn: string | null }) {
  const words = reviewWords(reviewedOn, useNow(hourMs));
  if (words === null) return null;
  return (
    <span className={classes.reviewed} data-old={words.isOld || undefined}>
      <bdi>{words.text}</bdi>
    </span>
  );
}

export function HitLine({
  hit,
  alarmId,
}: {
  readonly hit: RunbookHit;
  readonly alarmId: string | null;
}) {
  return (
    <Link
      {...listLine}
      className={classes.hit}
      href={runbookPlace(hit.id, hit.anchor, alarmId, 'hit')}
    >
      <span className={classes.lineTitle}>
        <ForeignText text={hit.title} isOneLine max={120} />
        {hit.heading !== null && hit.heading !== '' && (
          <span className={classes.heading}>
            {' › '}
            <ForeignText text={hit.heading} isOneLine max={120} />
          </span>
        )}
      </span>
      <span className={classes.linePath}>
        <ForeignText text={hit.path} isOneLine max={120} />
      </span>
      <span className={classes.snippet}>
        <bdi>
          {hit.snippet.map((part, index) =>
            part.isMatch ? (
              <mark key={index}>{visibleText(part.text, true)}</mark>
            ) : (
              <span key={index}>{visibleText(part.text, true)}</span>
            ),
          )}
        </bdi>
      </span>
    </Link>
  );
}
