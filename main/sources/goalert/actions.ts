/** GoAlert acknowledges and closes. It knows neither the way back nor a silence for one alert: silences are kept here. */
import type { ActionKind, ConnectorActions } from '../connector.ts';
import { SourceError, unsupported } from '../source-error.ts';
import type { GoAlertApi } from './api.ts';
import { alertIdOfExternal } from './to-alarm.ts';

const silencing: ReadonlySet<ActionKind> = new Set(['silence', 'extend_silence', 'unsilence']);

const acknowledged = 'StatusAcknowledged';
const closed = 'StatusClosed';

/** Only numbers are ids there; anything else would become 0, or another alert. */
function alertIdFor(externalId: string): string {
  const id = alertIdOfExternal(externalId);
  if (/^\d{1,15}$/.test(id)) return id;
  throw new SourceError('source.rejected', 'It is not known which alert this is about.', {
    next: 'Do it in GoAlert itself.',
    isRetryable: false,
  });
}

export function createActions(api: GoAlertApi, kept: ConnectorActions): ConnectorActions {
  return {
    ...kept,
    kinds: new Set(['acknowledge', 'resolve', ...silencing]),

    acknowledgeEffect:
      'Acknowledges the alert in GoAlert for everybody and stops its escalation. It cannot be taken back there. Silences are kept by Nightdesk, on this computer.',

    async send(action, key, signal) {
      if (silencing.has(action.kind)) return kept.send(action, key, signal);
      if (action.kind !== 'acknowledge' && action.kind !== 'resolve') {
        throw unsupported('GoAlert', action.kind);
      }
      const id = alertIdFor(action.externalId);
      const receipt = { upstreamRef: id, expiresAt: null };
      const status = await api.status(id, signal);
      if (status === null || status === closed) {
        if (action.kind === 'resolve') return receipt;
        throw new SourceError('source.rejected', 'This alert is closed already.', {
          next: 'There is nothing left to do.',
          isRetryable: false,
        });
      }
      const wanted = action.kind === 'resolve' ? closed : acknowledged;
      if (status !== wanted) await api.update(id, wanted, signal);
      return receipt;
    },

    async confirm(action, receipt, signal) {
      if (silencing.has(action.kind)) return kept.confirm(action, receipt, signal);
      if (action.kind !== 'acknowledge' && action.kind !== 'resolve') return false;
      const status = await api.status(alertIdFor(action.externalId), signal);
      if (action.kind === 'resolve') return status === null || status === closed;
      return status === acknowledged;
    },
  };
}
