/** Downtimes as our silences. Pure. */
import type { Matcher } from '../../../preload/contract/alarms.ts';
import { toInstant } from '../../clock.ts';
import type { UpstreamSilence } from '../connector.ts';
import { withoutMark } from '../note-mark.ts';
import { SourceError } from '../source-error.ts';
import type { WireDowntime } from './parse.ts';
import { objectNamed, type Target } from './target.ts';

/** What a downtime may be made of. */
export const silenceScopes = [['host'], ['host', 'service']] as const;

const equals = (name: string, value: string): Matcher => ({
  name,
  value,
  isEqual: true,
  isRegex: false,
});

/** The object that these matchers name. @throws SourceError when they name none, or might name several */
export function scopeOf(matchers: readonly Matcher[]): Target {
  const values = new Map<string, string>();
  for (const { name, value, isEqual, isRegex } of matchers) {
    if (isEqual && !isRegex && value !== '') values.set(name, value);
  }
  const [host, service] = [values.get('host'), values.get('service')];
  const isPlain =
    values.size === matchers.length && values.size === (service === undefined ? 1 : 2);
  if (host === undefined || host.includes('!') || !isPlain) {
    throw new SourceError(
      'source.rejected',
      'Icinga knows downtimes of one host, or of one service of one host.',
      { next: 'Choose the label host, or host and service, and nothing else.' },
    );
  }
  return objectNamed(service === undefined ? host : `${host}!${service}`);
}

export const isChild = ({ attrs }: WireDowntime): boolean => attrs.parent !== '';

/** Whether the downtime of a host came with ones of its services. */
export const coversServices = (downtime: WireDowntime, all: readonly WireDowntime[]): boolean =>
  all.some(
    ({ attrs }) => attrs.parent === downtime.name && attrs.host_name === downtime.attrs.host_name,
  );

export function toSilence(
  downtime: WireDowntime,
  all: readonly WireDowntime[],
  /** In ms, upstream. */
  nowMs: number,
  clockSkewMs: number,
): UpstreamSilence {
  const { attrs, name } = downtime;
  const { host_name: host, service_name: service } = attrs;
  const hasServices = service === '' && coversServices(downtime, all);
  const scope =
    service !== ''
      ? `downtime of ${service} on ${host}`
      : hasServices
        ? `downtime of host ${host} and its services`
        : `downtime of host ${host} alone`;
  const flexible = attrs.fixed ? '' : ', flexible';
  const isOver = attrs.end_time * 1_000 <= nowMs || attrs.was_cancelled;
  const isActive = attrs.start_time * 1_000 <= nowMs && (attrs.fixed || attrs.trigger_time > 0);
  return {
    id: name,
    matchers: [
      equals('host', host),
      // The host by itself is the alarm that has no service.
      ...(hasServices ? [] : [equals('service', service)]),
    ],
    createdBy: attrs.author,
    comment: withoutMark(attrs.comment),
    startsAt: toInstant(attrs.start_time * 1_000 - clockSkewMs),
    endsAt: toInstant(attrs.end_time * 1_000 - clockSkewMs),
    state: isOver ? 'expired' : isActive ? 'active' : 'pending',
    scope: `${scope}${flexible}${attrs.config_owner === '' ? '' : ', by a schedule of its configuration'}`,
  };
}
