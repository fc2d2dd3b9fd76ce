/** What is wrong with the runbooks, the costliest first, each with what to do. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { BadgeCheck, BookX } from 'lucide-react';
import { Link } from 'wouter';
import type { Hygiene, HygieneFinding } from '../../../preload/contract/runbook-hygiene.ts';
import { api, client } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { saveFile } from '../../api/files.ts';
import { ActionButton } from '../../app/actions/ActionButton.tsx';
import type { Action } from '../../app/actions/action.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { listLine, useListKeys } from '../../app/actions/use-list-keys.ts';
import { navigate, useHashSearch } from '../../app/hash-location.ts';
import { toast } from '../../app/toasts.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Card } from '../../ui/Card.tsx';
import { countOf, countText } from '../../ui/count-text.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Page } from '../../ui/Page.tsx';
import {
  countOfKind,
  findingPlace,
  hygienePlace,
  kindsInOrder,
  kindWords,
  readHygienePlace,
  reviewChoices,
  shownFindings,
  type HygienePlace,
} from './hygiene.ts';
import classes from './hygiene.module.css';

const pagesDays = 90;

const go = (place: HygienePlace): void => navigate(hygienePlace(place), { replace: true });

export function HygieneScreen() {
  const place = readHygienePlace(useHashSearch());
  const input = { days: pagesDays, unreviewedDays: place.unreviewedDays };
  const { data, error, refetch } = useQuery(
    api.runbooks.hygiene.queryOptions({
      input,
      placeholderData: keepPreviousData,
      refetchOnMount: 'always',
    }),
  );
  const save = (format: 'markdown' | 'csv', label: string, keys: string[]): Action => ({
    id: `hygiene.${format}`,
    label,
    group: 'Runbooks',
    keys,
    async run() {
      const file = await client.runbooks.exportHygiene({ ...input, format });
      const saved = await saveFile(file);
      if (saved !== null) toast({ title: 'Exported', text: saved });
    },
  });
  const markdown = save('markdown', 'Export as Markdown', ['e']);
  const csv = save('csv', 'Export as CSV', ['Shift+E']);
  const verdicts: Action = {
    id: 'hygiene.verdicts',
    label: 'Export what was said about runbooks and alarms',
    group: 'Runbooks',
    async run() {
      const saved = await saveFile(await client.runbooks.exportVerdicts({}));
      if (saved !== null) toast({ title: 'Exported', text: saved });
    },
  };
  useActions([markdown, csv, verdicts]);
  return (
    <Page
      title="Runbook hygiene"
      intro={
        data === undefined
          ? undefined
          : `${countOf(data.alarms, 'alarm')} of the last ${data.days} days and ${countOf(data.runbooks, 'runbook')} were looked at. What cost the most pages comes first.`
      }
      actions={
        <>
          <Button kind="quiet" onClick={() => navigate('/runbooks')}>
            All runbooks
          </Button>
          <ActionButton action={csv} label="CSV" />
          <ActionButton kind="primary" action={markdown} />
        </>
      }
    >
      {data !== undefined ? (
        <Report report={data} place={place} />
      ) : error === null ? (
        <Loading what="the runbooks and their alarms" />
      ) : (
        <Failure
          title="The runbooks could not be looked through"
          {...describeError(error)}
          onRetry={() => void refetch()}
        />
      )}
    </Page>
  );
}

/** Nothing found is good only where there was something to look at. */
function Nothing({
  report,
  kind,
}: {
  readonly report: Hygiene;
  readonly kind: HygienePlace['kind'];
}) {
  const hasOwn = report.runbooks > 0;
  return (
    <EmptyState
      icon={hasOwn ? <BadgeCheck /> : <BookX />}
      title={
        hasOwn
          ? kind === null
            ? 'Nothing to mend'
            : 'Nothing of this kind'
          : 'No runbooks of yours yet'
      }
      {...(hasOwn ? { tone: 'ok' as const } : {})}
    >
      <p>
        {hasOwn
          ? 'Only what is in the library, and alarms that fired here, can be judged.'
          : 'Those that came with Nightdesk are not judged. Add the folder or repository of your team under Runbooks.'}
      </p>
    </EmptyState>
  );
}

interface ReportProps {
  readonly report: Hygiene;
  readonly place: HygienePlace;
}

function Report({ report, place }: ReportProps) {
  const list = useListKeys<HTMLDivElement>('Findings');
  const shown = shownFindings(report, place.kind);
  const count = countOfKind(report, place.kind);
  return (
    <>
      <Kinds report={report} place={place} />
      {count === 0 ? (
        <Nothing report={report} kind={place.kind} />
      ) : (
        <div ref={list}>
          <Card
            title={place.kind === null ? 'All findings' : kindWords[place.kind]}
            aside={
              <span role="status">
                {shown.length < count
                  ? `the worst ${countText(shown.length)} of ${countText(count)}; the export has all`
                  : countText(count)}
              </span>
            }
            isFlush
          >
            <ul className={classes.list}>
              {shown.map((finding, index) => (
                // Its place: one alarm may have several dead links.
                <FindingLine key={`${finding.kind}:${finding.title}:${index}`} finding={finding} />
              ))}
            </ul>
          </Card>
        </div>
      )}
    </>
  );
}

function Kinds({ report, place }: ReportProps) {
  return (
    <div className={classes.kinds}>
      <fieldset className={classes.choices}>
        <legend className="visually-hidden">Which findings</legend>
        {[null, ...kindsInOrder].map((kind) => (
          <button
            key={kind ?? 'all'}
            type="button"
            aria-pressed={place.kind === kind}
            onClick={() => go({ ...place, kind })}
          >
            {kind === null ? 'All' : kindWords[kind]} <b>{countText(countOfKind(report, kind))}</b>
          </button>
        ))}
      </fieldset>
      <fieldset className={classes.choices}>
        <legend>A review is missed after</legend>
        {reviewChoices.map((days) => (
          <button
            key={days}
            type="button"
            aria-pressed={place.unreviewedDays === days}
            onClick={() => go({ ...place, unreviewedDays: days })}
          >
            {days} days
          </button>
        ))}
      </fieldset>
    </div>
  );
}

function FindingLine({ finding }: { readonly finding: HygieneFinding }) {
  const href = findingPlace(finding);
  const name = <ForeignText text={finding.title} isOneLine max={120} />;
  return (
    <li className={classes.finding}>
      <p className={classes.head}>
        {href === null ? (
          <span className={classes.title}>{name}</span>
        ) : (
          <Link {...listLine} href={href} className={classes.title}>
            {name}
          </Link>
        )}
        <Badge tone={finding.kind === 'no_runbook' ? 'high' : 'plain'}>
          {kindWords[finding.kind]}
        </Badge>
        {finding.path !== null && (
          <span className={classes.path}>
            <ForeignText text={finding.path} isOneLine max={120} />
          </span>
        )}
        <span className={classes.pages}>{countOf(finding.pages, 'page')}</span>
      </p>
      <p>
        <ForeignText text={finding.text} max={700} />
      </p>
      <p className={classes.next}>
        <ForeignText text={finding.next} max={400} />
      </p>
    </li>
  );
}
