/** From an accepted check to our alarm; null for one that is well. Pure. */
import type { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { joinUrl } from '../http-address.ts';
import { observedAlarm, oneLine, pick } from '../observed.ts';
import { keyOf, type WireCheck } from './parse.ts';

export interface MappingContext {
  readonly base: string;
  readonly isLateShown: boolean;
  readonly severityMap: Readonly<Record<string, Severity>>;
  /** Since when it is late or down; undefined: it is neither, as far as we know. */
  readonly startOf: (key: string) => string | undefined;
}

/** A status is the severity here. One that nobody knows is loud. */
const severityTable: Readonly<Record<string, Severity>> = { down: 'critical', grace: 'info' };
const wellStatuses: ReadonlySet<string> = new Set(['new', 'up', 'started']);

export const externalIdOf = (key: string): string => `healthchecks:1:${key}`;

/** Tags such as `env=prod` are labels; the others stand together. */
function labelsOf(check: WireCheck, name: string): Record<string, string> {
  const labels: Record<string, string> = { alertname: name };
  if (check.slug !== '') labels['check'] = check.slug;
  const plain: string[] = [];
  for (const tag of check.tags.split(/\s+/).filter(Boolean)) {
    const [, key, value] = /^([a-z_][\w.-]*)[=:](.+)$/i.exec(tag) ?? [];
    if (key === undefined || value === undefined || Object.hasOwn(labels, key)) plain.push(tag);
    else labels[key] = value;
  }
  if (plain.length > 0) labels['tags'] = plain.join(' ');
  return labels;
}

export function toAlarm(
  check: WireCheck,
  externalId: string,
  context: MappingContext,
): ObservedAlarm | null {
  const { status } = check;
  if (wellStatuses.has(status) || (status === 'grace' && !context.isLateShown)) return null;
  const key = keyOf(check) ?? '';
  const startsAt = context.startOf(key);
  // Paused while it was well: somebody switched it off, and nothing was wrong.
  if (startsAt === undefined) return null;
  const name = oneLine(check.name) || check.slug || 'Check without a name';
  const isPaused = status === 'paused';
  const labels = labelsOf(check, name);
  const said = isPaused
    ? 'was down when it was paused'
    : status === 'grace'
      ? 'is late'
      : `is ${status}`;
  const { uuid } = check;
  return observedAlarm(
    {
      externalId,
      status: isPaused ? 'suppressed' : 'firing',
      severityText: isPaused ? 'down' : status,
      severityTable,
      title: `${name} ${said}`,
      summary: check.desc,
      service: pick(labels, ['service', 'app', 'job']),
      labels,
      annotations: check.desc === '' ? {} : { description: check.desc },
      url: uuid === undefined ? context.base : joinUrl(context.base, `/checks/${uuid}/details/`),
      startsAt,
      refs: { check: key },
    },
    context.severityMap,
  );
}
