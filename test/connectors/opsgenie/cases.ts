/** Both dialects in front of the shared suite. */
import { jsmKind, opsgenieKind } from '../../../main/sources/opsgenie/connector.ts';
import type { ConnectorCase } from '../../support/connectors/suite.ts';
import { startOpsgenieStandIn, token, user, type OpsgenieStandIn } from './stand-in.ts';

const shared = {
  secrets: { token },
  wrongSecrets: { token: 'wrong-ieChai4o-hghiQuai' },
  severities: { P1: 'critical', P2: 'high', P3: 'warning', P4: 'info', P5: 'info' },
  unknownSeverity: 'P9',
  absentSeverity: 'warning',
  zones: true,
  unreadableItem: true,
  namelessItem: true,
  paging: {
    alarms: 230,
    isLaterPage: ({ path, query }) =>
      path.endsWith('/alerts') && !['0', null].includes(query.get('offset')),
  },
  unproven: {
    'it shows no alert at all, not even closed ones': (upstream) => {
      upstream.show([]);
      (upstream as OpsgenieStandIn).past = [];
    },
    'the login may read nothing any more': (upstream) => {
      upstream.show([]);
      (upstream as OpsgenieStandIn).rights = 'none';
    },
  },
} satisfies Partial<ConnectorCase>;

export const opsgenieCase: ConnectorCase = {
  ...shared,
  kind: opsgenieKind,
  start: () => startOpsgenieStandIn('opsgenie'),
  settings: ({ url }) => ({ url }),
};

export const jsmCase: ConnectorCase = {
  ...shared,
  kind: jsmKind,
  start: () => startOpsgenieStandIn('jsm'),
  settings: ({ url }) => ({ url, site: url, user }),
};
