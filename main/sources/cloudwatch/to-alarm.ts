/** From a CloudWatch alarm to ours. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { instantOf, observedAlarm, pick } from '../observed.ts';
import type { WireAlarm } from './parse.ts';
import type { CloudWatchSettings } from './settings.ts';

export interface MappingContext {
  readonly settings: CloudWatchSettings;
  readonly severityMap: Readonly<Record<string, Severity>>;
  readonly nowMs: number;
  /** By ARN of the alarm. */
  readonly isMuted: (arn: string) => boolean;
}

export const externalIdOf = (arn: string): string => `cloudwatch:1:${arn}`;

/** `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:NAME` */
export function partsOf(arn: string): { partition: string; region: string; account: string } {
  const [, partition = 'aws', , region = '', account = ''] = arn.split(':');
  return { partition, region, account };
}

/**
 * The words that mean a severity beyond doubt. Not `high` and `low`: they say what a metric does (`disk-space-low`), and
 * would make an alarm quieter than it is.
 */
const token = /(?<![a-z0-9])(p[1-5]|sev-?[1-4]|critical|warning)(?![a-z0-9])/i;
const said = /(?<![a-z0-9])severity["']?\s*[:=]\s*["']?([a-z0-9_-]+)/i;

export function severityWordOf(name: string, description: string): string | null {
  const word = said.exec(description)?.[1] ?? token.exec(name)?.[1] ?? token.exec(description)?.[1];
  // SEV-4 is not among the common words.
  if (word === undefined) return null;
  return /^sev-?4$/i.test(word) ? 'info' : word.replace(/^sev-/i, 'sev');
}

const consoles: Readonly<Record<string, string>> = {
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

function consoleUrl(arn: string, name: string): string {
  const { partition, region } = partsOf(arn);
  const host = consoles[partition] ?? 'console.aws.amazon.com';
  return `https://${region}.${host}/cloudwatch/home?region=${region}#alarmsV2:alarm/${encodeURIComponent(name.toWellFormed())}`;
}

function statusOf(alarm: WireAlarm, context: MappingContext): ObservedAlarm['status'] {
  const isDisabled = alarm.ActionsEnabled === false && context.settings.isDisabledSuppressed;
  return alarm.ActionsSuppressedBy !== undefined || isDisabled || context.isMuted(alarm.AlarmArn)
    ? 'suppressed'
    : 'firing';
}

/** Whether an alarm in this state is one here. */
export const isShown = (
  state: string,
  { insufficientData }: Pick<CloudWatchSettings, 'insufficientData'>,
): boolean => state !== 'OK' && (state !== 'INSUFFICIENT_DATA' || insufficientData !== 'ignore');

/** Null: this state is none here. A state that nobody knows is one. */
export function toAlarm(alarm: WireAlarm, context: MappingContext): ObservedAlarm | null {
  const { settings } = context;
  if (!isShown(alarm.StateValue, settings)) return null;
  const hasNoData = alarm.StateValue === 'INSUFFICIENT_DATA';
  const { region, account } = partsOf(alarm.AlarmArn);
  const description = alarm.AlarmDescription ?? '';
  const word = severityWordOf(alarm.AlarmName, description) ?? settings.defaultSeverity;
  const severityText =
    hasNoData && settings.insufficientData !== 'as alarm' ? settings.insufficientData : word;
  const labels: Record<string, string> = {};
  for (const { Name, Value } of alarm.Dimensions ?? []) labels[Name] = Value;
  Object.assign(labels, {
    alertname: alarm.AlarmName,
    ...(alarm.Namespace === undefined ? {} : { namespace: alarm.Namespace }),
    ...(alarm.MetricName === undefined ? {} : { metric: alarm.MetricName }),
    region,
    account,
    type: alarm.AlarmRule === undefined ? 'metric' : 'composite',
  });
  const notes = [
    alarm.StateReason,
    alarm.ActionsSuppressedReason,
    alarm.EvaluationState === undefined ? undefined : `Its evaluation: ${alarm.EvaluationState}.`,
  ];
  return observedAlarm(
    {
      externalId: externalIdOf(alarm.AlarmArn),
      status: statusOf(alarm, context),
      severityText,
      title: hasNoData ? `${alarm.AlarmName} (no data)` : alarm.AlarmName,
      summary: notes.filter((note) => note !== undefined && note !== '').join(' · '),
      service: pick(labels, settings.serviceLabels),
      labels,
      annotations: description === '' ? {} : { description },
      url: consoleUrl(alarm.AlarmArn, alarm.AlarmName),
      runbookUrl: /https?:\/\/[^\s"'<>)\]]+/.exec(description)?.[0] ?? null,
      startsAt:
        instantOf(alarm.StateTransitionedTimestamp) ??
        instantOf(alarm.StateUpdatedTimestamp) ??
        new Date(context.nowMs).toISOString(),
      refs: { name: alarm.AlarmName, region, account },
    },
    context.severityMap,
  );
}
