/** One runbook: its steps to run, and the document they come from. */
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useRef, useState } from 'react';
import { Link } from 'wouter';
import type { AlarmId, RunbookId } from '../../../preload/contract/common.ts';
import type { PageCopy, Runbook, RunbookSource } from '../../../preload/contract/runbooks.ts';
import { api } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { openLink } from '../../api/links.ts';
import { useActions } from '../../app/actions/use-actions.ts';
import { navigate, useHashSearch } from '../../app/hash-location.ts';
import {
  readTarget,
  RunbookText,
  RunPanel,
  sectionPlace,
  targetPlace,
  useRun,
  type RunTarget,
} from '../../runs/index.ts';
import { Card } from '../../ui/Card.tsx';
import { useNow } from '../../ui/clock.ts';
import { Failure } from '../../ui/Failure.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Kbd } from '../../ui/Kbd.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { hasPlace, markdownSections, type MarkdownSection } from '../../ui/markdown-sections.ts';
import { scrollToAnchor } from '../../ui/scroll-to-anchor.ts';
import { Age, Moment } from '../../ui/Time.tsx';
import { AlarmLine } from './AlarmLine.tsx';
import { alarmSectionOf } from './alarm-section.ts';
import { EditButton } from './EditButton.tsx';
import { reviewWords } from './library.ts';
import { sectionChoices } from './section-choices.ts';
import classes from './runbooks.module.css';

const followLink = (url: string): void => void openLink(url);
const hourMs = 3_600_000;

export function RunbookScreen({ id }: { readonly id: RunbookId }) {
  const search = useHashSearch();
  const target = readTarget(id, search);
  const parameters = new URLSearchParams(search);
  const hit = parameters.get('hit');
  const section = hit ?? parameters.get('section') ?? target.anchor;
  const { runbook, error, retry } = useRun(target);
  useActions([
    {
      id: 'runbook.back',
      label: target.alarmId === null ? 'Back to the runbooks' : 'Back to the alarm',
      group: 'Runbook',
      keys: ['Escape'],
      run: () => navigate(backOf(target)),
    },
  ]);
  if (runbook === undefined) {
    return error === null ? (
      <Loading what="the runbook" />
    ) : (
      <Failure title="The runbook could not be read" {...describeError(error)} onRetry={retry} />
    );
  }
  return <Shown runbook={runbook} target={target} section={section} isHit={hit !== null} />;
}

function backOf({ alarmId, incidentId }: RunTarget): string {
  if (incidentId !== null) return `/incidents/${incidentId}`;
  return alarmId === null ? '/runbooks' : `/alarm/${alarmId}`;
}

interface ShownProps {
  readonly runbook: Runbook;
  readonly target: RunTarget;
  readonly section: string | null;
  /** The search led here. */
  readonly isHit: boolean;
}

function Shown({ runbook, target: asked, section, isHit }: ShownProps) {
  const { markdown, alarmSections } = runbook;
  const sections = useMemo(() => markdownSections(markdown), [markdown]);
  const own =
    isHit && asked.anchor === null && section !== null
      ? alarmSectionOf(sections, alarmSections, section)
      : null;
  const target = own === null ? asked : { ...asked, anchor: own };
  const isForSomething = target.alarmId !== null || target.incidentId !== null;
  return (
    <div className={classes.screen}>
      <Header runbook={runbook} target={target} />
      <div className={classes.columns} data-running={isForSomething || undefined}>
        {/* It scrolls, so the keyboard must reach it. */}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
        <div className={classes.column} tabIndex={0} role="region" aria-label="Run">
          <Card title="Steps" aside={<StepKeys />} isFlush>
            <SectionOnly target={target} sections={sections} markdown={markdown} />
            <RunPanel target={target} />
          </Card>
          {!isForSomething && (
            <p className={classes.remark}>
              Opened without an alarm: commands keep their placeholders until you fill them in, and
              the ticks are kept for this night.
            </p>
          )}
        </div>
        <Document markdown={markdown} sections={sections} section={section} target={target} />
      </div>
    </div>
  );
}

function StepKeys() {
  return (
    <>
      <Kbd>j</Kbd> <Kbd>k</Kbd> move · <Kbd>y</Kbd> copy · <Kbd>u</Kbd> undo
    </>
  );
}

function Header({ runbook, target }: Pick<ShownProps, 'runbook' | 'target'>) {
  const { summary } = runbook;
  const review = reviewWords(summary.reviewedOn, useNow(hourMs));
  const source = useSource(summary.folder);
  return (
    <header className={classes.header}>
      <p className={classes.crumbs}>
        <Link href="/runbooks">Runbooks</Link> ›{' '}
        <ForeignText text={source?.title ?? summary.folder} isOneLine max={80} /> ›{' '}
        <ForeignText text={summary.path} isOneLine max={160} />
      </p>
      <EditButton id={summary.id} />
      <h1>
        <ForeignText text={summary.title} isOneLine />
      </h1>
      {runbook.copyOf !== null && <CopyLine copy={runbook.copyOf} />}
      <p className={classes.ages}>
        {runbook.copyOf === null && (
          <>
            offline copy from <Moment at={summary.copiedAt} />, <Age since={summary.copiedAt} /> old
            ·{' '}
          </>
        )}
        changed <Moment at={summary.modifiedAt} /> ·{' '}
        {review === null ? (
          'no review date'
        ) : (
          <span className={classes.reviewed} data-old={review.isOld || undefined}>
            <bdi>{review.text}</bdi>
          </span>
        )}
        <SourceAway source={source} />
      </p>
      {runbook.problem !== null && (
        <p className={classes.alarm} role="note">
          <span className={classes.away}>
            <ForeignText text={runbook.problem.text} isOneLine max={500} />
          </span>{' '}
          {runbook.problem.next}
        </p>
      )}
      {target.alarmId !== null && <AlarmLine id={target.alarmId} purpose="For" />}
      {target.incidentId !== null && (
        <p className={classes.alarm} role="note">
          For <Link href={`/incidents/${target.incidentId}`}>incident {target.incidentId}</Link>
        </p>
      )}
    </header>
  );
}

/** Where it is from, and that this is a copy where its origin cannot be reached. */
function useSource(folder: string): RunbookSource | undefined {
  const { data } = useQuery(api.runbooks.list.queryOptions({ input: {} }));
  return data?.sources.find((source) => source.folder === folder);
}

function SourceAway({ source }: { readonly source: RunbookSource | undefined }) {
  if (source === undefined || source.problem === null || !source.isAway) return null;
  return (
    <span className={classes.away}>
      {' '}
      ·{' '}
      {source.kind === 'git'
        ? 'this copy may be behind its repository'
        : 'its folder cannot be read, this is the last copy'}{' '}
      (<ForeignText text={source.problem} isOneLine max={120} />)
    </span>
  );
}

/** A page is never shown as if it were live. */
function CopyLine({ copy }: { readonly copy: PageCopy }) {
  return (
    <p className={classes.ages}>
      copy of{' '}
      <button type="button" className={classes.address} onClick={() => followLink(copy.url)}>
        <ForeignText text={copy.url} isOneLine max={200} />
      </button>{' '}
      from <Moment at={copy.fetchedAt} />, <Age since={copy.fetchedAt} /> old
      {(copy.isStale || copy.problem !== null) && (
        <span className={classes.away}>
          {' '}
          · {copy.isStale ? 'stale' : 'not refreshed'}
          {copy.problem !== null && (
            <>
              {': '}
              <ForeignText text={copy.problem} isOneLine max={200} />
            </>
          )}
        </span>
      )}
    </p>
  );
}

/** One document may answer for many alarms; then only its section's steps are asked for. */
function SectionOnly({
  target,
  sections,
  markdown,
}: {
  readonly target: RunTarget;
  readonly sections: readonly MarkdownSection[];
  readonly markdown: string;
}) {
  if (target.anchor === null) return null;
  const found = sections.find(({ anchor }) => anchor === target.anchor);
  const isPlace = found !== undefined || hasPlace(markdown, target.anchor);
  const all = <Link href={targetPlace({ ...target, anchor: null })}>Show all steps</Link>;
  return (
    <p className={classes.none}>
      {!isPlace ? (
        <>
          The alarm links to a section that is not in this runbook:{' '}
          <ForeignText text={target.anchor} isOneLine max={80} />. {all}
        </>
      ) : (
        <>
          For the section <ForeignText text={found?.text ?? target.anchor} isOneLine max={80} />.{' '}
          {all}
        </>
      )}
    </p>
  );
}

interface DocumentProps {
  readonly markdown: string;
  readonly sections: readonly MarkdownSection[];
  readonly section: string | null;
  readonly target: RunTarget;
}

/** As a table of alarms writes it. */
function useAlarmName({ alarmId }: RunTarget): string | null {
  const { data } = useQuery(
    api.alarms.get.queryOptions({
      input: { id: alarmId ?? (1 as AlarmId) },
      enabled: alarmId !== null,
    }),
  );
  return alarmId === null || data === undefined
    ? null
    : (data.labels['alertname'] ?? data.row.title);
}

function Document({ markdown, sections, section, target }: DocumentProps) {
  const place = useRef<HTMLDivElement>(null);
  const choice = useRef<HTMLInputElement>(null);
  const [asked, setAsked] = useState('');
  const rowName = useAlarmName(target);
  useActions([
    {
      id: 'runbook.section',
      label: 'Go to a section',
      group: 'Runbook',
      keys: ['/'],
      when: () => sections.length > 1,
      run: () => choice.current?.focus(),
    },
  ]);
  const show = (anchor: string | null): void => {
    choice.current?.blur();
    if (anchor === null) return;
    if (place.current !== null) scrollToAnchor(place.current, anchor);
    navigate(sectionPlace(target, anchor));
  };
  return (
    <section className={classes.documentColumn} aria-label="The document">
      {sections.length > 1 && (
        <div className={classes.toc}>
          <Select
            ref={choice}
            aria-label="Go to a section"
            placeholder={`Go to a section, ${sections.length} in all`}
            searchable
            value={null}
            nothingFoundMessage="No such section"
            data={sectionChoices(sections, asked)}
            filter={({ options }) => options}
            searchValue={asked}
            onSearchChange={setAsked}
            onChange={show}
          />
          <Kbd>/</Kbd>
        </div>
      )}
      {/* It scrolls, so the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div ref={place} className={classes.document} tabIndex={0} role="region" aria-label="Text">
        {markdown.trim() === '' ? (
          <p className={classes.none}>This runbook is empty: nobody has written it yet.</p>
        ) : (
          <RunbookText text={markdown} target={target} anchor={section} rowName={rowName} canCopy />
        )}
      </div>
    </section>
  );
}
