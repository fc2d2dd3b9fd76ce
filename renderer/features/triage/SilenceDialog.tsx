/** A silence, with what it will touch shown before: it is broad, and other people's pagers hear it too. */
import { Modal, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link } from 'wouter';
import type { SilencePreview } from '../../../preload/contract/alarms.ts';
import type { AlarmId } from '../../../preload/contract/common.ts';
import { api, client } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { toast, toastError } from '../../app/toasts.tsx';
import { Button } from '../../ui/Button.tsx';
import { DialogButtons, FormStack, Note } from '../../ui/Dialog.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { ForeignText } from '../../ui/ForeignText.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { SeverityMark } from '../../ui/SeverityMark.tsx';
import { Moment } from '../../ui/Time.tsx';
import { durationText } from '../../ui/time-text.ts';
import { visibleText } from '../../ui/visible-text.ts';
import { useAlarmRow, type AlarmRows } from './alarm-rows.ts';
import classes from './dialogs.module.css';
import { countOf } from '../../ui/count-text.ts';

const minute = 60_000;
const durations = [30, 60, 120, 240, 480, 1_440].map((minutes) => minutes * minute);
const shownNow = 6;

export interface SilenceDialogProps {
  readonly id: AlarmId;
  readonly rows: AlarmRows;
  readonly onClose: () => void;
}

export function SilenceDialog({ id, rows, onClose }: SilenceDialogProps) {
  const row = useAlarmRow(rows, id);
  const [durationMs, setDurationMs] = useState(60 * minute);
  const [labels, setLabels] = useState<readonly string[] | null>(null);
  const [comment, setComment] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const preview = useQuery(
    api.alarms.previewSilence.queryOptions({
      input: { id, durationMs, ...(labels === null ? {} : { labels: [...labels] }) },
      placeholderData: keepPreviousData,
      // What it matches moves by itself.
      staleTime: 0,
      gcTime: 0,
    }),
  );
  const { data } = preview;
  const used = labels ?? data?.labels.flatMap(({ name, isUsed }) => (isUsed ? [name] : [])) ?? [];
  const toggle = (name: string): void =>
    setLabels(used.includes(name) ? used.filter((one) => one !== name) : [...used, name]);

  const silence = async ({ sourceId, matchers }: SilencePreview): Promise<void> => {
    setIsBusy(true);
    try {
      await client.alarms.silence({ alarmId: id, sourceId, matchers, durationMs, comment });
      toast({
        title: `Silencing for ${durationText(durationMs)}`,
        text: 'It shows as suppressed when the source agrees.',
      });
      onClose();
    } catch (error) {
      toastError('Silence failed', describeError(error));
      setIsBusy(false);
    }
  };

  return (
    <Modal opened onClose={onClose} size="lg" title="Silence">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (data !== undefined && !preview.isPlaceholderData && !isBusy) void silence(data);
        }}
      >
        <FormStack>
          {row !== undefined && (
            <p className={classes.what}>
              <SeverityMark severity={row.severity} />
              <ForeignText text={row.title} isOneLine max={160} />
            </p>
          )}
          <fieldset className={classes.choices}>
            <legend>For</legend>
            {durations.map((ms) => (
              <Toggle key={ms} isOn={ms === durationMs} onToggle={() => setDurationMs(ms)}>
                {durationText(ms)}
              </Toggle>
            ))}
          </fieldset>
          {data === undefined ? (
            preview.error === null ? (
              <Loading what="what it would touch" />
            ) : (
              <Failure
                title="What it would touch could not be read"
                {...describeError(preview.error)}
                onRetry={() => void preview.refetch()}
              />
            )
          ) : (
            <Preview data={data} used={used} onToggle={toggle} onScope={setLabels} />
          )}
          <TextInput
            label="Why"
            data-autofocus
            placeholder="For whoever finds this silence"
            value={comment}
            maxLength={2_000}
            onChange={(event) => setComment(event.currentTarget.value)}
          />
        </FormStack>
        <DialogButtons>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            isSubmit
            disabled={
              data === undefined ||
              preview.isPlaceholderData ||
              isBusy ||
              data.matchers.length === 0
            }
          >
            {data === undefined
              ? 'Silence'
              : `Silence ${countOf(data.matchesNowCount, 'alarm')} for ${durationText(durationMs)}`}
          </Button>
        </DialogButtons>
      </form>
    </Modal>
  );
}

function Toggle({
  isOn,
  onToggle,
  children,
}: {
  readonly isOn: boolean;
  readonly onToggle: () => void;
  readonly children: ReactNode;
}) {
  return (
    <button type="button" className={classes.toggle} aria-pressed={isOn} onClick={onToggle}>
      {children}
    </button>
  );
}

interface LabelsProps {
  readonly data: SilencePreview;
  readonly used: readonly string[];
}

function Labels({
  data,
  used,
  onToggle,
}: LabelsProps & { readonly onToggle: (name: string) => void }) {
  return (
    <fieldset className={classes.choices}>
      <legend>Every alarm that has</legend>
      {data.labels.map(({ name, value, isVolatile }) => (
        <Toggle key={name} isOn={used.includes(name)} onToggle={() => onToggle(name)}>
          <bdi>
            {visibleText(name, true).slice(0, 60)}={visibleText(value, true).slice(0, 60)}
          </bdi>
          {isVolatile && <span className={classes.volatile}>changes often</span>}
        </Toggle>
      ))}
    </fieldset>
  );
}

/** The source silences hosts, services and the like: only whole sets of their labels can be chosen. */
function Scopes({
  data,
  scopes,
  used,
  onScope,
}: LabelsProps & {
  readonly scopes: readonly (readonly string[])[];
  readonly onScope: (labels: readonly string[]) => void;
}) {
  const valueOf = (name: string): string =>
    visibleText(data.labels.find((label) => label.name === name)?.value ?? '', true).slice(0, 60);
  if (scopes.length === 0) {
    return (
      <Note tone="warning">
        This source silences things that this alarm does not name, so it cannot be silenced from
        here.
      </Note>
    );
  }
  return (
    <fieldset className={classes.choices}>
      <legend>Every alarm of (this source silences only these, not any label)</legend>
      {scopes.map((scope) => (
        <Toggle
          key={scope.join('\n')}
          isOn={scope.length === used.length && scope.every((name) => used.includes(name))}
          onToggle={() => onScope(scope)}
        >
          <bdi>{scope.map((name) => `${visibleText(name, true)} ${valueOf(name)}`).join(', ')}</bdi>
        </Toggle>
      ))}
    </fieldset>
  );
}

function Preview({
  data,
  used,
  onToggle,
  onScope,
}: {
  readonly data: SilencePreview;
  readonly used: readonly string[];
  readonly onToggle: (name: string) => void;
  readonly onScope: (labels: readonly string[]) => void;
}) {
  return (
    <>
      {data.scopes === null ? (
        <Labels data={data} used={used} onToggle={onToggle} />
      ) : (
        <Scopes data={data} scopes={data.scopes} used={used} onScope={onScope} />
      )}
      {data.warnings.map((warning) => (
        <Note key={warning} tone="warning">
          {visibleText(warning)}
        </Note>
      ))}
      <dl className={classes.facts}>
        <dt>Ends</dt>
        <dd>
          <Moment at={data.endsAt} />
          {data.isEndInSleepHours && (
            <span className={classes.volatile}> in your sleep hours: it may wake you then</span>
          )}
        </dd>
        <dt>Matches now</dt>
        <dd>
          {data.matchesNowCount === 0 ? (
            'nothing'
          ) : (
            <ul className={classes.names}>
              {data.matchesNow.slice(0, shownNow).map((row) => (
                <li key={row.id}>
                  <SeverityMark severity={row.severity} />{' '}
                  <ForeignText text={row.title} isOneLine max={100} />{' '}
                  <span className={classes.faint}>
                    <ForeignText text={row.service} isOneLine max={40} />
                  </span>
                </li>
              ))}
              {data.matchesNowCount > shownNow && (
                <li>and {data.matchesNowCount - shownNow} more</li>
              )}
            </ul>
          )}
        </dd>
        <dt>In the last 7 days</dt>
        <dd>
          {data.last7DaysCount === 0
            ? 'it would have hidden nothing'
            : `it would have hidden ${data.last7DaysCount}: `}
          {data.last7Days
            .slice(0, 4)
            .map(({ title, count }) => `${visibleText(title, true).slice(0, 60)} × ${count}`)
            .join(', ')}
        </dd>
        {data.similar.length > 0 && (
          <>
            <dt>
              <Link href="/silences">Similar silences</Link>
            </dt>
            <dd>
              <ul className={classes.names}>
                {data.similar.slice(0, 3).map((one) => (
                  <li key={one.id}>
                    <ForeignText text={one.comment} isOneLine max={100} />{' '}
                    <span className={classes.faint}>
                      <ForeignText text={one.createdBy} isOneLine max={40} />, ends{' '}
                      <Moment at={one.endsAt} />
                    </span>
                  </li>
                ))}
              </ul>
            </dd>
          </>
        )}
      </dl>
    </>
  );
}
