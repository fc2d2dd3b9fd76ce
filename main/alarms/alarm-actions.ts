/** Which actions an alarm takes at its source, and why not the others. Pure: detail pane and outbox say the same. */
import type { AlarmDetail } from '../../preload/contract/alarms.ts';
import type { ConnectorActions } from '../sources/connector.ts';
import type { KnownAlarm } from './alarm.ts';
import type { SourceHealth } from './alarm-rows.ts';

export type OfferedActions = Pick<ConnectorActions, 'acknowledgeEffect' | 'kinds'>;
type Offered = 'acknowledge' | 'silence' | 'comment' | 'resolve';

/** Null: it is not connected. */
type Connected = { readonly actions: OfferedActions | null } | null;

/** Why a source takes nothing at all; null when it takes something. */
export function whyNoActions(
  health: Pick<SourceHealth, 'name' | 'isEnabled' | 'reason'> | undefined,
  connector: Connected,
): string | null {
  if (health === undefined) return 'Its source is no longer configured.';
  if (!health.isEnabled) return `${health.name} is paused.`;
  if (connector === null) {
    return `${health.name} is not connected: ${health.reason ?? 'not asked yet.'}`;
  }
  return connector.actions === null
    ? `${health.name} takes no acknowledgements or silences from here.`
    : null;
}

const words: Readonly<Record<Offered, string>> = {
  acknowledge: 'takes no acknowledgements from here',
  silence: 'takes no silences from here',
  comment: 'takes no comments from here',
  resolve: 'cannot be told from here that an alarm is over',
};

/** Why a source does not take this kind; null: it does. */
export const whyNotKind = (
  kind: Offered,
  name: string,
  actions: Pick<ConnectorActions, 'kinds'>,
): string | null => (actions.kinds.has(kind) ? null : `${name} ${words[kind]}.`);

export function actionsFor(
  alarm: Pick<KnownAlarm, 'status'>,
  health: SourceHealth | undefined,
  connector: Connected,
): AlarmDetail['actions'] {
  const actions = connector?.actions ?? null;
  const whyNothing =
    whyNoActions(health, connector) ?? (alarm.status === 'resolved' ? 'It has cleared.' : null);
  const why = (kind: Offered): string | null =>
    whyNothing ?? (actions === null ? null : whyNotKind(kind, health?.name ?? '', actions));
  const whyNot = {
    acknowledge: why('acknowledge'),
    silence: why('silence'),
    comment: why('comment'),
    resolve: why('resolve'),
  };
  return {
    acknowledge: whyNot.acknowledge === null,
    silence: whyNot.silence === null,
    comment: whyNot.comment === null,
    resolve: whyNot.resolve === null,
    acknowledgeEffect: actions?.acknowledgeEffect ?? '',
    whyNot: whyNot.acknowledge,
    reasons: whyNot,
  };
}
