/**
 * incident.io's alerts can only be read. Acknowledgements and silences are kept here; resolving goes through the source that
 * sent the alert, where that is an HTTP source whose token we have.
 */
import type { ActionKind, ConnectorActions, UpstreamAction } from '../connector.ts';
import { SourceError } from '../source-error.ts';
import type { IncidentIoApi } from './api.ts';
import type { WireAlert } from './parse.ts';

interface ActionDeps {
  readonly api: IncidentIoApi;
  readonly kept: ConnectorActions;
  /** The id of the HTTP source whose alerts can be resolved; null: none. */
  readonly httpSource: string | null;
}

type Resolve = Extract<UpstreamAction, { kind: 'resolve' }>;

export function createActions({ api, kept, httpSource }: ActionDeps): ConnectorActions {
  /** Null: it is over already. @throws SourceError when it is none of ours */
  async function openAlert(action: Resolve, signal: AbortSignal): Promise<WireAlert | null> {
    const { id } = action.refs;
    const alert = typeof id === 'string' && id !== '' ? await api.alert(id, signal) : null;
    if (alert === null || alert.status === 'resolved') return null;
    if (alert.alert_source_id !== httpSource || alert.deduplication_key === '') {
      throw new SourceError(
        'source.rejected',
        'This alert came from another source, which alone can resolve it.',
        { next: 'Resolve it where it comes from.' },
      );
    }
    return alert;
  }

  const kinds = new Set<ActionKind>(kept.kinds);
  if (httpSource !== null) kinds.add('resolve');

  return {
    ...kept,
    kinds,

    acknowledgeEffect:
      'The API of incident.io takes no acknowledgement of an alert: Nightdesk itself remembers it, on this computer, until the alert is over. Nobody else sees it, and an escalation goes on.',

    async send(action, key, signal) {
      if (action.kind !== 'resolve' || httpSource === null) return kept.send(action, key, signal);
      const alert = await openAlert(action, signal);
      // The same event twice has the effect of one.
      if (alert !== null) await api.resolve(alert, action.note.trim(), signal);
      return { upstreamRef: null, expiresAt: null };
    },

    async confirm(action, receipt, signal) {
      if (action.kind !== 'resolve') return kept.confirm(action, receipt, signal);
      return (await openAlert(action, signal)) === null;
    },
  };
}
