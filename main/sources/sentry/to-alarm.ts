/** From an accepted issue to our alarm; null for a resolved one. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { instantOf, observedAlarm, oneLine } from '../observed.ts';
import type { WireIssue } from './parse.ts';

export interface MappingContext {
  readonly usesPriority: boolean;
  readonly isAssignedAcknowledged: boolean;
  readonly severityMap: Readonly<Record<string, Severity>>;
  /** When an issue that had been resolved came back, as far as we saw it. */
  readonly reopenedAt: (id: string) => string | undefined;
}

const severityTable: Readonly<Record<string, Severity>> = {
  fatal: 'critical',
  'high priority': 'critical',
  error: 'high',
  warning: 'warning',
  info: 'info',
  debug: 'info',
  sample: 'info',
  // Sentry's own word for an event that came without a level.
  unknown: 'warning',
};

export const externalIdOf = (id: string): string => `sentry:1:${id}`;

/** The label that names exactly one issue; silences are made of it. */
export const issueLabel = 'issue_id';

function statusOf(
  issue: WireIssue,
  context: MappingContext,
): Pick<ObservedAlarm, 'status' | 'ackedBy'> | null {
  const { status, assignedTo } = issue;
  if (status === 'resolved') return null;
  if (status === 'ignored') return { status: 'suppressed', ackedBy: null };
  const owner = assignedTo?.name ?? assignedTo?.email ?? '';
  return context.isAssignedAcknowledged && owner !== ''
    ? { status: 'acknowledged', ackedBy: owner }
    : { status: 'firing', ackedBy: null };
}

export function toAlarm(
  issue: WireIssue,
  externalId: string,
  context: MappingContext,
): ObservedAlarm | null {
  const status = statusOf(issue, context);
  if (status === null) return null;
  const level = issue.level ?? null;
  const isUrgent = context.usesPriority && issue.priority === 'high' && level !== 'fatal';
  const title = oneLine(issue.title) || issue.shortId || 'Issue without a title';
  const said = oneLine(issue.metadata?.value ?? '');
  const labels: Record<string, string> = {
    alertname: oneLine(issue.metadata?.type ?? '') || title,
    project: issue.project.slug,
    service: issue.project.slug,
    [issueLabel]: issue.id,
  };
  if (issue.shortId !== '') labels['issue'] = issue.shortId;
  if (level !== null) labels['level'] = level;
  if (issue.platform) labels['platform'] = issue.platform;
  const owner = issue.assignedTo?.name ?? issue.assignedTo?.email ?? '';
  const parts = [
    issue.culprit,
    said === '' || title.includes(said) ? '' : said,
    owner === '' ? '' : `assigned to ${owner}`,
  ];
  return observedAlarm(
    {
      externalId,
      ...status,
      severityText: isUrgent ? 'high priority' : level,
      severityTable,
      title,
      summary: parts.map(oneLine).filter(Boolean).join(' · '),
      service: issue.project.slug,
      labels,
      url: issue.permalink ?? null,
      startsAt:
        context.reopenedAt(issue.id) ?? instantOf(issue.firstSeen) ?? new Date(0).toISOString(),
      refs: { id: issue.id },
    },
    context.severityMap,
  );
}
